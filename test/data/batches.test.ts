import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchShape, spreadWindows, trainingBatches, trainingWindows } from '../../src/data/batches.ts';

const upTo = (n: number) => Uint32Array.from({ length: n }, (_, i) => i);

/** B, T and a U that holds at least one batch; the ids are 0 … U − 1, so that each token says where it stood. */
const shapes = fc
  .record({
    B: fc.integer({ min: 1, max: 6 }),
    T: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(1e6),
    more: fc.nat(200),
  })
  .map(({ more, ...shape }) => ({ ...shape, U: shape.B * shape.T + more }));

const startsOf = (tokens: Uint32Array, T: number) => [...tokens].filter((_, i) => i % T === 0);

describe('training batches', () => {
  it('are whole windows of the unique tokens, and say where each starts', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom('packed', 'random'), fc.nat(1000), ({ U, ...shape }, windows, step) => {
        const { tokens, rows } = trainingBatches(upTo(U), { ...shape, windows })(step);
        expect([...rows]).toEqual(startsOf(tokens, shape.T));
        expect(tokens.length).toBe(shape.B * shape.T);
        expect(tokens.every((token, i) => token < U && (i % shape.T === 0 || token === tokens[i - 1] + 1))).toBe(true);
      }),
    );
  });

  it('are a pure function of the step, whatever was asked for before', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom('packed', 'random'),
        fc.array(fc.nat(300), { maxLength: 12 }),
        fc.nat(300),
        ({ U, ...shape }, windows, before, step) => {
          const used = trainingBatches(upTo(U), { ...shape, windows });
          for (const earlier of before) used(earlier);
          expect(used(step)).toEqual(trainingBatches(upTo(U), { ...shape, windows })(step));
        },
      ),
    );
  });

  it('show every packed window exactly once an epoch, in another order each epoch', () => {
    fc.assert(
      fc.property(shapes, ({ U, ...shape }) => {
        const { B, T } = shape;
        const n = trainingWindows(U, T, 'packed');
        const batch = trainingBatches(upTo(U), { ...shape, windows: 'packed' });
        const epochs = 3;
        const starts = Array.from({ length: Math.ceil((epochs * n) / B) }, (_, s) =>
          startsOf(batch(s).tokens, T),
        ).flat();
        for (let epoch = 0; epoch < epochs; epoch++) {
          const seen = starts.slice(epoch * n, (epoch + 1) * n).sort((a, b) => a - b);
          expect(seen).toEqual(Array.from({ length: n }, (_, w) => w * T));
        }
      }),
    );
    const shape: BatchShape = { B: 50, T: 4, windows: 'packed', seed: 1 };
    const batch = trainingBatches(upTo(200), shape);
    expect(batch(0)).not.toEqual(batch(1));
    expect(batch(0)).not.toEqual(trainingBatches(upTo(200), { ...shape, seed: 2 })(0));
  });

  it('begin anywhere from 0 to U − T at random offsets, evenly', () => {
    const shape: BatchShape = { B: 100, T: 5, windows: 'random', seed: 1 };
    const batch = trainingBatches(upTo(104), shape);
    const counts = new Array(100).fill(0);
    for (let step = 0; step < 100; step++) for (const start of startsOf(batch(step).tokens, 5)) counts[start]++;
    expect(trainingWindows(104, 5, 'random')).toBe(100);
    // Ten thousand draws over a hundred offsets: χ² with 99 degrees of freedom has mean 99 and deviation 14.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
    expect(chiSquare).toBeLessThan(99 + 5 * 14);
  });
});

describe('evaluation windows', () => {
  it('are disjoint and spread evenly over the split', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), fc.nat(8), (T, available, rest) => {
        const ids = upTo(available * T + (rest % T));
        for (let count = 1; count <= available; count++) {
          const starts = startsOf(spreadWindows(ids, T, count), T);
          const gaps = starts.slice(1).map((start, i) => (start - starts[i]) / T);
          expect(gaps.every((gap) => gap >= 1 && Math.abs(gap - available / count) < 1)).toBe(true);
        }
      }),
    );
    expect([...spreadWindows(upTo(20), 2, 5)]).toEqual([0, 1, 4, 5, 8, 9, 12, 13, 16, 17]);
    expect(() => spreadWindows(upTo(20), 3, 7)).toThrow('7 windows of 3; there are 6');
  });
});
