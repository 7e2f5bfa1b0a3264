import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, servedPage, violations } from '../support/page.ts';

/** The smallest race that shows everything: two evaluations, two samples, a few seconds on a software adapter. */
const TINY = {
  'model.layers': 1,
  'model.channels': 16,
  'train.steps': 20,
  'train.warmupSteps': 5,
  'evaluation.windows': 8,
  'evaluation.draws': 1,
  'evaluation.testWindows': 16,
  'sampling.every': 20,
  'sampling.revealSteps': 8,
};
const linkTo = (setup: Record<string, string | number>) =>
  `#v=1&${Object.entries(setup)
    .map(([path, value]) => `${path}=${value}`)
    .join('&')}`;

/** A software adapter on a busy machine needs patience; no test is about time. */
const SLOW_MS = 90_000;
const site = servedPage(SLOW_MS);

const open = (setup: Record<string, string | number> = TINY, before?: (page: Page) => Promise<unknown>) =>
  site.open(linkTo(setup), { before });

/** On a software adapter the lab would choose the cpu executor; these tests are about WebGPU. */
async function openOnWebGpu(setup: Record<string, string | number> = TINY) {
  const page = await open(setup);
  await page.getByLabel('Computed by').selectOption('gpu');
  await page.getByText('The browser offers WebGPU').first().waitFor();
  return page;
}

const state = (page: Page, text: string) => page.locator('.state', { hasText: text });

