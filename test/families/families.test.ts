import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { TokenBatch } from '../../src/families/family.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { arWith, diffusionWith } from '../support/families.ts';

type Objective = RaceSpec['diffusion']['objective'];

const ar = arWith();
const objectives: Objective[] = ['exact-count', 'inverse-t', 'realised-share', 'unweighted'];
const masked = diffusionWith();

/** Batches of B rows of T tokens of {0 … 6}; the extra token is 7. */
const anyBatch: fc.Arbitrary<TokenBatch> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 17 }))
  .chain(([B, T]) =>
    fc.array(fc.nat(6), { minLength: B * T, maxLength: B * T }).map((ids) => ({
      tokens: Uint32Array.from(ids),
      B,
      T,
      extra: 7,
    })),
  );

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** Masks in each row of what a family read. */
function maskCounts(inputs: Uint32Array, { B, T, extra }: TokenBatch): number[] {
  return Array.from(
    { length: B },
    (_, row) => inputs.subarray(row * T, (row + 1) * T).filter((id) => id === extra).length,
  );
}

describe('the autoregressive family', () => {
  it('reads BOS and the tokens before each position, and predicts every token at one weight', () => {
    const batch = { tokens: Uint32Array.of(1, 2, 3, 4, 5, 6), B: 2, T: 3, extra: 7 };
    const { inputs, targets, weights } = ar.corrupt(batch, stream(1, 'noise'), 0);
    expect([...inputs]).toEqual([7, 1, 2, 7, 4, 5]);
    expect(targets).toEqual(batch.tokens);
    expect(weights).toEqual(new Float32Array(6).fill(1 / 6));
  });

  it('is exact: an evaluation needs one draw, whose weights of a row sum to 1', () => {
    const batch = { tokens: Uint32Array.of(1, 2, 3, 4, 5, 6), B: 2, T: 3, extra: 7 };
    expect([ar.bound, ar.causal, ar.evaluationDraws(8)]).toEqual(['exact', true, 1]);
    expect(ar.evaluate(batch, stream(1, 'noise'), 0, 0, 1)).toEqual({
      ...ar.corrupt(batch, stream(1, 'noise'), 0),
      weights: new Float32Array(6).fill(1 / 3),
    });
  });
});

describe.each(objectives)('masked diffusion, %s', (objective) => {
  const family = diffusionWith({ objective });

  it('is an upper bound, sees both sides, and evaluates K draws of each window', () => {
    expect([family.bound, family.causal, family.evaluationDraws(8)]).toEqual(['upper', false, 8]);
  });

  it('masks or keeps each position, predicts the token there, and weighs masked positions only', () => {
    fc.assert(
      fc.property(anyBatch, fc.nat(1000), (batch, step) => {
        const { inputs, targets, weights } = family.corrupt(batch, stream(1, 'noise'), step);
        expect(targets).toEqual(batch.tokens);
        inputs.forEach((id, i) => {
          expect(id).toBe(weights[i] > 0 ? batch.extra : batch.tokens[i]);
        });
      }),
    );
  });

  it('is a pure function of the batch, the stream and the step, and leaves the batch alone', () => {
    const batch = { tokens: new Uint32Array(60).fill(3), B: 4, T: 15, extra: 7 };
    const once = family.corrupt(batch, stream(1, 'noise'), 5);
    expect(family.corrupt(batch, stream(1, 'noise'), 5)).toEqual(once);
    expect(family.corrupt(batch, stream(1, 'noise'), 6)).not.toEqual(once);
    expect(family.corrupt(batch, stream(2, 'noise'), 5)).not.toEqual(once);
    expect(batch.tokens).toEqual(new Uint32Array(60).fill(3));
  });

  it('has weights that sum to 1 in expectation, as AR’s do, so that the losses share a scale', () => {
    const batch = { tokens: new Uint32Array(4 * 8), B: 4, T: 8, extra: 7 };
    const sums = Array.from({ length: 3000 }, (_, step) =>
      sum(family.corrupt(batch, stream(1, 'noise'), step).weights),
    );
    const mean = sum(sums) / sums.length;
    const se = Math.sqrt(sum(sums.map((s) => (s - mean) ** 2)) / (sums.length - 1) / sums.length);
    expect(Math.abs(mean - 1)).toBeLessThanOrEqual(4 * se + 1e-6);
  });
});

