import { describe, expect, it } from 'vitest';
import { lawLoss } from '../../src/analysis/laws.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { Cell, CellResult } from '../../src/experiments/cell.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { lawPoints } from '../../src/experiments/fits.ts';
import { cellsOf, fitsOf } from '../../src/experiments/index.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import { evaluation } from '../analysis/records.ts';
import { ran, resultOf } from './results.ts';

const PLAN = {
  preset: 'default',
  settings: {},
  axes: [
    {
      id: 'data',
      label: 'Unique tokens',
      levels: [2048, 8192, 32_768].map((at) => ({ label: `${at} tokens`, at, settings: { 'data.uniqueTokens': at } })),
    },
    {
      id: 'size',
      label: 'Channels',
      levels: [32, 64].map((at) => ({ label: `${at} channels`, at, settings: { 'model.channels': at } })),
    },
  ],
  seeds: [1, 2],
};
const SWEEP: Experiment = {
  id: 'made-up',
  title: 'Made up',
  claim: 'Something holds.',
  source: 'nobody',
  bearsOn: ['crossover'],
  plans: { minutes: PLAN, coffee: PLAN, night: PLAN },
  criterion: {
    kind: 'trend',
    axis: 'data',
    measure: 'live.loss.tokens',
    where: { size: '64 channels' },
    direction: 'up',
  },
  figure: { rows: 'data', columns: [{ metric: 'loss', label: 'Loss' }] },
};

const LAWS = {
  ar: { E: 1, A: 30, B: 20, alpha: 0.5, beta: 0.4, repetitions: 8 },
  diffusion: { E: 1, A: 30, B: 26, alpha: 0.5, beta: 0.4, repetitions: 300 },
} as const;

/** Evaluations at 1, 2, 4 … 256 epochs, of which each epoch is U/1024 steps; after AR’s best they rise again. */
function records({ spec }: Cell, family: FamilyId): MetricRecord[] {
  const { uniqueTokens } = spec.data;
  const parameters = spec.model.channels ** 2 * 20;
  return Array.from({ length: 9 }, (_, i) => {
    const epochs = 2 ** i;
    const step = (epochs * uniqueTokens) / 1024;
    const value = lawLoss(LAWS[family], { parameters, uniqueTokens, tokens: epochs * uniqueTokens });
    return evaluation(family, step, family === 'ar' && epochs > 64 ? value + 1 : value, {
      epoch: epochs,
      flops: 6 * parameters * step * 1024 * (family === 'ar' ? 1 : 1.1),
    });
  });
}

const results: CellResult[] = cellsOf(SWEEP, 'minutes').map((cell) =>
  resultOf(cell, (of, family) => ran(records(of, family), { parameters: of.spec.model.channels ** 2 * 20 })),
);

describe('the laws of a sweep', () => {
  it('take of every run the best so far at 1, 2, 4 … epochs', () => {
    const points = lawPoints(results.slice(0, 1), 'ar');
    expect(points.map(({ tokens, uniqueTokens }) => tokens / uniqueTokens)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    // What over-fitting adds is not in them.
    expect(points[8].loss).toBe(points[6].loss);
  });

  it('give R* of both families, and say that repetition pays longer for diffusion', () => {
    const { laws } = fitsOf(results);
    expect(laws.diffusion!.repetitions.value).toBeGreaterThan(200);
    expect(laws.ar!.repetitions.value).toBeLessThan(20);
    expect(laws.ar!.repetitions.hi).toBeLessThan(laws.diffusion!.repetitions.lo);
  });

  it('give the critical compute as a power of the unique tokens', () => {
    const { critical, crossings } = fitsOf(results);
    expect(crossings).toHaveLength(6);
    for (const { flops } of crossings) expect(flops).toBeGreaterThan(0);
    expect(critical!.exponent.value).toBeGreaterThan(0.5);
    expect(critical!.exponent.lo).toBeLessThan(critical!.exponent.value);
  });

  it('leave out what diverged, and say nothing of a sweep that is too small', () => {
    const diverged = results.map((result) => ({
      ...result,
      results: { ar: { ...result.results.ar!, ended: 'diverged' as const } },
    }));
    expect(fitsOf(diverged)).toEqual({ laws: {}, crossings: [] });
    expect(fitsOf([])).toEqual({ laws: {}, crossings: [] });
  });
});
