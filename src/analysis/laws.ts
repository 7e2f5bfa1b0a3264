import { minimise } from '../core/minimise.ts';
import type { Rng } from '../core/rng.ts';
import { studentT975 } from '../core/statistics.ts';

/**
 * The law of data-constrained training (Muennighoff et al., arXiv 2305.16264; for both families Prabhudesai et al., arXiv
 * 2507.15857):
 *
 *   L(N, D, U) = E + A / N′^α + B / D′^β
 *   D′ = U + U·R·(1 − e^{−(D/U − 1)/R})
 *
 * with N parameters, D tokens seen and U unique ones. R (R* there) is the number of repetitions after which more of them
 * are worth little: at one epoch D′ = U, and D′ → U·epochs as R → ∞.
 */
export interface Law {
  E: number;
  A: number;
  B: number;
  alpha: number;
  beta: number;
  /** R*, repetitions. */
  repetitions: number;
  /**
   * Muennighoff's R_N*: parameters beyond those that are compute-optimal for U are worth less by the same form. Absent:
   * N′ = N.
   */
  excessParameters?: number;
}

/** A measured loss, nats per token. */
export interface LawPoint {
  parameters: number;
  tokens: number;
  uniqueTokens: number;
  loss: number;
  /** Points of one run stand or fall together when intervals are made. */
  run: string;
}

/** D′, tokens: what `tokens` seen of `uniqueTokens` are worth in fresh ones. Below one epoch all are fresh. */
export function effectiveTokens(tokens: number, uniqueTokens: number, repetitions: number): number {
  if (tokens <= uniqueTokens) return tokens;
  if (repetitions === Number.POSITIVE_INFINITY) return tokens;
  return uniqueTokens * (1 - repetitions * Math.expm1(-(tokens / uniqueTokens - 1) / repetitions));
}

/** The law's loss, nats per token. */
export function lawLoss(law: Law, at: Pick<LawPoint, 'parameters' | 'tokens' | 'uniqueTokens'>): number {
  const { E, A, B, alpha, beta, repetitions } = law;
  const seen = effectiveTokens(at.tokens, at.uniqueTokens, repetitions);
  return E + A / effectiveParameters(law, at.parameters, at.uniqueTokens) ** alpha + B / seen ** beta;
}

/** N′: as D′, with the parameters that are compute-optimal for U in the place of U. */
function effectiveParameters(law: Law, parameters: number, uniqueTokens: number): number {
  const { A, B, alpha, beta, excessParameters } = law;
  if (excessParameters === undefined) return parameters;
  const G = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
  const optimal = G * (uniqueTokens * G) ** (beta / alpha);
  return effectiveTokens(parameters, optimal, excessParameters);
}

/** Muennighoff et al.'s own fit. L(6.34e9 parameters, 242e9 tokens, 25e9 unique) = 2.22564. */
export const MUENNIGHOFF: Law = {
  E: Math.exp(0.6254804),
  A: Math.exp(6.255414),
  B: Math.exp(7.3049974),
  alpha: 0.3526596,
  beta: 0.3526596,
  repetitions: 15.387756,
  excessParameters: 5.309743,
};

/** Published values to stand beside one's own. */
export const PUBLISHED = {
  /** R*. */
  repetitions: {
    ar: [
      { value: 15.4, source: 'Muennighoff et al.' },
      { value: 31, source: 'Prabhudesai et al.' },
    ],
    diffusion: [{ value: 494, source: 'Prabhudesai et al.' }],
  },
  /** Exponent b of the critical compute C = a · U^b. */
  criticalExponent: [
    { value: 2.174, source: 'Prabhudesai et al., as printed: 2.12 · 10^1.956 · U^2.174' },
    { value: 1.43, source: 'Prabhudesai et al., plotted crossings' },
    { value: 2.1, source: 'Ni et al., from their table of validation losses' },
  ],
} as const;

