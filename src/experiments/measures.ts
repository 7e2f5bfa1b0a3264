import { findAccuracyCrossings, mainAccuracies } from '../analysis/accuracy.ts';
import { bestOf, evaluationsOf } from '../analysis/compare.ts';
import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import { findCrossings } from '../analysis/crossover.ts';
import type { Axis, Metric, MetricRecord } from '../analysis/record.ts';
import type { FamilyId } from '../spec/schema.ts';
import type { FamilyResult } from './cell.ts';

/**
 * A number that is known to lie on [lo, hi]; lo = hi where it was measured. A crossing that did not come within the budget
 * is later than its end: hi is then ∞, lo the end. `windows` are the losses that it is the mean of.
 */
export interface Measurement {
  lo: number;
  hi: number;
  windows?: readonly number[];
}

/** What the two families of a cell did; one of them may come from the cell's reference. */
export type Pair = Readonly<Partial<Record<FamilyId, FamilyResult>>>;

const CROSSING_AXES = ['step', 'epoch', 'tokens', 'flops'] as const satisfies readonly Axis[];
type CrossingMeasure = `${CrossingKind}.${Crossing['metric']}.${(typeof CROSSING_AXES)[number]}`;

/** Of texts written with that many diffusion steps; AR's are of as many steps as tokens, whatever is asked. */
const OF_SAMPLES = {
  sampleNll: { label: 'NLL of what was written', unit: 'nats per token' },
  sampleEntropy: { label: 'entropy of what was written', unit: 'nats per token' },
  sampleFlops: { label: 'FLOPs of writing a text', unit: 'FLOPs' },
  sampleSeconds: { label: 'time of writing a text', unit: 's' },
} as const satisfies Partial<Record<Metric, About>>;
type SampleMeasure = `${keyof typeof OF_SAMPLES | 'sampleFlopsRatio'}@${number}`;

export type MeasureId = keyof typeof OF_FAMILY | keyof typeof OF_PAIR | CrossingMeasure | SampleMeasure;

interface About {
  label: string;
  /** Empty for a share or a ratio. */
  unit: string;
}
type OfFamily = About & { measure: (result: FamilyResult) => Measurement | undefined };
type OfPair = About & { measure: (ar: FamilyResult, diffusion: FamilyResult) => Measurement | undefined };

const NATS = 'nats per token';

const OF_FAMILY = {
  bestLoss: { label: 'best validation loss', unit: NATS, measure: ({ records }) => measured(best(records)) },
  endLoss: { label: 'validation loss at the end', unit: NATS, measure: ({ records }) => measured(last(records)) },
  testLoss: { label: 'test loss of the best weights', unit: NATS, measure: ({ records }) => measured(test(records)) },
  rise: {
    label: 'rise of the validation loss after its best',
    unit: NATS,
    measure: ({ records }) => minus(measured(last(records)), measured(best(records))),
  },
  bestStep: {
    label: 'step of the best validation loss',
    unit: 'steps',
    measure: ({ records }) => place(records, 'step'),
  },
  bestEpoch: {
    label: 'epoch of the best validation loss',
    unit: 'epochs',
    measure: ({ records }) => place(records, 'epoch'),
  },
  bestFlops: {
    label: 'FLOPs up to the best validation loss',
    unit: 'FLOPs',
    measure: ({ records }) => place(records, 'flops'),
  },
  bestAccuracy: {
    label: 'best accuracy',
    unit: '',
    measure: ({ records }) => exactly(extreme(accuracies(records))),
  },
  endAccuracy: {
    label: 'accuracy at the end',
    unit: '',
    measure: ({ records }) => exactly(accuracies(records).at(-1)?.value),
  },
  accuracyFall: {
    label: 'fall of the accuracy from its best to the end',
    unit: '',
    measure: ({ records }) => {
      const all = accuracies(records);
      return all.length > 0 ? exactly(extreme(all)! - all[all.length - 1].value) : undefined;
    },
  },
  bestPrefixAccuracy: {
    label: 'best accuracy when the option is scored by what stands before it',
    unit: '',
    measure: ({ records }) => exactly(extreme(asked(records, 'accuracy', 'prefix'))),
  },
  lateAccuracyGain: {
    label: 'mean accuracy in the last third of the steps minus that in the third before',
    unit: '',
    measure: ({ records, steps }) => {
      const all = accuracies(records);
      const third = (n: number) =>
        mean(
          all.filter(({ step }) => step > (steps * n) / 3 && step <= (steps * (n + 1)) / 3).map(({ value }) => value),
        );
      return exactly(third(2) - third(1));
    },
  },
  accuracyAfterBest: {
    label: 'accuracy at the end minus that at the best validation loss',
    unit: '',
    measure: ({ records }) => sinceBest(records, accuracies(records)),
  },
  goldNllAfterBest: {
    label: 'NLL of the right option at the end minus that at the best validation loss',
    unit: NATS,
    measure: ({ records }) => sinceBest(records, asked(records, 'goldNll')),
  },
  deltaNllAfterBest: {
    label: 'ΔNLL (wrong options minus right one) at the end minus that at the best validation loss',
    unit: NATS,
    measure: ({ records }) => sinceBest(records, asked(records, 'deltaNll')),
  },
  deltaNllSlope: {
    label: 'slope of ΔNLL after the best validation loss',
    unit: 'nats per token and doubling of the steps',
    measure: ({ records }) => {
      const from = best(records)?.step ?? Number.POSITIVE_INFINITY;
      const after = asked(records, 'deltaNll').filter(({ step }) => step >= Math.max(1, from));
      return exactly(slope(after.map(({ step, value }) => ({ x: Math.log2(step), y: value }))));
    },
  },
} as const satisfies Record<string, OfFamily>;

