import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, linkTo, servedPage, state, TINY, violations } from '../support/page.ts';
import { faulty } from '../support/scripted.ts';

/** A busy machine needs patience; no test is about time. */
const SLOW_MS = 180_000;

/** What a test may have happen inside of the page's workers. */
const FAULTS = {
  worker: `
    globalThis.faults = new BroadcastChannel('faults');
    faults.addEventListener('message', ({ data }) => {
      if (data === 'end the worker') self.close();
      if (data === 'lose the device') globalThis.device.destroy();
    });
    // Whether a device is lost twice within a minute must not depend on the machine: from the first loss on, it is ten.
    const first = ({ data }) => {
      if (data !== 'end a thread') return;
      faults.removeEventListener('message', first);
      const { now } = performance;
      const begin = performance.now();
      performance.now = () => begin + (now.call(performance) - begin) / 10;
    };
    faults.addEventListener('message', first);
    if (self.GPUAdapter) {
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...wanted) {
        globalThis.device = await requestDevice.apply(this, wanted);
        return globalThis.device;
      };
    }`,
  cpuThread: `
    globalThis.faults = new BroadcastChannel('faults');
    faults.addEventListener('message', ({ data }) => {
      if (data === 'end a thread') throw new Error('out of memory');
    });`,
};

const site = servedPage(SLOW_MS, async (folder) => {
  const assets = join(folder, 'assets');
  for (const [script, fault] of Object.entries(FAULTS)) {
    const [name] = (await readdir(assets)).filter((each) => each.startsWith(`${script}-`) && each.endsWith('.js'));
    const path = join(assets, name);
    await writeFile(path, `{${fault}}\n${await readFile(path, 'utf8')}`);
  }
});

const happens = (page: Page, what: string) =>
  page.evaluate((data) => {
    const faults = new BroadcastChannel('faults');
    faults.postMessage(data);
    faults.close();
  }, what);

/** A race that is on until it is stopped. */
const LONG = { ...TINY, 'train.steps': 50_000, 'train.patience': 0, 'sampling.every': 0 };
/** One that ends soon, and not at once. */
const SHORT = { ...LONG, 'train.steps': 1000, 'evaluation.every': 100, 'evaluation.denseEvery': 100 };

const train = (page: Page) =>
  page
    .locator('button:enabled', { hasText: /^Train both/ })
    .first()
    .click();
/** Begins a race that is on until it is stopped. */
const begin = async (page: Page) => {
  await train(page);
  await state(page, 'running').waitFor();
};
/** Waits until the race is beyond a step. */
const beyond = (page: Page, step: number) =>
  page.waitForFunction(
    (least) => Number(document.querySelector('.figures')?.textContent?.replaceAll(',', '').match(/\d+/)?.[0]) > least,
    step,
  );
/**
 * Reloads the page once its race is beyond a step and both models are kept as of a step after the first. The page does so
 * itself, at once: a race that ends soon must not have ended before.
 */
