import { madd, read, write } from './lanes';

// The one inner loop of all matrix products, attention's included: a tile of 4 rows and 8 columns in registers.
// Strides are in bytes: element (row, k) of the left side is at a + row·aRow + k·aK.

/** Columns of a packed panel. */
export const WIDTH: i32 = 8;

/** Up to a multiple of `WIDTH`. */
// @ts-ignore: decorator
@inline
export function padded(columns: i32): i32 {
  return (columns + 7) & ~7;
}

/**
 * Copies b[K, columns] into panels of 8 columns, each [K, 8] and contiguous, the last one filled up with zeros.
 * Element (k, column) is at b + k·bK + column·bColumn. A panel takes 32·K bytes.
 */
export function pack(b: usize, bK: usize, bColumn: usize, K: i32, columns: i32, packed: usize): void {
  for (let column = 0; column < columns; column += WIDTH) {
    const left = columns - column;
    const from = b + <usize>column * bColumn;
    if (bColumn == 4) packRows(from, bK, K, left, packed);
    else packColumns(from, bK, bColumn, K, left, packed);
    packed += (<usize>K) << 5;
  }
}

function packRows(from: usize, bK: usize, K: i32, left: i32, to: usize): void {
  for (let k = 0; k < K; k++) {
    if (left >= WIDTH) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      v128.store(to, read(from, left));
      v128.store(to, left > 4 ? read(from + 16, left - 4) : f32x4.splat(0), 16);
    }
    from += bK;
    to += 32;
  }
}

function packColumns(from: usize, bK: usize, bColumn: usize, K: i32, left: i32, to: usize): void {
  for (let column = 0; column < WIDTH; column++) {
    let source = from + <usize>column * bColumn;
    let target = to + ((<usize>column) << 2);
    if (column < left) {
      for (let k = 0; k < K; k++, source += bK, target += 32) f32.store(target, f32.load(source));
    } else {
      for (let k = 0; k < K; k++, target += 32) f32.store(target, 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, columns: i32, accumulate: bool): void {
  if (columns >= WIDTH) {
    if (accumulate) {
      low = f32x4.add(v128.load(c), low);
      high = f32x4.add(v128.load(c, 16), high);
    }
    v128.store(c, low);
    v128.store(c, high, 16);
  } else storePart(c, low, high, columns, accumulate);
}

function storePart(c: usize, low: v128, high: v128, columns: i32, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(read(c, columns), low);
    if (columns > 4) high = f32x4.add(read(c + 16, columns - 4), high);
  }
  write(c, low, columns);
  if (columns > 4) write(c + 16, high, columns - 4);
}

/**
 * c[rows, columns] = (accumulate ? c : 0) + a[rows, K] · b[K, columns], b a packed panel,
 * rows 1 to 4, columns 1 to 8, K at least 1.
 * Rows that are missing are computed as copies of the last one and not stored.
 */
export function tile(
  a: usize,
  aRow: usize,
  aK: usize,
  b: usize,
  K: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
): void {
  let a0 = a;
  let a1 = rows > 1 ? a0 + aRow : a0;
  let a2 = rows > 2 ? a1 + aRow : a1;
  let a3 = rows > 3 ? a2 + aRow : a2;
  let low0 = f32x4.splat(0);
  let high0 = f32x4.splat(0);
  let low1 = f32x4.splat(0);
  let high1 = f32x4.splat(0);
  let low2 = f32x4.splat(0);
  let high2 = f32x4.splat(0);
  let low3 = f32x4.splat(0);
  let high3 = f32x4.splat(0);
  const end = b + ((<usize>K) << 5);
  // Neither unrolled nor do–while: V8 then spills accumulators, and a third of the speed is gone.
  while (b < end) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    low0 = madd(x0, low, low0);
    high0 = madd(x0, high, high0);
    const x1 = v128.load32_splat(a1);
    low1 = madd(x1, low, low1);
    high1 = madd(x1, high, high1);
    const x2 = v128.load32_splat(a2);
    low2 = madd(x2, low, low2);
    high2 = madd(x2, high, high2);
    const x3 = v128.load32_splat(a3);
    low3 = madd(x3, low, low3);
    high3 = madd(x3, high, high3);
    a0 += aK;
    a1 += aK;
    a2 += aK;
    a3 += aK;
    b += 32;
  }
  storeRow(c, low0, high0, columns, accumulate);
  if (rows > 1) storeRow(c + cRow, low1, high1, columns, accumulate);
  if (rows > 2) storeRow(c + 2 * cRow, low2, high2, columns, accumulate);
  if (rows > 3) storeRow(c + 3 * cRow, low3, high3, columns, accumulate);
}
