import { madd, read, sum, write } from './lanes';

// src/ops/rmsNorm.ts: with s = 1/√(mean(x²) + ε), n = x·s·gain.

// @ts-ignore: decorator
@inline
export function inverseRms(squares: f32, C: i32, epsilon: f32): f32 {
  return 1 / sqrt<f32>(squares / <f32>C + epsilon);
}

export function squaresOf(x: usize, C: i32): f32 {
  let squares = f32x4.splat(0);
  for (let c = 0; c < C; c += 4, x += 16) {
    const v = read(x, C - c);
    squares = madd(v, v, squares);
  }
  return sum(squares);
}

function scaleRow(x: usize, gain: usize, n: usize, C: i32, s: f32): void {
  const scale = f32x4.splat(s);
  for (let c = 0; c < C; c += 4) {
    const left = C - c;
    const at = <usize>c << 2;
    write(n + at, f32x4.mul(f32x4.mul(read(x + at, left), scale), read(gain + at, left)), left);
  }
}

export function rmsNorm(x: usize, gain: usize, n: usize, N: i32, C: i32, epsilon: f32): void {
  const row = <usize>C << 2;
  for (let i = 0; i < N; i++, x += row, n += row) scaleRow(x, gain, n, C, inverseRms(squaresOf(x, C), C, epsilon));
}

/** h = x + r, n = rmsNorm(h)·gain. */
export function residualNorm(
  x: usize,
  r: usize,
  gain: usize,
  h: usize,
  n: usize,
  N: i32,
  C: i32,
  epsilon: f32,
): void {
  const row = <usize>C << 2;
  for (let i = 0; i < N; i++, x += row, r += row, h += row, n += row) {
    let squares = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) {
      const left = C - c;
      const at = <usize>c << 2;
      const v = f32x4.add(read(x + at, left), read(r + at, left));
      squares = madd(v, v, squares);
      write(h + at, v, left);
    }
    scaleRow(h, gain, n, C, inverseRms(sum(squares), C, epsilon));
  }
}

/** dx = s·(dn·gain − x̂·mean(dn·gain·x̂)) (+ dh), dgain = Σ_N dn·x̂; dh is 0 where there is none. */
export function rmsNormGrad(
  x: usize,
  gain: usize,
  dn: usize,
  dh: usize,
  dx: usize,
  dgain: usize,
  N: i32,
  C: i32,
  epsilon: f32,
): void {
  const row = <usize>C << 2;
  memory.fill(dgain, 0, row);
  for (let i = 0; i < N; i++, x += row, dn += row, dx += row) {
    let squares = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let c = 0; c < C; c += 4) {
      const left = C - c;
      const at = <usize>c << 2;
      const v = read(x + at, left);
      squares = madd(v, v, squares);
      products = madd(f32x4.mul(read(dn + at, left), read(gain + at, left)), v, products);
    }
    const s = inverseRms(sum(squares), C, epsilon);
    const scale = f32x4.splat(s);
    const mean = f32x4.splat((-sum(products) * s) / <f32>C);
    for (let c = 0; c < C; c += 4) {
      const left = C - c;
      const at = <usize>c << 2;
      const d = read(dn + at, left);
      const normalised = f32x4.mul(read(x + at, left), scale);
      let change = f32x4.mul(scale, madd(normalised, mean, f32x4.mul(d, read(gain + at, left))));
      if (dh) change = f32x4.add(change, read(dh + at, left));
      write(dgain + at, madd(d, normalised, read(dgain + at, left)), left);
      write(dx + at, change, left);
    }
    if (dh) dh += row;
  }
}