const OF_PAIR = {
  bestGap: {
    label: 'best validation loss of AR minus that of diffusion',
    unit: NATS,
    measure: (ar, diffusion) => minus(measured(best(ar.records)), measured(best(diffusion.records))),
  },
  testGap: {
    label: 'test loss of AR minus that of diffusion',
    unit: NATS,
    measure: (ar, diffusion) => minus(measured(test(ar.records)), measured(test(diffusion.records))),
  },
  endGap: {
    label: 'validation loss at the end of AR minus that of diffusion',
    unit: NATS,
    measure: (ar, diffusion) => minus(measured(last(ar.records)), measured(last(diffusion.records))),
  },
  accuracyGap: {
    label: 'best accuracy of diffusion minus that of AR',
    unit: '',
    measure: (ar, diffusion) =>
      minus(exactly(extreme(accuracies(diffusion.records))), exactly(extreme(accuracies(ar.records)))),
  },
  computeRatio: {
    label: 'FLOPs with which diffusion passes AR’s best, over those of AR at its best',
    unit: '×',
    measure: (ar, diffusion) => {
      const spent = best(ar.records)?.flops;
      const needed = placed(crossingOf('strict', 'loss', ar, diffusion), 'flops', ar, diffusion);
      return spent && needed ? { lo: needed.lo / spent, hi: needed.hi / spent } : undefined;
    },
  },
} as const satisfies Record<string, OfPair>;

/** What a measure is called, its unit, and whether it is about one family or about both. */
export function measureInfo(id: MeasureId): About & { of: 'family' | 'pair' } {
  if (id in OF_FAMILY) return { ...OF_FAMILY[id as keyof typeof OF_FAMILY], of: 'family' };
  if (id in OF_PAIR) return { ...OF_PAIR[id as keyof typeof OF_PAIR], of: 'pair' };
  const { metric: sampled, steps } = sampleMeasure(id);
  if (sampled === 'sampleFlopsRatio')
    return { label: `FLOPs of writing a text with ${steps} steps over those of AR`, unit: '×', of: 'pair' };
  if (sampled !== undefined) {
    const { label, unit } = OF_SAMPLES[sampled];
    return { label: `${label} with ${steps} steps`, unit, of: 'family' };
  }
  const [which, metric, axis] = id.split('.') as [CrossingKind, Crossing['metric'], Axis];
  const unit = { step: 'steps', epoch: 'epochs', tokens: 'tokens', flops: 'FLOPs', seconds: 's' }[axis];
  return { label: `${axis === 'flops' ? 'FLOPs' : axis} of the ${which} crossing of the ${metric}`, unit, of: 'pair' };
}