describe('the first visit', () => {
  it('offers a text, unique tokens, a size and Train both, and trains nothing unasked', async () => {
    const page = await open({});
    await button(page, 'Train both').waitFor();
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    for (const text of ['Moby Dick', 'State of the Union', 'Python', 'Synthetic', 'Own text'])
      await page.getByText(text, { exact: true }).first().waitFor();
    expect(await page.getByLabel('Unique tokens U').first().inputValue()).toBe('5000');
    expect(await page.locator('.state').innerText()).toContain('ready');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('says which parts of a link it does not understand, and uses the rest', async () => {
    const page = await open({ 'data.uniqueTokens': 3000, 'train.moonPhase': 3 });
    await page.getByText('train.moonPhase=3').waitFor();
    expect(await page.getByLabel('Unique tokens U').first().inputValue()).toBe('3000');
    await page.close();
  });

  it('refuses a setting out of range where it stands, and does not start', async () => {
    const page = await open();
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.getByLabel('Unique tokens U').first().fill('20');
    await page.getByText(/20 is not a whole number from 64/).waitFor();
    expect(await button(page, 'Train both').isEnabled()).toBe(false);
    await page.close();
  });
});

describe('a race on the page, on real WebGPU in a worker', () => {
  it('trains both families, draws their losses, shows what they write and says the verdict', async () => {
    const page = await openOnWebGpu();
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await state(page, 'finished').waitFor();
    expect(await page.locator('.headline').innerText()).toMatch(/No crossing within the budget of 20 steps/);
    expect(await page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(2);
    await page.getByText('Every evaluation', { exact: true }).click();
    await page.locator('details[open] table caption').first().waitFor();
    const rows = await page.locator('details[open] tbody tr').allInnerTexts();
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/\d\.\d{3} ± \d\.\d{3}.*\d\.\d{3} ± \d\.\d{3}/s);
    await page.getByText(/after step 20, in 64 passes/).waitFor();
    await page.getByText(/after step 20, in 8 passes/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('pauses, takes single steps, resumes and stops, by button and by key', async () => {
    const page = await openOnWebGpu({ ...TINY, 'train.steps': 5000 });
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await button(page, 'Pause').click();
    await state(page, 'paused').waitFor();
    const steps = async () => Number((await page.locator('.figures').innerText()).match(/([\d,]+)\s*\/\s*5,000/)![1]);
    const before = await steps();
    await page.waitForTimeout(300);
    expect(await steps()).toBe(before);
    await button(page, 'Step').click();
    await expect.poll(steps, { timeout: SLOW_MS }).toBe(before + 1);
    await page.keyboard.press('.');
    await expect.poll(steps, { timeout: SLOW_MS }).toBe(before + 2);
    await button(page, 'Resume').click();
    await state(page, 'running').waitFor();
    await expect.poll(steps, { timeout: SLOW_MS }).toBeGreaterThan(before + 3);
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();
    expect(await button(page, 'Train both again').isEnabled()).toBe(true);
    await page.close();
  });

  it('trains on a text of one’s own, and says what is wrong with one that is too short', async () => {
    const page = await openOnWebGpu({ ...TINY, 'data.corpus': 'own', 'data.uniqueTokens': 1024 });
    await page.getByLabel('Your text').fill('too short');
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/9 characters.*at least \d+/s);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Your text').fill('the quick brown fox jumps over the lazy dog; '.repeat(60));
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'finished').waitFor();
    await page.close();
  });
});

describe('the Device view', () => {
  const device = (page: Page) => page.getByRole('navigation').getByRole('button', { name: 'Device', exact: true });

  it('shows what computes, times a step of both models, and copies all of it', async () => {
    const page = await open({ ...TINY, 'train.steps': 5000, 'sampling.every': 0 });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await device(page).click();
    await page.getByText('Nothing is compiled yet: train both models').waitFor();
    expect(await button(page, 'Time the next step').isEnabled()).toBe(false);
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await button(page, 'Time the next step').click();
    await page.getByRole('table', { name: /Time of each op of Diffusion in step \d+/ }).waitFor();
    const table = page.getByRole('table', { name: /Time of each op of AR in step \d+/ });
    const rows = await table.locator('tbody tr').count();
    await table.getByRole('button', { name: 'adamw' }).click();
    expect(await table.locator('tbody tr').count()).toBe(rows + 1);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Copy diagnostics').click();
    await button(page, 'Copied').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    for (const part of [/^Crossover \d/, /browser: Mozilla/, /kind: cpu/, /In use now: [\d.]+ [kM]B/, /AR, step \d+/])
      expect(text).toMatch(part);
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();
    await page.close();
  });

  it('says that a step of a paused race is timed when it goes on, and does so', async () => {
    const page = await open({ ...TINY, 'train.steps': 5000, 'sampling.every': 0 });
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await button(page, 'Pause').click();
    await state(page, 'paused').waitFor();
    await device(page).click();
    await button(page, 'Time the next step').click();
    await page.getByText('The race is paused. The step is timed when it goes on').waitFor();
    await button(page, 'Step').click();
    await page.getByRole('table', { name: /Time of each op of AR in step \d+/ }).waitFor();
    expect(await button(page, 'Time the next step').isEnabled()).toBe(true);
    await state(page, 'paused').waitFor();
    await page.close();
  });
});

describe('a browser without WebGPU', () => {
  const withoutWebGpu = (page: Page) =>
    // A worker has a navigator of its own: the property is taken away before the lab looks for it.
    page.route('**/assets/worker-*.js', async (route) => {
      const response = await route.fetch();
      const absent = "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { get: () => undefined });";
      await route.fulfill({ response, body: `${absent}\n${await response.text()}` });
    });

  it('trains on the CPU instead, and says so', async () => {
    const page = await open(TINY, withoutWebGpu);
    await page.getByText('This browser has no WebGPU').first().waitFor();
    expect(await page.locator('.adapter').innerText()).toMatch(/^CPU, WebAssembly .*SIMD, 2 threads/);
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'finished').waitFor();
    expect(await page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  it('is told what is missing when the GPU is asked for, and can go back', async () => {
    const page = await open({}, withoutWebGpu);
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/This browser has no WebGPU/);
    expect(await button(page, 'Train both').isEnabled()).toBe(false);
    await page.getByLabel('Computed by').selectOption('cpu');
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.close();
  });
});
