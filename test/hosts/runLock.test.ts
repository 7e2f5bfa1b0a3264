import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareCorpora } from '../../src/hosts/build/corpora.ts';
import { FileStore, type FileStoreOptions } from '../../src/hosts/node/fileStore.ts';
import { temporaryName } from '../../src/hosts/node/files.ts';
import { RUN_FILES } from '../../src/lab/runFiles/names.ts';
import { FAMILIES, type FamilyId, type RunSpec } from '../../src/spec/schema.ts';
import { ROOT, run } from '../support/terminal.ts';
import { tinySpec } from '../support/tiny.ts';
import { evaluation, raceReport } from './raceFixture.ts';

const SPEC = tinySpec();
const ABOUT = {
  symbols: ['a', 'b'],
  executor: raceReport().summary.executor,
  dataset: raceReport().plan.dataset,
};

let out: string;
const opened: FileStore[] = [];
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'crossover-run-lock-'));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const store of opened.splice(0)) await store.close();
  await rm(out, { recursive: true, force: true });
});

/** As a command opens runs. */
function store(options: Partial<FileStoreOptions> = {}): FileStore {
  const lock = { waiting: () => {} };
  const one = new FileStore({ out, resume: false, version: '0.0.0', lock, ...options });
  opened.push(one);
  return one;
}
const specOf = (family: FamilyId, seed = SPEC.seed): RunSpec => ({ ...SPEC, seed, family });
const open = (one: FileStore, id = 'abc', family: FamilyId = 'ar', seed?: number) =>
  one.open(id, specOf(family, seed), ABOUT);
const path = (...file: string[]) => join(out, 'abc-ar', ...file);

describe('a run folder that a process writes to', () => {
  it.each([true, false])(
    'is refused to any other, whether it is to go on (%s) or not, until it ends',
    async (resume) => {
      const first = store();
      const stored = await open(first);
      await stored.appendRecords([evaluation('ar', 1, 3)]);
      const before = await readFile(path(RUN_FILES.metrics), 'utf8');
      const second = store({ resume });
      await expect(open(second)).rejects.toMatchObject({
        code: 'io',
        message: expect.stringMatching(
          `^${path()} is in use by another command \\(process ${process.pid} on ${hostname()}, since .*nothing was written$`,
        ),
        hint: expect.stringContaining('Ctrl-C'),
      });
      expect(await readFile(path(RUN_FILES.metrics), 'utf8')).toBe(before);
      await second.close();
      expect(await readdir(path())).toContain('run.lock');

      await first.close();
      expect(await readdir(path())).not.toContain('run.lock');
      await open(store({ resume: true }));
    },
  );

  it('keeps nobody out of other runs beside it', async () => {
    await open(store());
    await open(store(), 'abc', 'diffusion');
    await open(store(), 'def', 'ar', 8);
    expect((await readdir(out)).sort()).toEqual(['abc-ar', 'abc-diffusion', 'def-ar']);
  });

  it('gets no lock where it is not a run, or another', async () => {
    await (await open(store())).appendRecords([evaluation('ar', 1, 3)]);
    for (const each of opened.splice(0)) await each.close();
    await expect(open(store({ resume: true }), 'abc', 'ar', 9)).rejects.toThrow('a run of another spec');
    expect(await readdir(path())).not.toContain('run.lock');
  });

  it('is written to no more when another has taken it over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stored = await open(store());
    await writeFile(path('run.lock'), JSON.stringify({ token: 'another', pid: 3, host: 'node7' }));
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(
      () => expect(stored.appendRecords([evaluation('ar', 2, 3)])).rejects.toThrow('taken over by process 3 on node7'),
      { timeout: 120_000 },
    );
    const written = await readFile(path(RUN_FILES.metrics), 'utf8').catch(() => '');
    await expect(stored.appendRecords([evaluation('ar', 3, 3)])).rejects.toMatchObject({ code: 'io' });
    expect(await readFile(path(RUN_FILES.metrics), 'utf8').catch(() => '')).toBe(written);
  });
});

