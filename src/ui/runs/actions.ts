import type { KeptRace } from '../../lab/protocol.ts';
import { addNotice, changeDraft, sendCommand } from '../actions.ts';
import { showView } from '../figure/actions.ts';
import { sweepIsBusy } from '../figure/state.ts';
import { download } from '../files.ts';
import { models } from '../inside/asking.ts';
import { draftOf } from '../settings.ts';
import { pinGhost, unpinGhost } from '../shown/ghosts.ts';
import { showContent, showLive } from '../shown/show.ts';
import { getPage, isBusy, type PageState, setPage } from '../store.ts';
import { words } from '../words.ts';
import { RaceContents } from './contents.ts';
import { shownName } from './list.ts';
import type { ShelfParts } from './receive.ts';
import { afterRefusal, isImporting, MOST_COMPARED, type RunsState } from './state.ts';

/** What a person can do with kept races. */

export const contents = new RaceContents((id) => sendCommand({ type: 'readRace', id }));

export function change(part: Partial<RunsState>): void {
  setPage(({ runs }) => ({ runs: { ...runs, ...part } }));
}

export function list(): void {
  sendCommand({ type: 'listRaces' });
}

export function rename({ id, name }: KeptRace, typed: string): void {
  const wanted = typed.trim();
  const { renamed } = getPage().runs;
  const before = renamed[id] ?? name;
  if (wanted === before || wanted === shownName(before)) return;
  change({ renamed: { ...renamed, [id]: wanted } });
  sendCommand({ type: 'renameRace', id, name: wanted });
}

/** Whether the race is the one that is being trained in this tab. */
export function isTraining(state: Pick<PageState, 'lab' | 'pending' | 'runs'>, id: string): boolean {
  return isBusy(state) && state.runs.writing === id;
}

export function openOnChart({ id }: KeptRace): void {
  if (isTraining(getPage(), id)) {
    showLive();
    showView('race');
    return;
  }
  contents.read(id).then(({ race, content }) => {
    const name = shownName(race.name);
    showContent({ kind: 'kept', id, name }, { ...race, name }, content);
    showView('race');
  });
}

/** Opens “Inside” on its models, once they are read. */
export function lookInto({ id }: KeptRace): void {
  const ended = models.subscribe(({ race }) => {
    if (race !== id) return;
    ended();
    showView('inside');
  });
  sendCommand({ type: 'lookInto', id });
}

export function pin({ id }: KeptRace): void {
  contents.read(id).then(({ race, content }) => {
    const name = shownName(race.name);
    pinGhost({ id, name, spec: race.spec }, content);
    addNotice(words.runs.details.pinned(name));
  });
}

export function unpin({ id, name }: KeptRace): void {
  unpinGhost(id);
  addNotice(words.runs.details.unpinned(shownName(name)));
}

type Readiness = Pick<PageState, 'lab' | 'pending' | 'executor' | 'error' | 'figure' | 'keeping'>;

/** Why no kept race can go on now, in words; null where one can. */
export function obstacleToGoOn({ executor, error, figure, keeping, ...state }: Readiness): string | null {
  const { busy, elsewhere } = words.runs.details;
  const { why } = words.transport;
  if (isBusy(state)) return busy;
  if (keeping.elsewhere?.training) return elsewhere;
  if (sweepIsBusy(figure)) return why.experiment;
  if (executor) return null;
  return error ? why.noDevice : why.device;
}

export function goOn({ id }: KeptRace): void {
  if (obstacleToGoOn(getPage())) return;
  showLive();
  sendCommand({ type: 'continueRace', id });
  showView('race');
}

/** A new race from the checkpoints of one that diverged. */
export function goOnSlower({ id, spec }: KeptRace): void {
  if (obstacleToGoOn(getPage())) return;
  showLive();
  const { train } = spec;
  sendCommand({
    type: 'branchRace',
    id,
    spec: { ...spec, train: { ...train, learningRate: train.learningRate / 2 } },
  });
  showView('race');
}

