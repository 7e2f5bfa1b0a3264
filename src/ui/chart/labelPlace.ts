import type { Edges } from '../../figure/frame.ts';

export type Point = readonly [x: number, y: number];

export interface LabelPlace {
  /** Above (−1) or below (1) its mark, at the end of a short line that ends at `foot`. */
  way: -1 | 1;
  foot: number;
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  /** What the label covers. */
  box: Edges;
}

const HEIGHT = 16;
const LEADS = [40, 66, 92, 118] as const;
/** Samples of a line that may be covered for a shorter lead, by pixel. */
const SHORTER = 0.02;
/** Between the samples that are taken of a line. */
const SAMPLE = 4;

/**
 * Where the label of a mark covers no other label and least of the lines, and lies within the plot: above before below,
 * near before far.
 */
export function labelPlace(
  [x, y]: Point,
  width: number,
  edges: Edges,
  lines: readonly (readonly Point[])[],
  labels: readonly Edges[] = [],
): LabelPlace {
  let best: { place: LabelPlace; cost: number } | undefined;
  for (const lead of LEADS) {
    for (const way of [-1, 1] as const) {
      for (const anchor of ['middle', 'start', 'end'] as const) {
        const foot = y + way * lead;
        const left = { start: x - 6, middle: x - width / 2, end: x + 6 - width }[anchor];
        const top = way < 0 ? foot - 4 - HEIGHT : foot + 3;
        const box = { left, right: left + width, top, bottom: top + HEIGHT };
        const hidden = labels.filter((label) => overlap(box, label)).length;
        const cost = covered(box, lines) + SHORTER * lead + 50 * outside(box, edges) + 1000 * hidden;
        if (best && cost >= best.cost) continue;
        const at = { start: x - 6, middle: x, end: x + 6 }[anchor];
        best = { place: { way, foot, x: at, y: top + HEIGHT - 4, anchor, box }, cost };
      }
    }
  }
  return best!.place;
}

/** The lowest top of a box of these sides that covers least of the lines: from the bottom of the plot upwards. */
export function lowestPlace(
  { left, right, height }: { left: number; right: number; height: number },
  edges: Pick<Edges, 'top' | 'bottom'>,
  lines: readonly (readonly Point[])[],
): number {
  let best = { top: edges.bottom, cost: Number.POSITIVE_INFINITY };
  for (let top = edges.bottom - height; top >= edges.top; top -= height / 2) {
    const cost = covered({ left, right, top, bottom: top + height }, lines);
    if (cost < best.cost) best = { top, cost };
  }
  return best.top;
}

/** Pixels by which a box leaves the edges. */
function outside(box: Edges, edges: Edges): number {
  const beyond = [edges.left - box.left, box.right - edges.right, edges.top - box.top, box.bottom - edges.bottom];
  return beyond.reduce((sum, each) => sum + Math.max(0, each), 0);
}

function overlap(a: Edges, b: Edges): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** How many samples of the lines lie in a box. */
function covered(box: Edges, lines: readonly (readonly Point[])[]): number {
  let count = 0;
  for (const line of lines) {
    for (let index = 1; index < line.length; index++) {
      const [[x0, y0], [x1, y1]] = [line[index - 1], line[index]];
      if (Math.max(x0, x1) < box.left || Math.min(x0, x1) > box.right) continue;
      if (Math.max(y0, y1) < box.top || Math.min(y0, y1) > box.bottom) continue;
      const samples = Math.min(500, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / SAMPLE));
      for (let sample = 0; sample <= samples; sample++) {
        const [x, y] = [x0 + ((x1 - x0) * sample) / samples, y0 + ((y1 - y0) * sample) / samples];
        if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) count++;
      }
    }
  }
  return count;
}
