import type { Rng } from '../core/rng.ts';
import { lossBound } from '../spec/bound.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { evaluationLevel, type RowDraws, rowDraws, timeOf } from './draws.ts';
import type { Corrupted, Family, TokenBatch } from './family.ts';
import { SCHEDULES } from './schedule.ts';

/**
 * Diffusion with uniform noise (UDLM, Schiff et al. 2024): at t each token is, independently, drawn anew from the N
 * tokens of the vocabulary with probability 1 − α(t). There is no [MASK]; what is noise has to be found out, and every
 * position is predicted. With q the law of a noised token given x, q̂ the same with the model's prediction in the place
 * of x, z what was read and ρ = q_z/q̂_z,
 *
 *   −ln p(x) ≤ ∫₀¹ (−α′/α) E_z Σ_i [ρ − 1 − ln ρ + KL(q‖q̂)]_i / (N q_z) dt
 *
 * which `src/ops/uniformBound.ts` computes from the logits. It is tight where the model predicts each token from the
 * *others*. The model is not told t, as in masked diffusion; the bound holds for any predictor.
 */
export function uniformDiffusion(settings: RaceSpec['diffusion']): Family {
  const { minT, schedule, causal } = settings;
  const { share, slope } = SCHEDULES[schedule];
  return {
    id: 'diffusion',
    label: 'Uniform-noise diffusion',
    extraToken: '[MASK]',
    causal,
    loss: 'uniform-bound',
    bound: lossBound('diffusion', { diffusion: settings }),
    trainsOn: 'loss',
    corrupt: (batch, noise, step) => {
      const { B, T } = batch;
      const made = blank(batch);
      for (const [row, draws] of rowDraws(batch, noise, step, settings).entries()) {
        const t = timeOf(draws, minT);
        disturb(made, batch, row, draws.at, share(t), ((1 - minT) * slope(t)) / (B * T));
      }
      return made;
    },
    evaluate,
    evaluationDraws: (draws) => draws,
  };
}

/**
 * The shares that are evaluated. Below the first the bound has at most 2·10⁻⁵ nats per token left (what it costs to
 * tell which of the tokens were noise, at N up to 200), above the last the integrand vanishes with α².
 */
const LEAST_SHARE = 1e-6;
const MOST_SHARE = 1 - 1e-4;

/**
 * Draw k of K for windows first, first + 1, …: the bound as an integral over the share, which is stratified over
 * draws and windows. Weights are such that a row's sum is a draw of its bound per token.
 */
function evaluate(batch: TokenBatch, noise: Rng, first: number, draw: number, draws: number): Corrupted {
  const { B, T } = batch;
  const made = blank(batch);
  for (let row = 0; row < B; row++) {
    const window = first + row;
    const share = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * evaluationLevel(noise, window, draw, draws);
    const at = (position: number) => noise.uniform(window, draw * T + position);
    disturb(made, batch, row, at, share, (MOST_SHARE - LEAST_SHARE) / T);
  }
  return made;
}

/** Nothing noised yet. */
function blank({ tokens }: TokenBatch): Corrupted & { shares: Float32Array } {
  const { length } = tokens;
  return {
    inputs: tokens.slice(),
    targets: tokens,
    weights: new Float32Array(length),
    shares: new Float32Array(length),
  };
}

/** Noises a row: a draw below the share makes a position noise, and where below it, which token. */
function disturb(
  { inputs, weights, shares }: Corrupted & { shares: Float32Array },
  { T, extra }: TokenBatch,
  row: number,
  at: RowDraws['at'],
  share: number,
  weight: number,
): void {
  const bounded = Math.min(share, MOST_SHARE);
  for (let position = 0; position < T; position++) {
    const i = row * T + position;
    const u = at(position);
    if (u < bounded) inputs[i] = Math.min(extra - 1, Math.floor((u / bounded) * extra));
    weights[i] = weight;
    shares[i] = bounded;
  }
}
