import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, linkTo, servedPage, slowPlay, state, TINY, violations } from '../support/page.ts';

/** A software adapter on a busy machine needs patience; no test is about time. */
const site = servedPage(180_000);
/** A race that is on until it is stopped. */
const LONG = { ...TINY, 'train.steps': 1_000_000, 'train.patience': 0, 'sampling.every': 0 };

const open = (setup: Record<string, string | number> = TINY, before?: (page: Page) => Promise<unknown>) =>
  site.open(linkTo(setup), { before });

/** On a software adapter the lab would choose the cpu executor; these tests are about WebGPU. */
async function openOnWebGpu(setup: Record<string, string | number> = TINY) {
  const page = await open(setup);
  await page.getByLabel('Computed by').selectOption('gpu');
  await page.getByText('The browser offers WebGPU').first().waitFor();
  return page;
}

describe('the first visit', () => {
  it('plays a real run that is marked as a recording, offers to train it, and trains nothing unasked', async () => {
    const page = await open({}, slowPlay);
    await page.getByText('Recording', { exact: true }).waitFor();
    await page.getByText(/A real run, recorded on .*, with crossover race/).waitFor();
    await page.getByText(/^At step [\d,]+, epoch [\d.]+$/).waitFor();
    await button(page, 'Skip to the end').click();
    await page.locator('.headline', { hasText: /^Diffusion beat the best of AR at step/ }).waitFor();
    await page.locator('button:enabled', { hasText: 'Train it live here' }).waitFor();
    for (const text of ['Moby Dick', 'State of the Union', 'Python', 'Synthetic', 'Own text'])
      await page.getByText(text, { exact: true }).first().waitFor();
    expect(await page.getByLabel('Unique tokens U').first().inputValue()).toBe('5000');
    expect(await page.locator('.state').innerText()).toContain('ready');
    await page.locator('.recharts-line').first().waitFor({ state: 'attached' });
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('shows the recording whole to those who want no motion, and another one with another preset', async () => {
    const page = await open({}, (before) => before.emulateMedia({ reducedMotion: 'reduce' }));
    await page.getByText('crossover race', { exact: true }).waitFor();
    await page.getByText('Verdict', { exact: true }).waitFor();
    await page.getByLabel('Preset').selectOption('brackets');
    await page.getByText('crossover race --preset brackets', { exact: true }).waitFor();
    for (const title of ['accuracy', 'ΔNLL', 'training loss', 'gradient norm'])
      await page.getByRole('heading', { name: title, exact: true }).waitFor();
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
    await page.locator('button:disabled', { hasText: 'Train both' }).waitFor();
    await page.close();
  });
});

describe('the moment of the training', () => {
  it('moves by key from one measurement to the next, and chart, verdict and texts follow', async () => {
    const page = await open({}, (before) => before.emulateMedia({ reducedMotion: 'reduce' }));
    const slider = page.getByLabel('Moment of the training');
    await slider.and(page.locator(':enabled')).waitFor();
    await slider.press('Home');
    await page.getByText('At step 0, epoch 0', { exact: true }).waitFor();
    await page.locator('.reading-place', { hasText: '0 epochs' }).waitFor();
    await expect.poll(() => page.getByText('after step 0, in 64 passes').count()).toBe(1);
    await slider.press('PageUp');
    await slider.press('ArrowRight');
    await page.getByText('At step 110, epoch 22.5', { exact: true }).waitFor();
    await page.locator('.headline', { hasText: /^AR is .* below diffusion’s upper bound/ }).waitFor();
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('step 110, epoch 22.5');
    await page.getByText('after step 100, in 64 passes').waitFor();
    expect(await violations(page)).toEqual([]);
    await slider.press('End');
    await page.getByText('Verdict', { exact: true }).waitFor();
    await page.keyboard.press('x');
    await expect.poll(() => page.getByRole('radio', { name: 'steps' }).isChecked()).toBe(true);
    await page.keyboard.press('l');
    await expect.poll(() => page.getByRole('checkbox', { name: 'log y' }).isChecked()).toBe(true);
    await page.close();
  });
});

describe('two races, one after the other', () => {
  it('leave the first one behind the second as a ghost, and the bet is judged or waits', async () => {
    const page = await open();
    await button(page, 'Place a bet').click();
    await page.keyboard.press('Escape');
    await page.locator('button:focus', { hasText: 'Place a bet' }).press('Enter');
    await page.getByLabel('Where will they cross?').fill('3');
    await page.keyboard.press('Enter');
    await page.getByText('Your bet on the next race: they cross at epoch 3.').waitFor();
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'finished').waitFor();
    await page.getByText('You bet epoch 3; they did not cross within the budget.').waitFor();
    await page.getByLabel('Unique tokens U').first().fill('3000');
    await page.locator('button:enabled', { hasText: 'Train both again' }).click();
    // It leaves its ghost when the second one begins; from then on, what has finished is the second.
    await page.locator('.ghosts text', { hasText: 'Unique tokens U 5,000' }).waitFor({ state: 'attached' });
    await state(page, 'finished').waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Clear the ghosts of earlier runs').click();
    await page.locator('.ghosts').waitFor({ state: 'detached' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByText('Export', { exact: true })
        .click()
        .then(() => button(page, 'Records as JSONL').click()),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.jsonl$/);
    await page.locator('summary:focus', { hasText: 'Export' }).waitFor();

    // What is chosen is seen to be so where the system sets the colours.
    await page.emulateMedia({ forcedColors: 'active' });
    const [chosen, other] = await page.evaluate(() =>
      [':checked', ':not(:checked)'].map(
        (which) => getComputedStyle(document.querySelector(`.choices ${which} + span`)!).backgroundColor,
      ),
    );
    expect(chosen).not.toBe(other);
    await page.close();
  });
});

describe('a race on the page, on real WebGPU in a worker', () => {
  it('trains both families, draws their losses, shows what they write and says the verdict', async () => {
    const page = await openOnWebGpu();
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'finished').waitFor();
    await page.locator('.headline', { hasText: 'No crossing within the budget of 20 steps' }).waitFor();
    await expect.poll(() => page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(2);
    await page.getByText('Every evaluation', { exact: true }).click();
    await page.locator('details[open] table caption').first().waitFor();
    const losses = page.getByRole('region', { name: 'Validation loss in nats per token, newest first' });
    await page.getByRole('region', { name: 'Further measures' }).getByText('AR: gradient norm').waitFor();
    await expect.poll(() => losses.locator('tbody tr').count()).toBe(3);
    const rows = await losses.locator('tbody tr').allInnerTexts();
    for (const row of rows) expect(row).toMatch(/\d\.\d{3} ± \d\.\d{3}.*\d\.\d{3} ± \d\.\d{3}/s);
    await page.getByText(/after step 20, in 64 passes/).waitFor();
    await page.getByText(/after step 20, in 8 passes/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('pauses, takes single steps, resumes and stops, by button and by key', async () => {
    const page = await openOnWebGpu(LONG);
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await button(page, 'Pause').click();
    await state(page, 'paused').waitFor();
    const steps = async () =>
      Number((await page.locator('.figures').innerText()).match(/([\d,]+)\s*\/\s*1,000,000/)![1].replaceAll(',', ''));
    const before = await steps();
    await page.waitForTimeout(300);
    expect(await steps()).toBe(before);
    await button(page, 'Step').click();
    await expect.poll(steps).toBe(before + 1);
    // It is on for as long as the step takes, and no key takes another one meanwhile.
    await state(page, 'paused').waitFor();
    await page.keyboard.press('.');
    await expect.poll(steps).toBe(before + 2);
    await button(page, 'Resume').click();
    await state(page, 'running').waitFor();
    await expect.poll(steps).toBeGreaterThan(before + 3);
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();
    await page.locator('button:enabled', { hasText: 'Train both again' }).waitFor();
    await page.close();
  });

  it('trains on a text of one’s own, and says what is wrong with one that is too short', async () => {
    const page = await openOnWebGpu({ ...TINY, 'data.corpus': 'own', 'data.uniqueTokens': 1024 });
    await page.locator('input[type=file]').setInputFiles({
      name: 'cat.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from([0xff, 0xd8, 0xff]),
    });
    await page.getByText('cat.jpg is not a text').waitFor();
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
    const page = await open(LONG);
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
    await expect.poll(() => table.locator('tbody tr').count()).toBe(rows + 1);
    expect(await violations(page)).toEqual([]);
    await page.locator('.device dl > div', { hasText: /In use now\s*[\d.]+ [kM]B/ }).waitFor();
    await button(page, 'Copy diagnostics').click();
    await button(page, 'Copied').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    for (const part of [
      /^Crossover \d/,
      /browser: Mozilla/,
      /kind: cpu/,
      /In use now: [\d.]+ [kM]B/,
      /Held by WebAssembly: /,
      /AR, step \d+/,
    ])
      expect(text).toMatch(part);
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();
    await page.close();
  });

  it('says that a step of a paused race is timed when it goes on, and does so', async () => {
    const page = await open(LONG);
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'running').waitFor();
    await button(page, 'Pause').click();
    await state(page, 'paused').waitFor();
    await device(page).click();
    await button(page, 'Time the next step').click();
    await page.getByText('The race is paused. The step is timed when it goes on').waitFor();
    await button(page, 'Step').click();
    await page.getByRole('table', { name: /Time of each op of AR in step \d+/ }).waitFor();
    await page.locator('button:enabled', { hasText: 'Time the next step' }).waitFor();
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
    expect(await page.locator('.adapter').innerText()).toMatch(/^CPU, WebAssembly .*SIMD, \d+ threads/);
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(page, 'finished').waitFor();
    await expect.poll(() => page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  it('is told what is missing when the GPU is asked for, and can go back', async () => {
    const page = await open(TINY, withoutWebGpu);
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/This browser has no WebGPU/);
    await page.locator('button:disabled', { hasText: 'Train both' }).waitFor();
    await page.getByLabel('Computed by').selectOption('cpu');
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.close();
  });
});

describe('French', () => {
  const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  it('is spoken where a link asks for it, down to its numbers, also on a phone; switched live, and remembered', async () => {
    const page = await site.open('?lang=fr', { before: (each) => each.emulateMedia({ reducedMotion: 'reduce' }) });
    await page.getByRole('heading', { name: 'Verdict', exact: true }).waitFor();
    expect(await page.locator('.headline').innerText()).toMatch(/^La diffusion a battu le meilleur d’AR au pas \d+/);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
    expect(await page.locator('.losses').innerText()).toMatch(/\d,\d{3} ± \d,\d{3}/);
    expect(await page.locator('.crossings').innerText()).toMatch(/confirmé par \d+ évaluations, à présent/);
    await page.getByText('Modèle autorégressif arrêté').waitFor();
    await page.getByText('Réglages avancés').click();
    await page.getByLabel('Taux d’apprentissage', { exact: true }).waitFor();
    expect(await page.getByLabel('Taux d’apprentissage', { exact: true }).inputValue()).toBe('0,002');
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    // The chart follows the width when the browser comes to it.
    await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0);

    await page.getByLabel('Langue', { exact: true }).selectOption('en');
    await page.getByText('Learning rate', { exact: true }).waitFor();
    await page.locator('.headline', { hasText: /^Diffusion beat the best of AR at step/ }).waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('en');
    await expect.poll(() => new URL(page.url()).searchParams.get('lang')).toBe('en');
    await page.getByLabel('Language', { exact: true }).selectOption('fr');
    await page.getByText('Taux d’apprentissage', { exact: true }).waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('lang')).toBe('fr');
    await page.goto(page.url().replace('?lang=fr', ''));
    await page.getByRole('heading', { name: 'Perte de validation' }).waitFor();
    await page.close();
  });
});
