import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { TokenBatch } from '../../src/families/family.ts';
import { arWith, diffusionWith } from '../support/families.ts';
import {
  chainRule,
  choose,
  conditionalsOf,
  exactBound,
  hiddenLoss,
  inconsistentPredictor,
  integral,
  orders,
  type Predictor,
  randomJoint,
  rowLoss,
  sequences,
  subsets,
  type Toy,
} from './toyJoint.ts';

const toy: Toy = { L: 3, symbols: 2 };
const any = inconsistentPredictor(toy);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const masked = diffusionWith();

function oneRow(x: readonly number[], { symbols }: Toy): TokenBatch {
  return { tokens: Uint32Array.from(x), B: 1, T: x.length, extra: symbols };
}

/** (1/t) E Σ over Bernoulli(t) masks, as a polynomial in t: subsets of probability tⁿ(1 − t)^(L − n). */
function integrand(predict: Predictor, x: readonly number[], t: number): number {
  return subsets(toy.L)
    .filter((hidden) => hidden.length > 0)
    .reduce((sum, hidden) => {
      const n = hidden.length;
      return sum + t ** (n - 1) * (1 - t) ** (toy.L - n) * hiddenLoss(toy, predict, x, hidden);
    }, 0);
}

describe('a uniform predictor', () => {
  const symbols = 5;
  const uniform: Predictor = () => new Array(symbols).fill(1 / symbols);

  it('has a NELBO of ln V per token at every t', () => {
    const flat: Predictor = () => [0.5, 0.5];
    for (const t of [0.01, 0.3, 0.77, 1]) {
      expect(integrand(flat, [0, 1, 0], t) / toy.L).toBeCloseTo(Math.log(2), 12);
    }
  });

  it('gets ln V from the L/l estimator with zero variance', () => {
    const batch = { tokens: new Uint32Array(4 * 7).fill(3), B: 4, T: 7, extra: symbols };
    for (let draw = 0; draw < 6; draw++) {
      const made = masked.evaluate(batch, stream(1, 'evaluation'), 10, draw, 6);
      for (let row = 0; row < 4; row++) expect(rowLoss(made, row, 7, uniform)).toBeCloseTo(Math.log(symbols), 6);
    }
  });

  it('gets ln V from a training batch of the exact-count estimator, also with zero variance', () => {
    const batch = { tokens: new Uint32Array(3 * 7).fill(2), B: 3, T: 7, extra: symbols };
    for (let step = 0; step < 20; step++) {
      const made = masked.corrupt(batch, stream(1, 'noise'), step);
      const loss = mean([0, 1, 2].map((row) => 3 * rowLoss(made, row, 7, uniform)));
      expect(loss).toBeCloseTo(Math.log(symbols), 6);
    }
  });
});

describe('Bernoulli masks at t ~ U(0, 1)', () => {
  it('mask a number of positions that is uniform on {0 … L}', () => {
    for (const L of [1, 3, 8]) {
      for (let n = 0; n <= L; n++) {
        const p = integral((t) => choose(L, n) * t ** n * (1 - t) ** (L - n));
        expect(p).toBeCloseTo(1 / (L + 1), 12);
      }
    }
  });
});

describe('the bound of any predictor', () => {
  const all = sequences(toy);

  it('is the same as an integral of 1/t, as E_l[(L/l) Σ], and as the mean over all L! orders of the chain rule', () => {
    for (const x of all) {
      const byOrders = mean(orders(toy.L).map((order) => chainRule(toy, any, x, order)));
      expect(exactBound(toy, any, x)).toBeCloseTo(byOrders, 10);
      expect(integral((t) => integrand(any, x, t))).toBeCloseTo(byOrders, 10);
    }
  });

  it('is what the evaluation measures, in the mean over its draws', () => {
    const x = [1, 0, 1];
    const draws = 6000;
    const noise = stream(3, 'evaluation');
    const losses = Array.from({ length: draws }, (_, draw) =>
      rowLoss(masked.evaluate(oneRow(x, toy), noise, 0, draw, draws), 0, toy.L, any),
    );
    expect(Math.abs(mean(losses) - exactBound(toy, any, x) / toy.L)).toBeLessThan(0.02);
  });

  it('is never below −ln p of the random-order sampler (Jensen)', () => {
    for (const x of all) {
      const p = mean(orders(toy.L).map((order) => Math.exp(-chainRule(toy, any, x, order))));
      expect(exactBound(toy, any, x)).toBeGreaterThan(-Math.log(p));
    }
  });

  it('equals it when all orders agree on x: for the conditionals of one joint it is the exact NLL', () => {
    const joint = randomJoint(toy);
    const consistent = conditionalsOf(toy, joint);
    all.forEach((x, n) => {
      const losses = orders(toy.L).map((order) => chainRule(toy, consistent, x, order));
      for (const loss of losses) expect(loss).toBeCloseTo(-Math.log(joint[n]), 10);
      expect(exactBound(toy, consistent, x)).toBeCloseTo(-Math.log(joint[n]), 10);
    });
  });
});