/** An estimate with its 95 % interval; `hi` is ∞ where the data set no upper limit. */
export interface Estimate {
  value: number;
  lo: number;
  hi: number;
}

export interface LawFit {
  law: Law;
  /** R*, by a bootstrap over runs. */
  repetitions: Estimate;
  /** Root mean square of the residuals of ln L. */
  error: number;
  points: number;
  runs: number;
}

/** As in Hoffmann et al.: residuals of ln L beyond a thousandth count linearly. */
const HUBER = 1e-3;
/** Within which R* is sought; an estimate at the upper end means that nothing was lost by repeating. */
const REPETITIONS = { least: 0.1, most: 1e5 };
const REPLICATES = 60;

/**
 * Fits the law (N′ = N) to losses: Huber loss of the residuals of ln L, from a grid of starts. Where all runs have the
 * same number of parameters, A / N^α cannot be told from E and is left out (A = 0). Returns undefined for fewer points than
 * parameters + 2, or fewer than 3 runs. The interval of R* is the 2.5 … 97.5 % range over `REPLICATES` fits to runs that
 * are drawn with replacement.
 */
export function fitLaw(points: readonly LawPoint[], rng: Rng): LawFit | undefined {
  const usable = points.filter(({ loss }) => Number.isFinite(loss) && loss > 0);
  const runs = [...new Set(usable.map(({ run }) => run))];
  const sizes = new Set(usable.map(({ parameters }) => parameters)).size > 1;
  if (usable.length < (sizes ? 8 : 6) || runs.length < 3) return undefined;
  const starts = startsOf(usable, sizes);
  const best = bestFit(usable, sizes, starts);
  const byRun = new Map(runs.map((run) => [run, usable.filter((point) => point.run === run)]));
  const replicates = Array.from({ length: REPLICATES }, (_, replicate) => {
    const drawn = runs.flatMap((__, i) => byRun.get(runs[rng.below(runs.length, replicate, i)]) as LawPoint[]);
    return repetitionsOf(bestFit(drawn, sizes, [best]));
  }).sort((a, b) => a - b);
  const quantile = (share: number) => replicates[Math.min(REPLICATES - 1, Math.floor(share * REPLICATES))];
  const law = lawOf(best, sizes);
  const open = (value: number) => (value >= 0.99 * REPETITIONS.most ? Number.POSITIVE_INFINITY : value);
  const squares = usable.reduce((sum, point) => sum + Math.log(lawLoss(law, point) / point.loss) ** 2, 0);
  return {
    law,
    repetitions: { value: open(law.repetitions), lo: quantile(0.025), hi: open(quantile(0.975)) },
    error: Math.sqrt(squares / usable.length),
    points: usable.length,
    runs: runs.length,
  };
}

/** ln R*, ln E, ln B, β and, where sizes differ, ln A, α: the logarithms keep each above zero. */
type Coordinates = readonly number[];

function bestFit(points: readonly LawPoint[], sizes: boolean, starts: readonly Coordinates[]): Coordinates {
  const fits = starts.map((start) => minimise((x) => misfit(points, x, sizes), start));
  return fits.reduce((best, fit) => (fit.value < best.value ? fit : best)).x;
}

/** A grid around what the losses themselves suggest: E below the least of them, each power law a share of the rest. */
function startsOf(points: readonly LawPoint[], sizes: boolean): Coordinates[] {
  const least = Math.min(...points.map(({ loss }) => loss));
  const mid = (values: number[]) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const [N, D] = [mid(points.map(({ parameters }) => parameters)), mid(points.map(({ uniqueTokens }) => uniqueTokens))];
  const rest = mid(points.map(({ loss }) => loss)) / 4;
  return [3, 30, 300].flatMap((R) =>
    [0.5, 0.9].flatMap((share) =>
      [0.2, 0.5].map((exponent) => [
        Math.log(R),
        Math.log(share * least),
        Math.log(rest) + exponent * Math.log(D),
        exponent,
        ...(sizes ? [Math.log(rest) + exponent * Math.log(N), exponent] : []),
      ]),
    ),
  );
}

