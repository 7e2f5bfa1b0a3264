import { bestOf, evaluationsOf } from '../../analysis/compare.ts';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { toJson } from '../../core/json.ts';
import type { KeptRace, LabEvent, RaceContent, StorageUse } from '../../lab/protocol.ts';
import { filesOf, type PackedRun, packRuns, unpackRaces } from '../../lab/runFiles/archive.ts';
import type { Environment, RaceAbout } from '../../lab/runFiles/environment.ts';
import { RUN_FILES } from '../../lab/runFiles/names.ts';
import { contentOf, keptRaceOf, type RaceRun, raceName } from '../../lab/runFiles/race.ts';
import {
  type RunReader,
  readCheckpoint,
  readContent,
  readEnvironment,
  readOwnText,
  readRecords,
  readSpec,
  readSymbols,
} from '../../lab/runFiles/read.ts';
import type { KeptModels, RaceBeginning, RaceOnShelf, RaceShelf } from '../../lab/shelf.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { FILES, folderReader } from './folders.ts';
import { LABELS, type Label, labelChange, labelOf, RACES, type RaceRow, rowChange, rowOf } from './raceRow.ts';
import { RaceWriting, type WritingOptions } from './raceWriting.ts';
import type { Change, SpillingTables } from './tables.ts';

export const RACE_TABLES = [RACES, LABELS, FILES] as const;

export interface RaceShelfOptions {
  tables: SpillingTables;
  /** How many races other databases hold, which this version does not read. */
  setAside: Promise<number>;
  /** Version of Crossover and the browser, for `env.json`. */
  about: Pick<Environment, 'crossover' | 'host'>;
  storage(): Promise<StorageUse>;
  /** Told once for each race that cannot be kept at all. */
  tell(event: Extract<LabEvent, { type: 'notKept' }>): void;
}

interface Found {
  id: string;
  row: RaceRow;
  label: Label;
}

/** The races of a person in tables, as the run folders that the terminal writes. */
export class TableShelf implements RaceShelf {
  /** Those of this session, which may have more to write. */
  readonly #writing = new Map<string, RaceWriting>();

  constructor(private readonly options: RaceShelfOptions) {}

  async list(): Promise<{ races: KeptRace[]; setAside: number; storage: StorageUse }> {
    const { found, unreadable } = await this.#all();
    const races = found.filter(({ label }) => !label.removed).map(keptRace);
    races.sort((a, b) => (a.changed < b.changed ? 1 : -1));
    const setAside = (await this.options.setAside) + unreadable;
    return { races, setAside, storage: await this.options.storage() };
  }

  async read(id: string): Promise<{ race: KeptRace; content: RaceContent }> {
    const found = await this.#find(id);
    return { race: keptRace(found), content: contentOf(await this.#runs(found)) };
  }

  async models(id: string): Promise<KeptModels> {
    const { row, label } = await this.#find(id);
    const checkpoints: KeptModels['checkpoints'] = {};
    const best: KeptModels['best'] = {};
    let textHash: string | undefined;
    for (const family of familiesOf(row)) {
      const run = this.#reader(id, family, label.name);
      const symbols = await readSymbols(run);
      const checkpoint = symbols && (await readCheckpoint(run, await readSpec(run), symbols));
      if (checkpoint) {
        checkpoints[family] = checkpoint;
        // What was evaluated after it is of weights that are lost.
        const before = (await readRecords(run)).filter(({ step }) => step <= checkpoint.step);
        const found = bestOf(evaluationsOf(before));
        if (found) best[family] = found.step;
      }
      textHash ??= (await readEnvironment(run))?.dataset.corpus.sha256;
    }
    if (textHash === undefined || Object.keys(checkpoints).length === 0)
      throw badInput(`“${label.name}” is kept without its models: there is nothing to look into.`);
    const ownText = await this.#ownText(id, row);
    return { spec: row.spec, ...(ownText && { ownText }), executor: row.executor, textHash, checkpoints, best };
  }

  async begin({ spec, ownText, executor }: RaceBeginning): Promise<RaceOnShelf> {
    const begun = new Date().toISOString();
    const row: RaceRow = {
      spec,
      ...(ownText && { ownText: ownText.name }),
      begun,
      changed: begun,
      state: 'unfinished',
      steps: {},
      checkpoints: {},
      executor,
      origin: 'here',
      bytes: 0,
      folders: {},
    };
    return this.#write({ id: newId(), row, label: { name: raceName(spec, ownText?.name) }, ownText });
  }

  async reopen(id: string): Promise<RaceOnShelf> {
    const { row, label } = await this.#find(id);
    return this.#write({ id, row, label, ownText: await this.#ownText(id, row) });
  }

  async branch(id: string, spec: RaceSpec): Promise<RaceOnShelf> {
    const { row, label } = await this.#find(id);
    const step = stepToBranchFrom(row, label.name);
    refuseOtherModel(row.spec, spec, label.name);
    const begun = new Date().toISOString();
    const { summary: _, ...taken } = row;
    const branched: RaceRow = {
      ...taken,
      spec,
      begun,
      changed: begun,
      state: 'unfinished',
      steps: row.checkpoints,
      origin: 'here',
      parent: { id, name: label.name, step },
      folders: {},
    };
    return this.#write({
      id: newId(),
      row: branched,
      // Of a branch of a branch the last step only.
      label: { name: `${label.name.replace(/, from step \d+$/, '')}, from step ${step}` },
      ownText: await this.#ownText(id, row),
      parentRun: (family) => this.#reader(id, family, label.name),
    });
  }

