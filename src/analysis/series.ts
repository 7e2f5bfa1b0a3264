import type { FamilyId } from '../spec/schema.ts';
import { AXES, type Axis, type MetricRecord } from './record.ts';

/** One line of a chart as columns of equal length, in order of step. */
export interface Series {
  x: Record<Axis, Float64Array>;
  value: Float64Array;
  /** NaN where the record has none. */
  se: Float64Array;
}

/** The records of one family, split and metric as columns; of a step that was recorded twice the later one. */
export function seriesOf(
  records: readonly MetricRecord[],
  which: { family: FamilyId; split: MetricRecord['split']; metric: MetricRecord['metric'] },
): Series {
  const byStep = new Map<number, MetricRecord>();
  for (const record of records) {
    if (record.family === which.family && record.split === which.split && record.metric === which.metric) {
      byStep.set(record.step, record);
    }
  }
  const rows = [...byStep.values()].sort((a, b) => a.step - b.step);
  return {
    x: Object.fromEntries(AXES.map((axis) => [axis, Float64Array.from(rows, (row) => row[axis])])) as Series['x'],
    value: Float64Array.from(rows, (row) => row.value),
    se: Float64Array.from(rows, (row) => row.se ?? Number.NaN),
  };
}

/** The lowest finite value up to each place; NaN before the first finite one. */
export function bestSoFar(values: ArrayLike<number>): Float64Array {
  let best = Number.NaN;
  return Float64Array.from(values, (value) => {
    if (Number.isFinite(value) && !(best <= value)) best = value;
    return best;
  });
}

/**
 * Exponential moving average over x, free of the bias towards its start:
 *
 *   s_i = Σ_{j ≤ i} e^{−(x_i − x_j)/scale} y_j / Σ_{j ≤ i} e^{−(x_i − x_j)/scale}
 *
 * so unevenly spaced values count by distance in x, not by number. A value that is not finite gives NaN in its own
 * place and leaves the others alone. scale 0 returns the values. x must not fall.
 */
export function smooth(x: ArrayLike<number>, y: ArrayLike<number>, scale: number): Float64Array {
  let sum = 0;
  let weight = 0;
  return Float64Array.from(y, (value, i) => {
    if (scale <= 0) return value;
    const decay = i === 0 ? 0 : Math.exp((x[i - 1] - x[i]) / scale);
    sum *= decay;
    weight *= decay;
    if (!Number.isFinite(value)) return Number.NaN;
    sum += value;
    weight += 1;
    return sum / weight;
  });
}

export interface Point {
  x: number;
  y: number;
  /** A raw evaluation or a crossing: never dropped. */
  keep?: boolean;
}

/**
 * At most `max` of the points, in their order, without losing what the eye looks for: the first and the last, the
 * minimum and the maximum (of the whole and of each stretch), every point marked `keep`, and every one that is not
 * finite. Where those that must stay are more than `max` by themselves, exactly they are returned.
 */
export function decimate<P extends Point>(points: readonly P[], max: number): P[] {
  if (points.length <= max) return [...points];
  const kept = new Set<number>([0, points.length - 1]);
  points.forEach(({ y, keep }, i) => {
    if (keep || !Number.isFinite(y)) kept.add(i);
  });
  for (const i of extremes(points, 0, points.length)) kept.add(i);

  const stretches = Math.floor((max - kept.size) / 2);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * points.length) / stretches);
    const to = Math.floor(((stretch + 1) * points.length) / stretches);
    for (const i of extremes(points, from, to)) kept.add(i);
  }
  return points.filter((_, i) => kept.has(i));
}

/** Indices of the lowest and the highest finite y on [from, to). */
function extremes(points: readonly Point[], from: number, to: number): number[] {
  let low = -1;
  let high = -1;
  for (let i = from; i < to; i++) {
    const { y } = points[i];
    if (!Number.isFinite(y)) continue;
    if (low < 0 || y < points[low].y) low = i;
    if (high < 0 || y > points[high].y) high = i;
  }
  return low < 0 ? [] : [low, high];
}
