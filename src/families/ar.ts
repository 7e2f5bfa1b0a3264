import type { Corrupted, Family, TokenBatch } from './family.ts';

/**
 * Autoregressive: position i reads BOS, x₀ … x_{i−1} and predicts x_i, so the loss is the exact mean of
 * −ln p(x_i | x_<i). Nothing is random, and every position counts alike.
 */
export const AR: Family = {
  id: 'ar',
  label: 'Autoregressive',
  causal: true,
  bound: 'exact',
  corrupt: (batch) => shifted(batch, 1 / (batch.B * batch.T)),
  evaluate: (batch) => shifted(batch, 1 / batch.T),
  evaluationDraws: () => 1,
};

/** Rows [BOS, x₀ … x_{T−2}] with targets [x₀ … x_{T−1}], all positions at one weight. */
function shifted({ tokens, B, T, extra }: TokenBatch, weight: number): Corrupted {
  const inputs = new Uint32Array(B * T);
  for (let row = 0; row < B * T; row += T) {
    inputs[row] = extra;
    inputs.set(tokens.subarray(row, row + T - 1), row + 1);
  }
  return { inputs, targets: tokens, weights: new Float32Array(B * T).fill(weight) };
}
