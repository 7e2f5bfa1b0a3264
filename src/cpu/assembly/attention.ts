import { exp, largest, madd, read, sum } from './lanes';
import { pack, padded, tile, WIDTH } from './tile';

// src/ops/attention.ts: a row of qkv is q(H, D) | k(H, D) | v(H, D). One head of one sequence at a time, in blocks of
// queries; every product is a `tile`. Keys that no query of a block may see are skipped, the few that only some may
// see get the score HIDDEN, whose power is zero.
const HIDDEN: f32 = -3.4e38;

/** Queries whose probabilities the gradient holds at a time. */
const BLOCK: i32 = 32;

/** Scores of 4 queries against the first `keys` keys, scaled later: scores[4, stride]. */
// @ts-ignore: decorator
@inline
function products(
  rows: i32,
  left: usize,
  leftRow: usize,
  panels: usize,
  D: i32,
  keys: i32,
  scores: usize,
  scoresRow: usize,
): void {
  for (let j = 0; j < keys; j += WIDTH) {
    tile(left, leftRow, 4, panels, D, scores + ((<usize>j) << 2), scoresRow, rows, WIDTH, false);
    panels += (<usize>D) << 5;
  }
}

// @ts-ignore: decorator
@inline
function hide(row: usize, from: i32, to: i32): void {
  for (let j = from; j < to; j++) f32.store(row + ((<usize>j) << 2), HIDDEN);
}

/** Scores → probabilities, in place; n is a multiple of 8. Returns logsumexp of the scaled scores. */
function softmax(row: usize, n: i32, scale: f32): f32 {
  const end = row + ((<usize>n) << 2);
  let top = v128.load(row);
  for (let p = row + 16; p < end; p += 16) top = f32x4.pmax(top, v128.load(p));
  const shift: f32 = largest(top) * scale;
  const factor = f32x4.splat(scale);
  const minus = f32x4.splat(-shift);
  let total = f32x4.splat(0);
  for (let p = row; p < end; p += 16) {
    const e = exp(madd(v128.load(p), factor, minus));
    total = f32x4.add(total, e);
    v128.store(p, e);
  }
  const whole: f32 = sum(total);
  const inverse = f32x4.splat(1 / whole);
  for (let p = row; p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), inverse));
  return shift + Mathf.log(whole);
}

/** workspace: keys padded(T)·D, values T·padded(D), scores 4·padded(T) numbers. */
export function attention(
  qkv: usize,
  o: usize,
  lse: usize,
  B: i32,
  T: i32,
  H: i32,
  D: i32,
  causal: i32,
  workspace: usize,
): void {
  const C: usize = <usize>(H * D) << 2;
  const row = C * 3;
  const scale: f32 = 1 / sqrt<f32>(<f32>D);
  const values = workspace + (<usize>(padded(T) * D) << 2);
  const scores = values + (<usize>(T * padded(D)) << 2);
  const scoresRow = <usize>padded(T) << 2;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const q = qkv + <usize>(b * T) * row + (<usize>(h * D) << 2);
      const out = o + <usize>(b * T) * C + (<usize>(h * D) << 2);
      pack(q + C, 4, row, D, T, workspace);
      pack(q + 2 * C, row, 4, T, D, values);
      for (let i = 0; i < T; i += 4) {
        const rows = min(4, T - i);
        const keys = causal ? i + rows : T;
        const wide = padded(keys);
        products(rows, q + <usize>i * row, row, workspace, D, wide, scores, scoresRow);
        for (let r = 0; r < rows; r++) {
          const mine = scores + <usize>r * scoresRow;
          hide(mine, causal ? i + r + 1 : T, wide);
          f32.store(lse + (<usize>((b * T + i + r) * H + h) << 2), softmax(mine, wide, scale));
        }
        for (let d = 0; d < D; d += WIDTH) {
          const target = out + <usize>i * C + (<usize>d << 2);
          const panel = values + (<usize>(T * d) << 2);
          tile(scores, scoresRow, 4, panel, keys, target, C, rows, min(WIDTH, D - d), false);
        }
      }
    }
  }
}

/** Scaled scores and products with dout → probabilities and cotangents of the scores, in place; n a multiple of 8. */
function softmaxGrad(scores: usize, products: usize, n: i32, scale: f32, logsum: f32, delta: f32): void {
  const factor = f32x4.splat(scale);
  const minus = f32x4.splat(-logsum);
  const mean = f32x4.splat(delta);
  const end = scores + ((<usize>n) << 2);
  for (; scores < end; scores += 16, products += 16) {
    const p = exp(madd(v128.load(scores), factor, minus));
    v128.store(scores, p);
    v128.store(products, f32x4.mul(f32x4.mul(p, factor), f32x4.sub(v128.load(products), mean)));
  }
}

