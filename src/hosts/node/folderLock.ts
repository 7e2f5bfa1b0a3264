import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, readlink, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CrossoverError } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { ioError, readIfThere, systemCode } from './files.ts';

/** How often a process shows that it is there, and after how long without a sign another machine takes it for dead. */
const BEAT_MS = 15_000;
const STALE_MS = 180_000;
/** How often that is looked for. */
const LOOK_MS = 5000;

/** What a lock says: who is at work. */
interface Claim {
  /** Tells a lock from one of the same name that took its place. */
  token: string;
  pid: number;
  host: string;
  /** Where `pid` means the same process: a system since it was started, and the container in it. */
  place: string;
  /** When the system says that the process was started, where it says; a process that got the same number later has another. */
  born: string | undefined;
  /** ISO 8601. */
  since: string;
}

/** A lock file, and who stands in its way. */
export interface LockFile {
  name: string;
  /** Whether a file of the folder is a lock beside which this one cannot be held; its own name is one. */
  excludes(file: string): boolean;
  /** By what a folder with a lock in the way is in use; `part`: which part of it. */
  user: string;
  part?(file: string): string | undefined;
  /** What to do where the folder is in use, and where another has taken it over. */
  inUse: string;
  lost: string;
}

export interface FolderLock {
  /** Gives the folder free. */
  release(): Promise<void>;
}

/** What happens around a lock. */
export interface Locking {
  /** Told if another machine takes the folder over, because it heard nothing from this process for minutes. */
  lost(error: CrossoverError): void;
  /** Told before it waits to see whether a process on another machine is alive. */
  waiting(words: string): void;
  sleep?(milliseconds: number): Promise<unknown>;
}

/**
 * Takes a folder, or a part of it, for this process. Throws a CrossoverError 'io' that names the folder and who is at work
 * there. A lock whose process is dead is removed: on this system at once, on another when it has shown no sign for three
 * minutes (a shared file system says no more), for which it waits. No other file is touched.
 */
export async function lockFolder(
  folder: string,
  lock: LockFile,
  { lost, waiting, sleep }: Locking,
): Promise<FolderLock> {
  const path = join(folder, lock.name);
  const mine = await claim();
  await refuseOthers(folder, lock, mine, async (words) => {
    if (words) waiting(words);
    await (sleep ?? setTimeout)(LOOK_MS);
  });
  await createWith(path, mine).catch(async (error) => {
    await refuseOthers(folder, lock, mine);
    throw ioError('write', path, error);
  });
  // Two that began at the same moment see each other now, and neither goes on: better than both.
  await refuseOthers(folder, lock, mine).catch(async (error) => {
    await free(path, mine);
    throw error;
  });
  const beat = setInterval(() => {
    showLife(path, mine, lock.lost).catch((error: CrossoverError) => {
      clearInterval(beat);
      lost(error);
    });
  }, BEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await free(path, mine);
    },
  };
}

async function claim(): Promise<Claim> {
  const { pid } = process;
  const [place, born] = [await placeOfPids(), await bornOf(pid)];
  return { token: randomUUID(), pid, host: hostname(), place, born, since: new Date().toISOString() };
}

/** Written only where there is none: of several that try, a shared file system lets one succeed. */
async function createWith(path: string, mine: Claim): Promise<void> {
  const file = await open(path, 'wx');
  await file.writeFile(`${toJson(mine)}\n`).finally(() => file.close());
}

/**
 * Removes what dead processes left in the way, and throws if a live one holds what is to be `mine`. Of one on another
 * machine it waits for a sign of life, with `wait`: the first time with words for who waits; without it, any that
 * is not surely dead is taken for alive.
 */
async function refuseOthers(
  folder: string,
  lock: LockFile,
  mine: Claim,
  wait?: (words?: string) => Promise<unknown>,
): Promise<void> {
  const names = await readdir(folder).catch((error) => {
    throw ioError('read', folder, error);
  });
  for (const other of names.filter((each) => lock.excludes(each))) {
    const path = join(folder, other);
    let last: number | undefined;
    for (;;) {
      const mtimeMs = (await stat(path).catch(() => undefined))?.mtimeMs;
      const theirs = await readClaim(path);
      if (mtimeMs === undefined || theirs?.token === mine.token) break;
      // One without content was begun this moment, or is what a kill left.
      const near = theirs?.place === mine.place;
      const silentMs = Date.now() - mtimeMs;
      if (near ? !(await isAlive(theirs)) : silentMs >= STALE_MS) {
        await rm(path, { force: true });
        break;
      }
      const about = { lock, part: lock.part?.(other), theirs, heard: near ? undefined : heardWords(silentMs) };
      if (near || !wait || (last !== undefined && mtimeMs !== last)) throw inUse(folder, about);
      await wait(
        last === undefined ? `${inUseWords(folder, about)}. ${about.heard} Waiting for a sign of life …` : undefined,
      );
      last = mtimeMs;
    }
  }
}

interface InUse {
  lock: LockFile;
  part: string | undefined;
  theirs: Claim | undefined;
  /** When it was heard of last, of one on another machine. */
  heard: string | undefined;
}

const heardWords = (silentMs: number): string =>
  `Its last sign of life was ${Math.max(0, Math.round(silentMs / 1000))} s ago; after ${STALE_MS / 1000} s of silence it counts as dead.`;

function inUseWords(folder: string, { lock, part, theirs }: InUse): string {
  const process = theirs && `process ${theirs.pid} on ${theirs.host}, since ${theirs.since}`;
  const who = process ? ` (${part ? `${part}, ` : ''}${process})` : '';
  return `${folder} is in use by ${lock.user}${who}`;
}

function inUse(folder: string, about: InUse): CrossoverError {
  const advice = [about.lock.inUse, about.heard];
  return new CrossoverError(
    'io',
    `${inUseWords(folder, about)}; nothing was written`,
    advice.filter(Boolean).join(' '),
  );
}

async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    return JSON.parse((await readIfThere(path))?.toString('utf8') ?? '') as Claim;
  } catch (error) {
    if (error instanceof CrossoverError) throw error;
    return undefined;
  }
}

async function showLife(path: string, mine: Claim, advice: string): Promise<void> {
  const found = await readClaim(path);
  if (found?.token !== mine.token) {
    const by = found ? ` by process ${found.pid} on ${found.host}` : '';
    throw new CrossoverError(
      'io',
      `${path} was taken over${by}: this process had shown no sign of life for ${STALE_MS / 1000} s`,
      advice,
    );
  }
  const now = new Date();
  // A file system that fails for a moment is no reason to stop: whoever writes results will tell.
  await utimes(path, now, now).catch(() => {});
}

/** Removes the own lock, and no other of its name. */
async function free(path: string, mine: Claim): Promise<void> {
  if ((await readClaim(path))?.token === mine.token) await rm(path, { force: true });
}

async function isAlive({ pid, born }: Claim): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  return (await bornOf(pid)) === born;
}

/**
 * Linux tells when a process was started, in ticks since the system was; undefined elsewhere, and for one that is dead
 * and that nobody has asked after yet.
 */
async function bornOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the name in parentheses, which may hold anything; the state is the 3rd, the start the 22nd.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && !'ZX'.includes(fields[0]) ? fields[19] : undefined;
}

async function placeOfPids(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [hostname(), boot.trim(), namespace].filter(Boolean).join(' ');
}