  async rename(id: string, name: string): Promise<void> {
    const trimmed = name.trim();
    if (!trimmed || trimmed.length > 200) throw badInput('The name of a race must have 1 to 200 characters.');
    await this.#relabel(id, (label) => ({ ...label, name: trimmed }));
  }

  async remove(id: string): Promise<void> {
    await this.#relabel(id, (label) => ({ ...label, removed: new Date().toISOString() }));
  }

  async restore(id: string): Promise<void> {
    await this.#relabel(id, ({ name }) => ({ name }));
  }

  async purge(): Promise<void> {
    const { found } = await this.#all();
    const gone = found.filter(({ label }) => label.removed);
    const changes = gone.flatMap(({ id }): Change[] => RACE_TABLES.map((table) => ({ table, under: [id] })));
    if (changes.length > 0) await this.options.tables.write(changes);
  }

  async exportZip(id: string, { weights = true } = {}): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
    const found = await this.#find(id);
    const { row, label } = found;
    const about: RaceAbout = {
      begun: row.begun,
      name: label.name,
      ...(row.parent && { parent: row.parent }),
      state: row.state,
      ...(row.summary && { wallSeconds: row.summary.wallSeconds }),
    };
    const folders = [];
    for (const family of familiesOf(row)) {
      const files = await filesOf(this.#reader(id, family, label.name), { weights, about });
      folders.push({ name: row.folders[family]!, files });
    }
    return { name: `${fileName(label.name)}.zip`, bytes: packRuns(folders, new Date(row.begun)) };
  }

  async importZip(name: string, bytes: Uint8Array) {
    const { races, ignored } = await unpackRaces(bytes, name);
    const taken = [];
    const already: KeptRace[] = [];
    for (const runs of races) {
      const twin = await this.#twinOf(runs);
      if (twin) already.push(keptRace(twin));
      else taken.push(takenOver(runs));
    }
    if (taken.length > 0) await this.options.tables.write(taken.flatMap(({ changes }) => changes));
    return { races: taken.map(({ race }) => race), already, ignored };
  }

  /** A race of the shelf that has the same spec, text and numbers, and whatever of the checkpoints there is. */
  async #twinOf(runs: readonly PackedRun[]): Promise<Found | undefined> {
    const { family: _, ...spec } = runs[0].spec;
    const wanted = canonicalJson(spec);
    const numbers = toJson(contentOf(runs).records);
    const { found } = await this.#all();
    for (const each of found) {
      const { id, row, label } = each;
      if (this.#writing.has(id) && row.state === 'unfinished') continue;
      if (label.removed || canonicalJson(row.spec) !== wanted || familiesOf(row).length !== runs.length) continue;
      if (
        runs.some(
          ({ spec: { family }, checkpoint }) => checkpoint !== undefined && checkpoint !== row.checkpoints[family],
        )
      )
        continue;
      if (runs[0].ownText?.text !== (await this.#ownText(id, row))?.text) continue;
      if (toJson(contentOf(await this.#runs(each)).records) === numbers) return each;
    }
  }

  #write(race: Omit<WritingOptions, 'tables' | 'about' | 'opened'>): RaceOnShelf {
    const { tables, about, tell } = this.options;
    const opened = () => {
      this.#writing.set(race.id, writing);
      tables.lasting().then((lasting) => {
        if (!lasting) tell({ type: 'notKept', why: 'no-storage', message: NO_STORAGE });
      });
    };
    const writing = new RaceWriting({ ...race, tables, about, opened });
    return writing;
  }

  async #all(): Promise<{ found: Found[]; unreadable: number }> {
    const { tables } = this.options;
    const labels = new Map((await tables.rows(LABELS, [])).map(({ key, value }) => [key[0], labelOf(value)]));
    const rows = await tables.rows(RACES, []);
    const found = rows.flatMap(({ key: [id], value }): Found[] => {
      const row = rowOf(value);
      const label = labels.get(id);
      return row && label ? [{ id, row, label }] : [];
    });
    return { found, unreadable: rows.length - found.length };
  }

  /** A race, with everything of it written. */
  async #find(id: string): Promise<Found> {
    await this.#writing.get(id)?.settled();
    const { tables } = this.options;
    const row = rowOf((await tables.rows(RACES, [id]))[0]?.value);
    const label = labelOf((await tables.rows(LABELS, [id]))[0]?.value);
    if (!row || !label) throw badInput(`There is no race ${JSON.stringify(id.slice(0, 40))} on the shelf.`);
    return { id, row, label };
  }

  async #relabel(id: string, change: (label: Label) => Label): Promise<void> {
    const { label } = await this.#find(id);
    await this.options.tables.write([labelChange(id, change(label))]);
  }

  #reader(id: string, family: FamilyId, name: string): RunReader {
    return folderReader(this.options.tables, [id, family], `“${name}” (${family})`);
  }

