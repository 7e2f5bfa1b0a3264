import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { MEASURES, measure, measureInfo } from '../../src/experiments/measures.ts';
import { trendOf } from '../../src/experiments/trend.ts';
import { evaluation } from '../analysis/records.ts';
import { accuracy, losses, ran, STEPS, test } from './results.ts';

const AR = ran([...losses('ar', { best: 2.5, at: 20, rise: 0.4 }), test('ar', 2.52)]);
const DIFFUSION = ran([...losses('diffusion', { best: 2.2, at: 100 }), test('diffusion', 2.25)]);
const PAIR = { ar: AR, diffusion: DIFFUSION };

const numberOf = (...of: Parameters<typeof measure>) => measure(...of)?.lo;

describe('measures of a family', () => {
  it('read its losses: best, end, test, rise and where the best stands', () => {
    expect(numberOf('bestLoss', PAIR, 'ar')).toBeCloseTo(2.5);
    expect(numberOf('endLoss', PAIR, 'ar')).toBeCloseTo(2.9);
    expect(numberOf('rise', PAIR, 'ar')).toBeCloseTo(0.4);
    expect(numberOf('testLoss', PAIR, 'ar')).toBe(2.52);
    expect(numberOf('bestStep', PAIR, 'ar')).toBe(20);
    expect(numberOf('bestEpoch', PAIR, 'ar')).toBeCloseTo((20 * 1024) / 5000);
    expect(numberOf('bestFlops', PAIR, 'diffusion')).toBe(100 * 2e8);
    expect(measure('testLoss', PAIR, 'ar')?.windows).toHaveLength(15);
  });

  it('read its answers', () => {
    const peak = (step: number) => (step <= 100 ? 0.25 + step / 200 : 0.75 - (step - 100) / 300);
    const answering = {
      diffusion: ran([...losses('diffusion', { best: 2.2, at: 50, rise: 1 }), ...accuracy('diffusion', peak)]),
    };
    expect(numberOf('bestAccuracy', answering, 'diffusion')).toBeCloseTo(0.75);
    expect(numberOf('endAccuracy', answering, 'diffusion')).toBeCloseTo(0.45);
    expect(numberOf('accuracyFall', answering, 'diffusion')).toBeCloseTo(0.3);
    expect(numberOf('accuracyAfterBest', answering, 'diffusion')).toBeCloseTo(0.45 - 0.5);
    // Steps 70 … 120 against 130 … 190.
    expect(numberOf('lateAccuracyGain', answering, 'diffusion')).toBeLessThan(0);
    expect(numberOf('bestPrefixAccuracy', answering, 'diffusion')).toBeUndefined();
  });

  it('read ΔNLL from the best validation loss on', () => {
    const deltas: MetricRecord[] = accuracy('ar', () => 0.5).flatMap((record) => [
      record,
      { ...record, metric: 'deltaNll', value: Math.log2(Math.max(1, record.step)) / 10 },
      { ...record, metric: 'goldNll', value: record.step / 100 },
    ]);
    const pair = { ar: ran([...AR.records, ...deltas]) };
    expect(numberOf('deltaNllSlope', pair, 'ar')).toBeCloseTo(0.1);
    expect(numberOf('deltaNllAfterBest', pair, 'ar')).toBeCloseTo(Math.log2(STEPS / 20) / 10);
    expect(numberOf('goldNllAfterBest', pair, 'ar')).toBeCloseTo(1.7);
  });

  it('read what was written at each number of steps', () => {
    const written = (family: 'ar' | 'diffusion', steps: number, metric: 'sampleNll' | 'sampleFlops', value: number) =>
      evaluation(family, STEPS, value, {
        split: 'samples',
        metric,
        sampled: { steps, reveal: 'confidence', temperature: 1, texts: 32, together: 16, judge: 'the language' },
      });
    const pair = {
      ar: ran([written('ar', 64, 'sampleFlops', 1e6)]),
      diffusion: ran([
        written('diffusion', 4, 'sampleNll', 2),
        written('diffusion', 64, 'sampleNll', 1.5),
        written('diffusion', 64, 'sampleFlops', 6e7),
      ]),
    };
    expect(numberOf('sampleNll@4', pair, 'diffusion')).toBe(2);
    expect(numberOf('sampleNll@64', pair, 'diffusion')).toBe(1.5);
    expect(numberOf('sampleNll@16', pair, 'diffusion')).toBeUndefined();
    expect(numberOf('sampleFlopsRatio@64', pair)).toBe(60);
  });
});

