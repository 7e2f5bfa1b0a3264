import { stream } from '../../src/core/rng.ts';
import type { Corrupted } from '../../src/families/family.ts';
import { type Sampler, type SamplerOptions, samplerOf } from '../../src/families/sampling.ts';
import type { FamilyId } from '../../src/spec/schema.ts';

/**
 * Languages small enough to enumerate: L tokens of {0 … symbols − 1}, and the extra token `symbols`. A predictor is
 * any function from what is visible to a distribution for each position; nothing here needs a neural network.
 */
export interface Toy {
  L: number;
  symbols: number;
}

/** p(x_position | visible), where `read` has the extra token at every hidden position. */
export type Predictor = (read: ArrayLike<number>, position: number) => readonly number[];

/** Every sequence of the toy language. */
export function sequences({ L, symbols }: Toy): number[][] {
  return Array.from({ length: symbols ** L }, (_, n) =>
    Array.from({ length: L }, (_, i) => Math.floor(n / symbols ** i) % symbols),
  );
}

/** Every subset of {0 … L − 1}. */
export function subsets(L: number): number[][] {
  return Array.from({ length: 2 ** L }, (_, bits) => [...Array(L).keys()].filter((i) => (bits >> i) & 1));
}

/** Every order of the given positions. */
export function ordersOf(positions: readonly number[]): number[][] {
  if (positions.length === 0) return [[]];
  return positions.flatMap((first) =>
    ordersOf(positions.filter((each) => each !== first)).map((rest) => [first, ...rest]),
  );
}

export function orders(L: number): number[][] {
  return ordersOf([...Array(L).keys()]);
}

/** Probabilities drawn at random, all above zero. */
function randomDistribution(size: number, name: string, index: number): number[] {
  const noise = stream(7, name);
  const raw = Array.from({ length: size }, (_, i) => 0.05 + noise.uniform(index, i) ** 2);
  const sum = raw.reduce((a, b) => a + b);
  return raw.map((p) => p / sum);
}

/** A predictor whose conditionals belong to no joint distribution: a random table of (what is read, position). */
export function inconsistentPredictor({ symbols }: Toy): Predictor {
  return (read, position) => {
    const index = Array.from(read).reduce((n, token) => n * (symbols + 1) + token, position);
    return randomDistribution(symbols, `position ${position}`, index);
  };
}

/** A random joint distribution, as the probability of each of `sequences`. */
export function randomJoint(toy: Toy): number[] {
  return randomDistribution(sequences(toy).length, 'joint', 0);
}

/** The exact conditionals of a joint distribution. */
export function conditionalsOf(toy: Toy, joint: readonly number[]): Predictor {
  const all = sequences(toy);
  return (read, position) => {
    const mass = new Array<number>(toy.symbols).fill(0);
    all.forEach((x, n) => {
      if (x.every((token, i) => i === position || read[i] === toy.symbols || read[i] === token))
        mass[x[position]] += joint[n];
    });
    const sum = mass.reduce((a, b) => a + b);
    return mass.map((p) => p / sum);
  };
}

/** x with the extra token at the hidden positions. */
export function hide({ symbols }: Toy, x: readonly number[], hidden: readonly number[]): number[] {
  return x.map((token, i) => (hidden.includes(i) ? symbols : token));
}

/** Σ over the hidden positions of −ln p(x_i | visible). */
export function hiddenLoss(toy: Toy, predict: Predictor, x: readonly number[], hidden: readonly number[]): number {
  const read = hide(toy, x, hidden);
  return hidden.reduce((sum, i) => sum - Math.log(predict(read, i)[x[i]]), 0);
}

/** −ln p of writing x in a given order, one position at a time. */
export function chainRule(toy: Toy, predict: Predictor, x: readonly number[], order: readonly number[]): number {
  return order.reduce((sum, position, k) => {
    const read = hide(toy, x, order.slice(k));
    return sum - Math.log(predict(read, position)[x[position]]);
  }, 0);
}

/** E_l[(T/l) Σ over l masked], l uniform on {1 … L}, enumerated over every set of masks: the NELBO of x in nats. */
export function exactBound(toy: Toy, predict: Predictor, x: readonly number[]): number {
  const { L } = toy;
  return subsets(L)
    .filter((hidden) => hidden.length > 0)
    .reduce((sum, hidden) => {
      const l = hidden.length;
      return sum + (hiddenLoss(toy, predict, x, hidden) * (L / l)) / L / choose(L, l);
    }, 0);
}

export function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k;
}

/** Σ weights · CE of one row of what a family made, with a predictor that reads the row's inputs. */
export function rowLoss(made: Corrupted, row: number, L: number, predict: Predictor): number {
  const read = made.inputs.subarray(row * L, (row + 1) * L);
  let sum = 0;
  for (let i = 0; i < L; i++) {
    const at = row * L + i;
    if (made.weights[at] !== 0) sum -= made.weights[at] * Math.log(predict(read, i)[made.targets[at]]);
  }
  return sum;
}

/** Runs a sampler to its end with a predictor in the model's place. */
export function write(family: FamilyId, toy: Toy, predict: Predictor, options: Omit<SamplerOptions, 'extra'>): Sampler {
  const sampler = samplerOf(family, { ...options, extra: toy.symbols });
  const V = toy.symbols + 1;
  while (!sampler.done) {
    const logits = new Float32Array(toy.L * V);
    for (let i = 0; i < toy.L; i++) {
      predict(sampler.inputs, i).forEach((p, token) => {
        logits[i * V + token] = Math.log(p);
      });
      // A logit that would win if the extra token were not suppressed.
      logits[i * V + toy.symbols] = 20;
    }
    sampler.next(logits);
  }
  return sampler;
}

/** Pearson's χ² of counts against expected probabilities. */
export function chiSquared(counts: readonly number[], expected: readonly number[]): number {
  const n = counts.reduce((a, b) => a + b);
  return counts.reduce((sum, count, i) => sum + (count - n * expected[i]) ** 2 / (n * expected[i]), 0);
}

/** ∫₀¹ of a polynomial of degree 9 or less: Gauss–Legendre, five points. */
export function integral(f: (t: number) => number): number {
  const nodes = [
    [0, 128 / 225],
    ...[-1, 1].flatMap((sign) => [
      [(sign * Math.sqrt(5 - 2 * Math.sqrt(10 / 7))) / 3, (322 + 13 * Math.sqrt(70)) / 900],
      [(sign * Math.sqrt(5 + 2 * Math.sqrt(10 / 7))) / 3, (322 - 13 * Math.sqrt(70)) / 900],
    ]),
  ];
  return nodes.reduce((sum, [node, weight]) => sum + (weight / 2) * f((node + 1) / 2), 0);
}
