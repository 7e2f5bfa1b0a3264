import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { CELL_VERSION } from '../../src/experiments/cell.ts';
import { cellsOf, experimentOf } from '../../src/experiments/index.ts';
import type { Command, LabEvent, SweepEvent } from '../../src/lab/protocol.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { servedPage } from '../support/page.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

/** A software adapter on a busy machine needs patience; no test is about time. */
const SLOW_MS = 180_000;
const site = servedPage(SLOW_MS);

const SPEC = tinySpec({ model: { layers: 1, channels: 16 }, train: { dropout: 0.1 }, sampling: { every: 20 } });
const LONG = { ...SPEC, train: { ...SPEC.train, steps: 100_000 } };
const ownText = { name: 'a few sentences.txt', text: tinyCorpus.text };

type Told = LabEvent | SweepEvent;
interface Heard {
  worker: Worker;
  events: Told[];
}

/** The page's worker, spoken to directly: what a reload leaves is what is in the browser's database. */
class Visit {
  constructor(readonly page: Page) {}

  async send(command: Command | { type: 'importFirst'; name: string }): Promise<void> {
    await this.page.evaluate((told) => {
      const { worker, events } = window as unknown as Heard;
      const file = events.find((event) => event.type === 'raceFile');
      const isImport = told.type === 'importFirst';
      worker.postMessage(isImport ? { type: 'importRaces', name: told.name, bytes: file!.bytes } : told);
    }, command);
  }

  all<T extends Told['type']>(type: T): Promise<Extract<Told, { type: T }>[]> {
    return this.page.evaluate(
      (wanted) => (window as unknown as Heard).events.filter((event) => event.type === wanted),
      type as string,
    ) as never;
  }

  /** Waits until there are so many events of a type; the last of them. */
  async heard<T extends Told['type']>(type: T, count = 1): Promise<Extract<Told, { type: T }>> {
    await this.page.waitForFunction(
      ({ wanted, least }) =>
        (window as unknown as Heard).events.filter((event) => event.type === wanted).length >= least,
      { wanted: type as string, least: count },
    );
    return (await this.all(type)).at(-1)!;
  }

  async inState(state: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        (window as unknown as Heard).events.filter((event) => event.type === 'state').at(-1)?.state === wanted,
      state,
    );
  }

  /** Sends a command that a list answers. */
  async list(command: Parameters<Visit['send']>[0] = { type: 'listRaces' }) {
    const before = (await this.all('races')).length;
    await this.send(command);
    return this.heard('races', before + 1);
  }

  async read(id: string) {
    const before = (await this.all('raceContent')).length;
    await this.send({ type: 'readRace', id });
    return this.heard('raceContent', before + 1);
  }
}

/** The page as it is served, which then runs nothing by itself. */
const openEmpty = (context?: BrowserContext) =>
  site.open('', {
    ...(context && { context }),
    before: (page) =>
      page.route(/assets\/index-[^/]*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: '' })),
  });

let script: string;
beforeAll(async () => {
  const empty = await openEmpty();
  // The page as it is, only to learn where its worker is.
  const page = await site.browser.newPage();
  page.setDefaultTimeout(SLOW_MS);
  const begun = page.waitForEvent('worker', { timeout: SLOW_MS });
  await page.goto(empty.url());
  script = (await begun).url();
  await page.close();
  await empty.close();
}, 2 * SLOW_MS);

/** Opens nothing but the worker. `before` is run in the page's origin before the worker is. */
async function visit(context: BrowserContext, before?: (page: Page) => Promise<unknown>): Promise<Visit> {
  const page = await openEmpty(context);
  await before?.(page);
  await start(page);
  return new Visit(page);
}

async function start(page: Page): Promise<void> {
  await page.evaluate((url) => {
    const events: Told[] = [];
    const worker = new Worker(url, { type: 'module' });
    worker.addEventListener('message', ({ data }) => events.push(data));
    worker.postMessage({ type: 'inspect', executor: 'cpu' });
    Object.assign(window, { worker, events });
  }, script);
}

/** Loads the page again, which ends its worker: the next one finds what is stored, and nobody else at work. */
async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(async () => (await navigator.locks.query()).held?.length === 0);
  await start(page);
}

const untimed = (content: { records: { seconds: number }[] }) =>
  content.records.map(({ seconds: _, ...record }) => record);

