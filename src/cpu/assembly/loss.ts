import { exp, largest, read, sum, write } from './lanes';

/** The lanes that belong to the row; `other` in those beyond it. */
// @ts-ignore: decorator
@inline
function within(v: v128, left: i32, other: f32): v128 {
  if (left >= 4) return v;
  return v128.bitselect(v, f32x4.splat(other), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left)));
}

export function largestOf(x: usize, n: i32): f32 {
  let top = f32x4.splat(-3.4e38);
  for (let i = 0; i < n; i += 4, x += 16) top = f32x4.pmax(top, within(read(x, n - i), n - i, -3.4e38));
  return largest(top);
}

/** Σ e^(x − top), and the powers themselves where `powers` is not 0. */
export function powersOf(x: usize, n: i32, top: f32, powers: usize): f32 {
  const shift = f32x4.splat(top);
  let total = f32x4.splat(0);
  for (let i = 0; i < n; i += 4, x += 16) {
    const left = n - i;
    const e = exp(f32x4.sub(read(x, left), shift));
    total = f32x4.add(total, within(e, left, 0));
    if (powers) {
      write(powers, e, left);
      powers += 16;
    }
  }
  return sum(total);
}

/**
 * src/ops/crossEntropy.ts: rowLoss[N] = w·(ln Σ e^logit − logit_target), and dlogits[N,V] = w·(softmax − onehot) where
 * dlogits is not 0. The suppressed column (−1: none) takes no part: a row is what comes before it and what comes after.
 */
export function crossEntropy(
  logits: usize,
  targets: usize,
  weights: usize,
  rowLoss: usize,
  dlogits: usize,
  N: i32,
  V: i32,
  suppressed: i32,
): void {
  const row = <usize>V << 2;
  const before = suppressed < 0 ? V : suppressed;
  const after = suppressed < 0 ? 0 : V - suppressed - 1;
  const skip = <usize>(before + 1) << 2;
  for (let i = 0; i < N; i++) {
    const weight = f32.load(weights);
    if (weight == 0) {
      f32.store(rowLoss, 0);
      if (dlogits) memory.fill(dlogits, 0, row);
    } else {
      const target = <usize>min(load<u32>(targets), <u32>(V - 1)) << 2;
      const top = max(largestOf(logits, before), largestOf(logits + skip, after));
      const total =
        powersOf(logits, before, top, dlogits) + powersOf(logits + skip, after, top, dlogits ? dlogits + skip : 0);
      f32.store(rowLoss, weight * (Mathf.log(total) + (top - f32.load(logits + target))));
      if (dlogits) {
        if (suppressed >= 0) f32.store(dlogits + (<usize>suppressed << 2), 0);
        const scale = f32x4.splat(weight / total);
        for (let v = 0; v < V; v += 4) {
          const at = dlogits + (<usize>v << 2);
          write(at, f32x4.mul(read(at, V - v), scale), V - v);
        }
        f32.store(dlogits + target, f32.load(dlogits + target) - weight);
      }
    }
    logits += row;
    if (dlogits) dlogits += row;
    targets += 4;
    weights += 4;
    rowLoss += 4;
  }
}

// By its bits, as in shaders/metrics.wgsl.
// @ts-ignore: decorator
@inline
function isFinite(x: f32): bool {
  return (reinterpret<u32>(x) & 0x7f800000) != 0x7f800000;
}

/** src/ops/metrics.ts: row step.slot of ring := (Σ rowLoss, norm, 0, 0); the guard trips once when one is not finite. */
export function metrics(rowLoss: usize, norm: usize, ring: usize, guard: usize, N: i32, step: usize): void {
  let total: f64 = 0;
  for (let i = 0; i < N; i++) total += <f64>f32.load(rowLoss + (<usize>i << 2));
  const loss = <f32>total;
  const size = f32.load(norm);
  const row = ring + (<usize>load<u32>(step, 8) << 4);
  f32.store(row, loss);
  f32.store(row, size, 4);
  f32.store(row, 0, 8);
  f32.store(row, 0, 12);
  if (f32.load(guard) == 0 && !(isFinite(loss) && isFinite(size))) {
    f32.store(guard, 1);
    f32.store(guard, <f32>load<u32>(step), 4);
  }
}
