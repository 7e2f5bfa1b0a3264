import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { type Serving, serve } from '../../src/hosts/node/serve.ts';
import { launchChromium } from './chromium.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface OpenOptions {
  context?: BrowserContext;
  /** What is done to the page before it loads anything. */
  before?: ((page: Page) => Promise<unknown>) | undefined;
}

export interface BuiltPage {
  readonly browser: Browser;
  /** Opens the page at what follows its address; every error in it fails the test. */
  open(address: string, options?: OpenOptions): Promise<Page>;
}

/**
 * The page, built, served and opened in a real Chromium for the tests of a file. `slowMs`: how long to wait for anything;
 * no test is about time. `prepare` may change the built folder before it is served.
 */
export function servedPage(slowMs: number, prepare?: (folder: string) => Promise<unknown>): BuiltPage {
  vi.setConfig({ testTimeout: 2 * slowMs });
  let folder: string;
  let site: Serving;
  let browser: Browser;
  const troubles: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crossover-page-'));
    await build({ root: ROOT, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    await prepare?.(folder);
    site = await serve(folder, 0);
    browser = await launchChromium();
  }, 2 * slowMs);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  afterEach(() => {
    expect(troubles.splice(0)).toEqual([]);
  });

  return {
    get browser() {
      return browser;
    },
    async open(address, { context, before } = {}) {
      const page = await (context ?? browser).newPage();
      await page.setViewportSize({ width: 1280, height: 900 });
      page.setDefaultTimeout(slowMs);
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text());
      });
      await before?.(page);
      await page.goto(`${site.url}${address}`);
      return page;
    },
  };
}

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });

/** What axe finds against WCAG 2.2 AA on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  });
}
