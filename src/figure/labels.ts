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
