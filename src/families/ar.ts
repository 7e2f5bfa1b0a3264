import { type Rng, stream } from '../core/rng.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { Corrupted, Family, TokenBatch } from './family.ts';

/**
 * Autoregressive: row i reads BOS, x₀ … x_{i−1} and predicts x_i, so the loss is the exact mean of −ln p(x_i | x_<i),
 * and every position counts alike.
 *
 * `inputMasking`: while training, each token that is read (BOS aside) is read as BOS with that probability; what is
 * predicted stays as it is, and so does the evaluation.
 *
 * `orders` K ≥ 1: a sequence is trained on in one of K fixed orders, drawn anew for each row of each step: order 0 is
 * left to right, the others are drawn from the seed. In the order σ, row j reads x_σ(j−1) and predicts x_σ(j). So that
 * the model knows which, without a parameter more, RoPE turns a query by where its target stands and a key by where
 * its own token does; BOS stands at 0, token i at i + 1. The first row sees nothing but itself and cannot know: of its
 * target it learns the marginal. The evaluation reads from left to right.
 *
 * Counters of the stream: (step, i) for the masking of row i < B·T, (step, B·T + row) for the order.
 */
export function autoregressive({ inputMasking, orders }: RaceSpec['ar'], seed: number): Family {
  const fixed = orders > 0 ? new FixedOrders(orders, seed) : undefined;
  return {
    id: 'ar',
    label: 'Autoregressive',
    extraToken: '<bos>',
    causal: true,
    loss: 'cross-entropy',
    bound: 'exact',
    trainsOn: 'loss',
    ...(fixed && { leftToRight: (T: number) => rotations(leftToRight(T)) }),
    corrupt: (batch, noise, step) => {
      const { B, T } = batch;
      const orderOf = (row: number) => fixed?.order(T, noise.below(orders, step, B * T + row)) ?? leftToRight(T);
      const made = ordered(batch, orderOf, 1 / (B * T), fixed !== undefined);
      if (inputMasking > 0) maskInputs(made.inputs, batch, inputMasking, noise, step);
      return made;
    },
    evaluate: (batch) => ordered(batch, () => leftToRight(batch.T), 1 / batch.T, false),
    evaluationDraws: () => 1,
  };
}

/** K orders of T positions, each made when it is first asked for. */
class FixedOrders {
  readonly #known = new Map<number, Uint32Array>();
  readonly #noise: Rng;

  constructor(
    readonly K: number,
    seed: number,
  ) {
    this.#noise = stream(seed, 'orders');
  }

  /** Order k: of its positions, the j-th is predicted j-th. */
  order(T: number, k: number): Uint32Array {
    if (k === 0) return leftToRight(T);
    const known = this.#known.get(k);
    if (known?.length === T) return known;
    const drawn = this.#noise.permutation(T, k);
    this.#known.set(k, drawn);
    return drawn;
  }
}

function leftToRight(T: number): Uint32Array {
  return Uint32Array.from({ length: T }, (_, i) => i);
}

/** Where each row's query and key stand, [T, 2]: its target's place, and that of the token it reads. */
function rotations(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(2 * order.length);
  order.forEach((target, j) => {
    places[2 * j] = target + 1;
    places[2 * j + 1] = j === 0 ? 0 : order[j - 1] + 1;
  });
  return places;
}

/** Rows that read BOS and all tokens but the last, and predict all, in an order for each sequence. */
function ordered(
  { tokens, B, T, extra }: TokenBatch,
  orderOf: (row: number) => Uint32Array,
  weight: number,
  placed: boolean,
): Corrupted {
  const N = B * T;
  const inputs = new Uint32Array(N);
  const targets = new Uint32Array(N);
  const positions = new Uint32Array(2 * N);
  for (let row = 0; row < B; row++) {
    const first = row * T;
    const order = orderOf(row);
    for (let j = 0; j < T; j++) targets[first + j] = tokens[first + order[j]];
    inputs[first] = extra;
    inputs.set(targets.subarray(first, first + T - 1), first + 1);
    if (placed) positions.set(rotations(order), 2 * first);
  }
  return { inputs, targets, weights: new Float32Array(N).fill(weight), ...(placed && { positions }) };
}

/** Puts BOS in place of each token that is read, each independently with probability `rate`. */
function maskInputs(inputs: Uint32Array, { T, extra }: TokenBatch, rate: number, noise: Rng, step: number): void {
  for (let i = 0; i < inputs.length; i++) if (i % T !== 0 && noise.uniform(step, i) < rate) inputs[i] = extra;
}
