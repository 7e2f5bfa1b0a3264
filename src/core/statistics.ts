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

/** A mean, and its standard error. */
export interface Measured {
  value: number;
  /** Null where there is none: one value says nothing about how far it may be off. */
  se: number | null;
}

/** The mean of what was measured, with its standard error where there are two values or more. */
export function measuredMean(values: ArrayLike<number>): Measured {
  const { mean, se } = meanAndError(values);
  return { value: mean, se: values.length > 1 ? se : null };
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

/**
 * The mean of a few units and its 95 % interval, by a bootstrap on two levels: units are drawn with replacement, and
 * within each its parts, at the same places in all units of equal length (they are the same windows). Of a mean, the
 * variance over infinitely many replicates is known in closed form; nothing is drawn, so no interval depends on luck.
 *
 * A percentile interval over two or three units never reaches beyond what was seen and is far too bold. So only the
 * standard error is taken from the bootstrap, widened by √(n / (n − 1)), and the interval is mean ± t · se with the
 * quantile of Student's t for n − 1 degrees of freedom (Hesterberg, “What teachers should know about the bootstrap”, 2015).
 */
export function bootstrapInterval(units: readonly Unit[]): Interval {
  const n = units.length;
  const { mean } = meanAndError(units.map(({ value }) => value));
  if (n < 2) return { mean, se: Number.NaN, lo: Number.NEGATIVE_INFINITY, hi: Number.POSITIVE_INFINITY };
  const se = Math.sqrt(bootstrapVariance(units) * (n / (n - 1)));
  const reach = studentT975(n - 1) * se;
  return { mean, se, lo: mean - reach, hi: mean + reach };
}

/**
 * The law of total variance over drawn parts and drawn units. A unit becomes v + e, e the shift of its mean by the draw of
 * its parts: Var = Var(ē) + (σ²(v) + mean Var(e) − Var(ē)) / n, where σ² divides by the count, Var(e) = σ²(parts) / W for W
 * parts, and units with equally many parts share one draw.
 */
function bootstrapVariance(units: readonly Unit[]): number {
  const n = units.length;
  const drawn = new Map<number, (readonly number[])[]>();
  let within = 0;
  for (const { parts } of units) {
    const W = parts?.length ?? 0;
    if (!parts || W < 2) continue;
    within += spread(parts) / W / n;
    drawn.set(W, [...(drawn.get(W) ?? []), parts]);
  }
  let together = 0;
  for (const [W, alike] of drawn) {
    const sums = Array.from({ length: W }, (_, i) => alike.reduce((sum, parts) => sum + parts[i], 0) / n);
    together += spread(sums) / W;
  }
  return together + (spread(units.map(({ value }) => value)) + within - together) / n;
}

/** Mean square of the distance from the mean. */
function spread(values: readonly number[]): number {
  const { mean } = meanAndError(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

const T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** The 97.5 % quantile of Student's t: a table up to 10 degrees of freedom, then Fisher's expansion (error below 1e-3). */
export function studentT975(degrees: number): number {
  if (degrees <= T975.length) return T975[degrees - 1];
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
