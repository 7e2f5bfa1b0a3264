import { appendFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalJson } from '../../core/hash.ts';
import { readOwnText as ownTextOf, type RunContent, readContent, readSpec } from '../../lab/runFiles/read.ts';
import type { RunPlace } from '../../lab/runFiles/write.ts';
import type { OwnTextFile } from '../../lab/shelf.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { ioError, readIfThere, writeAtomically } from './files.ts';

/** Everything in a run folder that people read; the weights are read where they are needed. */
export interface RunFolder extends RunContent {
  folder: string;
}

/** The files of a run in a folder of the disk. */
export function runPlace(folder: string): RunPlace {
  const path = (file: string) => join(folder, file);
  return {
    name: folder,
    path,
    read: (file) => readIfThere(path(file)),
    write: (file, content) => writeAtomically(path(file), content),
    remove: (file) => rm(path(file), { force: true }),
    async append(file, text) {
      try {
        await appendFile(path(file), text);
      } catch (error) {
        throw ioError('write', path(file), error);
      }
    },
  };
}

/** The spec of a run folder; a CrossoverError that names the file when it is not one of this version. */
export const readRunSpec = (folder: string): Promise<RunSpec> => readSpec(runPlace(folder));

/** The text that a run with the corpus `own` was trained on, and its name. */
export const readOwnText = (folder: string): Promise<OwnTextFile | undefined> => ownTextOf(runPlace(folder));

/** The folder beside a run's that holds the other family of its race, whatever it is called; undefined where none does. */
export async function otherFamilyOf(folder: string, { family, ...spec }: RunSpec): Promise<string | undefined> {
  const race = canonicalJson({ spec, text: (await readOwnText(folder))?.text });
  const parent = dirname(folder);
  for (const name of (await readdir(parent)).sort()) {
    const beside = join(parent, name);
    // What is no run of this version is no part of the race either.
    const found = await readRunSpec(beside).catch(() => undefined);
    if (!found || found.family === family) continue;
    const { family: _, ...its } = found;
    if (canonicalJson({ spec: its, text: (await readOwnText(beside))?.text }) === race) return beside;
  }
  return undefined;
}

export async function readRunFolder(folder: string): Promise<RunFolder> {
  return { folder, ...(await readContent(runPlace(folder))) };
}
