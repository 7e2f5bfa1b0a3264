import { describe, expect, it } from 'vitest';
import { stream, watchCalm } from '../support/calm.ts';
import { servedPage } from '../support/page.ts';

const site = servedPage(180_000);

describe('a page that is told 50 records a second', () => {
  it('draws its charts at most five times a second, and holds no more memory for it', async () => {
    const page = await site.open('', { before: stream });
    const { seconds, commits, looks } = await watchCalm(page, { seconds: 16, settle: 3, every: 8 });
    expect(commits * seconds).toBeGreaterThan(1);
    expect(commits * seconds).toBeLessThanOrEqual(5 * seconds + 5);
    expect(looks.at(-1)!.heap - looks[0].heap).toBeLessThan(10);
    expect(looks.at(-1)!.nodes - looks[0].nodes).toBeLessThan(1000);
    await page.close();
  });
});
