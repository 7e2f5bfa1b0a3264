import { stream } from '../core/rng.ts';

/** B, T and how training windows are cut from the U unique tokens. */
export interface BatchShape {
  B: number;
  T: number;
  windows: 'packed' | 'random';
  seed: number;
}

/**
 * The training batches over `ids`, the U unique tokens: step → [B, T] ids, row-major, and where among the U each row
 * starts, which names its window. A pure function of the step.
 *
 * - packed: ⌊U/T⌋ disjoint windows (the rest of U is left over), in a new order every epoch; the batches run
 *   through one epoch after the other without a gap, so that every window comes exactly once an epoch.
 * - random: windows at offsets uniform on {0 … U − T}.
 */
export function trainingBatches(
  ids: Uint32Array,
  { B, T, windows, seed }: BatchShape,
): (step: number) => { tokens: Uint32Array; rows: Uint32Array } {
  const startOf = windows === 'packed' ? packedStarts(ids.length, B, T, seed) : randomStarts(ids.length, T, seed);
  return (step) => {
    const rows = Uint32Array.from({ length: B }, (_, b) => startOf(step, b));
    const tokens = new Uint32Array(B * T);
    rows.forEach((start, b) => {
      tokens.set(ids.subarray(start, start + T), b * T);
    });
    return { tokens, rows };
  };
}

/** How many windows a training epoch has to draw from: packed ones, or possible offsets. */
export function trainingWindows(U: number, T: number, windows: BatchShape['windows']): number {
  return windows === 'packed' ? Math.floor(U / T) : U - T + 1;
}

function packedStarts(U: number, B: number, T: number, seed: number): (step: number, b: number) => number {
  const order = stream(seed, 'order');
  const n = trainingWindows(U, T, 'packed');
  // A batch touches two epochs at most, because U holds at least one batch.
  const orders = new Map<number, Uint32Array>();
  return (step, b) => {
    const drawn = step * B + b;
    const epoch = Math.floor(drawn / n);
    let permutation = orders.get(epoch);
    if (permutation === undefined) {
      permutation = order.permutation(n, epoch);
      if (orders.size === 2) orders.delete(orders.keys().next().value!);
      orders.set(epoch, permutation);
    }
    return permutation[drawn % n] * T;
  };
}

function randomStarts(U: number, T: number, seed: number): (step: number, b: number) => number {
  const offsets = stream(seed, 'offsets');
  const n = trainingWindows(U, T, 'random');
  return (step, b) => offsets.below(n, step, b);
}

/**
 * `count` of the ⌊ids/T⌋ disjoint windows of a split, spread evenly over it: window i is number ⌊i · available /
 * count⌋. [count, T] ids, row-major. `count` must not exceed what is available.
 */
export function spreadWindows(ids: Uint32Array, T: number, count: number): Uint32Array {
  const available = Math.floor(ids.length / T);
  if (count > available) throw new RangeError(`spreadWindows: ${count} windows of ${T}; there are ${available}`);
  const tokens = new Uint32Array(count * T);
  for (let i = 0; i < count; i++) {
    const start = Math.floor((i * available) / count) * T;
    tokens.set(ids.subarray(start, start + T), i * T);
  }
  return tokens;
}
