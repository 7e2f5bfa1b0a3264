import type { Page } from 'playwright-core';
import type { Command, LabEvent, SweepEvent } from '../../src/lab/protocol.ts';

export type Said = LabEvent | SweepEvent;
/** What a worker answers to a command of each type; nothing to the others. */
export type Script = Partial<Record<Command['type'], readonly Said[]>>;

/** The scripts of the lab's worker in a built page. */
const WORKER = '**/assets/worker-*.js';
/** What a page that is cross-origin isolated asks of a worker's script. */
const HEADERS = { 'Content-Type': 'text/javascript', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * Puts a worker in the lab's place that says what is written, message by message: states of the page that a real race
 * comes to late, seldom, or never twice alike. `more` is JavaScript that runs after it.
 */
export async function scripted(page: Page, script: Script, more = ''): Promise<void> {
  const body = `
    const script = ${JSON.stringify(script)};
    addEventListener('message', ({ data }) => {
      for (const said of script[data.type] ?? []) postMessage(said);
    });
    ${more}`;
  await page.route(WORKER, (route) => route.fulfill({ headers: HEADERS, body }));
}

/** Has the lab's own worker begin with `code`, which spoils what it will find. */
export async function faulty(page: Page, code: string): Promise<void> {
  await page.route(WORKER, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}
