import { inBytes } from '../../core/bytes.ts';
import { badInput } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { parameterLayout } from '../../model/parameters.ts';
import { FAMILY_NAMES, type RaceSpec, type RunSpec } from '../../spec/schema.ts';
import { readModelFile } from '../../train/modelFiles.ts';
import type { OwnTextFile } from '../shelf.ts';
import { encodeEnvironment, type RaceAbout } from './environment.ts';
import { isRunFile, RUN_FILES, type RunFile, WEIGHT_FILES } from './names.ts';
import type { RaceRun } from './race.ts';
import {
  type RunReader,
  readCheckpoint,
  readContent,
  readEnvironment,
  readOwnText,
  readSpec,
  readSymbols,
} from './read.ts';
import { publishedFiles } from './write.ts';
import { readZip, type ZipEntry, zip } from './zip.ts';

/** Races as .zip files of their run folders. */

const MIB = 2 ** 20;
/** Bytes, unpacked, that all run files of a .zip may come to together, and each of them by itself. */
const MOST_TOGETHER = 1024 * MIB;
const MOST_WEIGHTS = 768 * MIB;
const MOST_LINES = 256 * MIB;
const MOST_JSON = 16 * MIB;

/** The files of a run folder, to be packed. */
export interface FolderFiles {
  /** Of the folder. */
  name: string;
  files: readonly (readonly [RunFile, Uint8Array])[];
}

/** A run that was found in a .zip, and is sound. */
export interface PackedRun extends RaceRun {
  folder: string;
  ownText?: OwnTextFile;
  files: ReadonlyMap<RunFile, Uint8Array<ArrayBuffer>>;
}

/**
 * The files of a run as the terminal writes them, to be packed: those of the model follow from a checkpoint where they are
 * not there. `about`: what is known of its race beside what its files say.
 */