describe('what a kill leaves in a run folder', () => {
  it('is its lock and halves of files, which go when the run is opened again', async () => {
    const first = store();
    await (await open(first)).appendRecords([evaluation('ar', 1, 3)]);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const claim = JSON.parse(await readFile(path('run.lock'), 'utf8'));
    const half = temporaryName(path(RUN_FILES.checkpoint));
    await writeFile(path('run.lock'), JSON.stringify({ ...claim, token: randomUUID(), pid }));
    await writeFile(half, 'half');
    await writeFile(path('notes.tmp'), 'mine');
    const again = store({ resume: true });
    await open(again);
    await again.close();
    const names = await readdir(path());
    expect(names).toContain('notes.tmp');
    expect(names.filter((name) => name === 'run.lock' || name === half.slice(path().length + 1))).toEqual([]);
  });

  it('is no run where it came to nothing else', async () => {
    const first = store();
    await open(first);
    for (const name of await readdir(path())) if (name !== 'run.lock') await rm(path(name));
    await writeFile(temporaryName(path(RUN_FILES.spec)), '{');
    await first.close();
    await open(store());
    expect((await readdir(path())).sort()).toEqual(['env.json', 'run.json', 'run.lock']);
  });
});

describe('on the command line', () => {
  const TINY = [
    ...['model.layers=1', 'model.channels=8', 'model.heads=2', 'model.context=8', 'train.batch=2', 'train.steps=2'],
    ...['data.uniqueTokens=64', 'evaluation.windows=2', 'evaluation.testWindows=2', 'evaluation.every=2'],
    ...['evaluation.denseUntil=0', 'evaluation.questions=0', 'sampling.every=0'],
  ].flatMap((setting) => ['--set', setting]);
  let folder: string;
  let runs: Record<FamilyId, string>;
  const argv = (...command: string[]) => [...command, '--executor', 'interpret', '--out', folder, ...TINY];
  const linesOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  beforeAll(async () => {
    await prepareCorpora(ROOT);
    folder = await mkdtemp(join(tmpdir(), 'crossover-two-'));
    const { code, stdout, stderr } = await run(...argv('race', '--resume', '--json'));
    expect(code).toBe(0);
    const events = linesOf(stdout);
    runs = events.at(-1).runs;
    const said = `There is nothing to resume in ${runs.ar} and ${runs.diffusion}: both models begin anew.`;
    expect(stderr.split('\n')).toContain(said);
    expect(events).toContainEqual({ type: 'note', text: said });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('race --resume says that there is nothing to resume, and resuming what is there does not', async () => {
    const { code, stderr } = await run('resume', runs.ar, '--executor', 'interpret');
    expect(code).toBe(0);
    expect(stderr).not.toContain('nothing to resume');
    await rm(join(runs.diffusion, RUN_FILES.checkpoint));
    const one = await run(...argv('train', 'diffusion', '--resume'));
    expect(one.stderr).toContain(`There is nothing to resume in ${runs.diffusion}: diffusion begins anew.\n`);
  });

  it('race, train and resume are refused while another is at work, and leave no lock', async () => {
    const path = join(runs.ar, 'run.lock');
    await open(store());
    await writeFile(path, await readFile(join(out, 'abc-ar', 'run.lock')));
    const metrics = await readFile(join(runs.ar, RUN_FILES.metrics), 'utf8');
    for (const command of [
      argv('race', '--resume'),
      argv('race'),
      argv('train', 'ar', '--resume'),
      ['resume', runs.diffusion, '--executor', 'interpret'],
    ]) {
      const { code, stderr } = await run(...command);
      expect([code, stderr]).toEqual([6, expect.stringContaining(`${runs.ar} is in use by another command`)]);
    }
    expect(await readFile(join(runs.ar, RUN_FILES.metrics), 'utf8')).toBe(metrics);
    for (const family of FAMILIES) expect((await readdir(runs[family])).includes('run.lock')).toBe(family === 'ar');

    const zip = join(out, 'race.zip');
    expect((await run('export', runs.ar, '--out', zip)).code).toBe(0);
    const back = await run('import', zip, '--out', join(out, 'back'));
    expect(back).toMatchObject({ code: 0, stderr: '' });
    const copied = back.stdout.split(': ')[0];
    expect(dirname(copied)).toBe(join(out, 'back'));
    expect(await readdir(copied)).not.toContain('run.lock');
    await rm(path);
  });
});
