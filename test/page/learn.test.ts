import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { STEPS } from '../../src/ui/learn/chapters.ts';
import { targetsOf } from '../../src/ui/learn/steps.ts';
import { button, linkTo, servedPage, violations } from '../support/page.ts';

/** A busy machine needs patience; no test is about time. */
const site = servedPage(180_000);

const card = (page: Page) => page.getByRole('complementary', { name: 'Guided text' });
const query = (page: Page) => new URL(page.url()).searchParams;
const drawn = (page: Page) => page.locator('.recharts-line').first().waitFor();

async function open(address: string): Promise<Page> {
  const context = await site.browser.newContext({ reducedMotion: 'reduce' });
  return site.open(address, { context });
}

/** What is ringed, and whether it lies between header and card, or fills the room there. */
const ringed = (page: Page) =>
  page.evaluate(() => {
    const lit = [...document.querySelectorAll<HTMLElement>('[data-lit]')];
    if (lit.length !== 1) return `${lit.length} ringed`;
    const { top, bottom } = lit[0].getBoundingClientRect();
    const header = lit[0].closest('.header') ? 0 : document.querySelector('.header')!.getBoundingClientRect().bottom;
    const edge = document.querySelector('.guide')!.getBoundingClientRect().top;
    const seen = top >= header - 1 && (bottom <= edge + 1 || bottom - top > edge - header - 60);
    return seen ? lit[0].dataset.learn : `${lit[0].dataset.learn} is hidden: ${[header, top, bottom, edge]}`;
  });