function lawOf(x: Coordinates, sizes: boolean): Law {
  const [, e, b, beta, a, alpha] = x;
  return {
    E: Math.exp(e),
    A: sizes ? Math.exp(a) : 0,
    B: Math.exp(b),
    alpha: sizes ? alpha : 0,
    beta,
    repetitions: repetitionsOf(x),
  };
}

function repetitionsOf([rho]: Coordinates): number {
  return Math.min(REPETITIONS.most, Math.max(REPETITIONS.least, Math.exp(rho)));
}

/** Mean Huber loss of ln L and its gradient in the coordinates. */
function misfit(points: readonly LawPoint[], x: Coordinates, sizes: boolean) {
  const [rho, e, b, beta, a, alpha] = x;
  const R = repetitionsOf(x);
  const free = R === Math.exp(rho);
  let value = 0;
  const gradient = new Array<number>(x.length).fill(0);
  for (const { parameters, tokens, uniqueTokens, loss } of points) {
    const worth = effectiveTokens(tokens, uniqueTokens, R);
    const [lnN, lnD] = [Math.log(parameters), Math.log(worth)];
    const [irreducible, data, size] = [Math.exp(e), Math.exp(b - beta * lnD), sizes ? Math.exp(a - alpha * lnN) : 0];
    const predicted = irreducible + data + size;
    const residual = Math.log(predicted / loss);
    const inside = Math.abs(residual) <= HUBER;
    value += inside ? residual ** 2 / 2 : HUBER * (Math.abs(residual) - HUBER / 2);
    const pull = (inside ? residual : HUBER * Math.sign(residual)) / predicted;
    if (free && tokens > uniqueTokens) {
      const spent = (tokens / uniqueTokens - 1) / R;
      const growth = (uniqueTokens * R * (1 - Math.exp(-spent) * (1 + spent))) / worth;
      gradient[0] -= pull * data * beta * growth;
    }
    gradient[1] += pull * irreducible;
    gradient[2] += pull * data;
    gradient[3] -= pull * data * lnD;
    if (sizes) {
      gradient[4] += pull * size;
      gradient[5] -= pull * size * lnN;
    }
  }
  // In units of the Huber threshold, so that the tolerance of the search means the same whatever it is.
  const scale = 1 / (points.length * HUBER);
  return { value: value * scale, gradient: gradient.map((each) => each * scale) };
}

export interface PowerLaw {
  /** C = factor · U^exponent */
  factor: number;
  exponent: Estimate;
  points: number;
}

/**
 * The critical compute as a power of the unique tokens: least squares of ln C on ln U, with Student's interval of the
 * exponent (n − 2 degrees of freedom; without limits for two points). Undefined for fewer than two different U.
 */
export function fitPower(points: readonly { uniqueTokens: number; flops: number }[]): PowerLaw | undefined {
  const logs = points.map(({ uniqueTokens, flops }) => ({ x: Math.log(uniqueTokens), y: Math.log(flops) }));
  const n = logs.length;
  const mean = (of: (point: { x: number; y: number }) => number) => logs.reduce((sum, each) => sum + of(each), 0) / n;
  const [x, y] = [mean((each) => each.x), mean((each) => each.y)];
  const spread = logs.reduce((sum, each) => sum + (each.x - x) ** 2, 0);
  if (n < 2 || !(spread > 1e-12)) return undefined;
  const value = logs.reduce((sum, each) => sum + (each.x - x) * (each.y - y), 0) / spread;
  const squares = logs.reduce((sum, each) => sum + (each.y - y - value * (each.x - x)) ** 2, 0);
  const reach = n > 2 ? studentT975(n - 2) * Math.sqrt(squares / (n - 2) / spread) : Number.POSITIVE_INFINITY;
  return { factor: Math.exp(y - value * x), exponent: { value, lo: value - reach, hi: value + reach }, points: n };
}
