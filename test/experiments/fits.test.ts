import { describe, expect, it } from 'vitest';
import { lawLoss } from '../../src/analysis/laws.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { Cell, CellResult } from '../../src/experiments/cell.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { criticalAt, lawPoints } from '../../src/experiments/fits.ts';
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
    const { laws } = fitsOf(results)!;
    expect(laws.diffusion!.fit.repetitions.value).toBeGreaterThan(200);
    expect(laws.ar!.fit.repetitions.value).toBeLessThan(20);
    expect(laws.ar!.fit.repetitions.hi).toBeLessThan(laws.diffusion!.fit.repetitions.lo);
    expect(laws.ar!.points).toHaveLength(lawPoints(results, 'ar').length);
  });

  it('claim no R* beyond ten times the epochs that were seen', () => {
    const short = results.map((result) => ({
      ...result,
      results: Object.fromEntries(
        Object.entries(result.results).map(([family, { records, ...rest }]) => [
          family,
          { ...rest, records: records.filter(({ epoch }) => epoch <= 16) },
        ]),
      ),
    }));
    const { epochs, laws } = fitsOf(short)!;
    expect(epochs).toBe(16);
    const { value, lo, hi } = laws.diffusion!.fit.repetitions;
    expect({ value, hi }).toEqual({ value: Number.POSITIVE_INFINITY, hi: Number.POSITIVE_INFINITY });
    expect(lo).toBeLessThanOrEqual(160);
  });

  it('give the critical compute as a power of the unique tokens, with a band that is narrowest amid the points', () => {
    const { critical, crossings } = fitsOf(results)!;
    expect(crossings).toHaveLength(6);
    for (const { flops } of crossings) expect(flops).toBeGreaterThan(0);
    expect(critical!.exponent.value).toBeGreaterThan(0.5);
    expect(critical!.exponent.lo).toBeLessThan(critical!.exponent.value);
    const width = (U: number) => {
      const { value, lo, hi } = criticalAt(critical!, crossings, U);
      expect(value).toBeCloseTo(critical!.factor * U ** critical!.exponent.value, -3);
      return hi / lo;
    };
    expect(width(8192)).toBeLessThan(width(2048));
    expect(width(8192)).toBeLessThan(width(32_768));
  });

  it('tell of budgets in which AR was ahead to the end, at the most that was spent', () => {
    const behind = results.map((result) => {
      if (result.spec.data.uniqueTokens < 32_768) return result;
      const { ar, diffusion } = result.results;
      const worse = diffusion!.records.map((record) => ({ ...record, value: record.value + 5 }));
      return { ...result, results: { ar: ar!, diffusion: { ...diffusion!, records: worse } } };
    });
    const { crossings, open } = fitsOf(behind)!;
    expect(crossings).toHaveLength(4);
    const most = Math.max(...results.flatMap(({ results: of }) => of.diffusion!.records.map(({ flops }) => flops)));
    expect(open.map(({ uniqueTokens, seed, flops }) => [uniqueTokens, seed, flops])).toEqual([
      [32_768, 1, most],
      [32_768, 2, most],
    ]);
  });

  it('leave out what diverged', () => {
    const diverged = results.map((result) => ({
      ...result,
      results: { ar: { ...result.results.ar!, ended: 'diverged' as const } },
    }));
    expect(fitsOf(diverged)).toBeUndefined();
  });

  it('are those of sweeps in which nothing but size and data differs, and of more than one budget', () => {
    expect(fitsOf([])).toBeUndefined();
    const [first, ...rest] = results;
    const spoilt = { ...first, spec: { ...first.spec, train: { ...first.spec.train, dropout: 0.3 } } };
    expect(fitsOf([spoilt, ...rest])).toBeUndefined();
    expect(fitsOf(results.filter(({ spec }) => spec.data.uniqueTokens === 2048))).toBeUndefined();
  });
});
