import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { launchChromium } from './chromium.ts';

/** With these, which Playwright gives every browser, a page is not held back where nobody sees it. */
const ALWAYS_AWAKE = [
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

/**
 * A Chromium as a person uses it: a page that cannot be seen is hidden, is drawn no frames, and has its timers held back.
 * The pages that Playwright launches itself are told that they have the focus, and none of them is ever hidden.
 */
export async function openTabs(): Promise<{ tabs: BrowserContext; close(): Promise<void> }> {
  const browser = await launchChromium(['--remote-debugging-port=0'], ALWAYS_AWAKE);
  const devtools = await browser.newBrowserCDPSession();
  const { commandLine } = await devtools.send('SystemInfo.getInfo');
  const profile = /--user-data-dir=(?:"([^"]+)"|(\S+))/.exec(commandLine);
  if (!profile) throw new Error(`the browser does not say where its profile is: ${commandLine}`);
  // The port, and below it the path; the browser may be there before it has written them.
  const address = /^(\d+)\n(\S+)/;
  const [, port, path] = await vi.waitFor(
    async () => address.exec(await readFile(join(profile[1] ?? profile[2], 'DevToolsActivePort'), 'utf8'))!.map(String),
    { timeout: 120_000 },
  );
  const { contexts, close } = await chromium
    .connectOverCDP(`ws://127.0.0.1:${port}${path}`, { noDefaults: true })
    .then((person) => ({ contexts: person.contexts(), close: () => person.close() }));
  return {
    tabs: contexts[0],
    async close() {
      await close();
      await browser.close();
    },
  };
}

/** Minimises the window of a page, or shows it again. That it is hidden then is for the page to say. */
export async function minimise(page: Page, windowState: 'minimized' | 'normal' = 'minimized'): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { windowId } = await devtools.send('Browser.getWindowForTarget');
  await devtools.send('Browser.setWindowBounds', { windowId, bounds: { windowState } });
  await devtools.detach();
}