describe('a race in the browser', () => {
  it('is kept while it runs, is found again after a reload, and goes on to the numbers of one that was never cut off', async () => {
    const context = await site.browser.newContext();
    const first = await visit(context);
    await first.send({ type: 'start', spec: SPEC, ownText });
    await first.inState('finished');
    const whole = await first.read((await first.heard('raceKept')).id);
    expect(whole.race).toMatchObject({ state: 'finished', steps: { ar: 40, diffusion: 40 }, ownText: ownText.name });

    await first.send({ type: 'start', spec: LONG, ownText });
    await first.heard('raceKept', 2);
    await first.inState('running');
    await first.page.waitForFunction(() =>
      (window as unknown as Heard).events.some(
        (event) => event.type === 'records' && event.records.some((r) => r.split === 'validation' && r.step >= 120),
      ),
    );
    // How often it leaves checkpoints depends on what they take here.
    const kept = async () => {
      const { checkpoints } = (await first.list()).races[0];
      return Math.min(...FAMILIES.map((family) => checkpoints[family] ?? 0));
    };
    await expect.poll(kept).toBeGreaterThan(0);
    await reload(first.page);
    const { races, setAside } = await first.list();
    expect([races.length, setAside]).toEqual([2, 0]);
    const [cut] = races;
    expect(cut).toMatchObject({ state: 'unfinished', name: 'a few sentences.txt, 300 tokens, seed 7' });
    for (const family of FAMILIES) {
      expect(cut.checkpoints[family]).toBeGreaterThan(0);
      expect(cut.steps[family]).toBeGreaterThanOrEqual(cut.checkpoints[family]!);
    }
    await first.send({ type: 'continueRace', id: cut.id });
    await first.inState('running');
    await first.send({ type: 'stop' });
    await first.inState('stopped');
    const { race, content } = await first.read(cut.id);
    expect(race.state).toBe('stopped');
    // Of another length, but the same until there.
    const until = (records: ReturnType<typeof untimed>, step: number) =>
      (records as { step: number; split: string }[]).filter((r) => r.step <= step && r.split !== 'test');
    expect(until(untimed(content), 30)).toEqual(until(untimed(whole.content), 30));
    await context.close();
  });

  it('is exported and imported as the same race, renamed, removed and brought back', async () => {
    const context = await site.browser.newContext();
    const here = await visit(context);
    await here.send({ type: 'start', spec: SPEC, ownText });
    await here.inState('finished');
    const { id } = await here.heard('raceKept');
    await here.list({ type: 'renameRace', id, name: 'The whale <b>' });
    await here.send({ type: 'exportRace', id });
    expect((await here.heard('raceFile')).name).toBe('the-whale-b.zip');
    await here.list({ type: 'importFirst', name: 'the-whale-b.zip' });
    expect(await here.heard('imported')).toMatchObject({ races: [], already: [{ id }] });
    await here.list({ type: 'removeRace', id });
    const listed = await here.list({ type: 'importFirst', name: 'the-whale-b.zip' });
    const { races, ignored } = await here.heard('imported', 2);
    expect(races).toMatchObject([{ name: 'The whale <b>', origin: 'imported', state: 'finished' }]);
    expect(ignored).toEqual([]);
    expect((await here.read(races[0].id)).content).toEqual((await here.read(id)).content);
    expect(listed.races.map((race) => race.id)).toEqual([races[0].id]);
    expect(listed.storage.used).toBeGreaterThan(0);
    expect((await here.list({ type: 'restoreRace', id })).races).toHaveLength(2);
    await here.list({ type: 'removeRace', id });
    expect((await here.list({ type: 'purgeRaces' })).races).toHaveLength(1);
    await here.send({ type: 'restoreRace', id });
    expect((await here.heard('error')).message).toMatch(/There is no race/);
    await context.close();
  });

  it('that was removed is given up when the page is opened again, but not while another tab has it open', async () => {
    const context = await site.browser.newContext();
    const here = await visit(context);
    await here.send({ type: 'start', spec: SPEC, ownText });
    await here.inState('finished');
    const { id } = await here.heard('raceKept');
    await here.list({ type: 'removeRace', id });
    const other = await visit(context);
    expect((await other.list({ type: 'restoreRace', id })).races).toHaveLength(1);
    await other.list({ type: 'removeRace', id });
    await other.page.close();
    await reload(here.page);
    // Nothing of it is left in the database.
    await here.page.waitForFunction(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('crossover-races');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const names = [...database.objectStoreNames];
      const transaction = database.transaction(names);
      const counts = names.map(
        (name) =>
          new Promise<number>((resolve) => {
            const request = transaction.objectStore(name).count();
            request.onsuccess = () => resolve(request.result);
          }),
      );
      const left = await Promise.all(counts);
      database.close();
      return names.length === 3 && left.every((count) => count === 0);
    });
    await context.close();
  });

  it('is no longer kept where the storage is full: it goes on, and all of it can be exported', async () => {
    const context = await site.browser.newContext();
    const here = await visit(context, async (page) => {
      const session = await context.newCDPSession(page);
      const origin = await page.evaluate(() => location.origin);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 300_000 });
    });
    await here.send({ type: 'start', spec: { ...SPEC, train: { ...SPEC.train, steps: 400 } }, ownText });
    const { why, message } = await here.heard('notKept');
    expect([why, message]).toEqual([
      'storage-full',
      expect.stringMatching(/^The browser’s storage is full\. Nothing more/),
    ]);
    await here.inState('finished');
    expect(await here.all('notKept')).toHaveLength(1);
    const { id } = await here.heard('raceKept');
    const { race, content } = await here.read(id);
    expect(race).toMatchObject({ state: 'finished', steps: { ar: 400, diffusion: 400 } });
    expect(content.records.filter((r) => r.metric === 'gradNorm')).toHaveLength(800);
    await here.send({ type: 'exportRace', id });
    expect((await here.heard('raceFile')).bytes).toBeTruthy();
    await here.list({ type: 'removeRace', id });
    await here.send({ type: 'importFirst', name: 'race.zip' });
    expect(await here.heard('error')).toMatchObject({ code: 'storage-full' });
    await context.close();
  });

  it('is held in memory where the browser refuses a database', async () => {
    const context = await site.browser.newContext();
    await context.route(/assets\/worker-.*\.js$/, async (route) => {
      const response = await route.fetch();
      const refuse = "IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); };";
      await route.fulfill({ response, body: `${refuse}\n${await response.text()}` });
    });
    const here = await visit(context);
    await here.send({ type: 'start', spec: SPEC, ownText });
    expect(await here.heard('notKept')).toMatchObject({ why: 'no-storage' });
    await here.inState('finished');
    expect((await here.list()).races).toMatchObject([{ state: 'finished', steps: { ar: 40 } }]);
    await context.close();
  });
});

