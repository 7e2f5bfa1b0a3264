import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, linkTo, servedPage, state, TINY, violations } from '../support/page.ts';

/** A software adapter on a busy machine needs patience; no test is about time. */
const site = servedPage(180_000);

const runs = (page: Page) => page.locator('.run');
const run = (page: Page, name: string | RegExp) => runs(page).filter({ has: page.getByRole('heading', { name }) });
const toRuns = (page: Page) => button(page, 'Runs').click();
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Opens the page at a tiny setup and trains it to its end. */
async function train(context: BrowserContext, setup: Record<string, string | number> = {}): Promise<Page> {
  const page = await site.open(linkTo({ ...TINY, ...setup }), { context });
  await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
  await state(page, 'finished').waitFor();
  return page;
}

async function unfold(page: Page, name: string | RegExp): Promise<void> {
  await run(page, name)
    .getByRole('button', { name: /^More about/ })
    .click();
}

describe('the view of kept races', () => {
  it('says, while it is empty, what will be kept and where', async () => {
    const page = await site.open('?view=runs', { context: await site.browser.newContext() });
    await page.getByText('Nothing is kept yet.').waitFor();
    await page.getByText(/in this browser, on this device; nothing leaves it/).waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Set up a race').click();
    await page.getByRole('button', { name: 'Race', exact: true }).and(page.locator('[aria-current]')).waitFor();
    await page.context().close();
  });

  it('lists a race, renames it by keyboard, deletes it and brings it back; all of it outlives the page', async () => {
    const context = await site.browser.newContext();
    const page = await train(context);
    await toRuns(page);
    const row = run(page, /Moby Dick/);
    await row.getByText('finished', { exact: true }).waitFor();
    await row.getByText('20 of 20 steps').waitFor();
    await expect
      .poll(() => row.locator('.run-best').allInnerTexts())
      .toEqual([expect.stringMatching(/AR\s+\d\.\d{3}/), expect.stringMatching(/Diffusion\s+\d\.\d{3}/)]);
    expect(await violations(page)).toEqual([]);

    const focused = (tag: string) => expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe(tag);
    await page.getByRole('button', { name: /^Rename Moby Dick/ }).focus();
    await page.keyboard.press('Enter');
    await focused('INPUT');
    await page.keyboard.type('   ');
    await page.keyboard.press('Enter');
    await page.getByText('A race needs a name.').waitFor();
    await page.keyboard.press('Escape');
    await run(page, /Moby Dick/).waitFor();
    await focused('BUTTON');
    await page.keyboard.press('Enter');
    await focused('INPUT');
    await page.keyboard.type('For <b>Tuesday</b>');
    await page.keyboard.press('Enter');
    await run(page, 'For <b>Tuesday</b>').waitFor();
    // The name is on the shelf when it says so.
    await run(page, 'For <b>Tuesday</b>').locator('h3[aria-busy=false]').waitFor();

    await page.reload();
    await run(page, 'For <b>Tuesday</b>').waitFor();
    await unfold(page, /Tuesday/);
    // The offer to undo it stays for those who come to it by keyboard.
    await button(page, 'Delete').press('Enter');
    await page.getByText(/“For <b>Tuesday<\/b>” is deleted/).waitFor();
    await expect.poll(() => runs(page).count()).toBe(0);
    // The focus waits on what undoes it.
    await page.keyboard.press('Enter');
    await run(page, /Tuesday/).waitFor();

    await unfold(page, /Tuesday/);
    await button(page, 'Use this setup').click();
    await expect.poll(() => new URL(page.url()).hash).toContain('model.channels=16');
    await page.getByText(/The setup is that of “For <b>Tuesday<\/b>”/).waitFor();
    await context.close();
  });

  it('shows a race on the chart, pins it as a ghost, and compares it with another one', async () => {
    const context = await site.browser.newContext();
    await (await train(context)).close();
    const page = await train(context, { seed: 2 });
    await toRuns(page);
    await runs(page).nth(1).waitFor();
    await unfold(page, /seed 1/);
    await button(page, 'Pin as ghost').click();
    await button(page, 'Unpin the ghost').waitFor();
    await run(page, /seed 1/)
      .getByRole('button', { name: /^Show Moby Dick/ })
      .click();
    await page.locator('.recharts-line').first().waitFor();
    await toRuns(page);
    await runs(page).nth(1).waitFor();

    for (const tick of await page.getByRole('checkbox', { name: /^Compare/ }).all()) await tick.check();
    await page.getByRole('heading', { name: 'Comparison of 2 races' }).waitFor();
    const chart = page.locator('.compare-chart svg');
    await chart.waitFor();
    // Seeds of one setup are one curve.
    await page.getByRole('button', { name: /Moby Dick, 5,000 tokens, seeds 1, 2/ }).waitFor();
    await page.locator('.comparison').getByText('least and greatest of the seeds').waitFor();
    await page.getByText(/^A: the median of AR’s bests is/).waitFor();
    await page.getByRole('radio', { name: 'time' }).check();
    await page.locator('label', { hasText: 'log y' }).click();
    await chart.getByText('training seconds of each model').waitFor();
    expect(await violations(page)).toEqual([]);

    for (const [name, begins] of [
      ['SVG', '<svg'],
      ['PNG', '\u0089PNG'],
      ['CSV', 'group,race,name,seed,step'],
    ] as const) {
      const waiting = page.waitForEvent('download');
      await button(page, `Save as ${name}`).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(`crossover-comparison.${name.toLowerCase()}`);
      expect((await readFile(await download.path(), 'latin1')).startsWith(begins)).toBe(true);
    }

    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  it('exports a race and imports it again, once; what is no race is refused by its name, and nothing is lost', async () => {
    const context = await site.browser.newContext();
    const page = await train(context);
    await toRuns(page);
    await unfold(page, /Moby Dick/);
    const waiting = page.waitForEvent('download');
    await button(page, 'Export .zip').click();
    const zip = await readFile(await (await waiting).path());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    const mimeType = 'application/zip';
    await page.locator('input[type=file]').setInputFiles([
      { name: 'holiday.zip', mimeType, buffer: Buffer.from('no zip at all') },
      { name: 'mine.zip', mimeType, buffer: zip },
    ]);
    const card = page.getByRole('alert').filter({ hasText: 'One file was refused' });
    await card
      .getByText(/holiday\.zip/)
      .first()
      .waitFor();
    await card.getByText(/There already, and left as it was: Moby Dick/).waitFor();
    await expect.poll(() => runs(page).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Delete').click();
    await expect.poll(() => runs(page).count()).toBe(0);
    // It is gone from the shelf, too: an import would else find it there.
    await page.locator('details[aria-busy=false]', { hasText: 'Deleted' }).waitFor();
    await page.locator('input[type=file]').setInputFiles([{ name: 'mine.zip', mimeType, buffer: zip }]);
    await page.getByText(/Imported: Moby Dick/).waitFor();
    await runs(page).filter({ hasText: 'imported' }).waitFor();
    await context.close();
  });

  it('says that runs are kept for this visit only where the browser refuses a database', async () => {
    const context = await site.browser.newContext();
    await context.route(/assets\/worker-.*\.js$/, async (route) => {
      const response = await route.fetch();
      const refuse = "IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); };";
      await route.fulfill({ response, body: `${refuse}\n${await response.text()}` });
    });
    const page = await train(context);
    await toRuns(page);
    await page.getByRole('heading', { name: 'Runs are kept for this visit only.' }).waitFor();
    await runs(page).getByText('finished', { exact: true }).waitFor();
    expect(await page.getByRole('heading', { name: 'Storage' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});

describe('a link', () => {
  it('leads another person to the same setup, chart and view; what is not known is named', async () => {
    const setup = { ...TINY, seed: 7, 'chart.axis': 'flops', 'chart.logX': 'true', 'chart.colour': 'blue' };
    const page = await site.open(`?view=runs&room=12${linkTo(setup)}`);
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await page.getByText(/was ignored: chart\.colour=blue/).waitFor();
    await expect.poll(() => page.url()).not.toContain('colour');
    const { hash, search } = new URL(page.url());
    expect(search).toContain('view=runs');
    expect(hash).toContain('chart.axis=flops');
    await button(page, 'Race').click();
    await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
    await state(page, 'finished').waitFor();
    await expect.poll(() => page.getByRole('radio', { name: 'FLOPs' }).isChecked()).toBe(true);
    expect(await page.getByLabel('log x').isChecked()).toBe(true);
    expect(new URL(page.url()).hash).toContain('seed=7');
    await page.close();
  });
});
