import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { evaluatesAt } from '../../src/train/schedule.ts';
import { button, linkTo, servedPage, TINY } from '../support/page.ts';
import { minimise, openTabs } from '../support/tabs.ts';

/** A software adapter on a busy machine needs patience; no test is about time. */
const SLOW_MS = 180_000;
const site = servedPage(SLOW_MS);

const STEPS = 200;
const EVERY = 20;
const SETUP = {
  ...TINY,
  'train.steps': STEPS,
  'train.patience': 0,
  'evaluation.every': EVERY,
  'sampling.every': 0,
};
const EVALUATED = Array.from({ length: STEPS + 1 }, (_, step) => step).filter((step) =>
  evaluatesAt(parseRaceSpec({ evaluation: { every: EVERY } }).evaluation, STEPS, step),
);

let tabs: BrowserContext;
let close: (() => Promise<void>) | undefined;
beforeAll(async () => {
  ({ tabs, close } = await openTabs());
}, 2 * SLOW_MS);
afterAll(() => close?.(), SLOW_MS);

/** Asked in one go: of a tab that draws nothing, nothing can be waited for. */
const seen = (page: Page) =>
  page.evaluate(() => [document.visibilityState, document.querySelector('.state')?.textContent]);

/** In the page: frames that are drawn while a second of its timers passes. */
const framesInASecond = (page: Page) =>
  page.evaluate(async () => {
    let frames = 0;
    requestAnimationFrame(function count() {
      frames++;
      requestAnimationFrame(count);
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return frames;
  });

/** The steps in the table below the chart, the newest first. */
async function stepsBelowTheChart(page: Page): Promise<number[]> {
  const fold = page.locator('details:has(> summary:text-is("Every evaluation"))');
  if (!(await fold.evaluate((details: HTMLDetailsElement) => details.open))) await fold.locator('summary').click();
  const cells = await fold.getByRole('table').first().locator('tbody th').allInnerTexts();
  return cells.map((text) => Number(text.replace(',', '')));
}

/** Points of each curve on the chart: raw and best so far, of both families. */
const pointsOfCurves = (page: Page) =>
  page.evaluate(() =>
    Array.from(
      document.querySelectorAll('.recharts-line-curve'),
      (curve) => curve.getAttribute('d')?.match(/[ML]/g)?.length,
    ),
  );

describe('a race in a tab that nobody looks at', () => {
  it('is trained to its end and kept whole, and all of it is there when the tab is looked at again', async () => {
    const page = await site.open(linkTo(SETUP), { context: tabs });
    const train = page.locator('button:enabled', { hasText: 'Train both' });
    await train.waitFor();

    await minimise(page);
    await expect.poll(() => seen(page)).toEqual(['hidden', 'ready']);
    await expect.poll(() => framesInASecond(page)).toBe(0);
    // As if it had been pressed a moment before: so the whole race, however short, is one that nobody sees.
    await train.evaluate((pressed: HTMLButtonElement) => pressed.click());
    await expect.poll(() => seen(page), { interval: 500 }).toEqual(['hidden', 'finished']);

    await minimise(page, 'normal');
    await expect.poll(() => seen(page)).toEqual(['visible', 'finished']);
    await expect.poll(() => framesInASecond(page)).toBeGreaterThan(0);
    await expect.poll(() => pointsOfCurves(page)).toEqual(Array(4).fill(EVALUATED.length));
    await page.getByText('Finished.', { exact: true }).waitFor();
    await expect.poll(() => stepsBelowTheChart(page)).toEqual(EVALUATED.toReversed());

    // What is on the shelf is what the next visit finds.
    await page.reload();
    await button(page, 'Runs').click();
    const row = page.locator('.run');
    await row.getByText('finished', { exact: true }).waitFor();
    await row.getByText(`${STEPS} of ${STEPS} steps`).waitFor();
    await row.getByRole('button', { name: /^Show Moby Dick/ }).click();
    await expect.poll(() => stepsBelowTheChart(page)).toEqual(EVALUATED.toReversed());
    await page.close();
  });
});
