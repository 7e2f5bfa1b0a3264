import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Meeting, Tabs } from '../../src/hosts/browser/tabs.ts';
import type { Command, LabEvent, SweepEvent } from '../../src/lab/protocol.ts';

type Grant = (lock: Lock | null) => Promise<void> | void;

/** The locks of a browser: exclusive, and given up when a tab is closed. */
class Locks {
  #held: { name: string; tab: string; free: () => void } | undefined;
  #waiting: (() => void)[] = [];
  /** How long a browser that is busy takes to give what is free. */
  slowMs = 0;

  of(tab: string): NonNullable<Meeting['locks']> {
    const request = (name: string, { signal }: LockOptions, grant: Grant) =>
      new Promise<void>((resolve, reject) => {
        const take = () => {
          if (signal?.aborted) return;
          const freed = new Promise<void>((free) => {
            this.#held = { name, tab, free };
          });
          Promise.race([grant(null), freed]).then(() => {
            this.#held = undefined;
            resolve();
            this.#waiting.shift()?.();
          });
        };
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        if (this.#held) this.#waiting.push(take);
        else if (this.slowMs > 0) setTimeout(take, this.slowMs);
        else take();
      });
    const lock = (name: string) => ({ name, mode: 'exclusive', clientId: '' });
    const query = async () => ({
      held: this.#held ? [lock(this.#held.name)] : [],
      pending: this.#waiting.map(() => lock(this.#held!.name)),
    });
    return { request, query } as unknown as NonNullable<Meeting['locks']>;
  }

  close(tab: string): void {
    if (this.#held?.tab === tab) this.#held.free();
  }
}

/** Tabs that hear each other, each with a page and a lab that only remember. */
class Browser {
  readonly locks = new Locks();
  readonly #ears = new Map<string, (event: MessageEvent) => void>();

  open(name: string, { locks = this.locks.of(name) as Meeting['locks'] } = {}) {
    const told: (LabEvent | SweepEvent)[] = [];
    const commands: Command[] = [];
    const tabs = new Tabs({
      locks,
      channel: {
        postMessage: (data: unknown) => {
          for (const [other, hear] of this.#ears)
            if (other !== name) hear({ data: structuredClone(data) } as MessageEvent);
        },
        addEventListener: (_: string, hear: unknown) =>
          void this.#ears.set(name, hear as (event: MessageEvent) => void),
      } as NonNullable<Meeting['channel']>,
      emit: (event) => told.push(event),
      send: (command) => commands.push(command),
    });
    const last = <T extends LabEvent['type']>(type: T) =>
      told.findLast((event) => event.type === type) as Extract<LabEvent, { type: T }> | undefined;
    return { tabs, told, commands, last };
  }

  close(name: string): void {
    this.#ears.delete(name);
    this.locks.close(name);
  }
}

const note = (text: string): LabEvent => ({ type: 'note', text });
const running: LabEvent = { type: 'state', state: 'running' };
const paused: LabEvent = { type: 'state', state: 'paused' };

let browser: Browser;
beforeEach(() => {
  vi.useFakeTimers();
  browser = new Browser();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = () => vi.advanceTimersByTimeAsync(1500);

describe('two tabs', () => {
  it('train one at a time: who comes second is told, and watches from the beginning on', async () => {
    const [first, second] = [browser.open('first'), browser.open('second')];
    await first.tabs.hold('race');
    for (const event of [running, note('one')]) first.tabs.tell(event);
    const refused = second.tabs.hold('race');
    await pass();
    expect(await refused).toBeNull();
    expect(second.last('elsewhere')).toEqual({ type: 'elsewhere', training: 'race', watching: true });
    expect(second.told).toContainEqual(note('one'));
    first.tabs.tell(note('two'));
    expect(second.told.filter(({ type }) => type === 'note')).toEqual([note('one'), note('two')]);
  });

  it('see nothing of each other’s race unless they ask', async () => {
    const [first, second] = [browser.open('first'), browser.open('second')];
    await first.tabs.hold('race');
    first.tabs.tell(note('one'));
    expect(second.last('elsewhere')).toEqual({ type: 'elsewhere', training: 'race', watching: false });
    expect(second.told).not.toContainEqual(note('one'));
    second.tabs.command({ type: 'watch' });
    expect(second.told).toContainEqual(note('one'));
  });

  it('find each other when one is opened later', async () => {
    const first = browser.open('first');
    await first.tabs.hold('experiment');
    const second = browser.open('second');
    await second.tabs.look();
    expect(second.last('elsewhere')).toEqual({ type: 'elsewhere', training: 'experiment', watching: false });
    second.tabs.command({ type: 'watch' });
    expect(second.last('elsewhere')?.watching).toBe(false);
  });

  it('act on the race that is trained from where it is watched, and say who has paused it', async () => {
    const [first, second, third] = [browser.open('first'), browser.open('second'), browser.open('third')];
    await first.tabs.hold('race');
    first.tabs.tell(running);
    for (const each of [second, third]) each.tabs.command({ type: 'watch' });
    second.tabs.command({ type: 'pause' });
    expect(second.commands).toEqual([]);
    expect(first.commands).toEqual([{ type: 'pause', by: expect.any(String) }]);
    const [{ by }] = first.commands as [{ type: 'pause'; by: string }];
    first.tabs.tell({ type: 'state', state: 'paused', by });
    expect(first.last('state')).toMatchObject({ by });
    expect(second.last('state')).toEqual(paused);
    expect(third.last('state')).toMatchObject({ by });
    second.tabs.command({ type: 'resume' });
    expect(first.commands.at(-1)).toEqual({ type: 'resume' });
    // Paused by the tab that trains: another one for both others.
    first.tabs.tell(paused);
    for (const each of [second, third]) expect(each.last('state')?.by).toBeDefined();
  });

  it('may train when the other has ended, and what was watched stays', async () => {
    const [first, second] = [browser.open('first'), browser.open('second')];
    const release = await first.tabs.hold('race');
    second.tabs.command({ type: 'watch' });
    first.tabs.tell({ type: 'state', state: 'finished' });
    release!();
    await pass();
    expect(second.last('elsewhere')).toEqual({ type: 'elsewhere', training: null, watching: false });
    expect(second.last('state')).toEqual({ type: 'state', state: 'finished' });
    expect(await second.tabs.hold('race')).not.toBeNull();
    expect(first.last('elsewhere')?.training).toBe('race');
  });

  it('train also where the browser takes its time to let them', async () => {
    browser.locks.slowMs = 1400;
    const { tabs, last } = browser.open('first');
    const held = tabs.hold('race');
    await pass();
    expect(await held).not.toBeNull();
    expect(last('elsewhere')).toEqual({ type: 'elsewhere', training: null, watching: false });
  });

  it('notice when the one that trains is closed', async () => {
    const [first, second] = [browser.open('first'), browser.open('second')];
    await first.tabs.hold('race');
    first.tabs.tell(running);
    second.tabs.command({ type: 'watch' });
    browser.close('first');
    await pass();
    expect(second.last('state')).toEqual({ type: 'state', state: 'idle' });
    expect(second.last('elsewhere')).toEqual({ type: 'elsewhere', training: null, watching: false });
    expect(await second.tabs.hold('race')).not.toBeNull();
  });

  it('keep their own lists and devices to themselves', async () => {
    const [first, second] = [browser.open('first'), browser.open('second')];
    await first.tabs.hold('race');
    second.tabs.command({ type: 'watch' });
    first.tabs.tell({ type: 'raceKept', id: 'a race' });
    expect(second.told.map(({ type }) => type)).not.toContain('raceKept');
    second.tabs.command({ type: 'listRaces' });
    expect(second.commands).toEqual([{ type: 'listRaces' }]);
    expect(first.commands).toEqual([]);
  });
});

describe('a tab in a browser without locks', () => {
  it('is alone, and trains', async () => {
    const { tabs, last } = browser.open('alone', { locks: undefined });
    await tabs.look();
    expect(last('elsewhere')).toEqual({ type: 'elsewhere', training: null, watching: false });
    expect(await tabs.hold('race')).not.toBeNull();
  });
});
