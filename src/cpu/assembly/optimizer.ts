import { madd, sum } from './lanes';

// Over whole arenas: A is a multiple of 64. The scalars of the step are laid out as in shaders/lib/stepState.wgsl.

/** Numbers whose squares are added in f32; the sums of such pieces are added in f64. */
const PIECE: i32 = 1024;

/** src/ops/gradNorm.ts: norm = √Σ g². */
export function gradNorm(grads: usize, norm: usize, A: i32): void {
  let total: f64 = 0;
  for (let i = 0; i < A; i += PIECE) {
    const end = grads + (<usize>min(PIECE, A - i) << 2);
    let squares = f32x4.splat(0);
    for (; grads < end; grads += 16) {
      const g = v128.load(grads);
      squares = madd(g, g, squares);
    }
    total += <f64>sum(squares);
  }
  f32.store(norm, <f32>sqrt<f64>(total));
}

/** src/ops/adamw.ts. */
export function adamw(
  params: usize,
  grads: usize,
  m: usize,
  v: usize,
  norm: usize,
  guard: usize,
  A: i32,
  decayEnd: i32,
  beta1: f32,
  beta2: f32,
  rest1: f32,
  rest2: f32,
  epsilon: f32,
  weightDecay: f32,
  step: usize,
): void {
  if (f32.load(guard) != 0) return;
  const clipNorm = f32.load(step, 12);
  const rate = f32.load(step, 16);
  const clip = f32x4.splat(clipNorm > 0 ? min<f32>(1, clipNorm / (f32.load(norm) + 1e-6)) : 1);
  const decays = f32x4.splat(rate * weightDecay);
  const end = i32x4.splat(decayEnd);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const r1 = f32x4.splat(rest1);
  const r2 = f32x4.splat(rest2);
  const eps = f32x4.splat(epsilon);
  const rateOverC1 = f32x4.splat(rate / f32.load(step, 20));
  const overC2 = f32x4.splat(1 / f32.load(step, 24));
  for (let i = 0; i < A; i += 4) {
    const at = <usize>i << 2;
    const g = f32x4.mul(clip, v128.load(grads + at));
    const moment = madd(b1, v128.load(m + at), f32x4.mul(r1, g));
    const square = madd(b2, v128.load(v + at), f32x4.mul(r2, f32x4.mul(g, g)));
    v128.store(m + at, moment);
    v128.store(v + at, square);
    const decayed = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), end);
    const old = v128.load(params + at);
    const kept = f32x4.sub(old, f32x4.mul(v128.and(decays, decayed), old));
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, overC2)), eps);
    v128.store(params + at, f32x4.sub(kept, f32x4.div(f32x4.mul(moment, rateOverC1), root)));
  }
}

/** src/ops/ema.ts: ema ← d·ema + (1 − d)·params. */
export function ema(average: usize, params: usize, guard: usize, A: i32, step: usize): void {
  if (f32.load(guard) != 0) return;
  const decay = f32.load(step, 28);
  const keep = f32x4.splat(decay);
  const take = f32x4.splat(1 - decay);
  for (let i = 0; i < A; i += 4, average += 16, params += 16)
    v128.store(average, madd(keep, v128.load(average), f32x4.mul(take, v128.load(params))));
}
