import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { canonicalJson, stableHash } from '../../core/hash.ts';
import { fromJson, toJson } from '../../core/json.ts';
import { CELL_VERSION, type Cell, type CellResult } from '../../experiments/cell.ts';
import type { SweepOptions } from '../../experiments/cells.ts';
import type { Experiment, Scale, Settings } from '../../experiments/experiment.ts';
import type { RunStore, SweepStore } from '../../lab/store.ts';
import type { FamilyId } from '../../spec/schema.ts';
import { FileStore } from './fileStore.ts';
import { ioError, makeFolder, readIfThere, systemCode, writeAtomically } from './files.ts';

/** The files of a sweep. While cells are trained, `runs/` holds the run folders of those that are not finished. */
export const SWEEP_FILES = { about: 'sweep.json', verdict: 'verdict.json', cells: 'cells', runs: 'runs' } as const;

/** What may stand in the folder of a sweep before `sweep.json` does. */
const BEGINNING = /^(cells$|\.probe-|sweep\.)/;

export const SWEEP_VERSION = 1;

/** What `sweep.json` says: all that is needed to go on with a sweep and to judge it. */
export interface SweepAbout {
  version: typeof SWEEP_VERSION;
  /** Version of Crossover that wrote it last. */
  crossover: string;
  scale: Scale;
  seeds: readonly number[];
  settings: Settings;
  /** As it was when the cells were run, with the criterion. */
  experiment: Experiment;
}

/** Everything in a sweep folder that is judged. */
export interface SweepFolder {
  folder: string;
  about: SweepAbout;
  results: CellResult[];
  /** Cells that a copy or a kill left unreadable, and why. They are as good as not there. */
  broken: { path: string; why: string }[];
}

/** The options that make the cells of a sweep out of its experiment: what differs from the plan. */
export function optionsOf({ experiment, scale, seeds, settings }: SweepAbout): SweepOptions {
  const planned = experiment.plans[scale].seeds;
  return { settings, ...(canonicalJson(seeds) !== canonicalJson(planned) && { seeds }) };
}

const NUMERIC = ['value', 'se', 'windows'];

/** Reads a sweep folder. Throws a CrossoverError for a folder that is none, or of another version. */
export async function readSweepFolder(folder: string): Promise<SweepFolder> {
  const found = await readSweepIfThere(folder);
  if (!found) throw badInput(`${folder} is not a sweep: it has no ${SWEEP_FILES.about}`);
  return found;
}

/** As `readSweepFolder`; undefined where there is no sweep. */
export async function readSweepIfThere(folder: string): Promise<SweepFolder | undefined> {
  const about = await readAbout(folder);
  return about && { folder, about, ...(await readCells(folder)) };
}

async function readAbout(folder: string): Promise<SweepAbout | undefined> {
  const path = join(folder, SWEEP_FILES.about);
  const text = (await readIfThere(path))?.toString('utf8');
  if (text === undefined) return undefined;
  let about: Partial<SweepAbout>;
  try {
    about = JSON.parse(text) as SweepAbout;
  } catch {
    throw badInput(`${path} is not JSON`);
  }
  if (about.version !== SWEEP_VERSION) throw otherVersion(path, about.version, SWEEP_VERSION);
  return about as SweepAbout;
}

function otherVersion(path: string, found: unknown, allowed: number) {
  return badInput(
    `${path} has version ${JSON.stringify(found)}; this Crossover reads version ${allowed}`,
    'It was written by another version of Crossover; use that version to read it.',
  );
}

async function readCells(folder: string): Promise<Pick<SweepFolder, 'results' | 'broken'>> {
  const results: CellResult[] = [];
  const broken: SweepFolder['broken'] = [];
  for await (const { path, result, why } of cellsIn(folder)) {
    if (result) results.push(result);
    else broken.push({ path, why });
  }
  return { results, broken };
}

/** One cell at a time: all of a large sweep are more than the memory should hold where only their names are asked for. */
async function* cellsIn(folder: string): AsyncGenerator<{ path: string; result?: CellResult; why: string }> {
  const names = await namesIn(join(folder, SWEEP_FILES.cells));
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    const path = join(folder, SWEEP_FILES.cells, name);
    const result = parsed((await readIfThere(path))?.toString('utf8') ?? '');
    if (!result) yield { path, why: 'it is not whole' };
    else if (result.version !== CELL_VERSION) throw otherVersion(path, result.version, CELL_VERSION);
    else if (result.id !== idOf(result) || name !== `${result.id}.json`)
      yield { path, why: 'its name is not the hash of what it holds' };
    else yield { path, result, why: '' };
  }
}

