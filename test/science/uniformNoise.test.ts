import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { Corrupted } from '../../src/families/family.ts';
import { uniformBoundLossOp } from '../../src/ops/uniformBound.ts';
import { diffusionWith } from '../support/families.ts';
import { inconsistentPredictor, type Predictor, randomJoint, sequences, type Toy } from './toyJoint.ts';

const pair: Toy = { L: 2, symbols: 3 };
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** The integrand at one position, −α′ = 1: what the op gives for a prediction. */
function integrand(p: readonly number[], target: number, read: number, share: number): number {
  const V = p.length + 1;
  const t = {
    logits: Float64Array.from([...p.map(Math.log), 20]),
    targets: Float64Array.of(target),
    noised: Float64Array.of(read),
    shares: Float64Array.of(share),
    weights: Float64Array.of(1),
    rowLoss: new Float64Array(1),
  };
  const tensors = { logits: { shape: [1, V], dtype: 'f32' as const } };
  uniformBoundLossOp.reference(t, { tensors, attrs: { suppressed: V - 1 } }, undefined as never);
  return t.rowLoss[0];
}

/** E_z Σ_i of the integrand at a share, over everything that may be read. */
function expected(toy: Toy, predict: Predictor, x: readonly number[], share: number): number {
  return sequences(toy).reduce((sum, z) => {
    const probability = z.reduce((p, token, i) => p * (share / toy.symbols + (token === x[i] ? 1 - share : 0)), 1);
    return sum + probability * z.reduce((all, read, i) => all + integrand(predict(z, i), x[i], read, share), 0);
  }, 0);
}

/** ∫₀¹ over the share by the midpoint rule, in u with share = u³(4 − 3u): finer where noise is little. */
function bound(toy: Toy, predict: Predictor, x: readonly number[]): number {
  const n = 400;
  return Array.from({ length: n }, (_, i) => (i + 0.5) / n).reduce((sum, u) => {
    const slope = 12 * u * u * (1 - u);
    return sum + (slope / n) * expected(toy, predict, x, u ** 3 * (4 - 3 * u));
  }, 0);
}

/** Σ weights · integrand of a row of what the family made. */
function rowBound(made: Corrupted, row: number, { L }: Toy, predict: Predictor): number {
  const read = made.inputs.subarray(row * L, (row + 1) * L);
  let sum = 0;
  for (let i = 0; i < L; i++) {
    const at = row * L + i;
    sum += made.weights[at] * integrand(predict(read, i), made.targets[at], made.inputs[at], made.shares![at]);
  }
  return sum;
}

describe('the bound of uniform noise', () => {
  it('is ln N per token for a uniform predictor', () => {
    const uniform: Predictor = () => [1 / 3, 1 / 3, 1 / 3];
    expect(bound(pair, uniform, [2, 0])).toBeCloseTo(2 * Math.log(3), 4);
  });

  it('is the exact NLL of a predictor that takes the tokens for independent', () => {
    const p = [
      [0.6, 0.3, 0.1],
      [0.05, 0.15, 0.8],
    ];
    const independent: Predictor = (_, i) => p[i];
    for (const x of sequences(pair))
      expect(bound(pair, independent, x)).toBeCloseTo(-Math.log(p[0][x[0]] * p[1][x[1]]), 3);
  });

  it('is never below the entropy of the language in the mean, whatever the predictor', () => {
    const joint = randomJoint(pair);
    const entropy = joint.reduce((sum, p) => sum - p * Math.log(p), 0);
    const predictor = inconsistentPredictor(pair);
    const average = sequences(pair).reduce((sum, x, n) => sum + joint[n] * bound(pair, predictor, x), 0);
    expect(average).toBeGreaterThan(entropy);
  });

  it('is that entropy for the best predictor, which infers each token from the others and the noise', () => {
    const joint = randomJoint(pair);
    const all = sequences(pair);
    const entropy = joint.reduce((sum, p) => sum - p * Math.log(p), 0);
    const at =
      (share: number): Predictor =>
      (read, i) => {
        const mass = [0, 0, 0];
        all.forEach((x, n) => {
          const other = 1 - i;
          mass[x[i]] += joint[n] * (share / 3 + (read[other] === x[other] ? 1 - share : 0));
        });
        const sum = mass.reduce((a, b) => a + b);
        return mass.map((m) => m / sum);
      };
    const n = 300;
    const nodes = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
    const average = nodes.reduce((total, u) => {
      const share = u ** 3 * (4 - 3 * u);
      const slope = (12 * u * u * (1 - u)) / n;
      const value = all.reduce((sum, x, k) => sum + joint[k] * expected(pair, at(share), x, share), 0);
      return total + slope * value;
    }, 0);
    expect(average).toBeCloseTo(entropy, 3);
  });
});

describe('the family', () => {
  const any = inconsistentPredictor(pair);
  const x = [1, 0];
  const batch = { tokens: Uint32Array.from(x), B: 1, T: 2, extra: 3 };
  const truth = bound(pair, any, x) / 2;

  it('measures the bound in an evaluation, in the mean over its draws', () => {
    const family = diffusionWith({ noise: 'uniform', objective: 'inverse-t' });
    const draws = 8000;
    const losses = Array.from({ length: draws }, (_, draw) =>
      rowBound(family.evaluate(batch, stream(3, 'evaluation'), 0, draw, draws), 0, pair, any),
    );
    const se = Math.sqrt(mean(losses.map((loss) => (loss - mean(losses)) ** 2)) / draws);
    expect(Math.abs(mean(losses) - truth)).toBeLessThan(4 * se);
    expect(se).toBeLessThan(0.05);
  });

  it.each(['linear', 'cosine', 'polynomial'] as const)('trains on the bound, with the %s schedule', (schedule) => {
    const family = diffusionWith({ noise: 'uniform', objective: 'inverse-t', schedule });
    const losses = Array.from({ length: 12_000 }, (_, step) =>
      rowBound(family.corrupt(batch, stream(4, 'noise'), step), 0, pair, any),
    );
    const se = Math.sqrt(mean(losses.map((loss) => (loss - mean(losses)) ** 2)) / losses.length);
    // What lies below the share at t = ε = 10⁻³ is left out, at most 0.01 nats.
    expect(Math.abs(mean(losses) - truth)).toBeLessThan(4 * se + 0.01);
    expect(se).toBeLessThan(0.05);
  });

  it('draws each token anew at its share, evenly from the vocabulary, never the extra one', () => {
    const family = diffusionWith({ noise: 'uniform', objective: 'inverse-t' });
    const [B, T, extra] = [40, 50, 5];
    const counts = new Float64Array(extra);
    let [kept, share] = [0, 0];
    for (let step = 0; step < 20; step++) {
      const made = family.corrupt({ tokens: new Uint32Array(B * T).fill(2), B, T, extra }, stream(4, 'noise'), step);
      for (const id of made.inputs) if (id !== 2) counts[id]++;
      kept += made.inputs.filter((id) => id === 2).length / (B * T * 20);
      share += mean([...made.shares!]) / 20;
      expect(Math.max(...made.inputs)).toBeLessThan(extra);
    }
    expect(kept).toBeCloseTo(1 - share * (4 / 5), 1);
    // About 16,000 of 40,000 are other tokens: four standard errors of a quarter of them are 220.
    const others = [0, 1, 3, 4].map((id) => counts[id]);
    for (const count of others) expect(Math.abs(count - mean(others))).toBeLessThan(250);
  });
});
