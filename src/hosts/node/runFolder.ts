import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

export async function readRunFolder(folder: string): Promise<RunFolder> {
  return { folder, ...(await readContent(runPlace(folder))) };
}