function dot(a: usize, b: usize, n: i32): f32 {
  let total = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    total = madd(read(a, n - i), read(b, n - i), total);
    a += 16;
    b += 16;
  }
  return sum(total);
}

/**
 * workspace: keys and values with D rows, 2·padded(T)·D; keys with T rows, T·padded(D); a block of queries and of
 * dout, 2·BLOCK·padded(D); probabilities and the scores' cotangents, 2·BLOCK·padded(T) numbers.
 */
export function attentionGrad(
  qkv: usize,
  out: usize,
  dout: usize,
  logsum: usize,
  dqkv: usize,
  B: i32,
  T: i32,
  H: i32,
  D: i32,
  causal: i32,
  workspace: usize,
): void {
  const C: usize = <usize>(H * D) << 2;
  const row = C * 3;
  const scale: f32 = 1 / sqrt<f32>(<f32>D);
  const headBytes = <usize>D << 2;
  const keysT = workspace;
  const valuesT = keysT + (<usize>(padded(T) * D) << 2);
  const keys = valuesT + (<usize>(padded(T) * D) << 2);
  const queries = keys + (<usize>(T * padded(D)) << 2);
  const douts = queries + (<usize>(BLOCK * padded(D)) << 2);
  const p = douts + (<usize>(BLOCK * padded(D)) << 2);
  const pRow = <usize>padded(T) << 2;
  const ds = p + <usize>BLOCK * pRow;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const first = <usize>(b * T);
      const q = qkv + first * row + <usize>h * headBytes;
      const dq = dqkv + first * row + <usize>h * headBytes;
      const o = out + first * C + <usize>h * headBytes;
      const go = dout + first * C + <usize>h * headBytes;
      pack(q + C, 4, row, D, T, keysT);
      pack(q + 2 * C, 4, row, D, T, valuesT);
      pack(q + C, row, 4, T, D, keys);
      for (let from = 0; from < T; from += BLOCK) {
        const to = min(from + BLOCK, T);
        for (let i = from; i < to; i += 4) {
          const rows = min(4, to - i);
          const seen = causal ? i + rows : T;
          const wide = padded(seen);
          const pi = p + <usize>(i - from) * pRow;
          const dsi = ds + <usize>(i - from) * pRow;
          products(rows, q + <usize>i * row, row, keysT, D, wide, pi, pRow);
          products(rows, go + <usize>i * C, C, valuesT, D, wide, dsi, pRow);
          for (let r = 0; r < rows; r++) {
            const at = <usize>(i + r);
            const delta = dot(go + at * C, o + at * C, D);
            const mine = pi + <usize>r * pRow;
            hide(mine, causal ? i + r + 1 : T, wide);
            const total = f32.load(logsum + (<usize>((b * T + i + r) * H + h) << 2));
            softmaxGrad(mine, dsi + <usize>r * pRow, wide, scale, total, delta);
          }
          for (let d = 0; d < D; d += WIDTH) {
            const target = dq + <usize>i * row + (<usize>d << 2);
            tile(dsi, pRow, 4, keys + (<usize>(T * d) << 2), seen, target, row, rows, min(WIDTH, D - d), false);
          }
        }
        const n = to - from;
        pack(q + <usize>from * row, row, 4, n, D, queries);
        pack(go + <usize>from * C, C, 4, n, D, douts);
        const seen = causal ? to : T;
        for (let j = 0; j < seen; j += 4) {
          // A query before key j has the probability zero.
          const skip = causal && j > from ? j - from : 0;
          const dk = dq + C + <usize>j * row;
          const at = <usize>skip * pRow + (<usize>j << 2);
          // The first block of queries that sees a key begins its sum.
          const accumulate = causal ? j < from : from > 0;
          const rows = min(4, seen - j);
          for (let d = 0; d < D; d += WIDTH) {
            const columns = min(WIDTH, D - d);
            const panel = (<usize>(n * d) << 2) + (<usize>skip << 5);
            const target = dk + (<usize>d << 2);
            tile(ds + at, 4, pRow, queries + panel, n - skip, target, row, rows, columns, accumulate);
            tile(p + at, 4, pRow, douts + panel, n - skip, target + C, row, rows, columns, accumulate);
          }
        }
      }
    }
  }
}
