import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Crossing } from '../../src/analysis/crossing.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import type { RaceLog } from '../../src/ui/race.ts';
import { createReceiver } from '../../src/ui/receive.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { isBusy, openPage, type PageStore } from '../../src/ui/store.ts';
import { record } from './records.ts';

let store: PageStore;
let race: RaceLog;
let changed: ReturnType<typeof vi.fn<() => void>>;
let clock: number;
let receive: (event: LabEvent) => void;

beforeEach(() => {
  ({ store, race } = openPage(draftOf(DEFAULT_SPEC)));
  changed = vi.fn<() => void>();
  clock = 0;
  receive = createReceiver(store, race, changed, () => clock);
});

const lines = () => store.getState().log.map((line) => line.text);
const evaluate = (step: number, ar: number, diffusion: number) =>
  receive({
    type: 'records',
    records: [record(step, ar), record(step, diffusion, { family: 'diffusion', bound: 'upper' })],
  });
const live = (status: Crossing['status']): Crossing => ({
  kind: 'live',
  metric: 'loss',
  status,
  bound: 'upper',
  held: 1,
  needed: 3,
});

describe('what the worker says', () => {
  it('fills the race log and asks for a redraw', () => {
    evaluate(10, 3, 3.5);
    expect(race.evaluations()).toHaveLength(1);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('clears the last race only when the next one really begins', () => {
    evaluate(10, 3, 3.5);
    receive({ type: 'state', state: 'preparing' });
    expect(race.evaluations()).toHaveLength(1);
    receive({ type: 'plan', id: 'next', spec: DEFAULT_SPEC, plan: {} as never });
    expect(race.evaluations()).toHaveLength(0);
    expect(store.getState()).toMatchObject({ race: { id: 'next' }, crossings: {}, summary: null });
  });

  it('ends what is pending when its effect is reported', () => {
    store.setState({ pending: 'start' });
    expect(isBusy(store.getState())).toBe(true);
    receive({ type: 'error', code: 'bad-input', message: 'data.uniqueTokens is too large' });
    expect(store.getState()).toMatchObject({ pending: null, error: { code: 'bad-input' } });
    expect(isBusy(store.getState())).toBe(false);

    const progress = { steps: { ar: 1, diffusion: 1 }, total: 9, stepsPerSecond: 1, etaSeconds: null };
    store.setState({ pending: 'step' });
    receive({ type: 'progress', ...progress });
    expect(store.getState()).toMatchObject({ pending: null, progress });
    store.setState({ pending: 'pause' });
    receive({ type: 'progress', ...progress });
    expect(store.getState().pending).toBe('pause');
  });
});

describe('a race that begins', () => {
  const begin = (id: string) => receive({ type: 'plan', id, spec: DEFAULT_SPEC, plan: {} as never });

  it('leaves the one before it on the chart as a ghost, if anything was measured in it', () => {
    begin('a');
    evaluate(10, 3, 3.5);
    begin('b');
    expect(store.getState().ghosts).toEqual([]);
    evaluate(10, 3, 3.5);
    evaluate(20, 2, 2.5);
    begin('c');
    expect(store.getState().ghosts.map(({ id }) => id)).toEqual(['b']);
  });

  it('is no ghost of itself when it is told anew', () => {
    begin('a');
    evaluate(10, 3, 3.5);
    evaluate(20, 2, 2.5);
    begin('a');
    expect(store.getState().ghosts).toEqual([]);
  });

  it('is what the bet is on that was placed before', () => {
    store.setState({ bet: { epoch: 40, race: null }, betting: true });
    begin('a');
    expect(store.getState()).toMatchObject({ bet: { epoch: 40, race: 'a' }, betting: false });
    begin('b');
    expect(store.getState().bet).toBeNull();
  });
});

describe('the event log', () => {
  it('tells an evaluation in words once both families have made it, and no more than a listener can follow', () => {
    receive({ type: 'records', records: [record(10, 1.71)] });
    expect(lines()).toEqual([]);
    receive({ type: 'records', records: [record(10, 1.78, { family: 'diffusion' })] });
    expect(lines()).toEqual(['Step 10: AR 1.710, diffusion 1.780']);
    clock = 1000;
    evaluate(20, 1.6, 1.7);
    expect(lines()).toHaveLength(1);
    clock = 9000;
    evaluate(30, 1.5, 1.6);
    expect(lines().at(-1)).toBe('Step 30: AR 1.500, diffusion 1.600');
  });

  it('tells the last evaluation before it tells the end', () => {
    receive({ type: 'state', state: 'running' });
    evaluate(10, 1.7, 1.8);
    evaluate(20, 1.6, 1.7);
    receive({ type: 'state', state: 'finished' });
    expect(lines()).toEqual([
      'Training.',
      'Step 10: AR 1.700, diffusion 1.800',
      'Step 20: AR 1.600, diffusion 1.700',
      'Finished.',
    ]);
  });

  it('goes on with the family that is left when the other has ended', () => {
    receive({ type: 'familyEnded', family: 'ar', step: 300, why: 'patience' });
    receive({ type: 'records', records: [record(320, 2.4, { family: 'diffusion' })] });
    expect(lines()).toEqual(['Step 320: diffusion 2.400']);
  });

  it('tells a crossing when its status changes, not at every evaluation', () => {
    receive({ type: 'crossing', crossing: live('possible'), words: 'Perhaps.' });
    receive({ type: 'crossing', crossing: live('possible'), words: 'Perhaps, still.' });
    receive({ type: 'crossing', crossing: live('confirmed'), words: 'Surely.' });
    expect(lines()).toEqual(['Perhaps.', 'Surely.']);
  });
});