describe('measures of a pair', () => {
  it('are positive where diffusion is ahead, and pair the windows', () => {
    expect(numberOf('bestGap', PAIR)).toBeCloseTo(0.3);
    expect(numberOf('testGap', PAIR)).toBeCloseTo(0.27);
    expect(numberOf('endGap', PAIR)).toBeCloseTo(0.7);
    for (const difference of measure('testGap', PAIR)!.windows!) expect(difference).toBeCloseTo(0.27);
  });

  it('say where a crossing lies, on every axis', () => {
    const step = numberOf('live.loss.step', PAIR) as number;
    expect(step).toBeGreaterThan(20);
    expect(step).toBeLessThan(100);
    expect(numberOf('live.loss.tokens', PAIR)).toBe(step * 1024);
    expect(numberOf('live.loss.epoch', PAIR)).toBeCloseTo((step * 1024) / 5000);
    expect(numberOf('live.loss.flops', PAIR)).toBe(step * 2e8);
    expect(numberOf('strict.loss.step', PAIR)).toBeGreaterThan(step);
    expect(numberOf('computeRatio', PAIR)).toBeCloseTo(((numberOf('strict.loss.step', PAIR) as number) * 2) / 20);
  });

  it('put one that never comes after the end of the budget', () => {
    const never = { ar: AR, diffusion: ran(losses('diffusion', { best: 3.2, at: STEPS })) };
    expect(measure('live.loss.step', never)).toEqual({ lo: STEPS, hi: Number.POSITIVE_INFINITY });
    const stopped = { ...never, ar: { ...AR, steps: 60, records: AR.records.filter(({ step }) => step <= 60) } };
    expect(measure('live.loss.step', stopped)).toEqual({ lo: 60, hi: Number.POSITIVE_INFINITY });
    expect(measure('strict.loss.step', stopped)).toEqual({ lo: STEPS, hi: Number.POSITIVE_INFINITY });
  });

  it('have no place for a crossing where there was nothing to pass, and none without questions', () => {
    const ahead = { ar: ran(losses('ar', { best: 3, at: 100 })), diffusion: DIFFUSION };
    expect(measure('live.loss.step', ahead)).toBeUndefined();
    expect(measure('strict.loss.step', ahead)).toBeUndefined();
    expect(measure('live.accuracy.step', PAIR)).toBeUndefined();
    expect(measure('live.loss.step', { ar: AR })).toBeUndefined();
  });
});

describe('every measure', () => {
  it('has a name of its own', () => {
    const labels = MEASURES.map((id) => measureInfo(id).label);
    expect(new Set(labels).size).toBe(MEASURES.length);
    for (const label of labels) expect(label.length).toBeGreaterThan(5);
  });
});

const at = (...values: number[]) => values.map((value) => ({ lo: value, hi: value }));

describe('a trend over seeds', () => {
  it('is as likely by chance as one order among all', () => {
    expect(trendOf([at(1, 2, 3)], 'up').reached).toBeCloseTo(1 / 6);
    expect(trendOf([at(1, 2, 3), at(4, 5, 6)], 'up')).toMatchObject({ comparisons: 6, agree: 6, open: 0 });
    expect(trendOf([at(1, 2, 3), at(4, 5, 6)], 'up').reached).toBeCloseTo(1 / 36);
    expect(trendOf([at(1, 2, 3, 4)], 'down').reached).toBe(1);
    expect(trendOf([at(1, 2, 3, 4)], 'down').fallen).toBeCloseTo(1 / 24);
  });

  it('agrees with enumerating both seeds by hand', () => {
    // Scores of all 36 pairs of orders of three: sums of {3, 1, 1, −1, −1, −3}; seen 1 + 3.
    const one = [3, 1, 1, -1, -1, -3];
    const sums = one.flatMap((a) => one.map((b) => a + b));
    const { reached, fallen } = trendOf([at(1, 3, 2), at(1, 2, 3)], 'up');
    expect(reached).toBeCloseTo(sums.filter((sum) => sum >= 4).length / 36);
    expect(fallen).toBeCloseTo(sums.filter((sum) => sum <= 4).length / 36);
  });

  it('leaves open what ties or what two budgets hide', () => {
    const never = { lo: 10, hi: Number.POSITIVE_INFINITY };
    expect(trendOf([[...at(5), never, never]], 'up')).toMatchObject({ agree: 2, open: 1 });
    expect(trendOf([[...at(12), never]], 'up')).toMatchObject({ agree: 0, open: 1 });
    expect(trendOf([[...at(10), never]], 'up')).toMatchObject({ agree: 1, open: 0 });
    expect(trendOf([at(7, 7)], 'up')).toMatchObject({ agree: 0, open: 1, reached: 1, fallen: 1 });
  });
});
