import { cpus } from 'node:os';
import { expect, it } from 'vitest';
import { stream, watchCalm } from '../support/calm.ts';
import { servedPage } from '../support/page.ts';

const site = servedPage(120_000);
const MINUTES = 10;

it(`the page stays calm for ${MINUTES} minutes at 50 records a second`, { timeout: 3_600_000 }, async () => {
  const page = await site.open('', { before: stream });
  const calm = await watchCalm(page, { seconds: MINUTES * 60, settle: 10, every: 60 });
  const machine = `${cpus().length} × ${cpus()[0].model}, Chromium ${site.browser.version()}`;
  console.log(JSON.stringify({ machine, ...calm }, null, 2));
  expect(calm.commits).toBeLessThanOrEqual(5);
  expect(calm.looks.at(-1)!.heap - calm.looks[1].heap).toBeLessThan(20);
  await page.close();
});
