import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FolderLock, Locking } from '../../src/hosts/node/folderLock.ts';
import { lockSweep } from '../../src/hosts/node/sweepLock.ts';
import { run } from '../support/terminal.ts';

const CELLS = ['a', 'b', 'c'];
const SLOW = { timeout: 120_000 };

let folder: string;
const held: FolderLock[] = [];
beforeEach(async () => {
  said = [];
  folder = await mkdtemp(join(tmpdir(), 'crossover-lock-'));
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const lock of held.splice(0)) await lock.release();
  await rm(folder, { recursive: true, force: true });
});

/** What was said while waiting. */
let said: string[];

async function take(index = 1, count = 1, cells = CELLS, more: Partial<Locking> = {}) {
  const lost = () => {};
  const waiting = (words: string) => said.push(words);
  const lock = await lockSweep(folder, { cells, shard: { index, count }, lost, waiting, ...more });
  held.push(lock);
  return lock;
}

const locks = async () => (await readdir(folder)).filter((name) => name.endsWith('.lock'));

/** Takes the lock, and makes it one of another process. */
async function foreign(change: object, silentSeconds = 0): Promise<void> {
  await take();
  const [name] = await locks();
  const path = join(folder, name);
  const claim = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...claim, token: 'another', ...change }));
  const then = new Date(Date.now() - silentSeconds * 1000);
  await utimes(path, then, then);
}

describe('the lock of a sweep folder', () => {
  it('is given to one process at a time, and is free when it ends', async () => {
    const first = await take();
    await expect(take()).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        `^${folder} is in use by another sweep \\(process ${process.pid} on ${hostname()}, since .*nothing was written$`,
      ),
      hint: expect.stringContaining('--out'),
    });
    await first.release();
    expect(await locks()).toEqual([]);
    await take();
  });

  it('lets different shares of the same cells in together, each once', async () => {
    await take(1, 3);
    await take(2, 3);
    await expect(take(2, 3)).rejects.toThrow('in use by another sweep (share 2/3, process');
    await take(3, 3);
    expect(await locks()).toHaveLength(3);
  });

  it.each([
    ['the whole beside a share', 1, 1, CELLS],
    ['shares of another number', 1, 4, CELLS],
    ['shares of other cells, which may have some in common', 2, 3, ['a', 'b']],
  ] as const)('keeps out %s', async (_, index, count, cells) => {
    await take(1, 3);
    await expect(take(index, count, [...cells])).rejects.toThrow('in use');
    expect(await locks()).toHaveLength(1);
  });

  it('of a process that is dead is removed, and nothing else is', async () => {
    await mkdir(join(folder, 'cells'));
    await writeFile(join(folder, 'cells', 'a.json'), 'result');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await foreign({ pid });
    await take();
    expect(await readFile(join(folder, 'cells', 'a.json'), 'utf8')).toBe('result');
  });

  it.runIf(existsSync('/proc/self/stat'))('of a process whose number another one got later is removed', async () => {
    await foreign({ pid: process.ppid, born: '1' });
    await take();
  });

  /** What happens to a lock of another machine while it is waited for: after so many looks, or never. */
  const meanwhile = (looks: number, act: (path: string) => Promise<unknown>) => {
    let left = looks;
    return {
      sleep: async () => {
        left--;
        const [name] = await locks();
        if (left === 0) await act(join(folder, name));
      },
    };
  };
  const showsLife = (path: string) => utimes(path, Date.now() / 1000, Date.now() / 1000);
  /** The clock stands still, but for the seconds that are put forward: how old a lock is does not depend on the machine. */
  const stopped = () => {
    const began = Date.now();
    let passed = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => began + 1000 * passed);
    return (seconds: number) => {
      passed += seconds;
    };
  };
  const silentFor = (seconds: number) => (path: string) => {
    const then = new Date(Date.now() - seconds * 1000);
    return utimes(path, then, then);
  };
  const never = {
    sleep: async () => {
      throw new Error('there is nothing to wait for');
    },
  };
  const elsewhere = { place: 'elsewhere', host: 'node7', pid: 1 };

  it('of another machine holds if it shows a sign of life, for which is waited', async () => {
    stopped();
    await foreign(elsewhere, 100);
    await expect(take(1, 1, CELLS, meanwhile(3, showsLife))).rejects.toMatchObject({
      message: expect.stringContaining('(process 1 on node7, since'),
      hint: expect.stringMatching(/last sign of life was 0 s ago; after 180 s of silence it counts as dead/),
    });
    expect(said).toEqual([expect.stringMatching(/process 1 on node7.* was 100 s ago.* Waiting for a sign of life …$/)]);
    expect(await locks()).toHaveLength(1);
  });

  it('of another machine is removed after three minutes without one', async () => {
    const pass = stopped();
    await foreign(elsewhere, 200);
    const lock = await take(1, 1, CELLS, never);
    await lock.release();
    await foreign(elsewhere, 170);
    let looks = 0;
    const sleep = async () => {
      looks++;
      pass(5);
    };
    await take(1, 1, CELLS, { sleep });
    expect(looks).toBe(2);
  });

  it('that is without content was begun this moment, or is what a kill left', async () => {
    await take();
    const [name] = await locks();
    await writeFile(join(folder, name), '');
    await expect(take(1, 1, CELLS, meanwhile(1, silentFor(1)))).rejects.toThrow(
      `${folder} is in use by another sweep; nothing was written`,
    );
    await silentFor(200)(join(folder, name));
    await take(1, 1, CELLS, never);
  });

  it('shows a sign of life again and again, and tells its holder when it was taken over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lost = vi.fn();
    const lock = await take(1, 1, CELLS, { lost });
    const [name] = await locks();
    const path = join(folder, name);
    const long = new Date(Date.now() - 100_000);
    await utimes(path, long, long);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(async () => {
      await expect(take()).rejects.toThrow('in use');
      expect((await stat(path)).mtimeMs).toBeGreaterThan(long.getTime() + 50_000);
    }, SLOW);
    expect(lost).not.toHaveBeenCalled();
    await writeFile(path, JSON.stringify({ token: 'another', pid: 3, host: 'node7' }));
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(
      () =>
        expect(lost).toHaveBeenCalledWith(
          expect.objectContaining({ code: 'io', message: expect.stringContaining('taken over by process 3 on node7') }),
        ),
      SLOW,
    );
    await lock.release();
    expect(await locks()).toEqual([name]);
  });
});

describe('crossover sweep', () => {
  const SMALL = [
    'train.steps=2',
    'train.batch=2',
    'evaluation.questions=0',
    'evaluation.windows=2',
    'evaluation.testWindows=2',
  ];
  const argv = (...more: string[]) => [
    ...['sweep', 'ar-weight-decay', '--seeds', '1', '--out', folder, '--executor', 'interpret', ...more],
    ...SMALL.flatMap((setting) => ['--set', setting]),
  ];

  it('stays out of a folder in which another is at work, and may look', async () => {
    await take(1, 1, ['x']);
    const { code, stdout: said, stderr } = await run(...argv());
    expect({ code, said }).toEqual({ code: 6, said: '' });
    expect(stderr).toContain(`${folder} is in use by another sweep`);
    expect(await readdir(folder)).toEqual(await locks());
    expect((await run(...argv('--dry-run'))).code).toBe(0);
  });
});