/** Every measure there is. */
export const MEASURES: readonly MeasureId[] = [
  ...(Object.keys(OF_FAMILY) as (keyof typeof OF_FAMILY)[]),
  ...(Object.keys(OF_PAIR) as (keyof typeof OF_PAIR)[]),
  ...(['live', 'strict'] as const).flatMap((which) =>
    (['loss', 'accuracy'] as const).flatMap((metric) =>
      CROSSING_AXES.map((axis): CrossingMeasure => `${which}.${metric}.${axis}`),
    ),
  ),
];

/** A measure of a family or, without one, of the pair; undefined where it was not measured or has no meaning. */
export function measure(id: MeasureId, pair: Pair, family?: FamilyId): Measurement | undefined {
  if (id in OF_FAMILY) {
    const result = family && pair[family];
    return result && finite(OF_FAMILY[id as keyof typeof OF_FAMILY].measure(result));
  }
  const { metric: sampled, steps } = sampleMeasure(id);
  if (sampled !== undefined && sampled !== 'sampleFlopsRatio') {
    return family && finite(written(pair[family], family, sampled, steps));
  }
  const { ar, diffusion } = pair;
  if (!ar || !diffusion) return undefined;
  if (sampled !== undefined) {
    const [own, other] = [
      written(diffusion, 'diffusion', 'sampleFlops', steps),
      written(ar, 'ar', 'sampleFlops', steps),
    ];
    return own && other && exactly(own.lo / other.lo);
  }
  if (id in OF_PAIR) return finite(OF_PAIR[id as keyof typeof OF_PAIR].measure(ar, diffusion));
  const [which, metric, axis] = id.split('.') as [CrossingKind, Crossing['metric'], Axis];
  return placed(crossingOf(which, metric, ar, diffusion), axis, ar, diffusion);
}

/** `sampleNll@16` taken apart; without a metric for any other measure. */
function sampleMeasure(id: MeasureId): { metric?: keyof typeof OF_SAMPLES | 'sampleFlopsRatio'; steps: number } {
  const [metric, steps] = id.split('@') as [keyof typeof OF_SAMPLES, string | undefined];
  return steps === undefined ? { steps: 0 } : { metric, steps: Number(steps) };
}

function written(
  result: FamilyResult | undefined,
  family: FamilyId,
  metric: keyof typeof OF_SAMPLES,
  steps: number,
): Measurement | undefined {
  const record = result?.records.findLast(
    (each) => each.metric === metric && each.sampled && (family === 'ar' || each.sampled.steps === steps),
  );
  return exactly(record?.value);
}

/** A crossing from raw evaluations; undefined for an accuracy where nothing was asked. */
export function crossingOf(
  which: CrossingKind,
  metric: Crossing['metric'],
  ar: FamilyResult,
  diffusion: FamilyResult,
): Crossing | undefined {
  if (metric === 'loss') return findCrossings(ar.records, diffusion.records)[which];
  const task = taskOf(diffusion.records) ?? taskOf(ar.records);
  return task === undefined ? undefined : findAccuracyCrossings(ar.records, diffusion.records, task)[which];
}

/**
 * Where a crossing lies. Confirmed: at its place. Possible: there or later. None, or taken back: after the end of the
 * budget, which for a live crossing ends with the family that ended first. Undefined where diffusion is ahead and AR never
 * clearly was, so that there was nothing to pass.
 */
function placed(
  crossing: Crossing | undefined,
  axis: Axis,
  ar: FamilyResult,
  diffusion: FamilyResult,
): Measurement | undefined {
  if (!crossing) return undefined;
  const { kind, status, at, held } = crossing;
  if (status === 'confirmed' && at) return exactly(at[axis]);
  if (status === 'possible' && at) return { lo: at[axis], hi: Number.POSITIVE_INFINITY };
  if (status === 'none' && held > 0) return undefined;
  const until = kind === 'live' ? ar.steps : Number.POSITIVE_INFINITY;
  const end = evaluationsOf(diffusion.records).findLast(({ step }) => step <= until);
  return end && { lo: end[axis], hi: Number.POSITIVE_INFINITY };
}

