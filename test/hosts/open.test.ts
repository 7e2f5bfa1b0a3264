import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareCorpora } from '../../src/hosts/build/corpora.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { unpackRaces } from '../../src/lab/runFiles/archive.ts';
import { isServedRuns } from '../../src/spec/served.ts';
import { ROOT, run, terminal } from '../support/terminal.ts';

const TINY = [
  ...['model.layers=1', 'model.channels=8', 'model.heads=2', 'model.context=8', 'train.batch=2', 'train.steps=2'],
  ...['data.uniqueTokens=64', 'evaluation.windows=2', 'evaluation.testWindows=2', 'sampling.every=0'],
].flatMap((setting) => ['--set', setting]);

/** Runs of two races, of which one has one family only; and a page in the place of the built one. */
let folder: string;
beforeAll(async () => {
  prepareCorpora(ROOT);
  folder = await mkdtemp(join(tmpdir(), 'crossover-open-'));
  await mkdir(join(folder, 'dist/web'), { recursive: true });
  await writeFile(join(folder, 'dist/web/index.html'), '<p>lab');
  const out = ['--executor', 'interpret', '--out', join(folder, 'my runs')];
  await run('race', ...TINY, ...out);
  await run('train', 'ar', '--seed', '2', ...TINY, ...out);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SLOW = { timeout: 120_000 };

/** Opens folders; what is told, the address of the page, and what ends it. */
async function opened(...folders: string[]) {
  const { value, written, interrupt } = terminal({ root: folder });
  const ended = main(['open', ...folders, '--port', '46100'], value);
  const address = await vi.waitFor(() => {
    const [found] = written.stdout.match(/http:\S+/) ?? [];
    expect(found, written.stderr).toBeDefined();
    return new URL(found!);
  }, SLOW);
  const end = () => {
    interrupt();
    return ended;
  };
  return { written, address, end };
}

describe('crossover open', () => {
  it('serves the page, and beside it the races of a folder, which its address names', async () => {
    const { written, address, end } = await opened(join(folder, 'my runs'));
    expect(written.stdout).toContain('my runs: 3 runs\n');
    expect(await (await fetch(address)).text()).toBe('<p>lab');
    const [path, ...others] = address.searchParams.getAll('open');
    expect([isServedRuns(path), others]).toEqual([true, []]);
    const response = await fetch(new URL(path, address));
    expect(response.headers.get('content-type')).toBe('application/zip');
    const { races, ignored } = await unpackRaces(new Uint8Array(await response.arrayBuffer()), path);
    expect(races.map((race) => race.map(({ spec }) => `${spec.family} ${spec.seed}`).sort()).sort()).toEqual([
      ['ar 1', 'diffusion 1'],
      ['ar 2'],
    ]);
    expect(races.flat().every(({ checkpoint }) => checkpoint === 2)).toBe(true);
    expect(ignored).toEqual([]);
    expect(await end()).toBe(0);
  });

  it('takes several folders, and folders of one run', async () => {
    const names = await readdir(join(folder, 'my runs'));
    const one = join(folder, 'my runs', names.find((name) => name.endsWith('-diffusion'))!);
    const { written, address, end } = await opened(join(folder, 'my runs'), one);
    expect(written.stdout).toContain(`${one}: 1 run\n`);
    const paths = address.searchParams.getAll('open');
    expect(paths).toEqual(['served-runs/1/my-runs.zip', expect.stringMatching(/^served-runs\/2\/\w+-diffusion\.zip$/)]);
    expect((await fetch(new URL(paths[1], address))).status).toBe(200);
    await end();
  });

  it('refuses what holds no run', async () => {
    expect(await run('open', join(folder, 'dist'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no run: neither it nor a folder in it has a run.json'),
    });
    expect((await run('open', join(folder, 'nowhere'))).stderr).toContain('there is no such file or folder');
  });
});

describe('what an address names to be opened', () => {
  it('lies beside the page, and nowhere else', () => {
    expect(isServedRuns('served-runs/1/runs.zip')).toBe(true);
    for (const path of [
      'https://a.b/served-runs/1/runs.zip',
      'served-runs/../1/runs.zip',
      '/served-runs/1/r.zip',
      'r.zip',
    ])
      expect(isServedRuns(path), path).toBe(false);
  });
});
