/** A differentiable function of a few numbers. */
export type Objective = (x: readonly number[]) => { value: number; gradient: number[] };

export interface Minimum {
  x: number[];
  value: number;
  /** Largest absolute component of the gradient there. */
  slope: number;
}

const SUFFICIENT = 1e-4;

/**
 * A local minimum from a start: BFGS (Nocedal & Wright, “Numerical Optimization”, algorithm 6.1) on the inverse Hessian
 * with backtracking. For a handful of dimensions; ends when the gradient is below `tolerance`, when no step is any better,
 * or after `iterations`.
 */
export function minimise(
  objective: Objective,
  start: readonly number[],
  { iterations = 500, tolerance = 1e-10 } = {},
): Minimum {
  const n = start.length;
  let x = [...start];
  let { value, gradient } = objective(x);
  let inverse = identity(n);
  for (let iteration = 0; iteration < iterations && largest(gradient) > tolerance; iteration++) {
    let direction = inverse.map((row) => -dot(row, gradient));
    if (!(dot(direction, gradient) < 0)) {
      inverse = identity(n);
      direction = gradient.map((g) => -g);
    }
    const next = lineSearch(objective, x, value, gradient, direction);
    if (!next) break;
    const s = next.x.map((each, i) => each - x[i]);
    const y = next.gradient.map((each, i) => each - gradient[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y)))
      inverse = updated(inverse, s, y, curvature, iteration === 0);
    ({ x, value, gradient } = next);
  }
  return { x, value, slope: largest(gradient) };
}

/** The first step of 1, ½, ¼ … that lowers the value enough (Armijo); undefined where none does. */
function lineSearch(
  objective: Objective,
  x: readonly number[],
  value: number,
  gradient: readonly number[],
  direction: readonly number[],
) {
  const falling = dot(direction, gradient);
  // A first step of steepest descent knows no scale: none is longer than 1 in any direction.
  for (let step = Math.min(1, 1 / largest(direction)); step > 1e-18; step /= 2) {
    const to = x.map((each, i) => each + step * direction[i]);
    const found = objective(to);
    if (found.value <= value + SUFFICIENT * step * falling && found.value < value) return { x: to, ...found };
  }
  return undefined;
}

/** (I − s yᵀ/c) H (I − y sᵀ/c) + s sᵀ/c, c = sᵀy; the first H is scaled to the curvature that was met. */
function updated(
  inverse: readonly number[][],
  s: readonly number[],
  y: readonly number[],
  curvature: number,
  first: boolean,
): number[][] {
  const scale = first ? curvature / dot(y, y) : 1;
  const H = inverse.map((row) => row.map((value) => value * scale));
  const Hy = H.map((row) => dot(row, y));
  const yHy = dot(y, Hy);
  return H.map((row, i) =>
    row.map(
      (value, j) =>
        value - (Hy[i] * s[j] + s[i] * Hy[j]) / curvature + ((1 + yHy / curvature) * s[i] * s[j]) / curvature,
    ),
  );
}

function identity(n: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
