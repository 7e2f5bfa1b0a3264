import { pack, padded, tile, WIDTH } from './tile';

/** Rows of x, contraction and columns of w that are worked on at a time: x's part stays in L1, w's packed one in L2. */
const MC: i32 = 64;
const KC: i32 = 128;
const NC: i32 = 512;

/**
 * Copies x[K, rows], whose rows lie side by side, as pieces [K, 4]: a tile then reads one line of the cache after the
 * other. The last piece may hold numbers beyond the rows, which no tile stores.
 */
function packTransposed(x: usize, xK: usize, rows: i32, K: i32, packed: usize): void {
  for (let i = 0; i < rows; i += 4, x += 16) {
    let from = x;
    for (let k = 0; k < K; k++, from += xK, packed += 16) v128.store(packed, v128.load(from));
  }
}

/**
 * y[M, P] = Σ_k x(row, k) · w(k, column), strides in bytes. `workspace`: a packed part of w, min(K, KC) times the
 * padded min(P, NC) numbers, and behind it, where x is transposed, one of x, MC·min(K, KC).
 */
export function matmul(
  x: usize,
  w: usize,
  y: usize,
  M: i32,
  K: i32,
  P: i32,
  xRow: usize,
  xK: usize,
  wK: usize,
  wColumn: usize,
  workspace: usize,
): void {
  const yRow = (<usize>P) << 2;
  // Blocks of equal length: 129 is 65 + 64, not 128 + 1.
  const blocks = (K + KC - 1) / KC;
  const depth = (K + blocks - 1) / blocks;
  for (let k = 0; k < K; k += depth) {
    const kc = min(depth, K - k);
    for (let p = 0; p < P; p += NC) {
      const nc = min(NC, P - p);
      const packedX = workspace + (<usize>(padded(nc) * kc) << 2);
      pack(w + <usize>k * wK + <usize>p * wColumn, wK, wColumn, kc, nc, workspace);
      for (let m = 0; m < M; m += MC) {
        const end = min(m + MC, M);
        let block = x + <usize>m * xRow + <usize>k * xK;
        let fourRows = xRow << 2;
        let next = xK;
        if (xK != 4) {
          packTransposed(block, xK, end - m, kc, packedX);
          block = packedX;
          fourRows = (<usize>kc) << 4;
          next = 16;
        }
        let panel = workspace;
        for (let j = 0; j < nc; j += WIDTH) {
          const column = y + ((<usize>(p + j)) << 2);
          const columns = min(WIDTH, nc - j);
          let a = block;
          for (let i = m; i < end; i += 4) {
            tile(a, xRow, next, panel, kc, column + <usize>i * yRow, yRow, min(4, end - i), columns, k > 0);
            a += fourRows;
          }
          panel += (<usize>kc) << 5;
        }
      }
    }
  }
}
