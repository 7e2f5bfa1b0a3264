import { madd, read, sum, write } from './lanes';
import { matmul } from './matmul';

// @ts-ignore: decorator
@inline
function at(table: usize, i: i32): i32 {
  return i32.load(table + ((<usize>i) << 2));
}

/**
 * src/ops/experts.ts, NT and NN: y[S,P], the rows starts[e] … starts[e + 1] − 1 by the e-th matrix of w, which is
 * `expert` bytes long; rows of nobody become zero. Strides and `workspace` as those of matmul.
 */
export function expertsRows(
  x: usize,
  w: usize,
  starts: usize,
  y: usize,
  E: i32,
  S: i32,
  K: i32,
  P: i32,
  wK: usize,
  wColumn: usize,
  expert: usize,
  workspace: usize,
): void {
  const xRow = (<usize>K) << 2;
  const yRow = (<usize>P) << 2;
  for (let e = 0; e < E; e++, w += expert) {
    const first = at(starts, e);
    const rows = at(starts, e + 1) - first;
    if (rows > 0)
      matmul(x + <usize>first * xRow, w, y + <usize>first * yRow, rows, K, P, xRow, 4, wK, wColumn, workspace);
  }
  const used = at(starts, E);
  memory.fill(y + <usize>used * yRow, 0, <usize>(S - used) * yRow);
}

/** TN: y[E·M,P], for each expert x[S,M]ᵀ · w[S,P] over its rows. */
export function expertsSums(
  x: usize,
  w: usize,
  starts: usize,
  y: usize,
  E: i32,
  M: i32,
  P: i32,
  workspace: usize,
): void {
  const xRow = (<usize>M) << 2;
  const wRow = (<usize>P) << 2;
  const expert = <usize>M * wRow;
  for (let e = 0; e < E; e++, y += expert) {
    const first = <usize>at(starts, e);
    const rows = at(starts, e + 1) - <i32>first;
    if (rows > 0) matmul(x + first * xRow, w + first * wRow, y, M, rows, P, 4, xRow, wRow, 4, workspace);
    else memory.fill(y, 0, expert);
  }
}

/** src/ops/gatherRows.ts: y[S,C]: row s is the row source[s] / W of x[N,C], zeros where there is none. */
export function gatherRows(x: usize, source: usize, y: usize, N: i32, W: i32, S: i32, C: i32): void {
  const row = (<usize>C) << 2;
  for (let s = 0; s < S; s++, y += row) {
    const token = at(source, s) / W;
    if (token < N) memory.copy(y, x + <usize>token * row, row);
    else memory.fill(y, 0, row);
  }
}

/** to[C] += gate · from[C]. */
// @ts-ignore: decorator
@inline
function addScaled(to: usize, gate: f32, from: usize, C: i32): void {
  const scale = f32x4.splat(gate);
  for (let c = 0; c < C; c += 4, to += 16, from += 16)
    write(to, madd(scale, read(from, C - c), read(to, C - c)), C - c);
}

/**
 * src/ops/combine.ts: mixed[N,C] = Σ_j gates[n,j] · y[slot[n,j]] over the slots below S; without gates (0) the gradient
 * of gatherRows.
 */
export function combine(y: usize, gates: usize, slot: usize, mixed: usize, N: i32, W: i32, S: i32, C: i32): void {
  const row = (<usize>C) << 2;
  for (let n = 0; n < N; n++, mixed += row) {
    memory.fill(mixed, 0, row);
    for (let j = n * W; j < (n + 1) * W; j++) {
      const s = at(slot, j);
      const gate: f32 = gates ? f32.load(gates + ((<usize>j) << 2)) : 1;
      if (s < S) addScaled(mixed, gate, y + <usize>s * row, C);
    }
  }
}

/** dy[S,C] = gate · dmixed of the token, zeros in rows of nobody; dgates[N,W] = y · dmixed, 0 where a pair was dropped. */
export function combineGrad(
  y: usize,
  gates: usize,
  slot: usize,
  dmixed: usize,
  dy: usize,
  dgates: usize,
  N: i32,
  W: i32,
  S: i32,
  C: i32,
): void {
  const row = (<usize>C) << 2;
  memory.fill(dy, 0, <usize>S * row);
  for (let pair = 0; pair < N * W; pair++, dgates += 4, gates += 4) {
    const s = at(slot, pair);
    let product = f32x4.splat(0);
    if (s < S) {
      const scale = f32x4.splat(f32.load(gates));
      const token = dmixed + <usize>(pair / W) * row;
      for (let c: usize = 0; c < row; c += 16) {
        const d = v128.load(token + c);
        product = madd(v128.load(y + <usize>s * row + c), d, product);
        v128.store(dy + <usize>s * row + c, f32x4.mul(scale, d));
      }
    }
    f32.store(dgates, sum(product));
  }
}
