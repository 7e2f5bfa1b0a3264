import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestSoFar, decimate, type Point, seriesOf, smooth } from '../../src/analysis/series.ts';
import { curve, evaluation } from './records.ts';

describe('a series', () => {
  it('holds one family, split and metric as columns in order of step', () => {
    const records = [
      evaluation('ar', 20, 2.5, { se: null }),
      ...curve('diffusion', [9, 9]),
      evaluation('ar', 10, 2.7),
      evaluation('ar', 10, 1, { split: 'train' }),
      evaluation('ar', 10, 1, { metric: 'gradNorm' }),
      evaluation('ar', 20, 2.4, { se: null }),
    ];
    const series = seriesOf(records, { family: 'ar', split: 'validation', metric: 'loss' });
    expect([...series.x.step]).toEqual([10, 20]);
    expect([...series.x.flops]).toEqual([1e9, 2e9]);
    expect([...series.value]).toEqual([2.7, 2.4]);
    expect([...series.se]).toEqual([0.01, Number.NaN]);
  });

  it('may be empty', () => {
    expect(seriesOf([], { family: 'ar', split: 'test', metric: 'loss' }).value).toHaveLength(0);
  });
});

describe('the best so far', () => {
  it('is the running minimum of finite values', () => {
    const { NaN: nan, NEGATIVE_INFINITY: low } = Number;
    expect([...bestSoFar([nan, 3, 4, 2, nan, low, 5])]).toEqual([nan, 3, 3, 2, 2, 2, 2]);
  });
});

describe('smoothing', () => {
  it('begins at the first value, not at 0, and leaves a constant as it is', () => {
    for (const value of smooth([0, 1, 5], [7, 7, 7], 2)) expect(value).toBeCloseTo(7, 12);
    expect(smooth([0, 1], [4, 2], 1)[0]).toBe(4);
  });

  it('weighs by distance in x', () => {
    const [, near] = smooth([0, 1], [0, 1], 1);
    const [, far] = smooth([0, 10], [0, 1], 1);
    expect(near).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect(far).toBeCloseTo(1 / (1 + Math.exp(-10)), 12);
  });

  it('is the weighted mean that its formula says', () => {
    const x = [0, 1, 4, 4.5];
    const y = [3, 1, 2, 8];
    const weights = x.map((each) => Math.exp(-(4.5 - each) / 3));
    const mean = weights.reduce((sum, w, i) => sum + w * y[i], 0) / weights.reduce((a, b) => a + b);
    expect(smooth(x, y, 3)[3]).toBeCloseTo(mean, 12);
  });

  it('shows what is not finite and goes on behind it', () => {
    expect([...smooth([0, 1, 2], [2, Number.NaN, 2], 1)]).toEqual([2, Number.NaN, 2]);
    expect([...smooth([0, 1], [Number.POSITIVE_INFINITY, 3], 1)]).toEqual([Number.NaN, 3]);
  });

  it('does nothing at scale 0', () => {
    expect([...smooth([0, 1], [4, 2], 0)]).toEqual([4, 2]);
  });
});

describe('decimation', () => {
  const anyPoints = fc.array(
    fc.record({ y: fc.oneof(fc.double({ min: -9, max: 9 }), fc.constant(Number.NaN)), keep: fc.boolean() }),
    { minLength: 1, maxLength: 200 },
  );
  const numbered = (points: readonly Omit<Point, 'x'>[]): Point[] => points.map((point, x) => ({ ...point, x }));

  it('keeps first, last, minimum, maximum, every evaluation and everything that is not finite, in order', () => {
    fc.assert(
      fc.property(anyPoints, fc.integer({ min: 1, max: 60 }), (raw, max) => {
        const points = numbered(raw);
        const kept = decimate(points, max);
        const finite = points.map((point) => point.y).filter(Number.isFinite);
        expect(kept[0]).toBe(points[0]);
        expect(kept.at(-1)).toBe(points.at(-1));
        for (const point of points) if (point.keep || Number.isNaN(point.y)) expect(kept).toContain(point);
        if (finite.length > 0) {
          expect(kept.map((point) => point.y)).toContain(Math.min(...finite));
          expect(kept.map((point) => point.y)).toContain(Math.max(...finite));
        }
        expect(kept).toEqual(points.filter((point) => kept.includes(point)));
      }),
    );
  });

  it('returns at most as many points as asked, unless more must stay', () => {
    fc.assert(
      fc.property(anyPoints, fc.integer({ min: 1, max: 60 }), (raw, max) => {
        const points = numbered(raw);
        const mustStay = points.filter((point) => point.keep || Number.isNaN(point.y)).length + 4;
        expect(decimate(points, max).length).toBeLessThanOrEqual(Math.max(max, mustStay));
      }),
    );
  });

  it('shows a spike of a single point among ten thousand', () => {
    const points = numbered(Array.from({ length: 10_000 }, (_, i) => ({ y: i === 6789 ? 50 : Math.sin(i / 900) })));
    const kept = decimate(points, 300);
    expect(kept).toContain(points[6789]);
    expect(kept.length).toBeLessThanOrEqual(300);
    expect(kept.length).toBeGreaterThan(200);
  });

  it('spreads what it keeps over the whole length', () => {
    const kept = decimate(numbered(Array.from({ length: 1000 }, (_, i) => ({ y: i % 7 }))), 100);
    const steps = kept.slice(1).map((point, i) => point.x - kept[i].x);
    expect(Math.max(...steps)).toBeLessThan(45);
  });

  it('leaves a short series alone', () => {
    const points = numbered([{ y: 1 }, { y: 2 }, { y: 1.5 }]);
    expect(decimate(points, 3)).toEqual(points);
  });
});