describe('any-order evaluation', () => {
  it('of a causal model in the order left to right is the NLL of AR', () => {
    const joint = randomJoint(toy);
    const exact = conditionalsOf(toy, joint);
    // A causal model sees the tokens before its position, whether or not there is something to see after it.
    const leftOf = (tokens: ArrayLike<number>, position: number) =>
      Array.from({ length: toy.L }, (_, i) => (i < position ? tokens[i] : toy.symbols));
    const readsOrder: Predictor = (read, position) => exact(leftOf(read, position), position);
    // AR reads BOS and the tokens shifted by one.
    const readsShifted: Predictor = (read, position) => exact(leftOf(Array.from(read).slice(1), position), position);
    for (const x of sequences(toy)) {
      const leftToRight = chainRule(toy, readsOrder, x, [0, 1, 2]) / toy.L;
      const made = arWith().evaluate(oneRow(x, toy), stream(1, 'evaluation'), 0, 0, 1);
      expect(rowLoss(made, 0, toy.L, readsShifted)).toBeCloseTo(leftToRight, 6);
    }
  });
});

describe('a model trained with masks from left to right', () => {
  it('is evaluated on the exact NLL of writing from left to right, once every count is drawn', () => {
    const family = diffusionWith({ order: 'left-to-right' });
    for (const x of sequences(toy)) {
      const losses = Array.from({ length: toy.L }, (_, draw) =>
        rowLoss(family.evaluate(oneRow(x, toy), stream(3, 'evaluation'), 0, draw, toy.L), 0, toy.L, any),
      );
      expect(mean(losses)).toBeCloseTo(chainRule(toy, any, x, [0, 1, 2]) / toy.L, 6);
    }
  });
});

describe('AR in several orders', () => {
  it('has the chain rule in each order as its loss: fact 6 in the one from left to right', () => {
    const joint = randomJoint(toy);
    const exact = conditionalsOf(toy, joint);
    const made = arWith({ orders: 5 }).corrupt(
      { tokens: Uint32Array.from(sequences(toy).flat()), B: 8, T: toy.L, extra: toy.symbols },
      stream(1, 'noise'),
      0,
    );
    // What a row may see: the tokens that the rows before it have read or will have read, each where it stands.
    for (const [row, x] of sequences(toy).entries()) {
      let loss = 0;
      for (let j = 0; j < toy.L; j++) {
        const read = new Array<number>(toy.L).fill(toy.symbols);
        for (let k = 1; k <= j; k++) {
          const i = row * toy.L + k;
          read[made.positions![2 * i + 1] - 1] = made.inputs[i];
        }
        const i = row * toy.L + j;
        const target = made.positions![2 * i] - 1;
        expect(made.targets[i]).toBe(x[target]);
        loss -= made.weights[i] * Math.log(exact(read, target)[x[target]]);
      }
      expect(loss * 8 * toy.L).toBeCloseTo(-Math.log(joint[row]), 5);
    }
  });
});

describe('a text of one token', () => {
  it('has the marginal cross-entropy as its NELBO, whatever the estimator', () => {
    const single: Toy = { L: 1, symbols: 3 };
    const marginal: Predictor = (read) => {
      expect(read[0]).toBe(single.symbols);
      return [0.2, 0.5, 0.3];
    };
    for (let token = 0; token < 3; token++) {
      const expected = -Math.log([0.2, 0.5, 0.3][token]);
      const batch = oneRow([token], single);
      for (let draw = 0; draw < 4; draw++) {
        const made = masked.evaluate(batch, stream(1, 'evaluation'), 5, draw, 4);
        expect(rowLoss(made, 0, 1, marginal)).toBeCloseTo(expected, 6);
      }
      for (const objective of ['exact-count', 'realised-share'] as const) {
        const made = diffusionWith({ objective }).corrupt(batch, stream(1, 'noise'), 9);
        expect(rowLoss(made, 0, 1, marginal)).toBeCloseTo(expected, 6);
      }
    }
  });
});
