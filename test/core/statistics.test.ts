import { describe, expect, it } from 'vitest';
import { minimise } from '../../src/core/minimise.ts';
import { stream } from '../../src/core/rng.ts';
import { bootstrapInterval, meanAndError, studentT975 } from '../../src/core/statistics.ts';

const rng = stream(1, 'test');

describe('the interval of a mean over few seeds', () => {
  it('is Student’s: mean ± t · s/√n', () => {
    const values = [0.1, 0.12, 0.08, 0.11];
    const { mean, se } = meanAndError(values);
    const interval = bootstrapInterval(
      values.map((value) => ({ value })),
      rng,
    );
    expect(interval.mean).toBe(mean);
    expect(interval.se / se).toBeGreaterThan(0.9);
    expect(interval.se / se).toBeLessThan(1.1);
    expect(interval.hi - interval.mean).toBeCloseTo(3.182 * interval.se);
  });

  it('reaches far beyond two seeds, and without end beyond one', () => {
    const two = bootstrapInterval([{ value: 0.1 }, { value: 0.12 }], rng);
    expect(two.lo).toBeLessThan(0);
    expect(two.hi).toBeGreaterThan(0.2);
    expect(bootstrapInterval([{ value: 0.1 }], rng)).toMatchObject({ mean: 0.1, lo: -Infinity, hi: Infinity });
  });

  it('is a point where all seeds agree exactly', () => {
    expect(bootstrapInterval([{ value: 1 }, { value: 1 }, { value: 1 }], rng)).toMatchObject({ lo: 1, hi: 1 });
  });

  it('is wider where each value is itself a mean over few windows', () => {
    const values = [0.1, 0.101, 0.099];
    const parts = (value: number) => Array.from({ length: 20 }, (_, i) => value + (i % 2 ? 0.3 : -0.3));
    const alone = bootstrapInterval(
      values.map((value) => ({ value })),
      rng,
    );
    const withWindows = bootstrapInterval(
      values.map((value) => ({ value, parts: parts(value) })),
      rng,
    );
    expect(withWindows.mean).toBe(alone.mean);
    expect(withWindows.se).toBeGreaterThan(10 * alone.se);
    // Windows are drawn at the same places for all seeds, so more seeds do not average them away.
    const { se } = meanAndError(parts(0));
    expect(withWindows.se).toBeGreaterThan(se);
    expect(withWindows.se).toBeLessThan(1.4 * se);
  });

  it('is the same whenever it is asked for', () => {
    const units = [{ value: 1 }, { value: 2 }, { value: 4 }];
    expect(bootstrapInterval(units, stream(1, 'a'))).toEqual(bootstrapInterval(units, stream(1, 'a')));
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
