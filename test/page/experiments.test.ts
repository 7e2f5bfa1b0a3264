import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_VERSION, type Evidence, evidenceCell } from '../../src/experiments/evidence.ts';
import { cellsOf, experimentOf, judge } from '../../src/experiments/index.ts';
import { accuracy, losses, ran, resultOf } from '../experiments/results.ts';
import { button, servedPage, violations } from '../support/page.ts';

/** Made-up results of an experiment, in the form in which real ones are shipped. */
function madeUp(id: string): Evidence {
  const experiment = experimentOf(id);
  const results = cellsOf(experiment, 'minutes').map((cell) =>
    resultOf(cell, ({ seed }, family) => {
      const course = family === 'ar' ? { best: 2 + 0.01 * seed, at: 50, rise: 2 } : { best: 1.5, at: 190 };
      return ran([
        ...losses(family, course),
        ...accuracy(family, (step) => (family === 'ar' ? 0.6 : 0.3 + step / 380)),
      ]);
    }),
  );
  const verdict = judge(experiment, 'minutes', results);
  return {
    version: EVIDENCE_VERSION,
    crossover: '0',
    recorded: '2026-01-31',
    experiment,
    scale: 'minutes',
    seeds: verdict.seeds,
    settings: {},
    verdict,
    cells: results.map(evidenceCell),
  };
}

/** One of these tests trains a real cell, beside whatever else the machine does. */
const site = servedPage(240_000, async (folder) => {
  const evidence = madeUp('data-budget');
  const shelf = join(folder, 'evidence');
  await rm(shelf, { recursive: true, force: true });
  await mkdir(shelf);
  await writeFile(join(shelf, 'data-budget-minutes.json'), JSON.stringify(evidence));
  const { recorded, verdict } = evidence;
  const index = [{ file: 'data-budget-minutes.json', recorded, verdict }];
  await writeFile(join(shelf, 'index.json'), JSON.stringify(index));
});
const { open } = site;

describe('recorded results', () => {
  it('show claim, verdict and figure, marked as recorded, with day and machine', async () => {
    const page = await open('');
    await button(page, 'Experiments').click();
    await page.getByRole('heading', { name: 'Data budget' }).waitFor();
    await page.getByText(/Recorded on 2026-01-31, on cpu on simd/).waitFor();
    await page.getByRole('heading', { name: /^Verdict/ }).waitFor();
    const panels = page.locator('.plate-grid svg');
    expect(await panels.count()).toBe(8);
    expect(await panels.nth(1).getAttribute('aria-label')).toMatch(
      /^300 sentences, Validation loss.*AR ends at 4\.\d+/,
    );
    expect(new URL(page.url()).search).toBe('?experiment=data-budget&scale=minutes');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('fill the table of claims; what is not recorded says so', async () => {
    const page = await open('?experiment=data-budget');
    const claims = page.getByRole('region', { name: 'All claims' }).getByRole('table');
    const line = claims.getByRole('row', { name: /Diffusion overtakes AR when unique data is limited/ });
    await line.getByText('2026-01-31').waitFor();
    expect(await claims.getByText('not recorded').count()).toBeGreaterThan(5);
    await claims.getByRole('button', { name: 'Any-order learning' }).click();
    await page.getByText('Nothing has been run at this size yet.').waitFor();
    expect(new URL(page.url()).search).toContain('experiment=any-order');
    await page.close();
  });

  it('are drawn against another axis, and saved as SVG, PNG and CSV', async () => {
    const page = await open('?experiment=data-budget');
    await page.locator('.plate-grid').getByText('epochs (tokens seen / unique tokens)').first().waitFor();
    await page.getByRole('radio', { name: 'FLOPs' }).check();
    await page.locator('.plate-grid').getByText('training FLOPs of each model').first().waitFor();
    for (const [name, begins] of [
      ['SVG', '<svg'],
      ['PNG', '\u0089PNG'],
      ['CSV', 'experiment,cell,level:data,seed,step'],
    ]) {
      const waiting = page.waitForEvent('download');
      await button(page, `Save as ${name}`).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(`data-budget-minutes.${name.toLowerCase()}`);
      const content = await readFile(await download.path(), 'latin1');
      expect(content.startsWith(begins)).toBe(true);
    }
    await page.close();
  });

  it('fit a phone', async () => {
    const page = await open('?experiment=data-budget');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.plate-grid svg').first().waitFor();
    const wider = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(wider).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('an experiment on this device', () => {
  it('tells its cost, runs cell by cell, is held and stopped, and never runs a finished cell again', async () => {
    const context = await site.browser.newContext();
    const page = await open('?experiment=any-order', { context });
    await button(page, 'Measure what it costs here').click();
    const cost = page.getByText(/FLOPs, about .* here, .* for each model/);
    await cost.waitFor();
    await page.getByText('Nothing has been run at this size yet.').waitFor();
    await button(page, 'Run 28 cells').click();
    const progress = page.locator('.sweep-progress');
    await progress.getByText(/^0 of 28 cells/).waitFor();
    // The figure grows while the first cell is trained.
    await page.getByText('Run on this device.').waitFor();
    await page.locator('.plate-grid svg').first().waitFor();
    // Two cells may end at once: how many are there is not the test's to say.
    await progress.getByText(/^[1-9]\d* of 28 cells/).waitFor();
    await page.getByText(/[1-9]\d* of 28 cells are there; a verdict needs all of them/).waitFor();
    await button(page, 'Pause').click();
    await button(page, 'Resume').click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();

    await button(page, 'Race').click();
    await page.getByText('An experiment is running; stop it first.').waitFor();
    await button(page, 'Experiments').click();
    await button(page, 'Stop').click();
    await page.getByText(/Finished cells are kept; those under way begin anew/).waitFor();
    await page.close();

    const again = await open('?experiment=any-order', { context });
    await again.getByText('Run on this device.').waitFor();
    await button(again, 'Measure what it costs here').click();
    await again.getByText(/finished on this device; they are not run again/).waitFor();
    const rest = await button(again, /^Run \d+ cells$/).textContent();
    expect(Number(rest?.match(/\d+/)?.[0])).toBeLessThan(28);
    await context.close();
  });
});
