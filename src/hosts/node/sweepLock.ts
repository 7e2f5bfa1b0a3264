import { stableHash } from '../../core/hash.ts';
import type { Shard } from '../../lab/sweepPlan.ts';
import { type FolderLock, type Locking, lockFolder } from './folderLock.ts';

/**
 * The lock of a process that trains cells of a sweep folder: a file whose name says which share of which cells. Of one
 * whole, different shares of equally many have no cell in common; any others may have.
 */
const LOCK = /^sweep\.([0-9a-f]+)\.(\d+)-of-(\d+)\.lock$/;

const lockName = (whole: string, { index, count }: Shard) => `sweep.${whole}.${index}-of-${count}.lock`;

export interface SweepLocking extends Locking {
  /** Ids of the cells of the whole sweep. */
  cells: readonly string[];
  /** The share that is to be trained; without it all. */
  shard?: Shard | undefined;
}

/**
 * Takes a share of a sweep folder for this process, so that no cell of it is trained by two at a time: every share of a
 * whole once, and nothing else beside them. Refuses, and takes over from the dead, as `lockFolder` does; results are never
 * touched.
 */
export function lockSweep(folder: string, { cells, shard, ...locking }: SweepLocking): Promise<FolderLock> {
  const name = lockName(stableHash(cells), shard ?? { index: 1, count: 1 });
  const lock = {
    name,
    excludes: (file: string) => collide(name, file),
    user: 'another sweep',
    part: shareOf,
    inUse: 'Wait for its end, or choose another folder with --out.',
    lost: 'Finished cells are kept; the same command goes on with what is left when the other has ended.',
  };
  return lockFolder(folder, lock, locking);
}

/** Whether two locks may be about the same cells. */
function collide(mine: string, other: string): boolean {
  const [, whole, index, count] = LOCK.exec(mine) ?? [];
  const theirs = LOCK.exec(other);
  return theirs !== null && !(theirs[1] === whole && theirs[3] === count && theirs[2] !== index);
}

function shareOf(lock: string): string | undefined {
  const [, , index, count] = LOCK.exec(lock) ?? [];
  return count === '1' ? undefined : `share ${index}/${count}`;
}
