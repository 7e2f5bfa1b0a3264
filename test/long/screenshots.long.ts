import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { it } from 'vitest';
import { servedPage } from '../support/page.ts';
import { STATES } from '../support/states.ts';

/** Pictures of every state of the page, `npm run screenshots`: into a folder that git ignores. */
const FOLDER = resolve(import.meta.dirname, '../screenshots');
/** A desk, a projector and a phone. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const SCHEMES = ['light', 'dark'] as const;

const site = servedPage(240_000);

it.each(STATES)('$name', async ({ name, address = '', before, reach }) => {
  await mkdir(FOLDER, { recursive: true });
  // Nothing may move while its picture is taken.
  const context = await site.browser.newContext({ reducedMotion: 'reduce' });
  const page = await site.open(address, { context, before });
  await page.setViewportSize(SIZES[0]);
  await reach(page);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      // Charts follow their frame at the next frame or two.
      await page.waitForTimeout(500);
      const path = join(FOLDER, `${name}-${size.width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await context.close();
});
