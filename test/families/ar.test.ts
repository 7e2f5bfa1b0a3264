import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { TokenBatch } from '../../src/families/family.ts';
import { familyOf } from '../../src/families/index.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { arWith } from '../support/families.ts';

const noise = stream(1, 'noise');
const EXTRA = 50;

/** Rows whose tokens say where they stand: token i of every row is i. */
function places(B: number, T: number): TokenBatch {
  return { tokens: Uint32Array.from({ length: B * T }, (_, i) => i % T), B, T, extra: EXTRA };
}

const rowsOf = (values: Uint32Array, size: number) =>
  Array.from({ length: values.length / size }, (_, row) => [...values.subarray(row * size, (row + 1) * size)]);

describe('masked inputs', () => {
  const plain = arWith();
  const masking = arWith({ inputMasking: 0.3 });

  it('are read as BOS at their rate; targets, weights and BOS itself stay', () => {
    const batch = places(200, 20);
    const [clean, made] = [plain.corrupt(batch, noise, 3), masking.corrupt(batch, noise, 3)];
    expect(made.targets).toEqual(clean.targets);
    expect(made.weights).toEqual(clean.weights);
    let masked = 0;
    made.inputs.forEach((id, i) => {
      if (id === clean.inputs[i]) return;
      expect(id).toBe(EXTRA);
      masked++;
    });
    // 3,800 tokens are read: four standard errors of the share are 0.03.
    expect(Math.abs(masked / 3800 - 0.3)).toBeLessThan(0.03);
  });

  it('are others at every step, and none at an evaluation', () => {
    const batch = places(4, 20);
    expect(masking.corrupt(batch, noise, 3)).toEqual(masking.corrupt(batch, noise, 3));
    expect(masking.corrupt(batch, noise, 3)).not.toEqual(masking.corrupt(batch, noise, 4));
    expect(masking.evaluate(batch, noise, 0, 0, 1)).toEqual(plain.evaluate(batch, noise, 0, 0, 1));
  });
});

describe('several orders', () => {
  const T = 6;
  const family = arWith({ orders: 4 });
  const made = family.corrupt(places(400, T), noise, 0);
  const orders = rowsOf(made.targets, T);

  it('predict every token of a sequence once, each after the one before it in the order, the first after BOS', () => {
    rowsOf(made.inputs, T).forEach((read, row) => {
      expect([...orders[row]].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(read).toEqual([EXTRA, ...orders[row].slice(0, -1)]);
    });
    expect(made.weights).toEqual(new Float32Array(400 * T).fill(1 / (400 * T)));
  });

  it('are K, drawn about equally often, one of them from left to right', () => {
    const counts = new Map<string, number>();
    for (const order of orders) counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1);
    expect(counts.size).toBe(4);
    expect(counts.has('012345')).toBe(true);
    // Four standard errors of 400 draws at 1/4 are 35.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(35);
  });

  it('turn a query by where its target stands and a key by where its own token does, BOS before all', () => {
    rowsOf(made.positions!, 2 * T).forEach((pairs, row) => {
      const order = orders[row];
      expect(pairs).toEqual(order.flatMap((target, j) => [target + 1, j === 0 ? 0 : order[j - 1] + 1]));
    });
  });

  it('stay the same whatever the step, and are others for another seed', () => {
    const setOf = (found: readonly number[][]) => new Set(found.map((order) => order.join('')));
    const later = rowsOf(family.corrupt(places(400, T), noise, 77).targets, T);
    expect(setOf(later)).toEqual(setOf(orders));
    const reseeded = familyOf('ar', { ...DEFAULT_SPEC, seed: 2, ar: { ...DEFAULT_SPEC.ar, orders: 4 } });
    expect(setOf(rowsOf(reseeded.corrupt(places(400, T), noise, 77).targets, T))).not.toEqual(setOf(orders));
  });

  it('are evaluated from left to right, exactly', () => {
    const batch = places(3, T);
    expect(family.evaluate(batch, noise, 0, 0, 1)).toEqual(arWith().evaluate(batch, noise, 0, 0, 1));
    expect([family.bound, family.evaluationDraws(8)]).toEqual(['exact', 1]);
    expect([...family.leftToRight!(3)]).toEqual([1, 0, 2, 1, 3, 2]);
  });

  it('are ordinary AR where there is but one, and need no positions where there is none', () => {
    const one = arWith({ orders: 1 }).corrupt(places(5, T), noise, 9);
    const { inputs, targets, weights } = arWith().corrupt(places(5, T), noise, 9);
    expect(one).toEqual({ inputs, targets, weights, positions: one.positions });
    expect(rowsOf(one.positions!, 2 * T)[4]).toEqual([...arWith({ orders: 1 }).leftToRight!(T)]);
    expect(arWith().leftToRight).toBeUndefined();
  });
});