export function takeSetup({ name, spec, ownText }: KeptRace): void {
  if (isBusy(getPage())) return;
  changeDraft(draftOf(spec));
  const { used, usedOwn } = words.runs.details;
  const own = spec.data.corpus === 'own';
  addNotice(own ? usedOwn(shownName(name), shownName(ownText ?? '')) : used(shownName(name)));
  showView('race');
}

/** `withoutWeights`: smaller, to be looked at only. */
export function exportZip({ id }: Pick<KeptRace, 'id'>, { withoutWeights = false } = {}): void {
  change({ exporting: [...getPage().runs.exporting, id] });
  sendCommand({ type: 'exportRace', id, withoutWeights });
}

/** Hides a race; until the page is closed it can be brought back. */
export function remove(race: KeptRace): void {
  if (isTraining(getPage(), race.id)) return;
  const { runs } = getPage();
  const { id } = race;
  change({
    races: (runs.races ?? []).filter((each) => each.id !== id),
    removing: [...runs.removing, id],
    removed: [...runs.removed, race],
    offered: id,
    selected: runs.selected.filter((each) => each !== id),
  });
  sendCommand({ type: 'removeRace', id });
}

export function restore(id: string): void {
  change({ offered: null, removing: getPage().runs.removing.filter((each) => each !== id) });
  sendCommand({ type: 'restoreRace', id });
}

/** Gives up what was deleted in this visit. */
export function purge(): void {
  change({ removed: [], offered: null });
  sendCommand({ type: 'purgeRaces' });
}

/** Ticks a race, or unticks it. */
export function select(id: string, on: boolean): void {
  const { runs } = getPage();
  const others = runs.selected.filter((each) => each !== id);
  if (on && others.length >= MOST_COMPARED) return;
  const selected = on ? [...others, id] : others;
  change({ selected });
  contents.hold((runs.races ?? []).filter((race) => selected.includes(race.id)));
}

export function selectNone(): void {
  change({ selected: [] });
  contents.hold([]);
}

/** Files that wait for those before them: each answer is that of one file. */
let waiting: File[] = [];

export function importFiles(files: readonly File[]): void {
  if (files.length === 0) return;
  const { runs } = getPage();
  waiting.push(...files);
  if (isImporting(runs)) {
    change({ imports: { ...runs.imports!, files: runs.imports!.files + files.length } });
    return;
  }
  change({
    imports: { files: files.length, answered: 0, file: '', names: [], already: [], ignored: [], problems: [] },
  });
  nextFile();
}

function nextFile(): void {
  const [file, ...rest] = waiting;
  waiting = rest;
  const { imports } = getPage().runs;
  if (!file || !imports) return;
  change({ imports: { ...imports, file: file.name } });
  file.arrayBuffer().then(
    (bytes) => sendCommand({ type: 'importRaces', name: file.name, bytes: new Uint8Array(bytes) }),
    () => {
      // A folder, or a file that has gone.
      const message = words.runs.imports.unreadable(shownName(file.name));
      const { runs, language: lang } = getPage();
      change(afterRefusal(runs, { file: file.name, message, lang }));
      nextFile();
    },
  );
}

/** After the end of the worker: what it was reading or packing will never be answered. */
export function loseShelf(): void {
  waiting = [];
  contents.giveUp();
  const { imports } = getPage().runs;
  change({ exporting: [], renamed: {}, removing: [] });
  if (!imports || imports.answered === imports.files) return;
  const message = words.runs.imports.lost(imports.files - imports.answered);
  const problem = { file: imports.file, message, lang: getPage().language };
  change({ imports: { ...imports, answered: imports.files, problems: [...imports.problems, problem] } });
}

/** What the receiver of the shelf's events needs. */
export const shelfParts: ShelfParts = {
  contents,
  nextFile,
  list,
  save: (name, bytes) => download(name, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/zip' })),
};