export async function filesOf(
  run: RunReader,
  { weights, about }: { weights: boolean; about?: RaceAbout },
): Promise<[RunFile, Uint8Array][]> {
  const files = new Map<RunFile, Uint8Array>();
  for (const file of Object.values(RUN_FILES)) {
    const bytes = await run.read(file);
    if (bytes) files.set(file, bytes);
  }
  const spec = await readSpec(run);
  const symbols = await readSymbols(run);
  if (symbols && files.has(RUN_FILES.checkpoint) && !files.has(RUN_FILES.model)) {
    const checkpoint = await readCheckpoint(run, spec, symbols);
    for (const [file, content] of publishedFiles(spec, symbols, checkpoint!)) files.set(file, bytesOf(content));
  }
  const environment = about && (await readEnvironment(run));
  if (environment) {
    const { plan, ...before } = environment.race ?? {};
    const text = encodeEnvironment({ ...environment, race: { ...before, ...about, ...(plan && { plan }) } });
    files.set(RUN_FILES.environment, bytesOf(text));
  }
  return [...files].filter(([file]) => weights || !WEIGHT_FILES.has(file));
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** A .zip of run folders. `date`: of its files. */
export function packRuns(folders: readonly FolderFiles[], date: Date): Uint8Array<ArrayBuffer> {
  const files = folders.flatMap(({ name, files }) => files.map(([file, bytes]) => [`${name}/${file}`, bytes] as const));
  return zip(files, date);
}

/**
 * The races in a .zip, as the runs of each: one of both families, or of one of them. Nobody knows where the file comes
 * from: sizes are looked at before anything is unpacked, and everything in it is read as it would be to go on.
 *
 * @param file how errors name the .zip
 * @throws CrossoverError that names the first thing that is wrong
 */
export async function unpackRaces(
  bytes: Uint8Array,
  file: string,
): Promise<{ races: PackedRun[][]; ignored: string[] }> {
  const { folders, ignored } = sorted(readZip(bytes, file));
  if (folders.size === 0) throw badInput(`${file} holds no run: no folder in it has a ${RUN_FILES.spec}`);
  refuseLarge([...folders.values()].flat(), file);
  const runs: PackedRun[] = [];
  for (const [folder, entries] of folders) runs.push(await unpackRun(folder, entries, file));
  return { races: racesOf(runs, file), ignored };
}

/** An entry that is a file of a run. */
interface RunEntry {
  name: RunFile;
  entry: ZipEntry;
}

/** The run folders of a .zip, by their paths, and the names of all other files. */
function sorted(entries: readonly ZipEntry[]): { folders: Map<string, RunEntry[]>; ignored: string[] } {
  const parts = entries.map((entry) => {
    const cut = entry.name.lastIndexOf('/');
    return { entry, folder: entry.name.slice(0, Math.max(0, cut)), name: entry.name.slice(cut + 1) };
  });
  const folders = new Map<string, RunEntry[]>();
  for (const { folder, name } of parts) if (name === RUN_FILES.spec) folders.set(folder, []);
  const ignored: string[] = [];
  for (const { entry, folder, name } of parts) {
    const run = folders.get(folder);
    if (run && isRunFile(name)) run.push({ name, entry });
    else ignored.push(entry.name);
  }
  return { folders, ignored };
}

function refuseLarge(entries: readonly RunEntry[], file: string): void {
  for (const { name, entry } of entries) {
    const most = mostOf(name);
    if (entry.size > most)
      throw badInput(`${file}: ${entry.name} has ${inBytes(entry.size)} unpacked; ${inBytes(most)} are allowed`);
  }
  const all = entries.reduce((sum, { entry }) => sum + entry.size, 0);
  if (all > MOST_TOGETHER)
    throw badInput(`${file} has ${inBytes(all)} unpacked; ${inBytes(MOST_TOGETHER)} are allowed`);
}

function mostOf(name: RunFile): number {
  if (WEIGHT_FILES.has(name)) return MOST_WEIGHTS;
  return name.endsWith('.json') ? MOST_JSON : MOST_LINES;
}

async function unpackRun(path: string, entries: readonly RunEntry[], file: string): Promise<PackedRun> {
  const files = new Map(entries.map(({ name, entry }) => [name, entry.unpack()]));
  const inZip = path ? `${file}: ${path}` : file;
  const reader: RunReader = {
    name: inZip,
    path: (name) => `${inZip}/${name}`,
    read: async (name) => files.get(name),
  };
  const run = await readSound(reader);
  const folder = path.slice(path.lastIndexOf('/') + 1) || `run-${run.spec.family}`;
  return { ...run, folder, files };
}

/** Everything of a run that is moved from one place to another: refused here is what its new place would refuse. */
export async function readSound(run: RunReader): Promise<RaceRun & { ownText?: OwnTextFile }> {
  const content = await readContent(run);
  const environment = await readEnvironment(run);
  if (!environment) throw badInput(`${run.name} has no ${RUN_FILES.environment}`);
  const ownText = await readOwnText(run);
  if (content.spec.data.corpus === 'own' && !ownText)
    throw badInput(`${run.name} was trained on a text of one’s own, and has no ${RUN_FILES.ownText}`);
  const checkpoint = await checkWeights(run, content.spec);
  return { ...content, environment, ...(ownText && { ownText }), ...(checkpoint !== undefined && { checkpoint }) };
}

/** Refuses weights that do not fit the model; the step of the checkpoint, where there is one. */
async function checkWeights(run: RunReader, spec: RunSpec): Promise<number | undefined> {
  const symbols = await readSymbols(run);
  const model = await run.read(RUN_FILES.model);
  if (!symbols) {
    if (!model && !(await run.read(RUN_FILES.checkpoint))) return undefined;
    throw badInput(`${run.name} has weights, and no ${RUN_FILES.tokenizer} that says for which symbols`);
  }
  if (model) readModelFile(model, parameterLayout(spec.model, symbols.length + 1), run.path(RUN_FILES.model));
  return (await readCheckpoint(run, spec, symbols))?.step;
}

/** Runs of the same spec on the same text are one race; where there are several such races, their beginnings tell which. */
function racesOf(runs: readonly PackedRun[], file: string): PackedRun[][] {
  const about = ({
    spec: { family: _, ...spec },
    ownText,
  }: PackedRun): { spec: RaceSpec; text: string | undefined } => ({
    spec,
    text: ownText?.text,
  });
  const alike = grouped(runs, (run) => canonicalJson(about(run)));
  const races = alike.flatMap((group) =>
    isOne(group) ? [group] : grouped(group, ({ environment }) => environment.race?.begun ?? ''),
  );
  for (const race of races) {
    const again = race.find(({ spec }, i) => race.slice(0, i).some((one) => one.spec.family === spec.family));
    if (!again) continue;
    const { family } = again.spec;
    const first = race.find(({ spec }) => spec.family === family)!;
    throw badInput(`${file} holds ${FAMILY_NAMES[family]} of one race twice, in ${first.folder} and ${again.folder}`);
  }
  return races;
}

/** Whether no family is there twice. */
function isOne(runs: readonly PackedRun[]): boolean {
  return new Set(runs.map(({ spec }) => spec.family)).size === runs.length;
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}
