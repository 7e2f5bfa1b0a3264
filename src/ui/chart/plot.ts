import type { Edges } from '../../figure/frame.ts';
import type { Point } from './view.ts';

/** Where the lines are drawn, and how data become pixels. */
export interface Plot extends Edges {
  x: (value: number) => number;
  y: (value: number) => number;
}

/** Pixels right of the plot, where lines carry their names: the time slider below keeps to them, see chart.css. */
export const BESIDE = { narrow: 82, wide: 128 };

/** Where a line ends: at its last point, or where it leaves through the top for good. */
export interface LineEnd {
  x: number;
  y: number;
  /** Its last value. */
  value: number;
  leaves: boolean;
}

export function lineEnd(points: readonly Point[], plot: Plot): LineEnd | undefined {
  const last = points.findLastIndex(({ y }) => Number.isFinite(y));
  if (last < 0) return undefined;
  const at = (index: number) => ({ x: plot.x(points[index].x), y: plot.y(points[index].y) });
  const end = at(last);
  const value = points[last].y;
  if (end.y >= plot.top) return { ...end, value, leaves: false };
  const inside = points.findLastIndex((point, index) => index < last && plot.y(point.y) >= plot.top);
  if (inside < 0) return { x: end.x, y: plot.top, value, leaves: true };
  const [from, to] = [at(inside), at(inside + 1)];
  const share = (from.y - plot.top) / (from.y - to.y);
  return { x: Number.isFinite(share) ? from.x + share * (to.x - from.x) : from.x, y: plot.top, value, leaves: true };
}
