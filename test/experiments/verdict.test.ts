import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/experiments/cell.ts';
import type { Criterion } from '../../src/experiments/experiment.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import {
  CLOSED,
  crossesAt,
  DATA,
  DROPOUT,
  experiment,
  LATER,
  type Made,
  uniqueTokens,
  verdictOf,
  withDropout,
} from '../support/experiment.ts';
import { resultOf } from './results.ts';

describe('cells that are missing or diverged', () => {
  const made = crossesAt((cell) => 40 + uniqueTokens(cell) / 150);
  const last = (cell: Cell) => cell.seed === 3 && uniqueTokens(cell) === 12_000;

  it('leave a verdict inconclusive, and missing ones are named', () => {
    const verdict = verdictOf(experiment(LATER), made, last);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toBe('A cell is missing.');
    expect(verdict.cells).toMatchObject({ planned: 9, done: 8 });
    expect(verdict.cells.missing).toHaveLength(1);
  });

  it('are named when they diverged', () => {
    const diverging: Made = (cell, family) => ({
      ...made(cell, family),
      ...(last(cell) && family === 'ar' && { ended: 'diverged' as const }),
    });
    const verdict = verdictOf(experiment(LATER), diverging);
    expect(verdict).toMatchObject({ status: 'inconclusive', words: 'Training diverged.' });
    expect(verdict.cells.diverged).toHaveLength(1);
  });

  it('in a search among settings a diverged one is only never the best', () => {
    const sound = withDropout((cell) => 2.5 - cell.spec.train.dropout / 5);
    const diverging: Made = (cell, family) => ({
      ...sound(cell, family),
      ...(cell.spec.train.dropout === 0.3 && { ended: 'diverged' as const }),
    });
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), diverging);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.words).toContain('best of AR at 0.1');
  });

  it('of other plans are left aside', () => {
    const of = experiment(LATER);
    const results = cellsOf(of, 'minutes').map((cell) => resultOf(cell, made));
    const foreign = { ...results[0], id: '000000000000' };
    expect(judge(of, 'minutes', [...results, foreign])).toEqual(judge(of, 'minutes', results));
  });
});

describe('a verdict', () => {
  const made = crossesAt((cell) => 40 + uniqueTokens(cell) / 150);
  const parts: Criterion = {
    kind: 'all',
    parts: [
      { says: 'it comes later', criterion: LATER },
      { says: 'it comes earlier', criterion: { ...LATER, direction: 'down' }, beside: true },
    ],
  };

  it('rests on the parts that count, and shows the others', () => {
    const verdict = verdictOf(experiment(parts), made);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.parts.map(({ says, counts, status }) => [says, counts, status])).toEqual([
      ['it comes later', true, 'reproduced'],
      ['it comes earlier', false, 'not reproduced at this scale'],
    ]);
  });

  it('is not reproduced as soon as one part clearly is not', () => {
    const counting: Criterion = { ...parts, parts: parts.parts.map(({ says, criterion }) => ({ says, criterion })) };
    const verdict = verdictOf(experiment(counting), made);
    expect(verdict.status).toBe('not reproduced at this scale');
    expect(verdict.words).toBe('Holds: it comes later. Does not hold: it comes earlier.');
  });

  it('is the same for the same cells in any order, and survives JSON', () => {
    const of = experiment(parts);
    const results = cellsOf(of, 'minutes').map((cell) => resultOf(cell, made));
    const verdict = judge(of, 'minutes', results);
    expect(judge(of, 'minutes', [...results].reverse())).toEqual(verdict);
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  it('says how to run it again', () => {
    const of = experiment(LATER);
    expect(judge(of, 'minutes', []).command).toBe('npx crossover sweep --file made-up.json --scale minutes');
    const options = { seeds: [1, 2], settings: { 'train.steps': 50 } };
    expect(judge(of, 'night', [], options).command).toBe(
      'npx crossover sweep --file made-up.json --scale night --seeds 2 --set train.steps=50',
    );
  });

  it('that is inconclusive says what would decide it: its missing cells, more seeds, or the next scale', () => {
    const noisy = withDropout((cell) => 2.36 + (cell.seed === 2 ? -0.06 : 0.03));
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), noisy);
    expect(verdict.status).toBe('inconclusive');
    const { decidingSeeds } = verdict.parts[0];
    expect(decidingSeeds).toBeGreaterThan(3);
    expect(decidingSeeds).toBeLessThan(12);
    expect(verdict.toDecide).toMatchObject({
      words: `${decidingSeeds} seeds, if they are like these`,
      command: `npx crossover sweep --file made-up.json --scale minutes --seeds ${decidingSeeds}`,
      scale: 'minutes',
      seeds: decidingSeeds,
    });
    const none = verdictOf(
      experiment(LATER),
      crossesAt(() => 80),
    );
    expect(none.toDecide?.command).toBe('npx crossover sweep --file made-up.json --scale coffee');
    const unfinished = judge(experiment(LATER), 'minutes', []);
    // Nothing was run by which to judge what they take.
    expect(unfinished.toDecide).toEqual({
      words: 'the cells that are missing',
      command: 'npx crossover sweep --file made-up.json --scale minutes',
      scale: 'minutes',
      seeds: 3,
    });
    expect(verdictOf(experiment(parts), made).toDecide).toBeUndefined();
  });

  it('says the criterion in words that were fixed before the run', () => {
    expect(judge(experiment(CLOSED, [DROPOUT]), 'minutes', []).parts[0].criterion).toBe(
      'test loss of the best weights of AR, in the cell of smallest best validation loss minus test loss of the best weights of diffusion (none) is above 0 nats per token',
    );
  });
});

describe('an experiment that does not fit', () => {
  it('names the axis or the level that its plan does not have', () => {
    const at = (where: Record<string, string>) =>
      experiment({ ...CLOSED, of: { ...CLOSED.of, where } } as Criterion, [DROPOUT]);
    expect(() => judge(at({ size: 'S' }), 'minutes', [])).toThrow(
      'the criterion names the axis size; the plan has dropout',
    );
    expect(() => judge(at({ dropout: '0.2' }), 'minutes', [])).toThrow(
      'the criterion names “0.2” on the axis dropout; the plan has none, 0.1, 0.3',
    );
  });

  it('names the axis of a trend that its plan does not have', () => {
    expect(() => judge(experiment({ ...LATER, axis: 'size' }), 'minutes', [])).toThrow(
      'the trend is along the axis size; the plan has data',
    );
  });

  it('names a criterion that leaves several cells', () => {
    const { over: _, by: __, ...of } = CLOSED.of;
    expect(() => judge(experiment({ ...CLOSED, of } as Criterion, [DROPOUT]), 'minutes', [])).toThrow(
      /leaves 3 cells for testLoss/,
    );
  });

  it('names an unknown field, a bad value, and a setting that an axis varies', () => {
    const with_ = (settings: Record<string, number>) =>
      experiment(LATER, [{ ...DATA, levels: [{ label: 'bad', settings }] }]);
    expect(() => cellsOf(with_({ 'data.tokens': 1 }), 'minutes')).toThrow('data.tokens is not a field');
    expect(() => cellsOf(with_({ 'train.dropout': 2 }), 'minutes')).toThrow(
      'made-up, data “bad”: train.dropout must be a number from 0 to 0.95; got 2',
    );
    expect(() => cellsOf(experiment(LATER), 'minutes', { settings: { 'data.uniqueTokens': 1 } })).toThrow(
      'data.uniqueTokens cannot be set: it is varied by the axis data of made-up',
    );
  });
});