/** The interval difference; windows are paired where both have equally many. */
export function minus(a: Measurement | undefined, b: Measurement | undefined): Measurement | undefined {
  if (!a || !b) return undefined;
  const bounds = { lo: a.lo - b.hi, hi: a.hi - b.lo };
  const [left, right] = [a.windows, b.windows];
  if (!left || !right || left.length !== right.length) return bounds;
  return { ...bounds, windows: left.map((value, i) => value - right[i]) };
}

/** The task by which a family's accuracy is judged: the first that compares options. */
function taskOf(records: readonly MetricRecord[]): string | undefined {
  return records.find(({ asked, metric }) => metric === 'accuracy' && asked && asked.scoring !== 'exact-match')?.asked
    ?.task;
}

/** In order of steps, by the family's main scoring, on the whole set of questions. */
export function accuracies(records: readonly MetricRecord[]): MetricRecord[] {
  const task = taskOf(records);
  return task === undefined ? [] : inOrder(mainAccuracies(records, task, 'choose'));
}

/** A metric of the questions of the task, by the main scoring or by the one that is named. */
export function asked(records: readonly MetricRecord[], metric: Metric, scoring?: 'prefix'): MetricRecord[] {
  const task = taskOf(records);
  return inOrder(
    records.filter(
      (record) =>
        record.metric === metric &&
        record.asked?.task === task &&
        record.asked?.category === undefined &&
        record.asked?.scoring !== 'exact-match' &&
        (record.asked?.scoring === 'prefix') === (scoring === 'prefix'),
    ),
  );
}

function inOrder(records: readonly MetricRecord[]): MetricRecord[] {
  return [...records].sort((a, b) => a.step - b.step);
}

function best(records: readonly MetricRecord[]): MetricRecord | undefined {
  return bestOf(evaluationsOf(records));
}

function last(records: readonly MetricRecord[]): MetricRecord | undefined {
  return evaluationsOf(records).at(-1);
}

function test(records: readonly MetricRecord[]): MetricRecord | undefined {
  return records.findLast(({ split, metric }) => split === 'test' && metric === 'loss');
}

function place(records: readonly MetricRecord[], axis: Axis): Measurement | undefined {
  return exactly(best(records)?.[axis]);
}

/** The last of a series minus its value where the validation loss was best (the latest at or before that step). */
function sinceBest(records: readonly MetricRecord[], series: readonly MetricRecord[]): Measurement | undefined {
  const turn = best(records)?.step;
  const then = turn === undefined ? undefined : series.findLast(({ step }) => step <= turn);
  return then && exactly(series[series.length - 1].value - then.value);
}

function extreme(series: readonly MetricRecord[]): number | undefined {
  return series.length > 0 ? Math.max(...series.map(({ value }) => value)) : undefined;
}

function measured(record: MetricRecord | undefined): Measurement | undefined {
  return record && { lo: record.value, hi: record.value, ...(record.windows && { windows: record.windows }) };
}

function exactly(value: number | undefined): Measurement | undefined {
  return value === undefined ? undefined : { lo: value, hi: value };
}

/** Nothing, rather than NaN or a value that is infinite from below. */
function finite(measurement: Measurement | undefined): Measurement | undefined {
  return measurement && Number.isFinite(measurement.lo) && !Number.isNaN(measurement.hi) ? measurement : undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Least squares; NaN for fewer than two different x. */
function slope(points: readonly { x: number; y: number }[]): number {
  const [x, y] = [mean(points.map((p) => p.x)), mean(points.map((p) => p.y))];
  const over = points.reduce((sum, p) => sum + (p.x - x) ** 2, 0);
  return over > 0 ? points.reduce((sum, p) => sum + (p.x - x) * (p.y - y), 0) / over : Number.NaN;
}
