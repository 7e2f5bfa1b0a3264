import { CrossoverError } from '../core/errors.ts';

export interface ChoiceOptions {
  /** 0: the most probable token. */
  temperature: number;
  /** Only the k most probable tokens; 0: all. */
  topK: number;
  /** Only the smallest set of most probable tokens that holds this much probability; 1: all. */
  topP: number;
}

/**
 * Draws a token from one row of logits [V] by inverse CDF in f64 (Gumbel noise in f32 would lower the effective
 * temperature). Order of the filters: temperature, top-k, top-p. The token `never` (BOS or [MASK]) is not chosen;
 * of equal probabilities the lower id comes first.
 *
 * `u` is uniform on [0, 1). `probability` is the model's own, at temperature 1 and unfiltered.
 * Throws a CrossoverError ('diverged') when the logits hold a NaN or +∞, or nothing but −∞.
 */
export function chooseToken(
  logits: Float32Array,
  never: number,
  { temperature, topK, topP }: ChoiceOptions,
  u: number,
): { token: number; probability: number } {
  const plain = probabilities(logits, never);
  if (temperature === 0) {
    const token = plain.reduce((best, p, id) => (p > plain[best] ? id : best), 0);
    return { token, probability: plain[token] };
  }
  const sharpened = temperature === 1 ? plain.slice() : probabilities(logits, never, temperature);
  if ((topK > 0 && topK < logits.length) || topP < 1) keepMostProbable(sharpened, topK, topP);
  const token = inverseCdf(sharpened, u);
  return { token, probability: plain[token] };
}

/** The lead of the most probable outcome over the second: on [0, 1]. */
export function margin(p: Float64Array): number {
  let [first, second] = [0, 0];
  for (const each of p) {
    if (each > first) [first, second] = [each, first];
    else if (each > second) second = each;
  }
  return first - second;
}

/** Shannon entropy in nats. */
export function entropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i] > 0) sum -= p[i] * Math.log(p[i]);
  return sum;
}

/**
 * Probabilities [V] of exp(logits / temperature) in f64, with 0 at `never`. Throws a CrossoverError ('diverged') when the
 * logits hold a NaN or +∞, or nothing but −∞.
 */
export function probabilities(logits: Float32Array, never: number, temperature = 1): Float64Array {
  const p = new Float64Array(logits.length);
  let max = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) if (id !== never && logits[id] > max) max = logits[id];
  let sum = 0;
  for (let id = 0; id < logits.length; id++) {
    if (id === never) continue;
    p[id] = Math.exp((logits[id] - max) / temperature);
    sum += p[id];
  }
  if (!Number.isFinite(sum)) {
    throw new CrossoverError('diverged', 'sampling needs finite logits; the model gave NaN or infinity');
  }
  for (let id = 0; id < p.length; id++) p[id] /= sum;
  return p;
}

/** Sets to 0 what is outside the top k (0: no limit), then what is outside the smallest set that holds the share `topP`. */
function keepMostProbable(p: Float64Array, topK: number, topP: number): void {
  const ids = Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b);
  const kept = topK > 0 ? ids.slice(0, topK) : ids;
  const total = kept.reduce((sum, id) => sum + p[id], 0);
  let held = 0;
  let size = 0;
  while (size < kept.length && (size === 0 || held < topP * total)) held += p[kept[size++]];
  for (const id of ids.slice(size)) p[id] = 0;
}

/** The first id at which the cumulative probability exceeds u times the total; never one of probability 0. */
function inverseCdf(p: Float64Array, u: number): number {
  const mark = u * p.reduce((sum, q) => sum + q, 0);
  let cumulative = 0;
  let last = 0;
  for (let id = 0; id < p.length; id++) {
    if (p[id] === 0) continue;
    cumulative += p[id];
    last = id;
    if (cumulative > mark) break;
  }
  return last;
}
