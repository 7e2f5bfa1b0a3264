import { bestOf, evaluationsOf } from '../analysis/compare.ts';
import { fitLaw, fitPower, type LawFit, type LawPoint, type PowerLaw } from '../analysis/laws.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { stream } from '../core/rng.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import type { CellResult } from './cell.ts';

export interface Fits {
  /** R* of each family; absent where the sweep has too few runs to fit. */
  laws: Partial<Record<FamilyId, LawFit>>;
  /** C = a · U^b over the budgets in which diffusion passed AR; absent for fewer than two. */
  critical?: PowerLaw;
  /** Where the bests at equal compute met: the points of that fit. */
  crossings: { uniqueTokens: number; seed: number; flops: number }[];
}

/** The laws of a sweep: of finished cells, whatever its axes are, in which nothing but size and data differs. */
export function fitsOf(results: readonly CellResult[]): Fits {
  const laws = Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const fit = fitLaw(lawPoints(results, family), stream(0, `law of ${family}`));
      return fit ? [[family, fit]] : [];
    }),
  );
  const crossings = criticalPoints(results);
  const critical = fitPower(crossings);
  return { laws, ...(critical && { critical }), crossings };
}

/**
 * The best validation loss up to 1, 2, 4 … epochs of every run, one point each: the law knows no over-fitting, so it is
 * fitted to what early stopping would have kept. Half epochs are no points: there the warm-up is seen, not the data.
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
      if (!best || !last || last.epoch < 0.9 * epochs) continue;
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
 * For every budget U and seed the compute from which on the best diffusion model of any size is better than the best AR
 * model of any size that was given as much: where min_N L of the two meet and do not part again within the sweep.
 */
function criticalPoints(results: readonly CellResult[]): Fits['crossings'] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const key = `${result.spec.data.uniqueTokens} ${result.seed}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((group) => {
    const of = (family: FamilyId) =>
      group.flatMap(({ results: each }) => {
        const result = each[family];
        return result && result.ended !== 'diverged' ? [evaluationsOf(result.records)] : [];
      });
    const flops = meeting(of('ar'), of('diffusion'));
    const [{ spec, seed }] = group;
    return flops === undefined ? [] : [{ uniqueTokens: spec.data.uniqueTokens, seed, flops }];
  });
}

/** The least compute of diffusion from which its envelope stays below AR's; undefined where it does not end below. */
function meeting(ar: readonly MetricRecord[][], diffusion: readonly MetricRecord[][]): number | undefined {
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
  // AR must have been ahead at some compute, and diffusion at the end: else nothing met within the sweep.
  return lastAbove < 0 || lastAbove === places.length - 1 ? undefined : places[lastAbove + 1];
}
