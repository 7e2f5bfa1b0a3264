import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { button, linkTo, servedPage, state, TINY } from '../support/page.ts';

/** In a browser that tells of four cores, on a machine that may have fewer: which there are changes no number. */
const site = servedPage(180_000, async (folder) => {
  const assets = join(folder, 'assets');
  const scripts = (await readdir(assets)).filter((name) => /^worker-.*\.js$/.test(name));
  expect(scripts).toHaveLength(1);
  const script = join(assets, scripts[0]);
  const text = await readFile(script, 'utf8');
  expect(text.split('navigator.hardwareConcurrency')).toHaveLength(2);
  await writeFile(script, text.replace('navigator.hardwareConcurrency', '4'));
});

it('a page that may share memory between threads trains each model on its share of the cores', async () => {
  const page = await site.open(linkTo({ ...TINY, 'model.channels': 64, 'model.context': 64 }), {
    context: await site.browser.newContext(),
  });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
  await state(page, 'finished').waitFor();
  await button(page, 'Device').click();
  await page
    .getByText(/^The models train in parallel, on 4 threads\./)
    .or(page.getByText(/, 4 threads/))
    .first()
    .waitFor();
  expect(await page.getByText('could not share them').count()).toBe(0);
  await page.context().close();
});