async function cutOffBeyond(page: Page, step: number): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.evaluate((least) => {
    const open = () =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('crossover-races');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const rows = (database: IDBDatabase) =>
      new Promise<string[]>((resolve, reject) => {
        const request = database.transaction('races').objectStore('races').getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const look = async () => {
      const database = await open();
      const [row] = await rows(database);
      database.close();
      const { ar = 0, diffusion = 0 } = row ? JSON.parse(row).checkpoints : {};
      const shown = document.querySelector('.figures')?.textContent?.replaceAll(',', '').match(/\d+/)?.[0];
      if (Number(shown) > least && ar > 0 && diffusion > 0) location.reload();
      else setTimeout(look, 20);
    };
    void look();
  }, step);
  await loaded;
}
const stop = async (page: Page) => {
  await button(page, 'Stop').click();
  await state(page, 'stopped').waitFor();
};
async function evaluations(page: Page): Promise<string[]> {
  await page.getByText('Every evaluation', { exact: true }).click();
  // Every hundred steps, the first and the last one included; what else was measured comes with them.
  await page
    .getByRole('region', { name: /^Validation loss/ })
    .locator('tbody tr')
    .nth(10)
    .waitFor();
  return page.locator('details[open] tbody tr').allInnerTexts();
}
/** A browser of one's own: what a test keeps is not there for the next. */
const visitor = () => site.browser.newContext();

describe('a race that was cut off', () => {
  it('is offered when the page is opened again, and goes on to the numbers of one that was not', async () => {
    const [undisturbed, context] = [await visitor(), await visitor()];
    const whole = await site.open(linkTo(SHORT), { context: undisturbed });
    await train(whole);
    await state(whole, 'finished').waitFor();
    const numbers = await evaluations(whole);
    await undisturbed.close();

    const page = await site.open(linkTo(SHORT), { context });
    await train(page);
    await cutOffBeyond(page, 120);
    const card = page.getByRole('region', { name: 'A race was interrupted' });
    await card.waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await card.innerText()).toMatch(/Step \d+ of 1,000\. It goes on from (there|step \d+), bit for bit/);
    await card.locator('button:enabled', { hasText: 'Go on' }).click();
    await state(page, 'finished').waitFor();
    expect(await evaluations(page)).toEqual(numbers);
    await page.reload();
    await button(page, 'Runs').click();
    await page.locator('.run', { hasText: '1,000 of 1,000 steps' }).waitFor();
    await button(page, 'Race').click();
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    expect(await card.count()).toBe(0);
    await context.close();
  });

  it('can be looked at first, or left alone for good', async () => {
    const context = await visitor();
    const page = await site.open(linkTo(LONG), { context });
    await begin(page);
    await beyond(page, 60);
    await page.reload();
    await button(page, 'Show').click();
    await page.locator('.recharts-line').first().waitFor();
    await button(page, 'Not now').click();
    await page.reload();
    await button(page, 'Runs').click();
    await page.locator('.run', { hasText: 'unfinished' }).waitFor();
    await button(page, 'Race').click();
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    expect(await button(page, 'Not now').count()).toBe(0);
    await context.close();
  });
});

describe('two tabs', () => {
  it('train one at a time: the other says so, watches, and can pause; it takes over when the first is closed', async () => {
    const context = await visitor();
    const first = await site.open(linkTo(LONG), { context });
    await begin(first);
    const second = await site.open(linkTo(TINY), { context });
    await second.getByText('Another tab is training a race').waitFor();
    await second.locator('button:enabled', { hasText: 'Train both' }).click();
    await second.getByText('You are watching what another tab trains').waitFor();
    await state(second, 'running').waitFor();
    await second.locator('.recharts-line').first().waitFor();
    await button(second, 'Pause').click();
    await state(first, 'paused in another tab').waitFor();
    await state(second, 'paused').waitFor();
    // Now that the page is at rest: on a slow machine both of its tabs have enough to do with the race.
    expect(await violations(second)).toEqual([]);
    expect(await state(second, 'another').count()).toBe(0);
    await button(first, 'Resume').click();
    await state(second, 'running').waitFor();

    await first.close();
    await second.getByText('You are watching').waitFor({ state: 'detached' });
    await second.locator('button:enabled', { hasText: 'Train both' }).click();
    await state(second, 'finished').waitFor();
    await context.close();
  });
});

describe('what breaks while a race is on', () => {
  it('the worker: a new one takes its place, and the race goes on', async () => {
    const context = await visitor();
    const page = await site.open(linkTo(LONG), { context });
    await begin(page);
    await beyond(page, 60);
    await happens(page, 'end the worker');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/^The training worker ended/);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Start again and go on').click();
    await state(page, 'running').waitFor();
    await beyond(page, 80);
    await stop(page);
    await context.close();
  });

  it('a thread: it is replaced by itself; when that happens again at once, by a click', async () => {
    const context = await visitor();
    const page = await site.open(linkTo(LONG), { context });
    await begin(page);
    await beyond(page, 60);
    await happens(page, 'end a thread');
    await page.getByText('The device was lost and found again').waitFor();
    await state(page, 'running').waitFor();
    await happens(page, 'end a thread');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/The device was lost[\s\S]*Saved[\s\S]*at step \d+/);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Reconnect and go on').click();
    await state(page, 'running').waitFor();
    await stop(page);
    await context.close();
  });

  it('the GPU: it is opened again by itself', async () => {
    const context = await visitor();
    const page = await site.open(linkTo(LONG), { context });
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.getByText('The browser offers WebGPU').first().waitFor();
    await begin(page);
    await happens(page, 'lose the device');
    await page.getByText('The device was lost and found again').waitFor();
    await state(page, 'running').waitFor();
    await stop(page);
    await context.close();
  });

  it('the training itself: a rate that is too high is halved from the last good checkpoint, or undone', async () => {
    const context = await visitor();
    const page = await site.open(linkTo({ ...LONG, 'train.weightDecay': 10, 'train.warmupSteps': 600 }), { context });
    await page.getByText('Advanced', { exact: true }).click();
    await page.getByLabel('Learning rate').fill('0.3');
    await train(page);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/diverged at step \d+[\s\S]*Both models at step \d+/);
    expect(await violations(page)).toEqual([]);
    await button(page, /^Go back to step \d+ with half the rate$/).click();
    await state(page, 'running').waitFor();
    expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.15');
    await beyond(page, 150);
    await stop(page);
    await page.getByLabel('Learning rate').fill('0.3');
    await train(page);
    await page.getByRole('alert').waitFor();
    await button(page, 'Undo: Learning rate 0.15').click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.15');
    await context.close();
  });
});

