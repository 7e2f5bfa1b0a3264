import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import * as actions from '../../src/ui/actions.ts';
import { draftOf, edit } from '../../src/ui/settings.ts';
import { getPage, openPage, setPage } from '../../src/ui/store.ts';

const executor = { kind: 'gpu', adapter: 'A', software: false } as never;
let sent: Command[];
const location = { hash: '' };

beforeEach(() => {
  openPage(draftOf(DEFAULT_SPEC));
  sent = [];
  actions.bindClient({ send: (command) => sent.push(command), replaceWorker: () => {} });
  location.hash = '';
  const replaceState = (_: unknown, __: string, hash: string) => {
    location.hash = hash;
  };
  vi.stubGlobal('window', { location, history: { replaceState } });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('training', () => {
  it('waits for a device, a valid setup and a text, and says which is missing', () => {
    const missing = () => actions.obstacle(getPage());
    expect(missing()).toMatch(/Looking for a device/);
    setPage({ error: { code: 'no-adapter', message: 'none' } });
    expect(missing()).toMatch(/Nothing can train here/);
    setPage({ executor, error: null });
    expect(missing()).toBeNull();
    setPage({ draft: edit(getPage().draft, 'seed', 'x') });
    expect(missing()).toMatch(/out of range/);
    setPage({ draft: edit(draftOf(DEFAULT_SPEC), 'data.corpus', 'own') });
    expect(missing()).toMatch(/Paste a text/);
    actions.train();
    expect(sent).toEqual([]);
    setPage({ ownText: { name: '', text: 'abc' } });
    expect(missing()).toBeNull();
  });

  it('sends the setup, and the own text only where it is what is trained on', () => {
    setPage({ executor, ownText: { name: 'a.txt', text: 'abc' } });
    actions.train();
    expect(sent).toEqual([{ type: 'start', spec: DEFAULT_SPEC }]);
    const { spec } = edit(draftOf(DEFAULT_SPEC), 'data.corpus', 'own');
    setPage({ draft: draftOf(spec) });
    actions.train();
    expect(sent[1]).toEqual({ type: 'start', spec, ownText: { name: 'a.txt', text: 'abc' } });
  });

  it('is not ended by the second click of a double click that began it', () => {
    let done = 0;
    const click = actions.onFirstClick(() => done++);
    for (const detail of [1, 2, 3]) click({ detail });
    expect(done).toBe(1);
    // A key clicks without a count.
    click({ detail: 0 });
    expect(done).toBe(2);
  });

  it('pauses, resumes, steps and stops only where that means something', () => {
    const all = () => {
      sent = [];
      actions.pauseOrResume();
      actions.step();
      actions.stop();
      return sent.map((command) => command.type);
    };
    setPage({ lab: 'idle' });
    expect(all()).toEqual([]);
    setPage({ lab: 'running' });
    expect(all()).toEqual(['pause', 'stop']);
    setPage({ lab: 'paused' });
    expect(all()).toEqual(['resume', 'step', 'stop']);
    setPage({ lab: 'finished' });
    expect(all()).toEqual([]);
  });
});

describe('the keys of the race', () => {
  const press = (key: string) => {
    const event = { key, target: null, preventDefault: vi.fn() };
    actions.onKey(event as unknown as KeyboardEvent, () => {});
    return event.preventDefault.mock.calls.length > 0;
  };

  beforeEach(() => {
    vi.stubGlobal('Element', class {});
    setPage({ executor });
  });

  it('turn the loss logarithmic and change the axis', () => {
    expect(press('L')).toBe(true);
    expect(press('x')).toBe(true);
    expect(getPage().chart).toMatchObject({ logY: true, axis: 'step' });
  });

  it('train; while a race is on, end it and begin again', () => {
    press('r');
    expect(sent.map(({ type }) => type)).toEqual(['start']);
    setPage({ lab: 'running' });
    press('r');
    expect(sent.map(({ type }) => type)).toEqual(['start', 'stop']);
    setPage({ lab: 'stopped' });
    expect(sent.map(({ type }) => type)).toEqual(['start', 'stop', 'start']);
  });

  it('mean nothing in other views, and nothing at all when they are switched off', () => {
    setPage({ view: 'runs' });
    expect(press('l')).toBe(false);
    setPage({ view: 'race', shortcuts: false });
    expect(press('l')).toBe(false);
    expect(getPage().chart.logY).toBe(false);
  });
});

describe('the link', () => {
  it('holds the setup and gives it back', () => {
    actions.changeDraft(edit(getPage().draft, 'train.steps', '321'));
    expect(location.hash).toContain('train.steps=321');
    setPage({ draft: draftOf(DEFAULT_SPEC) });
    actions.readLink();
    expect(getPage().draft.spec.train.steps).toBe(321);
    expect(getPage().notices).toEqual([]);
  });

  it('names what it holds and this version does not understand', () => {
    location.hash = '#v=1&train.steps=77&model.colour=blue';
    actions.readLink();
    expect(getPage().draft.spec.train.steps).toBe(77);
    expect(getPage().notices.join()).toContain('model.colour=blue');
  });

  it('does not change the setup under a running race', () => {
    setPage({ lab: 'running' });
    location.hash = '#v=1&train.steps=77';
    actions.readLink();
    expect(getPage().draft.spec).toEqual(DEFAULT_SPEC);
    expect(getPage().notices).toHaveLength(1);
  });
});
