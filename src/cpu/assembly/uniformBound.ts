import { largestOf, powersOf } from './loss';

// @ts-ignore: decorator
@inline
function at(p: usize, i: i32): f32 {
  return f32.load(p + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function tokenAt(p: usize, i: i32): i32 {
  return load<i32>(p + (<usize>i << 2));
}

/**
 * src/ops/uniformBound.ts: rowLoss[N] = w/(α·n·q_z)·(ρ − 1 − ln ρ + KL(q‖q̂)), and dlogits[N,V] where it is not 0.
 * `powers` holds the V powers of a row while it is worked on; the suppressed column (−1: none) takes no part.
 */
export function uniformBound(
  logits: usize,
  targets: usize,
  noised: usize,
  shares: usize,
  weights: usize,
  rowLoss: usize,
  dlogits: usize,
  N: i32,
  V: i32,
  suppressed: i32,
  powers: usize,
): void {
  const width = <usize>V << 2;
  const before = suppressed < 0 ? V : suppressed;
  const after = suppressed < 0 ? 0 : V - suppressed - 1;
  const skip = <usize>(before + 1) << 2;
  const n = <f32>(before + after);
  for (let i = 0; i < N; i++, logits += width) {
    const gradient = dlogits ? dlogits + <usize>i * width : 0;
    const weight = at(weights, i);
    if (weight == 0) {
      f32.store(rowLoss + (<usize>i << 2), 0);
      if (gradient) memory.fill(gradient, 0, width);
      continue;
    }
    const target = tokenAt(targets, i);
    const z = tokenAt(noised, i);
    const alpha = <f32>1 - at(shares, i);
    const floor = at(shares, i) / n;
    const top = max(largestOf(logits, before), largestOf(logits + skip, after));
    const total = powersOf(logits, before, top, powers) + powersOf(logits + skip, after, top, powers + skip);
    const read = floor + select<f32>(alpha, 0, z == target);
    const model = floor + (alpha * at(powers, z)) / total;
    const ratio = read / model;
    const pull = (<f32>1 - ratio) / model;
    let divergence: f32 = 0;
    let mean = (pull * at(powers, z)) / total;
    for (let v = 0; v < V; v++) {
      if (v == suppressed) continue;
      const p = at(powers, v) / total;
      const q = floor + select<f32>(alpha, 0, v == target);
      const quotient = q / (floor + alpha * p);
      divergence += q * Mathf.log(quotient);
      mean -= p * quotient;
    }
    f32.store(
      rowLoss + (<usize>i << 2),
      (weight / (alpha * n * read)) * (ratio - 1 - Mathf.log(ratio) + divergence),
    );
    if (!gradient) continue;
    const scale = weight / (n * read);
    for (let v = 0; v < V; v++) {
      const p = at(powers, v) / total;
      const q = floor + select<f32>(alpha, 0, v == target);
      const g = select<f32>(pull, 0, v == z) - q / (floor + alpha * p);
      f32.store(gradient + (<usize>v << 2), select<f32>(0, scale * p * (g - mean), v == suppressed));
    }
  }
}
