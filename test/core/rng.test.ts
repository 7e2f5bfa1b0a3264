import { describe, expect, it } from 'vitest';
import { stream, threefry } from '../../src/core/rng.ts';

describe('Threefry-2x32-20', () => {
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('gives the published answer for key %j, counter %j', ([k0, k1], [c0, c1], answer) => {
    expect(threefry(k0, k1, c0, c1)).toEqual(answer);
  });
});

describe('a named stream', () => {
  it('is a pure function of seed, name and counter', () => {
    expect(stream(1, 'noise').uniform(3, 4)).toBe(stream(1, 'noise').uniform(3, 4));
    const draws = [stream(1, 'noise'), stream(2, 'noise'), stream(1, 'order')].map((s) => s.uniform(3, 4));
    expect(new Set(draws).size).toBe(3);
  });

  it('draws uniforms and normals with the right mean and variance', () => {
    const s = stream(1, 'moments');
    const n = 20_000;
    const moments = (draw: (i: number) => number) => {
      const values = Array.from({ length: n }, (_, i) => draw(i));
      const mean = values.reduce((sum, x) => sum + x, 0) / n;
      return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n];
    };
    const [mean, variance] = moments((i) => s.uniform(0, i));
    expect(mean).toBeCloseTo(1 / 2, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const [normalMean, normalVariance] = moments((i) => s.normal(1, i));
    expect(Math.abs(normalMean)).toBeLessThan(0.03);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.04);
  });

  it('permutes: every order of three is about equally likely', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = stream(1, 'orders').permutation(3, i).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
