import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtPage } from '../support/builtPage.ts';
import { button, linkTo, servedPage, state, TINY } from '../support/page.ts';
import { type StaticHost, staticHost } from '../support/staticHost.ts';

const SLOW_MS = 180_000;
const site = servedPage(SLOW_MS);
const temporary: string[] = [];
let built: string;
beforeAll(async () => {
  built = await builtPage();
});
afterAll(async () => {
  for (const folder of temporary) await rm(folder, { recursive: true, force: true });
});

/** The whole of a race, from the texts on the host to the threads of the cpu executor. */
async function trains(page: Page): Promise<void> {
  await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
  await state(page, 'finished').waitFor();
  await expect.poll(() => page.locator('.recharts-line').count()).toBeGreaterThanOrEqual(2);
}

/** Opens every view; each has to show something of its own. */
async function opensEveryView(page: Page): Promise<void> {
  const views = page.getByRole('navigation').getByRole('button');
  for (const view of await views.all()) {
    await view.click();
    await page.getByText('Loading').first().waitFor({ state: 'hidden' });
    expect(await page.getByRole('alert').count()).toBe(0);
  }
  await views.first().click();
}

/** The page once all of its files are kept. */
async function openKept(host: StaticHost, address = ''): Promise<Page> {
  const page = await site.open(address, { at: host.url, kept: true, context: await site.browser.newContext() });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  return page;
}

describe('a static host', () => {
  it('serves the page from any path, without any header of ours', async () => {
    const host = await staticHost(built, '/some/deep/path/');
    const page = await site.open(linkTo(TINY), { at: host.url });
    await trains(page);
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
    await opensEveryView(page);
    await page.close();
    await host.close();
  });
});

describe('after the first visit', () => {
  it('all of it works without a network: every view, every text and recording, and training', async () => {
    const host = await staticHost(built, '/lab/');
    const page = await openKept(host, linkTo(TINY));
    await host.close();
    await page.reload();
    await trains(page);
    await opensEveryView(page);
    const files = (await readdir(built, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'serviceWorker.js')
      .map(({ parentPath, name }) => join(parentPath, name).slice(built.length + 1));
    const missing = await page.evaluate(async (paths) => {
      const found = await Promise.all(
        paths.map((path) =>
          fetch(path).then(
            (r) => r.ok,
            () => false,
          ),
        ),
      );
      return paths.filter((_, i) => !found[i]);
    }, files);
    expect(missing).toEqual([]);
    await page.context().close();
  });
});

describe('a new version', () => {
  /** The built page under another title, as if it had been built anew. */
  async function nextVersion(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'crossover-next-'));
    temporary.push(folder);
    await cp(built, folder, { recursive: true });
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    await writeFile(join(folder, 'index.html'), html.replace('<title>Crossover<', '<title>Crossover 2<'));
    const list = await readFile(join(folder, 'serviceWorker.js'), 'utf8');
    const next = list.replace(/(url:.index\.html.,revision:.)\w+/, '$1next');
    expect(next).not.toBe(list);
    await writeFile(join(folder, 'serviceWorker.js'), next);
    return folder;
  }
  /** The title that the page is loaded with, before its scripts write another. */
  const title = (page: Page) =>
    page.evaluate(async () => /<title>(.*)<\/title>/.exec(await (await fetch('./')).text())?.[1]);
  const lookForOne = (page: Page) =>
    page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

  it('is told of, never takes over by itself, nor while another tab is open, and comes with a reload', async () => {
    const host = await staticHost(built, '/');
    const page = await openKept(
      host,
      linkTo({ ...TINY, 'train.steps': 1_000_000, 'train.patience': 0, 'sampling.every': 0 }),
    );
    await page.locator('button:enabled', { hasText: 'Train both' }).first().click();
    await state(page, 'running').waitFor();
    host.deploy(await nextVersion());
    await lookForOne(page);
    const notice = page.getByRole('status').filter({ hasText: 'A new version of Crossover is ready' });
    await notice.getByText('nothing interrupts the training').waitFor();
    expect(await button(page, 'Reload').count()).toBe(0);
    await button(page, 'Stop').click();
    await state(page, 'stopped').waitFor();

    const other = await site.open('', { at: host.url, kept: true, context: page.context() });
    await button(page, 'Reload').click();
    await notice.getByText('close that one').waitFor();
    expect(await title(page)).toBe('Crossover');
    await other.close();
    // The browser may take a moment to forget the other one, and the button goes with the page.
    let loaded = false;
    page.once('load', () => {
      loaded = true;
    });
    const ask = async () => {
      if (!loaded) await button(page, 'Reload').click({ timeout: 5000 }).catch(String);
      return loaded;
    };
    await expect.poll(ask, { timeout: SLOW_MS, interval: 500 }).toBe(true);
    expect(await title(page)).toBe('Crossover 2');
    expect(await notice.count()).toBe(0);
    await page.context().close();
    await host.close();
  });

  it('is what the next visit finds', async () => {
    const host = await staticHost(built, '/');
    const first = await openKept(host);
    const context = first.context();
    host.deploy(await nextVersion());
    await lookForOne(first);
    await first.getByText('A new version of Crossover is ready').waitFor();
    await first.close();
    const seen = async () => {
      const page = await site.open('', { at: host.url, kept: true, context });
      const found = await title(page);
      await page.close();
      return found;
    };
    // A browser may take a moment to let go of the page that was closed.
    await expect.poll(seen, { timeout: SLOW_MS }).toBe('Crossover 2');
    await context.close();
    await host.close();
  });
});

describe('the built page', () => {
  const html = () => readFile(join(built, 'index.html'), 'utf8');

  it('has a content policy, which allows no inline script or style and no other origin, and nothing that needs them', async () => {
    const page = await html();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1].replaceAll('&#39;', "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
  });

  it('can be installed: a manifest with icons that are there', async () => {
    const manifest = JSON.parse(await readFile(join(built, 'manifest.webmanifest'), 'utf8'));
    expect(manifest).toMatchObject({ start_url: './', scope: './', display: 'standalone' });
    const files = await readdir(built);
    for (const { src } of manifest.icons) expect(files).toContain(src);
    expect(await html()).toMatch(/rel="manifest"[^>]*href="\.\/manifest\.webmanifest"/);
  });

  it('needs less than 250 kB of JavaScript for its first view, gzipped, and loads the charts later', async () => {
    const page = await html();
    const scripts = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path);
    expect(scripts.length).toBeGreaterThan(0);
    const texts = await Promise.all(scripts.map((path) => readFile(join(built, path))));
    expect(texts.reduce((sum, text) => sum + gzipSync(text).length, 0)).toBeLessThan(250_000);
    expect(texts.some((text) => text.includes('recharts-'))).toBe(false);
  });
});
