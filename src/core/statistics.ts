import type { Rng } from './rng.ts';

/** Mean and standard error of the mean (sample standard deviation / √n; 0 for fewer than two values). */
export function meanAndError(values: ArrayLike<number>): { mean: number; se: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  if (n < 2) return { mean, se: 0 };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { mean, se: Math.sqrt(squares / (n - 1) / n) };
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 ? sorted[mid] : (sorted[mid - 1] + sorted[mid]) / 2;
}

/** One of the few units (seeds) that a mean is taken over; `parts` are the values (windows) that it is itself a mean of. */
export interface Unit {
  value: number;
  parts?: readonly number[];
}

export interface Interval {
  mean: number;
  /** NaN for fewer than two units. */
  se: number;
  /** 95 %; −∞ and ∞ for fewer than two units: nothing is known about how they differ. */
  lo: number;
  hi: number;
}

const REPLICATES = 500;

/**
 * The mean of a few units and its 95 % interval, by a bootstrap on two levels: units are drawn with replacement, and
 * within each its parts, at the same places in all units of equal length (they are the same windows).
 *
 * A percentile interval over two or three units never reaches beyond what was seen and is far too bold. So only the
 * standard error is taken from the replicates, widened by √(n / (n − 1)), and the interval is mean ± t · se with the
 * quantile of Student's t for n − 1 degrees of freedom (Hesterberg, “What teachers should know about the bootstrap”, 2015).
 */
export function bootstrapInterval(units: readonly Unit[], rng: Rng): Interval {
  const n = units.length;
  const { mean } = meanAndError(units.map(({ value }) => value));
  if (n < 2) return { mean, se: Number.NaN, lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
  const replicates = Array.from({ length: REPLICATES }, (_, replicate) => {
    const drawn = redrawn(units, replicate, rng);
    let sum = 0;
    for (let i = 0; i < n; i++) sum += drawn[rng.below(n, replicate, 2 * i)];
    return sum / n;
  });
  const { mean: centre } = meanAndError(replicates);
  const variance = replicates.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (REPLICATES - 1);
  const se = Math.sqrt((variance * n) / (n - 1));
  const reach = studentT975(n - 1) * se;
  return { mean, se, lo: mean - reach, hi: mean + reach };
}

/** The value of each unit when its parts are drawn anew. Odd counters: the even ones draw the units. */
function redrawn(units: readonly Unit[], replicate: number, rng: Rng): number[] {
  const places = new Map<number, Uint32Array>();
  return units.map(({ value, parts }) => {
    const n = parts?.length ?? 0;
    if (!parts || n < 2) return value;
    let drawn = places.get(n);
    if (!drawn) {
      drawn = Uint32Array.from({ length: n }, (_, i) => rng.below(n, replicate, 2 * i + 1));
      places.set(n, drawn);
    }
    let shift = 0;
    for (let i = 0; i < n; i++) shift += parts[drawn[i]] - parts[i];
    return value + shift / n;
  });
}

const T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** The 97.5 % quantile of Student's t: a table up to 10 degrees of freedom, then Fisher's expansion (error below 1e-3). */
export function studentT975(degrees: number): number {
  if (degrees <= T975.length) return T975[degrees - 1];
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
