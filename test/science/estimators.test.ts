import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';
import { diffusionWith } from '../support/families.ts';
import {
  chiSquared,
  choose,
  exactBound,
  hiddenLoss,
  inconsistentPredictor,
  integral,
  type Predictor,
  rowLoss,
  subsets,
  type Toy,
} from './toyJoint.ts';

const toy: Toy = { L: 3, symbols: 2 };
const any = inconsistentPredictor(toy);
const x = [0, 1, 1];
const batch = { tokens: Uint32Array.from(x), B: 1, T: toy.L, extra: toy.symbols };
const STEPS = 20_000;

/** Losses of many independent batches of one row. */
function losses(settings: Partial<RaceSpec['diffusion']>, predict: Predictor): number[] {
  const family = diffusionWith(settings);
  const noise = stream(11, 'noise');
  return Array.from({ length: STEPS }, (_, step) => rowLoss(family.corrupt(batch, noise, step), 0, toy.L, predict));
}

function moments(values: readonly number[]): { mean: number; variance: number; se: number } {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, se: Math.sqrt(variance / values.length) };
}

/** c_n: the mean loss per masked position over all sets of n masks. */
function meanLossAt(n: number): number {
  const sets = subsets(toy.L).filter((hidden) => hidden.length === n);
  return sets.reduce((sum, hidden) => sum + hiddenLoss(toy, any, x, hidden) / n, 0) / choose(toy.L, n);
}

describe('training estimators', () => {
  const truth = exactBound(toy, any, x) / toy.L;

  it.each(['exact-count', 'inverse-t'] as const)('%s has the bound as its expectation', (objective) => {
    const { mean, se } = moments(losses({ objective }, any));
    expect(Math.abs(mean - truth)).toBeLessThan(4 * se);
  });

  it.each(['linear', 'cosine', 'polynomial'] as const)(
    'inverse-t has the bound as its expectation under the %s schedule too',
    (schedule) => {
      const { mean, se } = moments(losses({ objective: 'inverse-t', schedule }, any));
      expect(Math.abs(mean - truth)).toBeLessThan(4 * se);
    },
  );

  it.each(['cosine', 'polynomial'] as const)('weighs so that a %s schedule changes the variance alone', (schedule) => {
    const { mean, se, variance } = moments(
      losses({ objective: 'inverse-t', schedule, minT: 0.05 }, () => [0.25, 0.25]),
    );
    expect(Math.abs(mean - Math.log(4))).toBeLessThan(4 * se);
    expect(variance).toBeGreaterThan(0.1);
  });

  it('with a pool of masks has it too, over many windows', () => {
    const family = diffusionWith({ maskPool: 2 });
    const noise = stream(11, 'noise');
    const found = Array.from({ length: STEPS }, (_, window) =>
      rowLoss(family.corrupt({ ...batch, rows: Uint32Array.of(window) }, noise, 0), 0, toy.L, any),
    );
    const { mean, se } = moments(found);
    expect(Math.abs(mean - truth)).toBeLessThan(4 * se);
  });

  it('unweighted has another: it is no bound', () => {
    const { mean, se } = moments(losses({ objective: 'unweighted' }, any));
    expect(Math.abs(mean - truth)).toBeGreaterThan(5 * se);
  });

  it('realised-share is biased by (c₁ − c̄)/(L + 1)', () => {
    const c = [1, 2, 3].map(meanLossAt);
    const average = c.reduce((a, b) => a + b) / toy.L;
    expect(average).toBeCloseTo(truth, 10);
    const bias = (c[0] - average) / (toy.L + 1);
    const { mean, se } = moments(losses({ objective: 'realised-share' }, any));
    expect(Math.abs(bias)).toBeGreaterThan(8 * se);
    expect(Math.abs(mean - (truth + bias))).toBeLessThan(4 * se);
  });

  it('1/t at constant loss c has variance c²(ln(1/ε)/(1 − ε) − 1)/L', () => {
    const epsilon = 0.05;
    const constant: Predictor = () => [0.25, 0.25];
    const c = Math.log(4);
    const { mean, variance, se } = moments(losses({ objective: 'inverse-t', minT: epsilon }, constant));
    const expected = (c ** 2 * (Math.log(1 / epsilon) / (1 - epsilon) - 1)) / toy.L;
    expect(Math.abs(mean - c)).toBeLessThan(4 * se);
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
  });

  it('exact count at constant loss has no variance at all', () => {
    expect(moments(losses({ objective: 'exact-count' }, () => [0.25, 0.25])).variance).toBeLessThan(1e-12);
  });
});

describe('the number of masks', () => {
  const family = diffusionWith({ objective: 'inverse-t', minT: 1e-6 });

  it('is uniform on {0 … L} with Bernoulli masks at t ~ U(0, 1)', () => {
    const T = 7;
    const row = { tokens: new Uint32Array(T), B: 1, T, extra: 1 };
    const counts = new Array<number>(T + 1).fill(0);
    for (let step = 0; step < 8000; step++) {
      counts[family.corrupt(row, stream(5, 'noise'), step).inputs.filter((token) => token === 1).length]++;
    }
    const expected = counts.map((_, n) => integral((t) => choose(T, n) * t ** n * (1 - t) ** (T - n)));
    // The 99.9 % quantile of χ² with 7 degrees of freedom.
    expect(chiSquared(counts, expected)).toBeLessThan(24.3);
  });
});

describe('visible positions', () => {
  it.each(['exact-count', 'inverse-t', 'realised-share'] as const)(
    'have weight 0 and keep their token (%s)',
    (objective) => {
      const tokens = Uint32Array.from({ length: 4 * 9 }, (_, i) => i % 5);
      const made = diffusionWith({ objective }).corrupt({ tokens, B: 4, T: 9, extra: 5 }, stream(2, 'noise'), 3);
      expect(made.targets).toEqual(tokens);
      tokens.forEach((token, i) => {
        const visible = made.inputs[i] !== 5;
        expect(made.weights[i] === 0).toBe(visible);
        if (visible) expect(made.inputs[i]).toBe(token);
      });
      expect(made.weights.some((weight) => weight > 0)).toBe(true);
    },
  );
});
