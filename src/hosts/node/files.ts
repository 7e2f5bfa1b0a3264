import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { CrossoverError, messageOf } from '../../core/errors.ts';

/** The code that a failed file operation carries, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** An error of code `io` for a path, from whatever the file system threw. */
export function ioError(doing: string, path: string, error: unknown): CrossoverError {
  const reason = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'there is no such file or folder',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
  }[systemCode(error) ?? ''];
  const hint = systemCode(error) === 'ENOSPC' ? 'Make room there and go on: what was saved is whole.' : undefined;
  return new CrossoverError('io', `cannot ${doing} ${path}: ${reason ?? messageOf(error)}`, hint);
}

/**
 * Makes a folder and those it is in, as far as they are not there. Not `mkdir` with `recursive`, which in Node 20 never
 * returns where a file system answers ENOENT for a folder whose parent is there (as /proc does).
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (systemCode(error) === 'ENOENT' && parent !== path && !(await isFolder(parent))) {
      await makeFolder(parent, mode);
      // Somebody else may have made it meanwhile.
      await makeFolder(path, mode);
    } else if (!(await isFolder(path))) {
      throw error;
    }
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Writes a file so that a kill at any moment leaves the previous content or the new one: under another name, flushed
 * to the disk, then renamed.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw ioError('write', path, error);
  }
}

/** Where a file is written before it gets its name: no other process has it, on whatever machine (all pods are process 1). */
export const temporaryName = (path: string): string => `${path}.${randomUUID()}.tmp`;

const TEMPORARY = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Whether a file has a name that `temporaryName` makes. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name);

/** Removes what kills have left of files being written; only for whoever alone writes to the folder. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error) => {
    throw ioError('read', folder, error);
  });
  for (const name of names.filter(isTemporary)) {
    const path = join(folder, name);
    await rm(path, { force: true }).catch((error) => {
      throw ioError('remove', path, error);
    });
  }
}

/** Makes a rename durable. Windows has no such thing for a folder and does not need it. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** The bytes of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw ioError('read', path, error);
  }
}

/** This computer in words: `Node 22.1.0 on linux x64, AMD EPYC 7763, 2 cores`. */
export function hostWords(): string {
  const cores = cpus();
  const cpu = cores[0] ? `, ${cores[0].model.trim()}, ${cores.length} cores` : '';
  return `Node ${process.versions.node} on ${process.platform} ${process.arch}${cpu}`;
}
