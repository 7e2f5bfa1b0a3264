import { describe, expect, it } from 'vitest';
import { logTicks } from '../../src/figure/scale.ts';
import { grownEnd, visibleEnd, visibleHigh, xDomain, yDomain } from '../../src/ui/chart/axis.ts';

describe('the x axis', () => {
  it('grows in steps of 1.25, and only when it must', () => {
    const ends = [0, 10, 10.1, 12.5, 12.6, 15.6].map((largest) => grownEnd(largest, 10));
    expect(ends).toEqual([10, 10, 12.5, 12.5, 15.625, 15.625]);
  });

  const extent = (smallestPositive: number, largest: number) => ({ smallestPositive, largest });

  it('begins at 0, or at the smallest positive value on a log axis', () => {
    expect(xDomain(extent(0.5, 8), 10, { log: false, whole: false })).toEqual([0, 10]);
    expect(xDomain(extent(0.5, 8), 10, { log: true, whole: false })).toEqual([0.5, 10]);
    const [from, to] = xDomain(extent(Number.POSITIVE_INFINITY, 0), 10, { log: true, whole: true });
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(to);
  });

  it('ends with the last value of a race that is over', () => {
    expect(xDomain(extent(0.5, 11), 10, { log: false, whole: true })).toEqual([0, 11]);
  });

  it('shows of earlier races what the budget of this one would reach, and of this one everything', () => {
    expect(visibleEnd(3, 100, 80)).toBe(80);
    expect(visibleEnd(3, 100, 2000)).toBe(125);
    expect(visibleEnd(300, 100, 2000)).toBe(375);
    expect(visibleEnd(300, 100, 0)).toBe(300);
  });
});

describe('the y axis', () => {
  it('shows one nat above the best, from where the curves come and where over-fitting leaves; a log axis everything', () => {
    expect(visibleHigh(6, 2.5, false)).toBe(3.5);
    expect(visibleHigh(3, 2.5, false)).toBe(3);
    expect(visibleHigh(6, 2.5, true)).toBe(6);
  });

  it('stays as it is while the data fit into it and fill most of it', () => {
    const first = yDomain(2, 4, false, null);
    expect(first[0]).toBeLessThan(2);
    expect(first[1]).toBeGreaterThan(4);
    expect(yDomain(2.3, 4, false, first)).toBe(first);
    expect(yDomain(2, 5, false, first)).not.toBe(first);
    expect(yDomain(3.5, 4, false, first)).not.toBe(first);
  });

  it('has an extent for one value, for none, and above 0 on a log axis', () => {
    const one = yDomain(3, 3, false, null);
    expect(one[0]).toBeLessThan(one[1]);
    expect(yDomain(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false, null)).toEqual([0, 1]);
    expect(yDomain(0.001, 4, true, null)[0]).toBeGreaterThan(0);
    expect(yDomain(0.05, 4, false, null)[0]).toBeGreaterThanOrEqual(0);
  });
});

describe('ticks', () => {
  it('are powers of ten on a log axis, finer where few fit, linear where hardly one does', () => {
    expect(logTicks([1, 1e8], 8)).toEqual([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]);
    expect(logTicks([1, 100], 8)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks([2.3, 4.1], 6)).toEqual([2.5, 3, 3.5, 4]);
    expect(logTicks([1, 1e30], 5).length).toBeLessThanOrEqual(8);
  });
});
