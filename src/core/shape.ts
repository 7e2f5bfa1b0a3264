/** Tensors are contiguous and row-major: a shape is all there is to say about their layout. */
export type Shape = readonly number[];

export type DType = 'f32' | 'u32';

export function elements(shape: Shape): number {
  return shape.reduce((n, d) => n * d, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

/** `[4, 64]` in words, for errors and listings. */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
