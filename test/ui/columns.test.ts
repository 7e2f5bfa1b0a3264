import { describe, expect, it } from 'vitest';
import { Column, Envelope } from '../../src/ui/columns.ts';

describe('a column', () => {
  it('grows and keeps what it holds', () => {
    const column = new Column();
    for (let index = 0; index < 1000; index++) column.push(index);
    expect(column.length).toBe(1000);
    expect(Array.from(column.values())).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });
});

describe('an envelope', () => {
  const of = (values: readonly number[]) => {
    const envelope = new Envelope();
    for (const value of values) envelope.push(value);
    return envelope;
  };

  it('holds every value of a short column by itself', () => {
    expect(of([3, 1, 2]).stretches.map(({ first, low, high, sum }) => [first, low, high, sum])).toEqual([
      [0, 3, 3, 3],
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
  });

  it('never has more than 512 stretches, in order and without a gap, and loses no extreme', () => {
    const values = Array.from({ length: 30_000 }, (_, index) => Math.sin(index) + (index === 12_345 ? 50 : 0));
    const { stretches } = of(values);
    expect(stretches.length).toBeLessThanOrEqual(512);
    expect(stretches.length).toBeGreaterThan(200);
    let next = 0;
    for (const { first, count, low, high } of stretches) {
      expect(first).toBe(next);
      const own = values.slice(first, first + count);
      expect([low, high]).toEqual([Math.min(...own), Math.max(...own)]);
      next += count;
    }
    expect(next).toBe(values.length);
  });

  it('remembers where a value was not finite, and keeps it out of the rest', () => {
    const { broken, stretches } = of([1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(broken).toEqual([1, 2]);
    expect(stretches.map(({ finite, sum }) => [finite, sum])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});