describe('the guided text', () => {
  it('goes through all its steps by keyboard, each ringing what it speaks of, and ends where it began', async () => {
    const page = await open('?view=learn');
    await page.getByRole('heading', { name: 'Learn', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Begin').focus();
    await page.keyboard.press('Enter');
    await card(page).waitFor();
    await drawn(page);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('One text, two models');

    await button(page, 'Next').focus();
    for (const [index, { id }] of STEPS.entries()) {
      await expect.poll(() => query(page).get('learn')).toBe(String(index + 1));
      await expect.poll(() => ringed(page)).toBe(targetsOf(id)[0]);
      // It is told a little after it is shown.
      const spoken = () => card(page).getByRole('status').textContent();
      await expect.poll(spoken).toContain(`Step ${index + 1} of ${STEPS.length}`);
      if (['race', 'less', 'above', 'seed'].includes(id)) expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('heading', { name: 'Learn', exact: true }).waitFor();
    await card(page).waitFor({ state: 'detached' });
    await expect.poll(() => query(page).has('learn')).toBe(false);
    await page.context().close();
  });

  it('drives the page: the moment of the training, the axis, the setup; Escape leaves it', async () => {
    const page = await open('?learn=5');
    await drawn(page);
    await card(page)
      .getByText(/^Here AR is best at step \d+/)
      .waitFor();
    const best = /step (\d+), epoch/.exec((await card(page).textContent())!)![1];
    await button(page, 'Go to AR’s best').click();
    const moment = page.getByRole('slider', { name: 'Moment of the training' });
    await expect.poll(() => moment.getAttribute('aria-valuetext')).toContain(`step ${best},`);

    await page.goto(page.url().replace('learn=5', 'learn=14'));
    await drawn(page);
    await button(page, 'Compare by FLOPs').click();
    await page.getByRole('radio', { name: 'FLOPs' }).and(page.locator(':checked')).waitFor({ state: 'attached' });
    // Whoever turns the page finds the chart as it was.
    await button(page, 'Back').click();
    await page.getByRole('radio', { name: 'epochs' }).and(page.locator(':checked')).waitFor({ state: 'attached' });

    await expect.poll(() => query(page).get('learn')).toBe('13');
    await page.goto(page.url().replace(/learn=13.*/, 'learn=8'));
    await drawn(page);
    await button(page, 'Set U to 2,500').click();
    await expect.poll(() => new URL(page.url()).hash).toContain('data.uniqueTokens=2500');
    await card(page).getByText('the setup now has 2,500').waitFor();
    await button(page, 'Next').focus();
    await page.keyboard.press('Escape');
    await card(page).waitFor({ state: 'detached' });
    await expect.poll(() => query(page).has('learn')).toBe(false);
    await page.locator('[data-lit]').waitFor({ state: 'detached' });
    await page.context().close();
  });
});

describe('teaching', () => {
  it('opens a teacher’s link exactly: the setup, the cards, and nothing that was left out', async () => {
    const page = await open('?view=learn');
    for (const part of ['event log', 'reports', 'other views', 'duel'])
      await page.getByLabel(part, { exact: true }).check();
    const link = page.locator('.learn-link a');
    const search = async () => new URL((await link.getAttribute('href'))!).search;
    await expect.poll(search).toBe('?teach=1&hide=setup,log,reports,nav,duel&learn=1');
    // Else it is read in the reader's own language.
    await page.getByLabel('In this language').check();
    await expect.poll(search).toMatch(/^\?lang=en&teach=1&/);
    await page.getByLabel('In this language').uncheck();
    await expect.poll(search).toMatch(/^\?teach=1&/);
    await link.click();
    await drawn(page);
    await card(page).getByRole('heading', { name: 'One text, two models' }).waitFor();
    for (const gone of ['.side', '.events', '.reports', '.views', '.duel'])
      expect(await page.locator(gone).count(), gone).toBe(0);
    await page.locator('.race .transport .primary').waitFor();
    expect(await violations(page)).toEqual([]);
    // A presenter’s remote sends these.
    await page.keyboard.press('PageDown');
    await card(page).getByRole('heading', { name: 'From left to right' }).waitFor();
    await page.keyboard.press('PageUp');
    await card(page).getByRole('heading', { name: 'One text, two models' }).waitFor();

    await button(page, 'End teaching').click();
    await page.locator('.side').waitFor();
    await page.locator('.views').waitFor();
    await expect.poll(() => [...query(page).keys()]).toEqual(['learn']);
    await page.context().close();
  });

  it('names the flags that it does not know', async () => {
    const page = await open(`?teach=1&hide=setup,moon&learn=77&lang=xx${linkTo({ 'data.uniqueTokens': 3000 })}`);
    await page
      .getByText('it was ignored: hide=moon, learn=77')
      .or(page.getByText('it was ignored: learn=77, hide=moon'))
      .waitFor();
    await page.getByText('it was ignored: lang=xx').waitFor();
    expect(await page.locator('.side').count()).toBe(0);
    await page.context().close();
  });
});

describe('the handout', () => {
  it('fits one sheet, A4 or Letter, and holds nothing but the race, its provenance and the tasks', async () => {
    const page = await open('?view=learn&print=1');
    await page.locator('.handout svg').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByText(/A real run, recorded on .* with “crossover race”/).waitFor();
    // French is longer.
    for (const lang of ['fr', 'en']) {
      await page.goto(`${new URL(page.url()).origin}/?lang=${lang}&view=learn&print=1`);
      await page.locator('.handout svg').waitFor();
      // In the letters that it is printed with.
      await page.evaluate(async () => void (await document.fonts.ready));
      for (const format of ['A4', 'Letter']) {
        const sheets = (await page.pdf({ format })).toString('latin1').match(/\/Type\s*\/Page\b/g);
        expect(sheets, `${lang}, ${format}`).toHaveLength(1);
      }
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const gone of ['.header', '.sources', '.handout-tools']) await page.locator(gone).waitFor({ state: 'hidden' });
    expect(await page.locator('.handout footer').innerText()).toContain(new URL(page.url()).origin);
    await page.emulateMedia({ media: null });
    await button(page, 'Back to Learn').click();
    await page.getByRole('heading', { name: 'Learn', exact: true }).waitFor();
    await page.context().close();
  });
});
