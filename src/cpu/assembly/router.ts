import { largestOf, powersOf } from './loss';

// Over rows of E numbers, one for each expert: too few for anything but plain loops.

// @ts-ignore: decorator
@inline
function f(base: usize, i: i32): f32 {
  return f32.load(base + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function put(base: usize, i: i32, value: f32): void {
  f32.store(base + ((<usize>i) << 2), value);
}

// @ts-ignore: decorator
@inline
function n(base: usize, i: i32): i32 {
  return i32.load(base + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function set(base: usize, i: i32, value: i32): void {
  i32.store(base + ((<usize>i) << 2), value);
}

/** src/ops/softmax.ts: p[N,E]. */
export function softmax(x: usize, p: usize, N: i32, E: i32): void {
  const row = (<usize>E) << 2;
  for (let i = 0; i < N; i++, x += row, p += row) {
    const total = powersOf(x, E, largestOf(x, E), p);
    for (let e = 0; e < E; e++) put(p, e, f(p, e) / total);
  }
}

/** dx[N,E] = y·(dy − Σ y·dy). */
export function softmaxGrad(y: usize, dy: usize, dx: usize, N: i32, E: i32): void {
  const row = (<usize>E) << 2;
  for (let i = 0; i < N; i++, y += row, dy += row, dx += row) {
    let mean: f32 = 0;
    for (let e = 0; e < E; e++) mean += f(y, e) * f(dy, e);
    for (let e = 0; e < E; e++) put(dx, e, f(y, e) * (f(dy, e) - mean));
  }
}

/** src/ops/route.ts: the k largest of each row of p[N,E], ties by index, and their gates. */
export function route(p: usize, choice: usize, gates: usize, N: i32, E: i32, k: i32): void {
  const row = (<usize>E) << 2;
  const chosen = (<usize>k) << 2;
  for (let i = 0; i < N; i++, p += row, choice += chosen, gates += chosen) {
    let last = 0;
    let total: f32 = 0;
    for (let j = 0; j < k; j++) {
      const value = f(p, last);
      let best = -1;
      for (let e = 0; e < E; e++) {
        const candidate = f(p, e);
        if (j > 0 && !(candidate < value || (candidate == value && e > last))) continue;
        if (best < 0 || candidate > f(p, best)) best = e;
      }
      // A row that is not finite has no order.
      last = max(best, 0);
      set(choice, j, last);
      put(gates, j, f(p, last));
      total += f(p, last);
    }
    if (k > 1) for (let j = 0; j < k; j++) put(gates, j, f(gates, j) / total);
  }
}

/** dp[N,E] of the chosen. */
export function routeGrad(p: usize, chosen: usize, dgates: usize, dp: usize, N: i32, E: i32, k: i32): void {
  const row = (<usize>E) << 2;
  const pairs = (<usize>k) << 2;
  memory.fill(dp, 0, <usize>N * row);
  for (let i = 0; i < N; i++, p += row, dp += row, chosen += pairs, dgates += pairs) {
    let total: f32 = 0;
    let mean: f32 = 0;
    for (let j = 0; j < k; j++) {
      total += f(p, n(chosen, j));
      mean += f(p, n(chosen, j)) * f(dgates, j);
    }
    mean /= total;
    for (let j = 0; j < k; j++)
      put(dp, n(chosen, j), k == 1 ? f(dgates, j) : (f(dgates, j) - mean) / total);
  }
}

/** src/ops/assign.ts: a counting sort of `pairs` choices by expert; `capacity` of each `sequence` pairs at most. */
export function assign(
  choice: usize,
  slot: usize,
  source: usize,
  starts: usize,
  asked: usize,
  E: i32,
  pairs: i32,
  sequence: i32,
  capacity: i32,
  S: i32,
  workspace: usize,
): void {
  const left = workspace;
  const next = workspace + ((<usize>E) << 2);
  memory.fill(asked, 0, (<usize>E) << 2);
  memory.fill(next, 0, (<usize>E) << 2);
  // First how many pairs each expert keeps, then where they go.
  for (let pair = 0; pair < pairs; pair++) {
    if (pair % sequence == 0) for (let e = 0; e < E; e++) set(left, e, capacity);
    const e = n(choice, pair);
    set(asked, e, n(asked, e) + 1);
    if (n(left, e) == 0) {
      set(slot, pair, S);
      continue;
    }
    set(left, e, n(left, e) - 1);
    set(slot, pair, n(next, e));
    set(next, e, n(next, e) + 1);
  }
  let start = 0;
  for (let e = 0; e < E; e++) {
    set(starts, e, start);
    start += n(next, e);
  }
  set(starts, E, start);
  for (let pair = 0; pair < pairs; pair++) {
    if (n(slot, pair) == S) continue;
    const place = n(slot, pair) + n(starts, n(choice, pair));
    set(slot, pair, place);
    set(source, place, pair);
  }
  for (let i = start; i < S; i++) set(source, i, pairs);
}

/** What of a probability counts in a comparison, as in shaders/chooseTokens.wgsl: 20 bits. */
// @ts-ignore: decorator
@inline
function key(p: usize): u32 {
  return load<u32>(p) >>> 12;
}

/** Whether `count` of the T probabilities from p on, `row` bytes apart, have this key at least. */
// @ts-ignore: decorator
@inline
function reached(p: usize, row: usize, T: i32, least: u32, count: i32): bool {
  let found = 0;
  for (let t = 0; t < T; t++, p += row) found += i32(key(p) >= least);
  return found >= count;
}

/**
 * src/ops/chooseTokens.ts: the c largest of the T probabilities of each sequence and expert, ties by position. The key of
 * the c-th is found bit by bit. What is not a number is above all others: exactly c are taken in any case.
 */
export function chooseTokens(
  p: usize,
  slot: usize,
  source: usize,
  starts: usize,
  N: i32,
  E: i32,
  T: i32,
  c: i32,
): void {
  const row = (<usize>E) << 2;
  const S = E * (N / T) * c;
  let next = 0;
  for (let e = 0; e < E; e++) {
    set(starts, e, next);
    for (let first = 0; first < N; first += T) {
      const column = p + <usize>first * row + ((<usize>e) << 2);
      let least: u32 = 0;
      for (let bit: u32 = 1 << 19; bit > 0; bit >>= 1) if (reached(column, row, T, least | bit, c)) least |= bit;
      let ties = c;
      for (let t = 0; t < T; t++) ties -= i32(key(column + <usize>t * row) > least);
      for (let t = 0; t < T; t++) {
        const value = key(column + <usize>t * row);
        const pair = (first + t) * E + e;
        if (value > least || (value == least && ties > 0)) {
          if (value == least) ties--;
          set(slot, pair, next);
          set(source, next, pair);
          next++;
        } else set(slot, pair, S);
      }
    }
  }
  set(starts, E, next);
}

/** src/ops/routerLoss.ts: rowLoss[N] and dlogits[N,E]; balance and z are those of a token. */
export function routerLoss(
  logits: usize,
  asked: usize,
  rowLoss: usize,
  dlogits: usize,
  N: i32,
  E: i32,
  perPair: f32,
  balance: f32,
  z: f32,
): void {
  const row = (<usize>E) << 2;
  for (let i = 0; i < N; i++, logits += row, dlogits += row, rowLoss += 4) {
    const top = largestOf(logits, E);
    const total = powersOf(logits, E, top, dlogits);
    const lse = top + Mathf.log(total);
    let mean: f32 = 0;
    for (let e = 0; e < E; e++) mean += f(dlogits, e) * (<f32>n(asked, e) * perPair);
    mean /= total;
    f32.store(rowLoss, balance * mean + z * lse * lse);
    for (let e = 0; e < E; e++) {
      const slope = balance * (<f32>n(asked, e) * perPair - mean) + 2 * z * lse;
      put(dlogits, e, (f(dlogits, e) / total) * slope);
    }
  }
}

/** src/ops/countDropped.ts: column 2 of row step.slot of the ring += (pairs − starts[E]) · weight. */
export function countDropped(starts: usize, ring: usize, E: i32, pairs: i32, weight: f32, step: usize): void {
  const cell = ring + ((<usize>load<u32>(step, 8)) << 4);
  f32.store(cell, f32.load(cell, 8) + <f32>(pairs - n(starts, E)) * weight, 8);
}
