import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_VERSION, type Evidence, evidenceCell } from '../../src/experiments/evidence.ts';
import { cellsOf, experimentOf, judge } from '../../src/experiments/index.ts';
import { accuracy, losses, ran, resultOf, test as scored } from '../experiments/results.ts';
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
        scored(family, course.best + 0.1),
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
  const shelf = join(folder, 'evidence');
  await rm(shelf, { recursive: true, force: true });
  await mkdir(shelf);
  const index = await Promise.all(
    ['data-budget', 'ar-dropout'].map(async (id) => {
      const evidence = madeUp(id);
      const file = `${id}-minutes.json`;
      await writeFile(join(shelf, file), JSON.stringify(evidence));
      const { recorded, verdict } = evidence;
      return { file, recorded, verdict };
    }),
  );
  await writeFile(join(shelf, 'index.json'), JSON.stringify(index));
});
const { open } = site;

describe('recorded results', () => {
  it('show claim, verdict and figure, marked as recorded, with day and machine', async () => {
    const page = await open('');
    await button(page, 'Experiments').click();
    await page.getByRole('heading', { name: 'Data budget' }).waitFor();
    await page.getByText(/Recorded on 31 January 2026, on cpu on simd/).waitFor();
    await page.getByRole('heading', { name: /^Verdict/ }).waitFor();
    const panels = page.getByRole('region', { name: 'Figure' }).locator('.plate-grid svg');
    await expect.poll(() => panels.count()).toBe(8);
    await expect
      .poll(() => panels.nth(1).getAttribute('aria-label'))
      .toMatch(/^300 sentences, Validation loss.*AR ends at 4\.\d+/);
    await expect.poll(() => new URL(page.url()).search).toBe('?experiment=data-budget&scale=minutes');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('fill the table of claims; what is not recorded says so', async () => {
    const page = await open('?experiment=data-budget');
    const claims = page.getByRole('region', { name: 'All claims' }).getByRole('table');
    const line = claims.getByRole('row', { name: /Diffusion overtakes AR when unique data is limited/ });
    await line.getByText('31 January 2026').waitFor();
    await expect.poll(() => claims.getByText('not recorded').count()).toBeGreaterThan(5);
    await claims.getByRole('button', { name: 'Any-order learning' }).click();
    await page.getByText('Nothing has been run at this size yet.').waitFor();
    await expect.poll(() => new URL(page.url()).search).toContain('experiment=any-order');
    await page.close();
  });

  it('have the laws of the sweep drawn beside them, with the published values', async () => {
    const page = await open('?experiment=data-budget');
    const laws = page.getByRole('region', { name: 'Laws of this sweep' });
    await laws.getByRole('img', { name: /^R\* here: AR/ }).waitFor();
    await laws.getByText('AR, Muennighoff et al.').first().waitFor();
    const waiting = page.waitForEvent('download');
    await laws.getByRole('button', { name: 'Save as SVG' }).click();
    expect((await waiting).suggestedFilename()).toBe('data-budget-minutes-laws.svg');
    await page.close();
  });

  it('lead from a panel to its races, which open on the chart as what they are', async () => {
    const page = await open('?experiment=data-budget');
    await button(page, 'Open a race (2): 300 sentences').first().click();
    const races = page.getByRole('dialog', { name: 'Races: 300 sentences' });
    await races.getByRole('button', { name: 'Open 300 sentences, seed 2', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await races.waitFor({ state: 'hidden' });
    // A click anywhere on a panel, too.
    await page.getByRole('img', { name: /^300 sentences, Validation loss/ }).click({ force: true });
    await races.getByRole('button', { name: 'Open 300 sentences, seed 1', exact: true }).click();
    await page
      .getByText(
        'A cell of the experiment “Data budget”. 300 sentences, seed 1; from the sweep recorded on 31 January 2026, on simd.',
      )
      .waitFor();
    await page
      .getByText(/Diffusion .* AR .*step \d+/)
      .first()
      .waitFor();

    await button(page, 'Experiments').click();
    await button(page, 'Open a race (2): 300 sentences').first().click();
    await button(page, 'Use this setup: 300 sentences, seed 2').click();
    await expect
      .poll(() => new URL(page.url()).hash)
      .toMatch(/data\.uniqueTokens=6000.*seed=2|seed=2.*data\.uniqueTokens=6000/);
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
      await button(page, `Save as ${name}`).first().click();
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
    await expect.poll(() => tooWide(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

const tooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('a choice of seeds and settings', () => {
  it('is kept in the address, and refused with its reason where it does not fit', async () => {
    const page = await open('?experiment=any-order&seeds=2&set=train.steps%3D500');
    await page.getByText('7 cells, 2 seeds each').waitFor();
    const seeds = page.getByRole('spinbutton', { name: 'Seeds' });
    await expect.poll(() => seeds.inputValue()).toBe('2');
    const settings = page.getByRole('textbox', { name: 'Other settings' });
    await expect.poll(() => settings.inputValue()).toBe('train.steps=500');
    await seeds.fill('3');
    await page.getByText('7 cells, 3 seeds each').waitFor();
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe('?experiment=any-order&scale=minutes&seeds=3&set=train.steps%3D500');
    await settings.fill('train.step=500');
    await settings.blur();
    await page.getByText('train.step is not a field; did you mean train.steps?').waitFor();
    expect(new URL(page.url()).search).toContain('set=train.steps%3D500');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('close the gap', () => {
  it('says what the recorded verdicts mean, beside curves and the best of each setting', async () => {
    const page = await open('?view=gap');
    const dropout = page.getByRole('region', { name: /^dropout/ });
    await dropout.getByRole('img', { name: /^The test loss of the best weights.*diffusion: 1\.600/ }).waitFor();
    await dropout.getByRole('img', { name: /^Validation loss.*AR, dropout 0\.3: best 2\.020/ }).waitFor();
    await page.getByText('In the test loss, dropout leaves AR behind.').waitFor();
    await dropout.getByText('diffusion (upper bound)').first().waitFor();
    const masking = page.getByRole('region', { name: /^input masking/ });
    await masking.getByText('npx crossover sweep ar-input-masking --scale minutes').waitFor();
    await page.getByRole('radio', { name: 'answers' }).check();
    await dropout.getByRole('img', { name: /^The best accuracy/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => tooWide(page)).toBe(0);
    await masking.getByRole('button', { name: /Open the experiment/ }).click();
    await page.getByRole('heading', { name: 'Input masking in AR' }).waitFor();
    await page.close();
  });
});

describe('an experiment on this device', () => {
  it('tells its cost, runs cell by cell, is held and stopped, and never runs a finished cell again', async () => {
    const context = await site.browser.newContext();
    const page = await open('?experiment=any-order', { context });
    await button(page, 'Measure what it costs here').click();
    const cost = page.getByText(/FLOPs, at most .* here, .* for each model/);
    await cost.waitFor();
    await page.getByText('Nothing has been run at this size yet.').waitFor();
    await button(page, 'Run 28 cells').click();
    const progress = page.locator('.sweep-progress');
    await progress.getByText(/^\d+ of 28 cells/).waitFor();
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
    await page.locator('.state', { hasText: 'running an experiment' }).waitFor();
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
