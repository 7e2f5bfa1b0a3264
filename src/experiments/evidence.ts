import { findCrossings } from '../analysis/crossover.ts';
import type { Asked, Metric, MetricRecord } from '../analysis/record.ts';
import { decimate } from '../analysis/series.ts';
import type { FamilyId } from '../spec/schema.ts';
import type { Sampled } from '../spec/writing.ts';
import type { CellResult, FamilyResult } from './cell.ts';
import type { Experiment, Scale, Settings } from './experiment.ts';
import type { Verdict } from './verdict.ts';

export const EVIDENCE_VERSION = 1;

/**
 * A sweep as it is shipped: small enough for a repository and a page. The verdict was computed from the whole results,
 * with the losses of every window; the curves are without them, so that judging the evidence again confirms less.
 */
export interface Evidence {
  version: typeof EVIDENCE_VERSION;
  /** Version of the lab that recorded it, and the day, as 2026-01-31. */
  crossover: string;
  recorded: string;
  /** As it was when the cells were run. */
  experiment: Experiment;
  scale: Scale;
  seeds: readonly number[];
  settings: Settings;
  verdict: Verdict;
  cells: EvidenceCell[];
}

/** A line of the index of shipped evidence: what is in a file, without its cells. */
export interface EvidenceEntry {
  file: string;
  recorded: string;
  verdict: Verdict;
}

export interface EvidenceCell extends Omit<CellResult, 'results'> {
  results: Partial<Record<FamilyId, EvidenceResult>>;
}

export interface EvidenceResult extends Omit<FamilyResult, 'records'> {
  curves: Curve[];
}

/** Records that differ only in their step, as columns. Tokens, epochs and FLOPs follow from the step. */
interface Curve {
  split: MetricRecord['split'];
  metric: Metric;
  bound: MetricRecord['bound'];
  asked?: Asked;
  sampled?: Sampled;
  step: number[];
  seconds: number[];
  /** JSON has no NaN: null stands for a value that is not finite. */
  value: (number | null)[];
  se: (number | null)[];
}

/** Points of a curve at most. */
const POINTS = 300;

/** A result with its curves thinned: what is best, what is at a crossing, the first and the last always stay. */
export function evidenceCell(result: CellResult): EvidenceCell {
  const { results, ...cell } = result;
  const steps = keptSteps(result);
  const thinned = Object.entries(results).map(([family, { records, ...rest }]) => {
    const kept = records.filter(({ split, step }) => split === 'test' || split === 'samples' || steps.has(step));
    return [family, { ...rest, seconds: rounded(rest.seconds, 4), curves: curvesOf(kept) }];
  });
  return { ...cell, wallSeconds: rounded(cell.wallSeconds, 4), results: Object.fromEntries(thinned) };
}

/** The same steps for both families and all metrics, so that what was measured at once stays together. */
function keptSteps({ results }: CellResult): Set<number> {
  const families = Object.values(results).map(({ records }) => records);
  const losses = families.map((records) => records.filter((r) => r.split === 'validation' && r.metric === 'loss'));
  const steps = new Set(families.flat().map(({ step }) => step));
  if (steps.size <= POINTS) return steps;
  const { ar, diffusion } = results;
  const { live, strict } = ar && diffusion ? findCrossings(ar.records, diffusion.records) : {};
  const crossings = [live?.at?.step, strict?.at?.step];
  return new Set(
    losses.flatMap((records) => {
      const points = records.map(({ step, value }) => ({ x: step, y: value, keep: crossings.includes(step) }));
      return decimate(points, Math.floor(POINTS / losses.length)).map(({ x }) => x);
    }),
  );
}

function curvesOf(records: readonly MetricRecord[]): Curve[] {
  const curves = new Map<string, Curve>();
  for (const { split, metric, bound, asked, sampled, step, seconds, value, se } of records) {
    const about = { split, metric, bound, ...(asked && { asked }), ...(sampled && { sampled }) };
    const key = JSON.stringify(about);
    const curve = curves.get(key) ?? { ...about, step: [], seconds: [], value: [], se: [] };
    curves.set(key, curve);
    curve.step.push(step);
    curve.seconds.push(rounded(seconds, 4));
    curve.value.push(Number.isFinite(value) ? rounded(value, 6) : null);
    curve.se.push(se === null || !Number.isFinite(se) ? null : rounded(se, 3));
  }
  return [...curves.values()];
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** The results of shipped evidence, for figures and measures; without the losses of windows. */
export function resultsOf({ cells }: Pick<Evidence, 'cells'>): CellResult[] {
  return cells.map(({ results, ...cell }) => ({
    ...cell,
    results: Object.fromEntries(
      Object.entries(results).map(([family, { curves, ...rest }]) => [
        family,
        { ...rest, records: recordsOf(curves, family as FamilyId, rest.flopsPerStep, cell) },
      ]),
    ),
  }));
}

function recordsOf(
  curves: readonly Curve[],
  family: FamilyId,
  flopsPerStep: number,
  { spec }: Pick<CellResult, 'spec'>,
): MetricRecord[] {
  return curves.flatMap(({ step: steps, seconds, value, se, ...about }) =>
    steps.map((step, i): MetricRecord => {
      const tokens = step * spec.train.batch * spec.model.context;
      return {
        ...about,
        family,
        step,
        tokens,
        epoch: tokens / spec.data.uniqueTokens,
        flops: step * flopsPerStep,
        seconds: seconds[i],
        value: value[i] ?? Number.NaN,
        se: se[i],
      };
    }),
  );
}