describe('what another version has left', () => {
  /** In the page: makes a database with these rows. */
  async function makeDatabase(
    page: Page,
    made: { name: string; version: number; rows: Record<string, [string | string[], unknown][]> },
  ): Promise<void> {
    await page.evaluate(
      ({ name, version, rows }) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open(name, version);
          request.onupgradeneeded = () => {
            for (const [table, values] of Object.entries(rows)) {
              const store = request.result.createObjectStore(table);
              for (const [key, value] of values) store.put(value, key);
            }
          };
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
        }),
      made,
    );
  }

  it('is set aside, counted and never touched, and new races are kept all the same', async () => {
    const context = await site.browser.newContext();
    const rows = {
      races: [
        ['one', 1],
        ['two', 2],
      ] as [string, number][],
      novelties: [],
    };
    const later = { name: 'crossover-races', version: 99, rows };
    const here = await visit(context, (page) => makeDatabase(page, later));
    expect(await here.list()).toMatchObject({ races: [], setAside: 2 });
    await here.send({ type: 'start', spec: SPEC, ownText });
    await here.inState('finished');
    await reload(here.page);
    expect(await here.list()).toMatchObject({ races: [{ state: 'finished' }], setAside: 2 });
    await context.close();
  });

  it('or is damaged: a database without its tables, and rows that cannot be read', async () => {
    const context = await site.browser.newContext();
    const odd = { name: 'crossover-races', version: 1, rows: { races: [['one', 1]] as [string, number][] } };
    const here = await visit(context, (page) => makeDatabase(page, odd));
    expect(await here.list()).toMatchObject({ races: [], setAside: 1 });
    await context.close();

    const other = await site.browser.newContext();
    const rows = {
      races: [
        [['one'], 'not even JSON'],
        [['two'], { what: 'is this?' }],
      ] as [string[], unknown][],
      labels: [],
      files: [],
    };
    const there = await visit(other, (page) => makeDatabase(page, { name: 'crossover-races', version: 1, rows }));
    expect(await there.list()).toMatchObject({ races: [], setAside: 2 });
    await other.close();
  });

  it('is taken over where it is older: the finished cells of experiments', async () => {
    const context = await site.browser.newContext();
    const [cell] = cellsOf(experimentOf('data-budget'), 'minutes');
    const result = { ...cell, version: CELL_VERSION, results: {}, ranOn: {}, wallSeconds: 1 };
    const rows = { results: [[cell.id, result]] as [string, unknown][] };
    const here = await visit(context, (page) => makeDatabase(page, { name: 'crossover-cells', version: 1, rows }));
    await here.send({ type: 'openSweep', experiment: 'data-budget', scale: 'minutes' });
    expect((await here.heard('sweepCells')).results).toEqual([result]);
    await context.close();
  });
});
