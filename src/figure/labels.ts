/**
 * Moves labels apart that would overlap: the new centres in the order given, at least `gap` apart and within
 * [top, bottom] as far as they fit, each as near to its own as may be.
 */
export function spread(centres: readonly number[], gap: number, [top, bottom]: readonly [number, number]): number[] {
  const order = centres.map((_, index) => index).sort((a, b) => centres[a] - centres[b]);
  const result = [...centres];
  let least = top;
  for (const index of order) {
    result[index] = Math.max(result[index], least);
    least = result[index] + gap;
  }
  let most = bottom;
  for (const index of order.reverse()) {
    result[index] = Math.min(result[index], most);
    most = result[index] - gap;
  }
  return result;
}

/** A rectangle, in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The area that two boxes share. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** The first of these boxes of those that share least with what is already there. */
export function freest<T extends Box>(boxes: readonly T[], taken: readonly Box[]): T {
  const shared = boxes.map((box) => taken.reduce((sum, each) => sum + overlap(box, each), 0));
  return boxes[shared.indexOf(Math.min(...shared))];
}
