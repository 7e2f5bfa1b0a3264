import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { button, linkTo, servedPage, state, TINY, violations } from '../support/page.ts';

/** A busy machine needs patience; no test is about time. */
const site = servedPage(180_000);

const section = (page: Page, name: string | RegExp) =>
  page.locator('section', { has: page.getByRole('heading', { name, level: 2 }) });

describe('inside', () => {
  it('says what to do where there is no model yet', async () => {
    const page = await site.open('?view=inside');
    await page.getByRole('heading', { name: 'There is no model to look into yet.' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Go to the race').click();
    await page.locator('.duel').getByText('Train both models; then hide a word').waitFor();
    await page.close();
  });

  it('looks into both models of a race that is paused, by keyboard too, and when it is over', async () => {
    const page = await site.open(
      linkTo({ ...TINY, 'train.steps': 1_000_000, 'train.patience': 0, 'evaluation.every': 1000 }),
    );
    await page
      .locator('button:enabled', { hasText: /^Train/ })
      .first()
      .click();
    await state(page, 'running').waitFor();
    await page.getByRole('button', { name: 'Inside', exact: true }).click();
    await button(page, 'Pause').click();
    await state(page, 'paused').waitFor();

    // One token is chosen in both strips; the arrow keys move it.
    const surprise = section(page, /How surprising/);
    const strip = surprise.getByRole('listbox', { name: /^AR/ });
    await strip.waitFor();
    await expect.poll(() => strip.getByRole('option').count()).toBe(64);
    const chosen = () => strip.locator('[aria-selected=true]').getAttribute('data-place');
    await expect.poll(chosen).toBe('38');
    await strip.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(chosen).toBe('39');
    await page.keyboard.press('End');
    await expect.poll(chosen).toBe('63');
    const other = surprise.getByRole('listbox', { name: /^Diffusion/ });
    await expect.poll(() => other.locator('[aria-selected=true]').count()).toBe(1);
    await strip.getByRole('option').nth(20).click();
    await expect.poll(chosen).toBe('20');
    await surprise.getByText(/exactly \d\.\d{3} nats/).waitFor();
    await surprise.getByText(/at most \d\.\d{3} ± \d\.\d{3} nats/).waitFor();

    // The heads of one layer; a map says what the chosen place looks at.
    const attention = section(page, 'Where does it look?');
    await expect.poll(() => attention.getByRole('radio').count()).toBe(8);
    await attention.getByRole('radio', { name: 'Layer 1, head 3' }).first().check();
    await attention.getByRole('img', { name: /^AR, Layer 1, head 3\. For .* looks most at/ }).waitFor();
    await attention.getByText('as a table').click();
    await expect.poll(() => attention.getByRole('row').count()).toBe(65);

    // A text of one's own; what the models have never read is named.
    await page.getByLabel('Text', { exact: true }).fill('The €whale');
    await page.getByText(/has none of it: “€”/).waitFor();
    await expect.poll(() => strip.getByRole('option').count()).toBe(9);
    expect(await violations(page)).toEqual([]);

    // The race is not disturbed, and its models stay when it is over.
    await button(page, 'Resume').click();
    await state(page, 'running').waitFor();
    await button(page, 'Race').click();
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();
    await button(page, 'Inside').click();
    await button(page, 'Look again').click();
    await page.locator('button:enabled', { hasText: 'Look again' }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    const wider = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(wider).toBe(0);

    // They are kept: whoever comes back can look into them again.
    await page.reload();
    await button(page, 'Runs').click();
    await page.getByRole('button', { name: /^More about/ }).click();
    await button(page, 'Look inside').click();
    await page.getByText(/^The models of “.*”, as of step/).waitFor();
    await strip.waitFor();
    expect(await page.getByLabel('Follow the training').count()).toBe(0);
    await page.getByRole('radio', { name: 'Best' }).check();
    await page.getByText(/^The models of “.*”, at their best/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('the duel', () => {
  it('lets both models fill the words that are hidden, step by step, beside the race', async () => {
    const page = await site.open(linkTo(TINY));
    await page
      .locator('button:enabled', { hasText: /^Train/ })
      .first()
      .click();
    await state(page, 'finished').waitFor();
    const duel = page.locator('.duel');
    await duel.getByText(/^(Level: both have|(AR|Diffusion) is nearer)/).waitFor();
    await button(page, 'Show all').click();
    await duel.getByText('Nothing is hidden. Click a word.').waitFor();
    const word = duel.locator('.duel-word').nth(2);
    const letters = [...(await word.innerText())].length;
    await word.click();
    await expect.poll(() => word.getAttribute('aria-pressed')).toBe('true');
    await duel.getByText(`${letters} of ${letters} filled`).waitFor();
    await expect.poll(() => duel.locator('.name-ar .hole').count()).toBe(letters);
    await duel
      .getByText(new RegExp(`of ${letters} characters right; the truth cost it`))
      .first()
      .waitFor();
    await button(page, 'Back to the empty gap').click();
    await expect.poll(() => duel.locator('.name-diffusion .is-open').count()).toBe(letters);
    await button(page, 'One step on').click();
    await expect.poll(() => duel.locator('.name-diffusion .is-open').count()).toBe(letters - 1);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});
