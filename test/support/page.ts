import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { type Serving, serve } from '../../src/hosts/node/serve.ts';
import { builtPage } from './builtPage.ts';
import { launchChromium } from './chromium.ts';

export interface OpenOptions {
  context?: BrowserContext;
  /** What is done to the page before it loads anything. */
  before?: ((page: Page) => Promise<unknown>) | undefined;
  /**
   * Whether the page may keep itself for use without a network. What comes from there passes by Playwright's routes, so
   * that only tests about it want it.
   */
  kept?: boolean;
  /** Another address than that of the lab's own server. */
  at?: string;
}

export interface BuiltPage {
  readonly browser: Browser;
  /** Opens the page at what follows its address; every error in it fails the test. */
  open(address: string, options?: OpenOptions): Promise<Page>;
}

/**
 * The page, built, served and opened in a real Chromium for the tests of a file. `slowMs`: how long to wait for anything;
 * no test is about time. `prepare` may change a copy of the built folder before it is served.
 */
export function servedPage(slowMs: number, prepare?: (folder: string) => Promise<unknown>): BuiltPage {
  vi.setConfig({ testTimeout: 2 * slowMs, expect: { poll: { timeout: slowMs } } });
  let changed: string | undefined;
  let site: Serving;
  let browser: Browser;
  const troubles: string[] = [];

  beforeAll(async () => {
    const built = await builtPage();
    if (prepare) {
      changed = await mkdtemp(join(tmpdir(), 'crossover-page-'));
      await cp(built, changed, { recursive: true });
      await prepare(changed);
    }
    site = await serve(changed ?? built, 0);
    browser = await launchChromium();
    // The page may be built meanwhile, by this file or by another.
  }, 4 * slowMs);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (changed) await rm(changed, { recursive: true, force: true });
  }, slowMs);

  afterEach(() => {
    expect(troubles.splice(0)).toEqual([]);
  });

  return {
    get browser() {
      return browser;
    },
    async open(address, { context, before, kept = false, at = site.url } = {}) {
      const page = await (context ?? browser).newPage();
      await page.setViewportSize({ width: 1280, height: 900 });
      page.setDefaultTimeout(slowMs);
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text());
      });
      await page.addInitScript(reportRefusals);
      if (!kept) await page.addInitScript(forgetServiceWorkers);
      await before?.(page);
      await page.goto(`${at}${address}`);
      return page;
    },
  };
}

/** In the page: what its content policy refuses becomes an error in the console. */
function reportRefusals(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, sample }) =>
    console.error(`the content policy refuses: ${[effectiveDirective, blockedURI, sourceFile, sample].join(' ')}`),
  );
}

/** In the page: a browser without service workers. */
function forgetServiceWorkers(): void {
  Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
}

/** In the page: what plays by itself takes so much longer that it is still on when a slow machine has seen it. */
export function slowPlay(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const { requestAnimationFrame } = window;
    window.requestAnimationFrame = (draw) => requestAnimationFrame((now) => draw(now / 100));
  });
}

/** The smallest race that shows everything: two evaluations, two samples, a few seconds on a software adapter. */
export const TINY = {
  'model.layers': 1,
  'model.channels': 16,
  'train.steps': 20,
  'train.warmupSteps': 5,
  'evaluation.windows': 8,
  'evaluation.draws': 1,
  'evaluation.testWindows': 16,
  'sampling.every': 20,
  'sampling.revealSteps': 8,
};

/** The part of an address that holds a setup. */
export const linkTo = (setup: Record<string, string | number>): string =>
  `#v=1&${Object.entries(setup)
    .map(([path, value]) => `${path}=${value}`)
    .join('&')}`;

/** Where the page says what the lab is doing. */
export const state = (page: Page, text: string): Locator => page.locator('.state', { hasText: text });

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });

/** What axe finds against WCAG 2.2 AA on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    // What the header half covers while it is scrolled by would count as too small to touch.
    window.scrollTo(0, 0);
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  });
}
