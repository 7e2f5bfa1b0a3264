import type { Rng } from '../core/rng.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { Corrupted, Family, TokenBatch } from './family.ts';

/**
 * Masked diffusion with the linear schedule (each position masked independently with probability t):
 *
 *   −ln p(x) ≤ ∫₀¹ (1/t) E Σ_{i masked} −ln p(x_i | x_t) dt = E_{l ~ U{1…T}} (T/l) Σ_{i masked, l of T} −ln p(x_i | x_l)
 *
 * divided by B·T to be nats per token (MDLM, Sahoo et al. 2024; LLaDA, Nie et al. 2025). A masked position reads
 * [MASK] and keeps its token as its target; a visible one reads its token and has weight 0.
 *
 * Counters of the stream, training: (step, i) for what position i < B·T needs, (step, B·T + …) for what a batch or
 * a row needs. Evaluation: (window, ·), and (NO_WINDOW, 0) for what all windows share; it wants a stream of its own.
 */
export function diffusion({ objective, minT }: RaceSpec['diffusion']): Family {
  return {
    id: 'diffusion',
    label: 'Masked diffusion',
    causal: false,
    bound: 'upper',
    corrupt: (batch, noise, step) => {
      switch (objective) {
        case 'exact-count':
          return exactCount(batch, noise, step);
        case 'inverse-t':
          return inverseT(batch, noise, step, minT);
        case 'realised-share':
          return realisedShare(batch, noise, step);
      }
    },
    evaluate,
    evaluationDraws: (draws) => draws,
  };
}

const NO_WINDOW = 0xffffffff;
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** l of T positions without replacement, weight T/l; l uniform on {1 … T}, stratified over the rows of the batch. */
function exactCount(batch: TokenBatch, noise: Rng, step: number): Corrupted {
  const { B, T } = batch;
  const u = noise.uniform(step, B * T);
  const masking = blank(batch);
  for (let row = 0; row < B; row++) {
    const count = countFrom((u + row) / B, T);
    maskExactly(masking, batch, row, count, noise.permutation(T, step, row), 1 / (count * B));
  }
  return masking;
}

/** Bernoulli masks at t, weight 1/t; t stratified over the rows of the batch, then t ← (1 − ε)t + ε. */
function inverseT(batch: TokenBatch, noise: Rng, step: number, epsilon: number): Corrupted {
  const { B, T } = batch;
  const u = noise.uniform(step, B * T);
  const masking = blank(batch);
  for (let row = 0; row < B; row++) {
    const t = ((1 - epsilon) * (u + row)) / B + epsilon;
    for (const i of bernoulli(batch, row, t, noise, step)) mask(masking, batch, i, 1 / (t * B * T));
  }
  return masking;
}

/**
 * The estimator of the paper's own code: t ~ U(0, 1), Bernoulli masks, but weighted by the share that was really
 * masked; a row with no mask gets one. With c_n the mean loss at n masks its expectation is too large by
 * (c₁ − c̄)/(T + 1), so it is offered for comparison only.
 */
function realisedShare(batch: TokenBatch, noise: Rng, step: number): Corrupted {
  const { B, T } = batch;
  const masking = blank(batch);
  for (let row = 0; row < B; row++) {
    const masked = bernoulli(batch, row, noise.uniform(step, B * T + row), noise, step);
    if (masked.length === 0) masked.push(row * T + noise.below(T, step, B * T + B + row));
    for (const i of masked) mask(masking, batch, i, 1 / (masked.length * B));
  }
  return masking;
}

/**
 * Draw k of K for windows first, first + 1, …: exactly l of T masked, weight (T/l)/T, so that a row's Σ weights · CE
 * is a draw of its bound per token. l is stratified over the draws of a window, (k + shift)/K, and over windows:
 * shifts follow the golden-ratio sequence, the most even one for any number of windows.
 */
function evaluate(batch: TokenBatch, noise: Rng, first: number, draw: number, draws: number): Corrupted {
  const masking = blank(batch);
  for (let row = 0; row < batch.B; row++) {
    const window = first + row;
    const shift = (noise.uniform(NO_WINDOW, 0) + window * GOLDEN_RATIO) % 1;
    const count = countFrom((draw + shift) / draws, batch.T);
    maskExactly(masking, batch, row, count, noise.permutation(batch.T, window, draw), 1 / count);
  }
  return masking;
}

/** u on [0, 1) to a number of masks on {1 … T}; a u that rounding took to 1 still gives T. */
function countFrom(u: number, T: number): number {
  return Math.min(T, 1 + Math.floor(u * T));
}

/** Nothing masked yet. */
function blank({ tokens }: TokenBatch): Corrupted {
  return { inputs: tokens.slice(), targets: tokens, weights: new Float32Array(tokens.length) };
}

function mask({ inputs, weights }: Corrupted, { extra }: TokenBatch, i: number, weight: number): void {
  inputs[i] = extra;
  weights[i] = weight;
}

/** Masks the first `count` positions of `order` in a row. */
function maskExactly(
  masking: Corrupted,
  batch: TokenBatch,
  row: number,
  count: number,
  order: Uint32Array,
  weight: number,
): void {
  for (const position of order.subarray(0, count)) mask(masking, batch, row * batch.T + position, weight);
}

/** The positions of a row that are masked, each independently with probability t. */
function bernoulli({ T }: TokenBatch, row: number, t: number, noise: Rng, step: number): number[] {
  const masked: number[] = [];
  for (let i = row * T; i < (row + 1) * T; i++) if (noise.uniform(step, i) < t) masked.push(i);
  return masked;
}
