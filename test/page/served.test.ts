import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packFolders } from '../../src/hosts/node/raceFile.ts';
import { servedPage } from '../support/page.ts';
import { run } from '../support/terminal.ts';

const TINY = [
  ...['model.layers=1', 'model.channels=8', 'model.heads=2', 'model.context=8', 'train.batch=2', 'train.steps=2'],
  ...['data.uniqueTokens=64', 'evaluation.windows=2', 'evaluation.testWindows=2', 'sampling.every=0'],
].flatMap((setting) => ['--set', setting]);

/** The page with a race beside it, as `crossover open` serves it. */
const site = servedPage(180_000, async (folder) => {
  const out = await mkdtemp(join(tmpdir(), 'crossover-served-'));
  await run('race', ...TINY, '--executor', 'interpret', '--out', out);
  const runs = (await readdir(out)).filter((name) => /-(ar|diffusion)$/.test(name));
  const beside = join(folder, 'served-runs/1');
  await mkdir(beside, { recursive: true });
  await packFolders(
    runs.map((name) => join(out, name)),
    { out: join(beside, 'runs.zip'), weights: true },
  );
  await rm(out, { recursive: true });
});

describe('the page of crossover open', () => {
  it('takes in the races beside it and shows them, once', async () => {
    const page = await site.open('?open=served-runs/1/runs.zip');
    await page.getByText('Imported: Moby Dick, 64 tokens, seed 1').waitFor();
    const races = () => page.getByRole('listitem').filter({ hasText: 'Moby Dick, 64 tokens, seed 1' });
    await races().first().waitFor();
    expect(await races().count()).toBe(1);
    await expect.poll(() => new URL(page.url()).search).toBe('?view=runs');
    await page.reload();
    await races().first().waitFor();
    expect(await races().count()).toBe(1);
  });
});
