import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { badInput, CrossoverError } from '../../core/errors.ts';
import { filesOf, type PackedRun, packRuns, readSound, unpackRaces } from '../../lab/runFiles/archive.ts';
import { WEIGHT_FILES } from '../../lab/runFiles/names.ts';
import type { RunReader } from '../../lab/runFiles/read.ts';
import { checkWritable } from './fileStore.ts';
import { ioError, isFolder, makeFolder, systemCode, writeAtomically } from './files.ts';
import { runPlace } from './runFolder.ts';

/** Run folders as .zip files, the same as the page exports and imports. */

/**
 * Packs run folders into one .zip, which must not be there yet. Without weights it can be looked at, not gone on with.
 *
 * @returns its bytes
 */
export async function packFolders(
  folders: readonly string[],
  { out, weights }: { out: string; weights: boolean },
): Promise<number> {
  const packed = [];
  let begun = new Date();
  for (const folder of folders) {
    const place = runPlace(folder);
    // Nobody gets a file that could not be read again.
    const { environment } = await readSound(weights ? place : withoutWeights(place));
    begun = new Date(environment.race?.begun ?? begun);
    packed.push({ name: basename(resolve(folder)), files: await filesOf(place, { weights }) });
  }
  const names = packed.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw badInput(`${twice} is the name of two of the folders; a .zip holds a name once`);
  const bytes = packRuns(packed, begun);
  try {
    await writeFile(out, bytes, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw badInput(`${out} is there already; nothing was written`);
    throw ioError('write', out, error);
  }
  return bytes.length;
}

/** What is not packed may be as it is. */
function withoutWeights(run: RunReader): RunReader {
  const { name, path } = run;
  return { name, path, read: async (file) => (WEIGHT_FILES.has(file) ? undefined : run.read(file)) };
}

/** A run that was unpacked. */
export interface UnpackedRun extends Pick<PackedRun, 'spec' | 'checkpoint'> {
  folder: string;
}

/** Unpacks the runs of a .zip into folders in `out`, all or none: none where one of them is there already. */
export async function unpackFile(file: string, out: string): Promise<{ races: UnpackedRun[][]; ignored: string[] }> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw ioError('read', file, error);
  });
  const { races, ignored } = await unpackRaces(bytes, file);
  const runs = races.flat().map((run) => ({ ...run, name: safeName(run) }));
  const names = runs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw badInput(`${file} holds two runs in folders called ${twice}`);
  for (const name of names) {
    const folder = join(out, name);
    if ((await isFolder(folder)) && (await readdir(folder)).length > 0)
      throw badInput(`${folder} is there already; nothing was written`, 'Choose another folder with --out.');
  }

  await checkWritable(out);
  const whole = await mkdtemp(join(out, '.import-'));
  try {
    for (const { name, files } of runs) {
      await makeFolder(join(whole, name));
      for (const [each, content] of files) await writeAtomically(join(whole, name, each), content);
    }
    for (const name of names) await rename(join(whole, name), join(out, name));
  } catch (error) {
    throw error instanceof CrossoverError ? error : ioError('write to the output folder', out, error);
  } finally {
    await rm(whole, { recursive: true, force: true });
  }
  const unpacked = (run: PackedRun): UnpackedRun => ({
    spec: run.spec,
    folder: join(out, safeName(run)),
    ...(run.checkpoint !== undefined && { checkpoint: run.checkpoint }),
  });
  return { races: races.map((race) => race.map(unpacked)), ignored };
}

/** The name of a run's folder, without what no file system or no shell likes. */
function safeName({ folder, spec }: PackedRun): string {
  const name = folder
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+|\.+$/g, '')
    .slice(0, 100);
  return name || `run-${spec.family}`;
}
