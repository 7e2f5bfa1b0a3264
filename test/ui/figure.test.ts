import { describe, expect, it } from 'vitest';
import { cellsOf, experimentOf } from '../../src/experiments/index.ts';
import { browserWords } from '../../src/hosts/browser/browserWords.ts';
import type { SweepEvent } from '../../src/lab/protocol.ts';
import { readEntries } from '../../src/ui/figure/evidence.ts';
import { CellResults } from '../../src/ui/figure/results.ts';
import { afterEvent, type FigureState, figureState, sweepIsBusy } from '../../src/ui/figure/state.ts';
import { evaluation } from '../analysis/records.ts';
import { losses, ran, resultOf } from '../experiments/results.ts';

const CHOICE = { experiment: 'any-order', scale: 'minutes' } as const;
const CELLS = cellsOf(experimentOf('any-order'), 'minutes');
const [cell, other] = CELLS;
const finished = (of = cell) => resultOf(of, (_, family) => ran(losses(family, { best: 1, at: 100 })));
const measured = (step: number): SweepEvent => ({
  type: 'cellRace',
  cell,
  family: 'ar',
  event: { type: 'records', records: [evaluation('ar', step, 3)] },
});

describe('the results of this device', () => {
  it('are finished cells, and those under way as far as they have come', () => {
    const results = new CellResults();
    expect(results.hear({ type: 'cellDone', result: finished(other) })).toBe(true);
    results.hear(measured(1));
    results.hear(measured(20));
    expect(results.finished(CELLS).map(({ id }) => id)).toEqual([other.id]);
    const [begun, done] = results.all(CELLS);
    expect(begun.results.ar).toMatchObject({ steps: 20, records: [{ step: 1 }, { step: 20 }] });
    expect(done.id).toBe(other.id);
  });

  it('forget a cell under way when it is stopped, and put its result in its place when it ends', () => {
    const results = new CellResults();
    results.hear(measured(1));
    results.hear({ type: 'sweepState', state: 'stopped' });
    expect(results.all(CELLS)).toEqual([]);
    results.hear(measured(1));
    results.hear({ type: 'cellDone', result: finished() });
    expect(results.all(CELLS)).toEqual([finished()]);
  });

  it('of another session are told by the lab', () => {
    const results = new CellResults();
    expect(results.hear({ type: 'sweepCells', ...CHOICE, results: [] })).toBe(false);
    expect(results.hear({ type: 'sweepCells', ...CHOICE, results: [finished()] })).toBe(true);
    expect(results.finished(CELLS)).toHaveLength(1);
  });
});

describe('the state of a sweep', () => {
  const begun: FigureState = {
    ...figureState(CHOICE),
    sweep: { choice: CHOICE, phase: 'preparing', cost: null, progress: null },
  };
  const heard = (event: SweepEvent): FigureState => ({ ...begun, ...afterEvent(begun, event) });
  const cost = { cells: 2, done: 0, trainingFlops: 1, evaluationFlops: 1, seconds: 1, bytes: 1 };

  it('holds the device while it is measured and run, not while it waits for a click', () => {
    expect(sweepIsBusy(figureState())).toBe(false);
    expect(sweepIsBusy(heard({ type: 'sweepState', state: 'measuring' }))).toBe(true);
    const planned = heard({ type: 'sweepCost', cost });
    expect(planned.sweep).toMatchObject({ phase: 'planned', cost });
    expect(sweepIsBusy(planned)).toBe(false);
    expect(sweepIsBusy(heard({ type: 'sweepState', state: 'paused' }))).toBe(true);
    expect(sweepIsBusy(heard({ type: 'sweepState', state: 'finished' }))).toBe(false);
  });

  it('is not made by an event that nobody asked for', () => {
    expect(afterEvent(figureState(), { type: 'sweepCost', cost })).toEqual({});
  });
});

describe('recorded results', () => {
  const answer = (body: string, type: string, status = 200) =>
    (async () => new Response(body, { status, headers: { 'content-type': type } })) as typeof fetch;

  it('are none where none are shipped', async () => {
    expect(await readEntries(answer('', 'text/plain', 404))).toEqual([]);
    expect(await readEntries(answer('<!doctype html>', 'text/html'))).toEqual([]);
  });

  it('are refused where the index is not one', async () => {
    await expect(readEntries(answer('{}', 'application/json'))).rejects.toThrow();
    await expect(readEntries(answer('[]', 'application/json', 500))).rejects.toThrow(/500/);
  });
});

describe('a browser in words', () => {
  it('is its name, version and machine', () => {
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36';
    const words = browserWords({ userAgent, platform: 'Linux x86_64', hardwareConcurrency: 8 });
    expect(words).toBe('Chrome 147 on Linux x86_64, 8 threads');
    const unknown = browserWords({ userAgent: '?', platform: '', hardwareConcurrency: 1 });
    expect(unknown).toBe('a browser, 1 thread');
  });
});
