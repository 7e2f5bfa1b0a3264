import { exp, madd, read, write } from './lanes';

/** y = a + b, n numbers. */
export function add(a: usize, b: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2;
    write(y + at, f32x4.add(read(a + at, n - i), read(b + at, n - i)), n - i);
  }
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
function gated(gate: usize, up: usize, y: usize, left: i32): void {
  const g = read(gate, left);
  write(y, f32x4.mul(f32x4.mul(g, sigmoid(g)), read(up, left)), left);
}

/** src/ops/swiglu.ts: y[N,F] = silu(gate)·up, a row of gateUp being gate(F) | up(F). */
export function swiglu(gateUp: usize, y: usize, N: i32, F: i32): void {
  const half = (<usize>F) << 2;
  for (let i = 0; i < N; i++) {
    let f = 0;
    // Whole lanes apart from the rest: V8 keeps more of `exp` in registers.
    for (; f <= F - 4; f += 4, gateUp += 16, y += 16) gated(gateUp, gateUp + half, y, 4);
    if (f < F) gated(gateUp, gateUp + half, y, F - f);
    gateUp += half + ((<usize>(F - f)) << 2);
    y += (<usize>(F - f)) << 2;
  }
}

// @ts-ignore: decorator
@inline
function gatedGrad(gate: usize, up: usize, dy: usize, dgate: usize, dup: usize, left: i32): void {
  const g = read(gate, left);
  const sigma = sigmoid(g);
  const d = f32x4.mul(read(dy, left), sigma);
  const dsilu = f32x4.mul(d, g);
  // σ·(1 + g·(1 − σ)) = σ + gσ·(1 − σ)
  const slope = madd(dsilu, f32x4.sub(f32x4.splat(1), sigma), d);
  write(dgate, f32x4.mul(read(up, left), slope), left);
  write(dup, dsilu, left);
}

/** dgate = dy·up·σ·(1 + gate·(1 − σ)), dup = dy·gate·σ. */
export function swigluGrad(gateUp: usize, dy: usize, dgateUp: usize, N: i32, F: i32): void {
  const half = (<usize>F) << 2;
  for (let i = 0; i < N; i++) {
    let f = 0;
    for (; f <= F - 4; f += 4, gateUp += 16, dgateUp += 16, dy += 16)
      gatedGrad(gateUp, gateUp + half, dy, dgateUp, dgateUp + half, 4);
    if (f < F) gatedGrad(gateUp, gateUp + half, dy, dgateUp, dgateUp + half, F - f);
    const rest = (<usize>(F - f)) << 2;
    gateUp += half + rest;
    dgateUp += half + rest;
    dy += rest;
  }
}

// @ts-ignore: decorator
@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** One rotation a byte, the first lowest: 13, 15, 26, 6, 17, 29, 16, 24. */
const ROTATIONS: u64 = 0x18101d11061a0f0d;

/**
 * src/ops/dropout.ts: y = x·scale where threefry((seed, site), (step, index)) ≥ threshold, else 0; the first word of
 * Threefry-2x32-20 (src/core/rng.ts), four counters at a time.
 */
export function dropout(x: usize, y: usize, n: i32, site: i32, threshold: i32, scale: f32, step: usize): void {
  const seed = i32.load(step, 4);
  const counter = i32x4.splat(i32.load(step));
  for (let i = 0; i < n; i += 4) {
    let key = i32x4.splat(seed);
    let next = i32x4.splat(site);
    let afterNext = i32x4.splat(0x1bd11bda ^ seed ^ site);
    let a = i32x4.add(counter, key);
    let b = i32x4.add(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), next);
    for (let round = 0; round < 20; round++) {
      a = i32x4.add(a, b);
      b = v128.xor(rotate(b, <i32>(ROTATIONS >> (((<u64>round) & 7) << 3)) & 31), a);
      if ((round & 3) == 3) {
        a = i32x4.add(a, next);
        b = i32x4.add(i32x4.add(b, afterNext), i32x4.splat((round + 1) >> 2));
        const first = key;
        key = next;
        next = afterNext;
        afterNext = first;
      }
    }
    const at = <usize>i << 2;
    const kept = i32x4.ge_u(a, i32x4.splat(threshold));
    write(y + at, v128.and(kept, f32x4.mul(read(x + at, n - i), f32x4.splat(scale))), n - i);
  }
}