function parsed(text: string): CellResult | undefined {
  try {
    return fromJson(text, NUMERIC) as CellResult;
  } catch {
    return undefined;
  }
}

/** The hash that a cell is named by; see `cellsOf`. */
function idOf({ spec, families, samples }: Cell): string {
  return stableHash({ version: CELL_VERSION, spec, families, ...(samples && { samples }) });
}

/** The names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw ioError('read', folder, error);
  }
}

export const cellPath = (folder: string, id: string): string => join(folder, SWEEP_FILES.cells, `${id}.json`);

/**
 * What stands in the way of putting cells of `about` into a folder: what is there is another sweep, or no sweep at all.
 * Resolves to what is to be written as `sweep.json`: the seeds of both.
 */
export async function joinedAbout(folder: string, about: SweepAbout): Promise<SweepAbout> {
  const there = await readAbout(folder);
  if (!there) {
    // What a share that begins at this moment has written already is its own.
    const names = (await namesIn(folder)).filter((name) => !BEGINNING.test(name));
    if (names.length > 0) {
      const found = `${folder} holds files and no ${SWEEP_FILES.about}, so it is not a sweep`;
      throw badInput(`${found}; nothing was written`, 'Choose another folder with --out.');
    }
    return about;
  }
  const different = differenceOf(there, about);
  if (different) {
    throw badInput(`${folder} holds a sweep of ${different}; nothing was written`, 'Choose another folder with --out.');
  }
  return { ...about, seeds: [...new Set([...there.seeds, ...about.seeds])].sort((a, b) => a - b) };
}

/** In words, why two sweeps cannot be one; undefined where they can. Seeds may differ, and so may words. */
export function differenceOf(one: SweepAbout, other: SweepAbout): string | undefined {
  const same = (of: (about: SweepAbout) => unknown) => canonicalJson(of(one)) === canonicalJson(of(other));
  if (!same(({ experiment }) => experiment.id)) return `another experiment, ${one.experiment.id}`;
  if (!same(({ scale }) => scale)) return `another scale, ${one.scale}`;
  if (!same(({ settings }) => settings)) return `other settings, ${settingWords(one.settings)}`;
  if (!same(({ experiment }) => experiment.criterion)) return `${one.experiment.id} with another criterion`;
  return undefined;
}

function settingWords(settings: Settings): string {
  const words = Object.entries(settings).map(([path, value]) => `${path}=${value}`);
  return words.length > 0 ? words.join(' ') : 'none';
}

export async function writeAbout(folder: string, about: SweepAbout): Promise<void> {
  await makeFolder(join(folder, SWEEP_FILES.cells));
  await writeAtomically(join(folder, SWEEP_FILES.about), `${toJson(about, 2)}\n`);
}

/** Cells as files, one each, named by their hash, and the run folders of those under way. */
export class SweepFolderStore implements SweepStore {
  readonly #folder: string;
  readonly #version: string;

  /** @param version of Crossover, for the run folders */
  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  /** A cell that is not whole is none, and is run again. */
  async finished(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for await (const { result } of cellsIn(this.#folder)) if (result) ids.add(result.id);
    return ids;
  }

  runsOf({ id }: Cell): RunStore {
    return new FileStore({ out: this.#runsOf(id), resume: true, version: this.#version });
  }

  async save(result: CellResult): Promise<void> {
    await writeAtomically(cellPath(this.#folder, result.id), `${toJson(result)}\n`);
    await rm(this.#runsOf(result.id), { recursive: true, force: true });
    // As long as another cell is under way it is not empty, and stays.
    await rmdir(join(this.#folder, SWEEP_FILES.runs)).catch(() => {});
  }

  async discard({ id }: Cell, family: FamilyId): Promise<void> {
    for (const name of await namesIn(this.#runsOf(id))) {
      if (name.endsWith(`-${family}`)) await rm(join(this.#runsOf(id), name), { recursive: true, force: true });
    }
  }

  #runsOf(id: string): string {
    return join(this.#folder, SWEEP_FILES.runs, id);
  }
}
