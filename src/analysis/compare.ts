import { meanAndError } from '../core/statistics.ts';
import { AXES, type Axis, type MetricRecord } from './record.ts';

/** AR and diffusion at the same place. */
export interface Pair {
  ar: MetricRecord;
  diffusion: MetricRecord;
}

/** Raw validation losses in order of step; of a step that was evaluated twice (a resumed run) the later one. */
export function evaluationsOf(records: readonly MetricRecord[]): MetricRecord[] {
  const byStep = new Map<number, MetricRecord>();
  for (const record of records) {
    if (record.split === 'validation' && record.metric === 'loss') byStep.set(record.step, record);
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/** The evaluations that both made at the same step. */
export function pairsAtEqualStep(ar: readonly MetricRecord[], diffusion: readonly MetricRecord[]): Pair[] {
  const byStep = new Map(ar.map((record) => [record.step, record]));
  return diffusion.flatMap((record) => {
    const other = byStep.get(record.step);
    return other ? [{ ar: other, diffusion: record }] : [];
  });
}

/**
 * AR − diffusion in nats per token. The standard error is that of the paired differences when both were measured
 * on equally many windows (they are the same windows), else of independent means; NaN where a standard error is
 * missing, so that such a gap confirms nothing.
 */
export function gapOf({ ar, diffusion }: Pair): { value: number; se: number } {
  const value = ar.value - diffusion.value;
  const [a, d] = [ar.windows, diffusion.windows];
  if (a && d && a.length === d.length && a.length > 1) {
    return { value, se: meanAndError(a.map((loss, i) => loss - d[i])).se };
  }
  return { value, se: Math.hypot(ar.se ?? Number.NaN, diffusion.se ?? Number.NaN) };
}

/** Whether a gap is above two of its standard errors. */
export function isClear(gap: { value: number; se: number }): boolean {
  return gap.value > 2 * gap.se;
}

/** Who is ahead: positive where diffusion is lower, negative where AR is, 0 in a tie or where a value is not finite. */
export function leadOf({ ar, diffusion }: Pair): number {
  const gap = ar.value - diffusion.value;
  return Number.isFinite(gap) ? Math.sign(gap) : 0;
}

/** The evaluations that were the best so far when they were made: finite, and below all before them. */
export function improvementsOf(evaluations: readonly MetricRecord[]): MetricRecord[] {
  let best = Number.POSITIVE_INFINITY;
  return evaluations.filter(({ value }) => {
    const better = Number.isFinite(value) && value < best;
    if (better) best = value;
    return better;
  });
}

/** The evaluation of lowest finite value; the first of equals. */
export function bestOf(evaluations: readonly MetricRecord[]): MetricRecord | undefined {
  return improvementsOf(evaluations).at(-1);
}

/** Where an evaluation stands on every axis. */
export function placeOf(record: MetricRecord): Record<Axis, number> {
  return Object.fromEntries(AXES.map((axis) => [axis, record[axis]])) as Record<Axis, number>;
}
