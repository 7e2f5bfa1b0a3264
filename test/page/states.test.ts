import { expect, it } from 'vitest';
import { servedPage, violations } from '../support/page.ts';
import { STATES } from '../support/states.ts';

/** A busy machine needs patience; no test is about time. */
const site = servedPage(180_000);

it.each(STATES)('$name: is reached, can be used by everyone, and fits a phone', async (shown) => {
  const { address = '', before, reach } = shown;
  const context = await site.browser.newContext({ reducedMotion: 'reduce' });
  const page = await site.open(address, { context, before });
  await reach(page);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(wider).toBe(0);
  await context.close();
});
