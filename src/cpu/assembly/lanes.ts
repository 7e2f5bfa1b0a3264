// Four lanes at a time: what every kernel is built of. `left` is how many of the elements from an address on belong
// to the row, at least 1; the lanes beyond them are zero when read and untouched when written.
//
// All of it is inlined: around a call V8 spills every register, on the path that does not call as well.

/** a·b + c: fused in the relaxed module, where the hardware rounds once or twice but always alike. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function read(p: usize, left: i32): v128 {
  return left >= 4 ? v128.load(p) : loadPart(p, left);
}

// @ts-ignore: decorator
@inline
function loadPart(p: usize, left: i32): v128 {
  if (left == 1) return v128.load32_zero(p);
  if (left == 2) return v128.load64_zero(p);
  return f32x4.replace_lane(v128.load64_zero(p), 2, f32.load(p, 8));
}

// @ts-ignore: decorator
@inline
export function write(p: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(p, v);
  else storePart(p, v, left);
}

// @ts-ignore: decorator
@inline
function storePart(p: usize, v: v128, left: i32): void {
  f32.store(p, f32x4.extract_lane(v, 0));
  if (left > 1) f32.store(p, f32x4.extract_lane(v, 1), 4);
  if (left > 2) f32.store(p, f32x4.extract_lane(v, 2), 8);
}

// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

// @ts-ignore: decorator
@inline
export function largest(v: v128): f32 {
  const a = max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1));
  return max(a, max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
}

/**
 * e^x with a relative error below 4e-6, zero below −87, saturating at e^88.37; a NaN stays one.
 *
 * x = n·ln 2 + r, |r| ≤ ln 2 / 2: e^r is a minimax polynomial of degree 5 (relative error 7e-8), 2^n its exponent
 * bits. Adding 1.5·2²³ rounds to an integer, which V8 does faster than `nearest` and `trunc_sat`.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const magic = f32x4.splat(12582912);
  const y = f32x4.pmin(x, f32x4.splat(88.37));
  const shifted = madd(y, f32x4.splat(1.44269504), magic);
  const n = f32x4.sub(shifted, magic);
  const r = madd(n, f32x4.splat(2.12194440e-4), madd(n, f32x4.splat(-0.693359375), y));
  let p = madd(r, f32x4.splat(0.008297619), f32x4.splat(0.04191563));
  p = madd(p, r, f32x4.splat(0.16667576));
  p = madd(p, r, f32x4.splat(0.4999889));
  p = madd(p, r, f32x4.splat(0.9999997));
  p = madd(p, r, f32x4.splat(1.0000001));
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(p, power), f32x4.lt(x, f32x4.splat(-87)));
}