describe('masked diffusion', () => {
  it('stratifies the number of masks over the batch: with B = T every count occurs once', () => {
    const batch = { tokens: new Uint32Array(64), B: 8, T: 8, extra: 7 };
    for (let step = 0; step < 50; step++) {
      const { inputs } = masked.corrupt(batch, stream(1, 'noise'), step);
      expect(maskCounts(inputs, batch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('masks each position equally often', () => {
    const T = 6;
    const batch = { tokens: new Uint32Array(T), B: 1, T, extra: 7 };
    const often = new Array<number>(T).fill(0);
    for (let step = 0; step < 6000; step++) {
      masked.corrupt(batch, stream(1, 'noise'), step).inputs.forEach((id, i) => {
        if (id === 7) often[i]++;
      });
    }
    // The mean share masked is (T + 1) / 2T; four standard errors of a share of 6,000 are below 0.03.
    for (const count of often) expect(Math.abs(count / 6000 - 7 / 12)).toBeLessThan(0.03);
  });

  it('always masks something with realised-share, even where t is almost 0', () => {
    const batch = { tokens: new Uint32Array(3 * 2), B: 3, T: 2, extra: 7 };
    for (let step = 0; step < 200; step++) {
      const { inputs } = diffusionWith({ objective: 'realised-share' }).corrupt(batch, stream(1, 'noise'), step);
      expect(Math.min(...maskCounts(inputs, batch))).toBeGreaterThan(0);
    }
  });

  it('has no weight above 1/(ε·B·T) with inverse-t', () => {
    const family = diffusionWith({ objective: 'inverse-t', minT: 0.1 });
    const batch = { tokens: new Uint32Array(2 * 8), B: 2, T: 8, extra: 7 };
    for (let step = 0; step < 500; step++) {
      const { weights } = family.corrupt(batch, stream(1, 'noise'), step);
      expect(Math.max(...weights)).toBeLessThanOrEqual(1 / (0.1 * 16) + 1e-6);
    }
  });
});

describe('the evaluation of masked diffusion', () => {
  const noise = stream(1, 'evaluation');
  const T = 16;
  const windows = (count: number) => ({ tokens: new Uint32Array(count * T), B: count, T, extra: 7 });

  it('is the same whatever the training estimator', () => {
    const batch = windows(3);
    for (const objective of objectives) {
      expect(diffusionWith({ objective }).evaluate(batch, noise, 4, 1, 2)).toEqual(
        masked.evaluate(batch, noise, 4, 1, 2),
      );
    }
  });

  it('gives a window the same masks whichever batch it comes in', () => {
    const together = masked.evaluate(windows(6), noise, 10, 1, 4);
    for (let row = 0; row < 6; row++) {
      const alone = masked.evaluate(windows(1), noise, 10 + row, 1, 4);
      expect(together.inputs.subarray(row * T, (row + 1) * T)).toEqual(alone.inputs);
      expect(together.weights.subarray(row * T, (row + 1) * T)).toEqual(alone.weights);
    }
  });

  it('has weights (T/l)/T on the l masks of a row, so that each row sums to 1', () => {
    const { inputs, weights } = masked.evaluate(windows(20), noise, 0, 0, 3);
    maskCounts(inputs, windows(20)).forEach((l, row) => {
      const own = weights.subarray(row * T, (row + 1) * T).filter((weight) => weight > 0);
      expect(own).toEqual(new Float32Array(l).fill(1 / l));
    });
  });

  it('stratifies l over the draws of a window: T draws visit every count once', () => {
    for (let window = 0; window < 5; window++) {
      const counts = Array.from(
        { length: T },
        (_, draw) => maskCounts(masked.evaluate(windows(1), noise, window, draw, T).inputs, windows(1))[0],
      );
      expect(counts).toEqual(Array.from({ length: T }, (_, i) => i + 1));
    }
  });

  it('stratifies l over windows too: one draw of 10·T windows visits every count about ten times', () => {
    const often = new Array<number>(T + 1).fill(0);
    for (const l of maskCounts(masked.evaluate(windows(10 * T), noise, 0, 0, 1).inputs, windows(10 * T))) often[l]++;
    for (const count of often.slice(1)) {
      expect(count).toBeGreaterThanOrEqual(8);
      expect(count).toBeLessThanOrEqual(12);
    }
  });

  it('masks different positions in different windows and draws', () => {
    const pattern = (window: number, draw: number) =>
      masked.evaluate(windows(1), noise, window, draw, 2).inputs.join('');
    const patterns = [0, 1, 2, 3, 4].flatMap((window) => [pattern(window, 0), pattern(window, 1)]);
    expect(new Set(patterns).size).toBe(10);
  });
});
