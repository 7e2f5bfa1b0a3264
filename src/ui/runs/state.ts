import type { Axis } from '../../analysis/record.ts';
import type { KeptRace, ShelfEvent, StorageUse } from '../../lab/protocol.ts';
import type { LanguageId } from '../language.ts';
import type { Sort } from './list.ts';

/** More than this on one chart cannot be told apart. */
export const MOST_COMPARED = 6;

/** Files that are being imported, and what came of them. */
export interface Imports {
  /** How many there are, and how many have been answered. */
  files: number;
  answered: number;
  /** The one that is being read. */
  file: string;
  /** Names of the races that were taken. */
  names: string[];
  /** Of races that were there already. */
  already: string[];
  ignored: string[];
  /** `lang`: in which the page itself said it; absent for what the lab said, in English. */
  problems: { file: string; message: string; hint?: string; lang?: LanguageId }[];
}

/** The view of runs; what the races have measured lives in `contents.ts`, and `version` says when to look again. */
export interface RunsState {
  /** Null until the shelf has told. */
  races: KeptRace[] | null;
  setAside: number;
  storage: StorageUse | null;
  /** Why nothing more is kept. */
  notKept: { why: 'storage-full' | 'no-storage'; message: string } | null;
  /** The race that is being trained and kept. */
  writing: string | null;
  /** Names that were given and are not yet on the shelf, by the race's id. */
  renamed: Readonly<Record<string, string>>;
  /** Races that are deleted here and perhaps not yet on the shelf, by id. */
  removing: readonly string[];
  /** Deleted in this visit; they can be brought back. */
  removed: KeptRace[];
  /** The one that the offer to undo is about. */
  offered: string | null;
  sort: Sort;
  filter: string;
  /** The race whose details are open. */
  opened: string | null;
  /** Being packed into files. */
  exporting: string[];
  imports: Imports | null;
  /** The races that are compared, in the order in which they were ticked. */
  selected: string[];
  comparison: { axis: Axis; logX: boolean; logY: boolean };
  version: number;
}

export function runsState(): RunsState {
  return {
    races: null,
    setAside: 0,
    storage: null,
    notKept: null,
    writing: null,
    renamed: {},
    removing: [],
    removed: [],
    offered: null,
    sort: { by: 'begun', descending: true },
    filter: '',
    opened: null,
    exporting: [],
    imports: null,
    selected: [],
    comparison: { axis: 'epoch', logX: false, logY: false },
    version: 0,
  };
}

export const isImporting = ({ imports }: Pick<RunsState, 'imports'>): boolean =>
  imports !== null && imports.answered < imports.files;

/** The state after the shelf has told something; what races have measured is not its business. */
export function afterShelf(state: RunsState, event: ShelfEvent): Partial<RunsState> {
  switch (event.type) {
    case 'races': {
      const { setAside, storage } = event;
      // A list that was asked for before a race was deleted still has it.
      const removing = state.removing.filter((id) => event.races.some((race) => race.id === id));
      const races = event.races.filter(({ id }) => !removing.includes(id));
      const here = new Map(races.map(({ id, name }) => [id, name]));
      const renamed = Object.entries(state.renamed).filter(([id, name]) => here.has(id) && here.get(id) !== name);
      return {
        races,
        renamed: Object.fromEntries(renamed),
        removing,
        setAside,
        storage,
        selected: state.selected.filter((id) => here.has(id)),
        removed: state.removed.filter(({ id }) => !here.has(id)),
        ...(state.offered !== null && here.has(state.offered) && { offered: null }),
        ...(state.opened !== null && !here.has(state.opened) && { opened: null }),
      };
    }
    case 'raceKept':
      return { writing: event.id, ...(state.notKept?.why === 'storage-full' && { notKept: null }) };
    case 'raceFile':
      return { exporting: state.exporting.filter((id) => id !== event.id) };
    case 'imported': {
      if (!state.imports) return {};
      const { answered, names, already, ignored } = state.imports;
      const taken = {
        names: [...names, ...event.races.map(({ name }) => name)],
        already: [...already, ...event.already.map(({ name }) => name)],
        ignored: [...ignored, ...event.ignored],
      };
      return { imports: { ...state.imports, answered: answered + 1, ...taken } };
    }
    case 'notKept': {
      const { type: _, ...notKept } = event;
      return { notKept };
    }
    case 'raceContent':
      return {};
  }
}

/** The state after a file of an import was refused. */
export function afterRefusal(state: RunsState, problem: Imports['problems'][number]): Partial<RunsState> {
  if (!state.imports) return {};
  const { answered, problems } = state.imports;
  return { imports: { ...state.imports, answered: answered + 1, problems: [...problems, problem] } };
}
