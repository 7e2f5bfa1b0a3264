import { madd, read, sum, write } from './lanes';
import { inverseRms, squaresOf } from './norm';

// src/ops/qkRope.ts: per-head RMSNorm of queries and keys, then a rotation of (i, i + D/2) by the row's position.
// A row of qkv has 3H slots of D numbers: queries, keys, values. Row p of the table: D/2 cosines, then the sines.
// `positions` holds the position of each row's query and of its key; 0: row i is at i % T.

// @ts-ignore: decorator
@inline
function positionOf(positions: usize, row: i32, which: i32, T: i32): i32 {
  return positions ? load<i32>(positions + (<usize>(2 * row + which) << 2)) : row % T;
}

export function qkRope(
  qkv: usize,
  qGain: usize,
  kGain: usize,
  table: usize,
  positions: usize,
  rotated: usize,
  N: i32,
  T: i32,
  H: i32,
  D: i32,
  epsilon: f32,
): void {
  const half = D >> 1;
  const other = <usize>half << 2;
  const slot = <usize>D << 2;
  for (let i = 0; i < N; i++) {
    const queries = table + <usize>positionOf(positions, i, 0, T) * slot;
    const keys = table + <usize>positionOf(positions, i, 1, T) * slot;
    for (let h = 0; h < 2 * H; h++, qkv += slot, rotated += slot) {
      const cosines = h < H ? queries : keys;
      const gain = h < H ? qGain : kGain;
      const s = f32x4.splat(inverseRms(squaresOf(qkv, D), D, epsilon));
      for (let d = 0; d < half; d += 4) {
        const left = half - d;
        const at = <usize>d << 2;
        const a = f32x4.mul(f32x4.mul(read(qkv + at, left), s), read(gain + at, left));
        const b = f32x4.mul(f32x4.mul(read(qkv + other + at, left), s), read(gain + other + at, left));
        const cos = read(cosines + at, left);
        const sin = read(cosines + other + at, left);
        write(rotated + at, f32x4.sub(f32x4.mul(a, cos), f32x4.mul(b, sin)), left);
        write(rotated + other + at, madd(b, cos, f32x4.mul(a, sin)), left);
      }
    }
    const values = <usize>H * slot;
    memory.copy(rotated, qkv, values);
    qkv += values;
    rotated += values;
  }
}

/** dqkv, and dqGain, dkGain summed over rows and heads. */
export function qkRopeGrad(
  qkv: usize,
  qGain: usize,
  kGain: usize,
  table: usize,
  positions: usize,
  drotated: usize,
  dqkv: usize,
  dqGain: usize,
  dkGain: usize,
  N: i32,
  T: i32,
  H: i32,
  D: i32,
  epsilon: f32,
): void {
  const half = D >> 1;
  const other = <usize>half << 2;
  const slot = <usize>D << 2;
  memory.fill(dqGain, 0, slot);
  memory.fill(dkGain, 0, slot);
  for (let i = 0; i < N; i++) {
    const queries = table + <usize>positionOf(positions, i, 0, T) * slot;
    const keys = table + <usize>positionOf(positions, i, 1, T) * slot;
    for (let h = 0; h < 2 * H; h++, qkv += slot, drotated += slot, dqkv += slot) {
      const cosines = h < H ? queries : keys;
      const gain = h < H ? qGain : kGain;
      const dgain = h < H ? dqGain : dkGain;
      const s = inverseRms(squaresOf(qkv, D), D, epsilon);
      const scale = f32x4.splat(s);
      // Rotated back into dqkv, which the second loop overwrites.
      let products = f32x4.splat(0);
      for (let d = 0; d < half; d += 4) {
        const left = half - d;
        const at = <usize>d << 2;
        const cos = read(cosines + at, left);
        const sin = read(cosines + other + at, left);
        const u = read(drotated + at, left);
        const v = read(drotated + other + at, left);
        const a = madd(u, cos, f32x4.mul(v, sin));
        const b = f32x4.sub(f32x4.mul(v, cos), f32x4.mul(u, sin));
        products = madd(f32x4.mul(a, read(gain + at, left)), read(qkv + at, left), products);
        products = madd(f32x4.mul(b, read(gain + other + at, left)), read(qkv + other + at, left), products);
        write(dqkv + at, a, left);
        write(dqkv + other + at, b, left);
      }
      const mean = f32x4.splat((-sum(products) * s) / <f32>D);
      for (let d = 0; d < D; d += 4) {
        const left = D - d;
        const at = <usize>d << 2;
        const dy = read(dqkv + at, left);
        const normalised = f32x4.mul(read(qkv + at, left), scale);
        write(dgain + at, madd(dy, normalised, read(dgain + at, left)), left);
        const change = madd(normalised, mean, f32x4.mul(dy, read(gain + at, left)));
        write(dqkv + at, f32x4.mul(scale, change), left);
      }
    }
    const values = <usize>H * slot;
    memory.copy(dqkv, drotated, values);
    qkv += values;
    drotated += values;
    dqkv += values;
  }
}
