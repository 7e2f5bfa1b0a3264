import { bestOf, evaluationsOf } from '../analysis/compare.ts';
import { type Estimate, fitLaw, fitPower, type LawFit, type LawPoint, type PowerLaw } from '../analysis/laws.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { canonicalJson } from '../core/hash.ts';
import { stream } from '../core/rng.ts';
import { studentT975 } from '../core/statistics.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../spec/schema.ts';
import type { CellResult } from './cell.ts';

/** A budget in one seed, at the training FLOPs of diffusion. */
export interface BudgetPoint {
  uniqueTokens: number;
  seed: number;
  flops: number;
}

export interface Fits {
  /** R* of each family, and the losses that it was fitted to; absent where the sweep has too few runs or budgets to fit. */
  laws: Partial<Record<FamilyId, { fit: LawFit; points: LawPoint[] }>>;
  /** C = a · U^b over the budgets in which diffusion passed AR; absent for fewer than two. */
  critical?: PowerLaw;
  /** Where the bests at equal compute met: the points of that fit. */
  crossings: BudgetPoint[];
  /** Budgets in which AR was ahead to the end, at the most compute that was spent: they meet later, if at all. */
  open: BudgetPoint[];
  /** How many epochs of its data the longest run saw. */
  epochs: number;
}

/** Settings in which the runs of a law may differ: size and data, and what follows the size. */
const FREE = new Set(['uniqueTokens', 'layers', 'channels', 'heads', 'feedForward', 'learningRate', 'steps']);

/**
 * The laws of a sweep of finished cells in which nothing but size, data and the length of training differs; undefined for
 * any other sweep, and where all cells have the same data: R* cannot be told from the other exponents then.
 */
export function fitsOf(results: readonly CellResult[]): Fits | undefined {
  const kinds = new Set(results.map(({ spec }) => canonicalJson(withoutFree(spec))));
  const budgets = new Set(results.map(({ spec }) => spec.data.uniqueTokens));
  if (kinds.size !== 1 || budgets.size < 2) return undefined;
  const epochs = Math.max(0, ...results.flatMap((result) => FAMILIES.map((family) => epochsOf(result, family))));
  const laws = Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const points = lawPoints(results, family);
      const fit = new Set(points.map(({ uniqueTokens }) => uniqueTokens)).size > 1 && lawOf(points, family, epochs);
      return fit ? [[family, { fit, points }]] : [];
    }),
  );
  const { crossings, open } = criticalPoints(results);
  const critical = fitPower(crossings);
  if (Object.keys(laws).length === 0 && crossings.length === 0) return undefined;
  return { laws, ...(critical && { critical }), crossings, open, epochs };
}

function withoutFree(spec: RaceSpec): object {
  return { ...spec, seed: 0, data: others(spec.data), model: others(spec.model), train: others(spec.train) };
}

function others(section: object): object {
  return Object.fromEntries(Object.entries(section).filter(([name]) => !FREE.has(name)));
}

function epochsOf({ results }: CellResult, family: FamilyId): number {
  return results[family]?.records.reduce((most, { epoch }) => Math.max(most, epoch), 0) ?? 0;
}

/** R* beyond so many times the epochs seen cannot be told from ∞: D′ and U · epochs then differ by less than 5 %. */
const RESOLUTION = 10;

function lawOf(points: readonly LawPoint[], family: FamilyId, epochs: number): LawFit | undefined {
  const fit = fitLaw(points, stream(0, `law of ${family}`));
  return fit && { ...fit, repetitions: within(fit.repetitions, RESOLUTION * epochs) };
}

/** An estimate as far as it can be resolved. */
function within({ value, lo, hi }: Estimate, most: number): Estimate {
  const open = (x: number) => (x > most ? Number.POSITIVE_INFINITY : x);
  return { value: open(value), lo: Math.min(lo, most), hi: open(hi) };
}

/**
 * The best validation loss up to about 1, 2, 4 … epochs of every run, one point each: the law knows no over-fitting, so it
 * is fitted to what early stopping would have kept. Half epochs are no points: there the warm-up is seen, not the data.
 */