describe('a race that does not fit', () => {
  it('is refused before anything is allocated, and one click makes it fit', async () => {
    const huge = { 'model.layers': 24, 'model.channels': 2048, 'model.heads': 16, 'model.context': 512 };
    const page = await site.open(linkTo({ ...TINY, ...huge, 'data.uniqueTokens': 20_000 }));
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/needs [\d.]+ GiB[\s\S]*This fits/);
    await button(page, /^Use \d+ layers, \d+ channels/).click();
    await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('model.channels=2048');
    await page.close();
  });

  it('while it is allocated says what was asked for, and offers what is smaller', async () => {
    // From the start of the race on: what is measured for an estimate before it has room.
    const full = `{
      let begun = false;
      addEventListener('message', ({ data }) => { begun ||= data.type === 'start'; });
      const filters = [];
      const { pushErrorScope, popErrorScope } = GPUDevice.prototype;
      GPUDevice.prototype.pushErrorScope = function (filter) {
        filters.push(filter);
        pushErrorScope.call(this, filter);
      };
      GPUDevice.prototype.popErrorScope = function () {
        const isFull = filters.pop() === 'out-of-memory' && begun;
        const told = popErrorScope.call(this);
        return isFull ? told.then(() => ({ message: 'no 4096 bytes left' })) : told;
      };
    }`;
    const page = await site.open(linkTo({ ...TINY, 'train.batch': 16 }), { before: (each) => faulty(each, full) });
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.locator('button:enabled', { hasText: 'Train both' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/no 4096 bytes left[\s\S]*needs [\d.]+ [KM]iB in all/);
    await button(page, /^Use a batch of/).click();
    await expect.poll(() => page.evaluate(() => location.hash)).not.toContain('train.batch=16');
    await page.close();
  });
});

describe('a browser in which there is no GPU', () => {
  it.each([
    ['missing', "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { get: () => undefined });"],
    ['insecure', "Object.defineProperty(self, 'isSecureContext', { get: () => false });"],
    ['no adapter', 'GPU.prototype.requestAdapter = async () => null;'],
    ['refused', "GPUAdapter.prototype.requestDevice = async () => { throw new Error('too many'); };"],
  ])('says why (%s), trains on the CPU, and offers it where the GPU was asked for', async (cause, code) => {
    const said = {
      missing: ['This browser has no WebGPU, so it trains on the CPU', 'This browser has no WebGPU'],
      insecure: ['Browsers hide the GPU from pages that came over plain http', 'WebGPU needs a secure address'],
      'no adapter': ['it found no adapter', 'The browser found no graphics adapter'],
      refused: ['The graphics adapter refused a device', 'The graphics adapter gave no device'],
    }[cause]!;
    const page = await site.open(linkTo(TINY), { before: (each) => faulty(each, code) });
    await page.getByText(said[0]).first().waitFor();
    await page.getByLabel('Computed by').selectOption('gpu');
    await page.getByRole('heading', { name: said[1] }).waitFor();
    await page.locator('button:disabled', { hasText: 'Train both' }).waitFor();
    await button(page, 'Compute on the CPU').click();
    await page.locator('button:enabled', { hasText: 'Train both' }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.close();
  });
});
