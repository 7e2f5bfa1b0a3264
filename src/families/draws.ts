import type { Rng } from '../core/rng.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { TokenBatch } from './family.ts';

/**
 * The random numbers behind the corruption of one training row. Counters of the stream:
 *
 * - (step, i) for what position i < B·T needs, (step, B·T) for the batch, (step, B·T + row) and further for a row;
 * - (2³¹ + window, ·) for what belongs to a window and one of its K masks, whatever the step.
 */
export interface RowDraws {
  /** On [0, 1): decides how much of the row is noise. */
  readonly level: number;
  /** On [0, 1), independent, one for each position: those below a share are noise. */
  at(position: number): number;
  /** The positions in the order in which they become noise, where their number is decided first. */
  order(): Uint32Array;
  /** The one position to mask in a row that would have none. */
  one(): number;
}

type Settings = Pick<RaceSpec['diffusion'], 'maskPool' | 'order'>;

/**
 * The draws of each row of a batch. Levels are stratified over the rows of the batch, (u + row)/B, unless
 * `independent`; with a pool of K they are stratified over the K draws of a window.
 */
export function rowDraws(
  batch: TokenBatch,
  noise: Rng,
  step: number,
  { maskPool, order }: Settings,
  independent = false,
): RowDraws[] {
  const { B, T } = batch;
  const rows = Array.from({ length: B }, (_, row) => {
    if (maskPool > 0) return pooled(batch, noise, step, maskPool, row);
    return fresh(batch, noise, step, independent, row);
  });
  return order === 'left-to-right' ? rows.map((draws) => lastFirst(draws, T)) : rows;
}

function fresh({ B, T }: TokenBatch, noise: Rng, step: number, independent: boolean, row: number): RowDraws {
  return {
    level: independent ? noise.uniform(step, B * T + row) : (noise.uniform(step, B * T) + row) / B,
    at: (position) => noise.uniform(step, row * T + position),
    order: () => noise.permutation(T, step, row),
    one: () => noise.below(T, step, B * T + B + row),
  };
}

const WINDOWS = 2 ** 31;
const LAST = 2 ** 32 - 1;

/** Draw k of K that belong to the row's window, k anew at every step. K · T < 2³² − K counters of a window. */
function pooled({ B, T, rows }: TokenBatch, noise: Rng, step: number, K: number, row: number): RowDraws {
  if (!rows) throw new Error('a pool of masks needs to be told which window each row is');
  const k = noise.below(K, step, B * T + 2 * B + row);
  const window = WINDOWS + rows[row];
  return {
    level: (noise.uniform(window, LAST) + k) / K,
    at: (position) => noise.uniform(window, k * T + position),
    order: () => noise.permutation(T, window, k),
    one: () => noise.below(T, window, LAST - 1 - k),
  };
}

/** The same number of positions as `draws` would make noise, but always the last ones of the row. */
function lastFirst(draws: RowDraws, T: number): RowDraws {
  let ascending: number[] | undefined;
  return {
    level: draws.level,
    at: (position) => {
      ascending ??= Array.from({ length: T }, (_, i) => draws.at(i)).sort((a, b) => a - b);
      return ascending[T - 1 - position];
    },
    order: () => Uint32Array.from({ length: T }, (_, i) => T - 1 - i),
    one: () => T - 1,
  };
}

/** t of a row, on [ε, 1). */
export function timeOf({ level }: RowDraws, epsilon: number): number {
  return (1 - epsilon) * level + epsilon;
}

const NO_WINDOW = LAST;
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Level of draw k of K of an evaluation window, on [0, 1): stratified over the draws of a window, (k + shift)/K, and
 * over windows: shifts follow the golden-ratio sequence, the most even one for any number of windows. Counter
 * (2³² − 1, 0) of the evaluation's own stream, in which (window, ·) belongs to the windows.
 */
export function evaluationLevel(noise: Rng, window: number, draw: number, draws: number): number {
  const shift = (noise.uniform(NO_WINDOW, 0) + window * GOLDEN_RATIO) % 1;
  return (draw + shift) / draws;
}