export function lawPoints(results: readonly CellResult[], family: FamilyId): LawPoint[] {
  return results.flatMap(({ id, spec, results: of }) => {
    const result = of[family];
    if (!result || result.ended === 'diverged') return [];
    const { uniqueTokens } = spec.data;
    const evaluations = evaluationsOf(result.records);
    const most = evaluations.at(-1)?.epoch ?? 0;
    const points: LawPoint[] = [];
    for (let epochs = 1; epochs <= most; epochs *= 2) {
      const until = evaluations.filter(({ epoch, step }) => step > 0 && epoch <= epochs);
      const best = bestOf(until);
      const last = until.at(-1);
      if (!best || !last || last.epoch < Math.max(0.9, epochs / Math.SQRT2)) continue;
      points.push({
        parameters: result.parameters,
        tokens: last.tokens,
        uniqueTokens,
        loss: best.value,
        run: `${id} ${family}`,
      });
    }
    return points;
  });
}

/**
 * The line of the critical compute at U and its 95 % interval: that of a mean of the regression of ln C on ln U, without
 * limits for two points.
 */
export function criticalAt(
  { factor, exponent }: PowerLaw,
  points: readonly BudgetPoint[],
  uniqueTokens: number,
): Estimate {
  const n = points.length;
  const logs = points.map((point) => ({ x: Math.log(point.uniqueTokens), y: Math.log(point.flops) }));
  const at = (x: number) => Math.log(factor) + exponent.value * x;
  const mean = logs.reduce((sum, { x }) => sum + x, 0) / n;
  const spread = logs.reduce((sum, { x }) => sum + (x - mean) ** 2, 0);
  const squares = logs.reduce((sum, { x, y }) => sum + (y - at(x)) ** 2, 0);
  const x = Math.log(uniqueTokens);
  const error = Math.sqrt((squares / (n - 2)) * (1 / n + (x - mean) ** 2 / spread));
  const reach = n > 2 ? studentT975(n - 2) * error : Number.POSITIVE_INFINITY;
  return { value: Math.exp(at(x)), lo: Math.exp(at(x) - reach), hi: Math.exp(at(x) + reach) };
}

/**
 * For every budget U and seed the compute from which on the best diffusion model of any size is better than the best AR
 * model of any size that was given as much: where min_N L of the two meet and do not part again within the sweep.
 */
function criticalPoints(results: readonly CellResult[]): Pick<Fits, 'crossings' | 'open'> {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const key = `${result.spec.data.uniqueTokens} ${result.seed}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const found = [...groups.values()].map(([first, ...rest]) => {
    const of = (family: FamilyId) =>
      [first, ...rest].flatMap(({ results: each }) => {
        const result = each[family];
        return result && result.ended !== 'diverged' ? [evaluationsOf(result.records)] : [];
      });
    return { uniqueTokens: first.spec.data.uniqueTokens, seed: first.seed, ...meeting(of('ar'), of('diffusion')) };
  });
  const points = (kind: 'met' | 'open') =>
    found.flatMap(({ uniqueTokens, seed, [kind]: flops }) =>
      flops === undefined ? [] : [{ uniqueTokens, seed, flops }],
    );
  return { crossings: points('met'), open: points('open') };
}

/**
 * The least compute of diffusion from which its envelope stays below AR's, or the most that was spent where it does not end
 * below; neither where AR was never ahead, or one of them was not trained.
 */
function meeting(ar: readonly MetricRecord[][], diffusion: readonly MetricRecord[][]): { met?: number; open?: number } {
  const envelope = (runs: readonly MetricRecord[][]) => {
    const all = runs.flat().filter(({ value, step }) => step > 0 && Number.isFinite(value));
    return (flops: number) => Math.min(...all.filter((each) => each.flops <= flops).map(({ value }) => value));
  };
  const [a, d] = [envelope(ar), envelope(diffusion)];
  const places = [...new Set(diffusion.flat().map(({ flops }) => flops))]
    .filter((flops) => flops > 0)
    .sort((x, y) => x - y);
  const below = places.map((flops) => d(flops) < a(flops));
  const lastAbove = below.lastIndexOf(false);
  if (lastAbove < 0 || ar.length === 0) return {};
  return lastAbove === places.length - 1 ? { open: places[lastAbove] } : { met: places[lastAbove + 1] };
}
