import { describe, expect, it } from 'vitest';
import { grownEnd, logTicks, xDomain, yDomain } from '../../src/ui/chart/axis.ts';

describe('the x axis', () => {
  it('grows in steps of 1.25, and only when it must', () => {
    const ends = [0, 10, 10.1, 12.5, 12.6, 15.6].map((largest) => grownEnd(largest, 10));
    expect(ends).toEqual([10, 10, 12.5, 12.5, 15.625, 15.625]);
  });

  it('begins at 0, or at the smallest positive value on a log axis', () => {
    expect(xDomain(0.5, 8, 10, false)).toEqual([0, 10]);
    expect(xDomain(0.5, 8, 10, true)).toEqual([0.5, 10]);
    const [from, to] = xDomain(Number.POSITIVE_INFINITY, 0, 10, true);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(to);
  });
});

describe('the y axis', () => {
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