  async #runs({ id, row, label }: Found): Promise<RaceRun[]> {
    return Promise.all(
      familiesOf(row).map(async (family) => {
        const reader = this.#reader(id, family, label.name);
        const environment = await readEnvironment(reader);
        if (!environment) throw badInput(`${reader.name} has no ${RUN_FILES.environment}`);
        return { ...(await readContent(reader)), environment };
      }),
    );
  }

  async #ownText(id: string, row: RaceRow) {
    const [family] = familiesOf(row);
    return row.ownText === undefined ? undefined : readOwnText(this.#reader(id, family, row.ownText));
  }
}

const NO_STORAGE =
  'This browser keeps no data for this page (as in a private window): the race is held in memory until the page is closed. Export it to keep it.';

function keptRace({ id, row: { folders: _, ...row }, label: { name } }: Found): KeptRace {
  return { id, name, ...row };
}

const familiesOf = ({ folders }: RaceRow): FamilyId[] => FAMILIES.filter((family) => folders[family] !== undefined);

/** A race out of a .zip as it is kept, under a new id. What follows from a checkpoint is not kept beside it. */
function takenOver(runs: readonly PackedRun[]): { race: KeptRace; changes: Change[] } {
  const id = newId();
  const changes: Change[] = [];
  let bytes = 0;
  for (const { spec, files, checkpoint } of runs) {
    for (const [file, content] of files) {
      if (checkpoint !== undefined && file === RUN_FILES.model) continue;
      changes.push({ table: FILES, key: [id, spec.family, file, 0], value: content });
      bytes += content.length;
    }
  }
  const ownText = runs[0].ownText?.name;
  const changed = new Date().toISOString();
  const race = keptRaceOf(runs, { id, origin: 'imported', changed, bytes, ...(ownText && { ownText }) });
  const folders = Object.fromEntries(runs.map(({ spec, folder }) => [spec.family, folder]));
  const { id: _, name, ...row } = race;
  return { race, changes: [...changes, rowChange(id, { ...row, folders }), labelChange(id, { name })] };
}

function stepToBranchFrom({ checkpoints, folders }: RaceRow, name: string): number {
  const steps = FAMILIES.map((family) => (folders[family] === undefined ? undefined : checkpoints[family]));
  if (steps.some((step) => step === undefined))
    throw badInput(`“${name}” has no checkpoint of both families to branch off.`);
  return Math.max(...(steps as number[]));
}

/** Weights, draws and tokens of a step must mean the same: only how they are trained may differ. */
function refuseOtherModel(one: RaceSpec, other: RaceSpec, name: string): void {
  const fixed = ({ train, ...spec }: RaceSpec) => canonicalJson({ ...spec, batch: train.batch });
  if (fixed(one) !== fixed(other))
    throw badInput(`A branch of “${name}” may differ from it in the section train only, and not in train.batch.`);
}

/** Sorts by time, and is no other's. */
function newId(): string {
  const random = crypto.getRandomValues(new Uint32Array(1))[0];
  return `${Date.now().toString(36)}-${random.toString(36).padStart(7, '0')}`;
}

/** “Moby Dick, 5,000 tokens, seed 1” → moby-dick-5000-tokens-seed-1. */
function fileName(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(',', '')
    .match(/[\p{L}\p{N}]+/gu) ?? ['race'];
  return words.join('-').slice(0, 80);
}
