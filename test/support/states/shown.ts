import type { Page } from 'playwright-core';
import type { LabEvent } from '../../../src/lab/protocol.ts';
import { type Script, scripted } from '../scripted.ts';
import { device, RACE } from '../scriptedRace.ts';

/** A state of the page, and the way to it. */
export interface ShownState {
  /** Of its pictures. */
  name: string;
  /** What follows the page's address. */
  address?: string;
  /** What is done to the page before it loads anything. */
  before?: (page: Page) => Promise<unknown>;
  /** Brings the open page there. */
  reach: (page: Page) => Promise<unknown>;
}

export const ready = (page: Page) =>
  page
    .locator('button:enabled', { hasText: /^Train/ })
    .first()
    .waitFor();
export const train = (page: Page) =>
  page
    .locator('button:enabled', { hasText: /^Train/ })
    .first()
    .click();
export const chart = (page: Page) => page.locator('.recharts-line').first().waitFor();
export const alert = (page: Page) => page.getByRole('alert').waitFor();

/** A lab that answers a click on "Train both" with these events. */
export const lab = (start: readonly LabEvent[], script: Script = {}) => ({
  before: (page: Page) => scripted(page, { inspect: device, start, ...script }, ANSWERS),
});
/** Questions to the models: a text to hide words in; what else is asked has no answer here. */
export const ANSWERS = `
  addEventListener('message', ({ data: { type, ask, question } }) => {
    if (type !== 'ask') return;
    const subject = { race: '${RACE.id}', spec: ${JSON.stringify(RACE.spec)}, text: 'Moby Dick' };
    const answer = { kind: 'excerpt', text: 'Call me Ishmael. Some years ago, never mind how long precisely,', number: 0, of: 64 };
    if (question.kind === 'excerpt') postMessage({ type: 'answer', ask, subject, answer });
    else postMessage({ type: 'noAnswer', ask, why: 'no-model', message: 'Train both models first.' });
  });`;
