import { mainAccuracies } from '../../analysis/accuracy.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import { decimate } from '../../analysis/series.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import type { RaceLog, Track } from '../race.ts';
import type { ChartView } from '../store.ts';
import type { Domain } from './axis.ts';
import { rawPoints, smoothedPoints } from './envelope.ts';
import type { Point } from './view.ts';

/** The small charts beside the losses. */

export type SmallId = 'accuracy' | 'deltaNll' | 'train' | 'gradNorm';

export interface SmallLine {
  family: FamilyId;
  /** As it was measured; only where `line` is an average of it. */
  raw: Point[];
  line: Point[];
  /** Where a value was not finite. */
  broken: number[];
}

export interface SmallChart {
  id: SmallId;
  lines: SmallLine[];
  y: Domain;
  log: boolean;
  /** The accuracy of guessing. */
  reference?: number;
}

const MOST_POINTS = 240;
type View = Pick<ChartView, 'axis' | 'logX' | 'logY' | 'smoothing'>;

/** Those of which anything was measured: what the models answer, where they are asked; then how they are trained. */
export function smallCharts(log: RaceLog, view: View): SmallChart[] {
  const { accuracy, deltaNll } = mainAnswers(log);
  const charts: SmallChart[] = [
    chartOf('accuracy', ofRecords(accuracy, view), false, accuracy[0]?.asked?.chance),
    chartOf('deltaNll', ofRecords(deltaNll, view), false),
    chartOf('train', ofTracks(log, 'loss', view), view.logY),
    chartOf('gradNorm', ofTracks(log, 'gradNorm', view), true),
  ];
  return charts.filter(({ lines }) => lines.length > 0);
}

/** What stands for the ability of both families: the main scoring of the first task, on all of its questions. */
export function mainAnswers({ accuracies, deltas }: Pick<RaceLog, 'accuracies' | 'deltas'>): {
  accuracy: MetricRecord[];
  deltaNll: MetricRecord[];
} {
  return { accuracy: mainOf(accuracies), deltaNll: deltas.filter(isMain) };
}

function mainOf(records: readonly MetricRecord[]): MetricRecord[] {
  const task = records[0]?.asked?.task;
  if (task === undefined) return [];
  const chosen = mainAccuracies(records, task, 'choose');
  return chosen.length > 0 ? chosen : mainAccuracies(records, task, 'fill');
}

const isMain = ({ asked }: MetricRecord): boolean => asked?.category === undefined && asked?.scoring !== 'prefix';

function ofRecords(records: readonly MetricRecord[], view: View): SmallLine[] {
  return FAMILIES.flatMap((family) => {
    const own = records.filter((record) => record.family === family);
    if (own.length === 0) return [];
    const points = own.map((record) => ({ x: record[view.axis], y: record.value })).filter(isOn(view, false));
    return [{ family, raw: [], line: decimate(points, MOST_POINTS), broken: [] }];
  });
}

function ofTracks(log: RaceLog, metric: 'loss' | 'gradNorm', view: View): SmallLine[] {
  const logY = metric === 'gradNorm' || view.logY;
  return FAMILIES.flatMap((family) => {
    const track: Track | undefined = log.track(family, 'train', metric);
    if (!track || track.length === 0) return [];
    const raw = rawPoints(track, view).filter(isOn(view, logY));
    const line = smoothedPoints(track, view).filter(isOn(view, logY));
    const broken = track.envelope.broken.map((index) => track.axes[view.axis].at(index));
    return [{ family, raw: view.smoothing > 0 ? raw : [], line: view.smoothing > 0 ? line : raw, broken }];
  });
}

/** What has a place on the axes: on a logarithmic one nothing at or below 0. A gap (NaN) stays one. */
const isOn =
  ({ logX }: View, logY: boolean) =>
  ({ x, y }: Point): boolean =>
    (!logX || x > 0) && !(logY && y <= 0);

function chartOf(id: SmallId, lines: SmallLine[], log: boolean, reference?: number): SmallChart {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y } of lines.flatMap(({ raw, line }) => [...raw, ...line])) {
    if (!Number.isFinite(y)) continue;
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  if (reference !== undefined) [low, high] = [Math.min(low, reference), Math.max(high, reference)];
  if (!(low <= high)) [low, high] = [0, 1];
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return { id, lines, y: [low, high], log, ...(reference !== undefined && { reference }) };
}

/** The last value of a line at or before a place; the last of all without one. */
export function valueOn(points: readonly Point[], place: number | undefined): number | undefined {
  return points.findLast(({ x, y }) => Number.isFinite(y) && (place === undefined || x <= place))?.y;
}
