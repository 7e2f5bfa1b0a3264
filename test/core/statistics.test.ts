import { describe, expect, it } from 'vitest';
import { minimise } from '../../src/core/minimise.ts';
import { stream } from '../../src/core/rng.ts';
import { bootstrapInterval, meanAndError, measuredMean, studentT975 } from '../../src/core/statistics.ts';

describe('a measured mean', () => {
  it('has its standard error, s/√n, where there are two values or more', () => {
    expect(measuredMean([1, 3])).toEqual({ value: 2, se: 1 });
    expect(measuredMean([2])).toEqual({ value: 2, se: null });
  });
});

describe('the interval of a mean over few seeds', () => {
  it('is Student’s: mean ± t · s/√n', () => {
    const values = [0.1, 0.12, 0.08, 0.11];
    const { mean, se } = meanAndError(values);
    const interval = bootstrapInterval(values.map((value) => ({ value })));
    expect(interval.mean).toBe(mean);
    expect(interval.se / se).toBeGreaterThan(0.9);
    expect(interval.se / se).toBeLessThan(1.1);
    expect(interval.hi - interval.mean).toBeCloseTo(3.182 * interval.se);
  });

  it('reaches far beyond two seeds, and without end beyond one', () => {
    const two = bootstrapInterval([{ value: 0.1 }, { value: 0.12 }]);
    expect(two.lo).toBeLessThan(0);
    expect(two.hi).toBeGreaterThan(0.2);
    expect(bootstrapInterval([{ value: 0.1 }])).toMatchObject({ mean: 0.1, lo: -Infinity, hi: Infinity });
  });

  it('is a point where all seeds agree exactly', () => {
    expect(bootstrapInterval([{ value: 1 }, { value: 1 }, { value: 1 }])).toMatchObject({ lo: 1, hi: 1 });
  });

  it('is wider where each value is itself a mean over few windows', () => {
    const values = [0.1, 0.101, 0.099];
    const parts = (value: number) => Array.from({ length: 20 }, (_, i) => value + (i % 2 ? 0.3 : -0.3));
    const alone = bootstrapInterval(values.map((value) => ({ value })));
    const withWindows = bootstrapInterval(values.map((value) => ({ value, parts: parts(value) })));
    expect(withWindows.mean).toBe(alone.mean);
    expect(withWindows.se).toBeGreaterThan(10 * alone.se);
    // Windows are drawn at the same places for all seeds, so more seeds do not average them away.
    const { se } = meanAndError(parts(0));
    expect(withWindows.se).toBeGreaterThan(se);
    expect(withWindows.se).toBeLessThan(1.4 * se);
  });

  it('is what a bootstrap with very many replicates finds', () => {
    const draws = stream(1, 'units');
    const units = [20, 20, 12, 0].map((W, unit) => {
      const parts = Array.from({ length: W }, (_, i) => unit / 20 + draws.uniform(unit, i));
      return W === 0 ? { value: 0.4 } : { value: meanAndError(parts).mean, parts };
    });
    const n = units.length;
    const replicate = (r: number) => {
      const again = stream(r, 'replicate');
      const drawn = units.map(({ value, parts = [value] }) => {
        const W = parts.length;
        return parts.reduce((sum, _, i) => sum + parts[again.below(W, W, i)], 0) / W;
      });
      return drawn.reduce((sum, _, i) => sum + drawn[again.below(n, 1000, i)], 0) / n;
    };
    const replicates = Array.from({ length: 20_000 }, (_, r) => replicate(r));
    const { se } = meanAndError(replicates);
    const drawn = se * Math.sqrt(replicates.length) * Math.sqrt(n / (n - 1));
    expect(bootstrapInterval(units).se / drawn).toBeCloseTo(1, 1.5);
  });
});

describe('Student’s t', () => {
  it('falls to the normal quantile, smoothly from table to expansion', () => {
    expect(studentT975(1)).toBeCloseTo(12.706, 3);
    expect(studentT975(11)).toBeCloseTo(2.201, 2);
    expect(studentT975(30)).toBeCloseTo(2.042, 3);
    expect(studentT975(1e6)).toBeCloseTo(1.96, 3);
    for (let degrees = 2; degrees < 40; degrees++) expect(studentT975(degrees)).toBeLessThan(studentT975(degrees - 1));
  });
});

describe('the search for a minimum', () => {
  it('follows a curved valley (Rosenbrock)', () => {
    const { x, value, slope } = minimise(
      ([a, b]) => ({
        value: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
        gradient: [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)],
      }),
      [-1.2, 1],
    );
    expect(x[0]).toBeCloseTo(1, 6);
    expect(x[1]).toBeCloseTo(1, 6);
    expect(value).toBeLessThan(1e-12);
    expect(slope).toBeLessThan(1e-5);
  });

  it('stays where it is when that is the minimum', () => {
    expect(minimise(([a]) => ({ value: a * a, gradient: [2 * a] }), [0]).x).toEqual([0]);
  });
});
