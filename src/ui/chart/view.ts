import type { Axis } from '../../analysis/record.ts';
import { bestSoFar, decimate } from '../../analysis/series.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import type { RaceLog, Track } from '../race.ts';
import type { GhostLine } from '../shown/ghosts.ts';
import type { ChartView } from '../store.ts';
import { smoothedPoints } from './envelope.ts';

/** More than this costs frames and shows nothing more at the width of a screen. */
const MOST_POINTS = 400;

export interface Point {
  x: number;
  y: number;
  keep?: boolean;
  /** y ± one standard error, where there is one. */
  band?: [number, number];
}

export interface Line {
  evaluations: Point[];
  best: Point[];
  training: Point[];
  /** Places on the x axis at which a loss was not finite. */
  broken: number[];
}

/** All that is drawn, decimated, on the axes that were chosen. */
export interface Drawing {
  lines: Record<FamilyId, Line>;
  /** Extent of what is drawn; `low > high` where there is nothing. */
  x: Extent;
  /** `lowest`: of the validation losses. */
  y: { low: number; high: number; lowest: number };
}

interface Extent {
  smallestPositive: number;
  largest: number;
}

type View = Pick<ChartView, 'axis' | 'logX' | 'logY' | 'training' | 'smoothing'>;

export function drawingOf(race: RaceLog, view: View): Drawing {
  const drawing: Drawing = {
    lines: { ar: emptyLine(), diffusion: emptyLine() },
    x: { smallestPositive: Number.POSITIVE_INFINITY, largest: 0 },
    y: { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY, lowest: Number.POSITIVE_INFINITY },
  };
  for (const family of FAMILIES) {
    const validation = race.track(family, 'validation');
    const training = race.track(family, 'train');
    const line = drawing.lines[family];
    if (validation) {
      line.evaluations = evaluationPoints(validation, view);
      line.best = linePoints(validation, bestSoFar(validation.value.values()), view);
      line.broken.push(...brokenAt(validation, view.axis));
    }
    if (training) {
      line.broken.push(...brokenAt(training, view.axis));
      if (view.training) line.training = smoothedPoints(training, view).filter(({ x, y }) => visible(x, y, view));
    }
    extend(drawing, line.evaluations);
  }
  drawing.y.lowest = drawing.y.low;
  for (const family of FAMILIES) extend(drawing, drawing.lines[family].training);
  // The best of a family that has stopped still stands: it is what the strict crossing compares with.
  for (const { best } of Object.values(drawing.lines)) {
    const last = best.at(-1);
    if (last && last.x < drawing.x.largest) best.push({ x: drawing.x.largest, y: last.y });
  }
  return drawing;
}

const emptyLine = (): Line => ({ evaluations: [], best: [], training: [], broken: [] });

/** The line of an earlier race on the axes that were chosen. */
export function ghostPoints({ axes, value }: GhostLine, view: View): Point[] {
  const points = Array.from(value, (y, index) => ({ x: axes[view.axis][index], y }));
  return decimate(
    points.filter(({ x, y }) => Number.isFinite(y) && visible(x, y, view)),
    MOST_POINTS,
  );
}

/** On a log axis there is no place for 0 and below: step 0 is left out there. */
function visible(x: number, y: number, view: View): boolean {
  return (!view.logX || x > 0) && (!view.logY || !(y <= 0));
}

function evaluationPoints(track: Track, view: View): Point[] {
  const points: Point[] = [];
  for (let index = 0; index < track.length; index++) {
    const [x, y, se] = [track.axes[view.axis].at(index), track.value.at(index), track.se.at(index)];
    if (!visible(x, y, view)) continue;
    const band =
      Number.isFinite(y - se) && (!view.logY || y > se) ? { band: [y - se, y + se] as [number, number] } : {};
    points.push({ x, y, ...band });
  }
  return decimate(points, MOST_POINTS);
}

function linePoints(track: Track, values: Float64Array, view: View): Point[] {
  const points: Point[] = [];
  for (let index = 0; index < values.length; index++) {
    const [x, y] = [track.axes[view.axis].at(index), values[index]];
    if (Number.isFinite(y) && visible(x, y, view)) points.push({ x, y });
  }
  return decimate(points, MOST_POINTS);
}

function brokenAt({ envelope, axes }: Track, axis: Axis): number[] {
  return envelope.broken.map((index) => axes[axis].at(index));
}

function extend({ x, y }: Drawing, points: readonly Point[]): void {
  for (const point of points) {
    if (point.x > 0) x.smallestPositive = Math.min(x.smallestPositive, point.x);
    x.largest = Math.max(x.largest, point.x);
    if (!Number.isFinite(point.y)) continue;
    y.low = Math.min(y.low, point.band?.[0] ?? point.y);
    y.high = Math.max(y.high, point.band?.[1] ?? point.y);
  }
}

export interface Reading {
  step: number;
  /** Where the evaluation lies on the chosen axis. */
  x: number;
  value: number;
  se: number | null;
}

/** The evaluation of a family that is nearest to a place on an axis. */
export function readingAt(race: RaceLog, family: FamilyId, axis: Axis, x: number): Reading | undefined {
  const track = race.track(family, 'validation');
  if (!track || track.length === 0) return undefined;
  const places = track.axes[axis].values();
  let nearest = 0;
  for (let index = 1; index < places.length; index++) {
    if (Math.abs(places[index] - x) < Math.abs(places[nearest] - x)) nearest = index;
  }
  const se = track.se.at(nearest);
  return {
    step: track.axes.step.at(nearest),
    x: places[nearest],
    value: track.value.at(nearest),
    se: Number.isNaN(se) ? null : se,
  };
}

/** The end of an x axis on which nothing has been drawn yet. */
export const FIRST_END: Readonly<Record<Axis, number>> = { epoch: 1, step: 20, tokens: 1000, flops: 1e6, seconds: 1 };
