import type { Rng } from '../core/rng.ts';
import { lossBound } from '../spec/bound.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { evaluationLevel, type RowDraws, rowDraws, timeOf } from './draws.ts';
import type { Corrupted, Family, TokenBatch } from './family.ts';
import { SCHEDULES } from './schedule.ts';

type Settings = RaceSpec['diffusion'];

/**
 * Masked diffusion. With m(t) the share that is masked at t (each position independently),
 *
 *   −ln p(x) ≤ ∫₀¹ (m′/m) E Σ_{i masked} −ln p(x_i | x_t) dt = E_{l ~ U{1…T}} (T/l) Σ_{i masked, l of T} −ln p(x_i | x_l)
 *
 * whatever the schedule m, divided by B·T to be nats per token (MDLM, Sahoo et al. 2024; LLaDA, Nie et al. 2025). A
 * masked position reads [MASK] and keeps its token as its target; a visible one reads its token and has weight 0.
 *
 * `order: left-to-right` masks as many as the objective says, but always the last ones of a row: its training loss is
 * the same sum over other masks, and no bound. Such a model is evaluated by the chain rule instead, which is exact.
 */
export function diffusion(settings: Settings): Family {
  const leftToRight = settings.order === 'left-to-right';
  return {
    id: 'diffusion',
    label: 'Masked diffusion',
    extraToken: '[MASK]',
    causal: settings.causal,
    loss: 'cross-entropy',
    bound: lossBound('diffusion', { diffusion: settings }),
    trainsOn: leftToRight || settings.objective === 'unweighted' ? 'objective' : 'loss',
    corrupt: (batch, noise, step) => {
      const independent = settings.objective === 'realised-share';
      return ESTIMATORS[settings.objective](batch, rowDraws(batch, noise, step, settings, independent), settings);
    },
    evaluate: leftToRight ? evaluateChainRule : evaluateBound,
    evaluationDraws: (draws) => draws,
  };
}

type Estimator = (batch: TokenBatch, rows: RowDraws[], settings: Settings) => Corrupted;

const ESTIMATORS: Readonly<Record<Settings['objective'], Estimator>> = {
  /** l of T positions without replacement, weight T/l; l uniform on {1 … T}. */
  'exact-count'(batch, rows) {
    const masking = blank(batch);
    rows.forEach(({ level, order }, row) => {
      const count = countFrom(level, batch.T);
      mask(masking, batch, row, order().subarray(0, count), 1 / (count * batch.B));
    });
    return masking;
  },

  /**
   * Bernoulli masks at t ← (1 − ε)t + ε, weight m′/m: 1/t where the schedule is linear. It is scaled by
   * (1 − ε)/(1 − m(ε)), so that under every schedule it is the mean over shares from m(ε) to 1 and the weights sum to
   * 1 in expectation.
   */
  'inverse-t'(batch, rows, { minT, schedule }) {
    const { B, T } = batch;
    const { share, slope } = SCHEDULES[schedule];
    const scale = (1 - minT) / (1 - share(minT));
    const masking = blank(batch);
    rows.forEach((draws, row) => {
      const t = timeOf(draws, minT);
      mask(masking, batch, row, bernoulli(draws, T, share(t)), (slope(t) * scale) / (share(t) * B * T));
    });
    return masking;
  },

  /**
   * The estimator of the paper's own code: t ~ U(0, 1), Bernoulli masks, but weighted by the share that was really
   * masked; a row with no mask gets one. With c_n the mean loss at n masks its expectation is too large by
   * (c₁ − c̄)/(T + 1), so it is offered for comparison only.
   */
  'realised-share'(batch, rows) {
    const masking = blank(batch);
    rows.forEach((draws, row) => {
      const masked = bernoulli(draws, batch.T, draws.level);
      if (masked.length === 0) masked.push(draws.one());
      mask(masking, batch, row, masked, 1 / (masked.length * batch.B));
    });
    return masking;
  },

  /**
   * The loss of MaskGIT (Chang et al., 2022): Bernoulli masks at t, and the plain mean of the cross-entropy over all
   * that is masked in the batch; a batch with no mask gets one, in its last row. No likelihood and no bound of one.
   */
  unweighted(batch, rows, { minT, schedule }) {
    const masked = rows.map((draws) => bernoulli(draws, batch.T, SCHEDULES[schedule].share(timeOf(draws, minT))));
    const last = masked.length - 1;
    if (masked.every((positions) => positions.length === 0)) masked[last].push(rows[last].one());
    const count = masked.reduce((sum, positions) => sum + positions.length, 0);
    const masking = blank(batch);
    for (const [row, positions] of masked.entries()) mask(masking, batch, row, positions, 1 / count);
    return masking;
  },
};

/** Draw k of K for windows first, first + 1, … of the bound: exactly l of T masked, weight (T/l)/T. */
function evaluateBound(batch: TokenBatch, noise: Rng, first: number, draw: number, draws: number): Corrupted {
  const masking = blank(batch);
  for (let row = 0; row < batch.B; row++) {
    const window = first + row;
    const count = countFrom(evaluationLevel(noise, window, draw, draws), batch.T);
    mask(masking, batch, row, noise.permutation(batch.T, window, draw).subarray(0, count), 1 / count);
  }
  return masking;
}

/**
 * Draw k of K of the chain rule from left to right: the last l of T masked, and of those the first one scored, which
 * sees everything before it. Its mean over l is the exact NLL per token of writing from left to right, so with K = T
 * draws nothing is left to chance.
 */
function evaluateChainRule(batch: TokenBatch, noise: Rng, first: number, draw: number, draws: number): Corrupted {
  const { B, T, extra } = batch;
  const masking = blank(batch);
  for (let row = 0; row < B; row++) {
    const count = countFrom(evaluationLevel(noise, first + row, draw, draws), T);
    masking.inputs.fill(extra, (row + 1) * T - count, (row + 1) * T);
    masking.weights[(row + 1) * T - count] = 1;
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

function mask(made: Corrupted, { T, extra }: TokenBatch, row: number, positions: Iterable<number>, weight: number) {
  for (const position of positions) {
    made.inputs[row * T + position] = extra;
    made.weights[row * T + position] = weight;
  }
}

/** The positions of a row that are masked, each with probability `share`. */
function bernoulli({ at }: RowDraws, T: number, share: number): number[] {
  const masked: number[] = [];
  for (let position = 0; position < T; position++) if (at(position) < share) masked.push(position);
  return masked;
}
