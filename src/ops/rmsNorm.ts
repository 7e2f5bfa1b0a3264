import source from '../../shaders/rmsNorm.wgsl?raw';
import { type Call, type Dispatch, f32, type Op, type OpCase, type TensorSpec } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectRank } from './refusals.ts';
import { dispatch, rowDispatch, rowShaders, rowVariants, vectorised, vectorisedRow } from './shader.ts';

type NormAttributes = { epsilon: number };
type NormCall = Call<NormAttributes>;

const shaders = rowShaders('rmsNorm.wgsl', source);

/** Rows that one invocation adds up for the gradient of the gain. */
const CHUNK_ROWS = 32;

/** [N, C] of x, after checking that `likeX` have the same shape and that gain is [C]. */
function matrixOf(op: string, call: NormCall, likeX: readonly string[]): [number, number] {
  const [N, C] = expectRank(op, call, 'x', 'N, C');
  for (const name of likeX) expectShape(op, call, name, [N, C], 'x');
  expectShape(op, call, 'gain', [C], 'a row of x');
  return [N, C];
}

function forward(entry: string, { tensors, attrs }: NormCall, variant: string): Dispatch[] {
  const [N, C] = tensors.x.shape;
  const constants = { N, C, epsilon: attrs.epsilon };
  return [rowDispatch(shaders, variant, vectorisedRow(entry, C, variant), N, constants)];
}

function gradientScratch({ tensors }: NormCall): Record<string, TensorSpec> {
  const [N, C] = tensors.x.shape;
  return { inverseRms: f32(N), partials: f32(Math.ceil(N / CHUNK_ROWS), C) };
}

function gradient(entry: string, { tensors, attrs }: NormCall, variant: string): Dispatch[] {
  const [N, C] = tensors.x.shape;
  const chunks = Math.ceil(N / CHUNK_ROWS);
  const partial = vectorised('gain_partials', C);
  return [
    rowDispatch(shaders, variant, vectorisedRow(entry, C, variant), N, { N, C, epsilon: attrs.epsilon }),
    dispatch(partial.entry, (chunks * C) / partial.width, { N, C, chunks, chunkRows: CHUNK_ROWS }),
    rowDispatch(shaders, variant, 'gain_sum', C, { C, chunks }),
  ];
}

/** 1/√(mean(row²) + ε) of row `row`. */
function inverseRms(x: Float64Array, row: number, C: number, epsilon: number): number {
  let squares = 0;
  for (let c = 0; c < C; c++) squares += x[row * C + c] ** 2;
  return 1 / Math.sqrt(squares / C + epsilon);
}

/** Writes dx (without the residual path) and dgain, with x̂ = x·s: dx = s·(dn·gain − x̂·mean(dn·gain·x̂)). */
function referenceGradient(t: Record<string, Float64Array>, { tensors, attrs }: NormCall): void {
  const [N, C] = tensors.x.shape;
  for (let row = 0; row < N; row++) {
    const s = inverseRms(t.x, row, C, attrs.epsilon);
    let mean = 0;
    for (let c = 0; c < C; c++) mean += (t.dn[row * C + c] * t.gain[c] * t.x[row * C + c] * s) / C;
    for (let c = 0; c < C; c++) {
      const i = row * C + c;
      const normalised = t.x[i] * s;
      t.dx[i] = s * (t.dn[i] * t.gain[c] - normalised * mean);
      t.dgain[c] += t.dn[i] * normalised;
    }
  }
}

/** The same sizes for all four: `matrices` are [N, C] tensors. */
function cases(matrices: readonly string[]): OpCase<NormAttributes>[] {
  const sizes: [string, number, number, number][] = [
    ['odd sizes', 5, 7, 1e-6],
    ['one row', 1, 12, 1e-6],
    ['one column', 6, 1, 1e-3],
    ['vec4, more rows than a workgroup or a chunk', 130, 8, 1e-6],
    ['scalar, several chunks', 67, 3, 1e-6],
    ['more gain partials than a workgroup', 40, 140, 1e-5],
  ];
  return sizes.map(([title, N, C, epsilon]) => ({
    title,
    inputs: {
      ...Object.fromEntries(matrices.map((name) => [name, { shape: [N, C] }])),
      gain: { shape: [C] },
    },
    attrs: { epsilon },
  }));
}

/**
 * The gradient of `rmsNorm`.
 *
 *     dx[N,C] = s·(dn·gain − x̂·mean_C(dn·gain·x̂)),  dgain[C] = Σ_N dn·x̂,  x̂ = x·s,  s = 1/√(mean_C(x²) + ε)
 */
export const rmsNormGradOp: Op<NormAttributes> = {
  name: 'rmsNormGrad',
  inputs: ['x', 'gain', 'dn'],
  outputs: ['dx', 'dgain'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, C] = matrixOf('rmsNormGrad', call, ['dn']);
    return { dx: f32(N, C), dgain: f32(C) };
  },
  scratch: gradientScratch,
  dispatches: (call, variant) => gradient('rms_norm_grad', call, variant),
  reference: referenceGradient,
  cases: cases(['x', 'dn']),
};

/**
 * The gradient of `residualNorm` when both of its outputs are used: x is the sum h that was normalised, dh the
 * gradient that reaches h past the norm, and dx (the gradient of both summands) that of `rmsNormGrad` plus dh.
 */
export const residualNormGradOp: Op<NormAttributes> = {
  name: 'residualNormGrad',
  inputs: ['x', 'gain', 'dn', 'dh'],
  outputs: ['dx', 'dgain'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, C] = matrixOf('residualNormGrad', call, ['dn', 'dh']);
    return { dx: f32(N, C), dgain: f32(C) };
  },
  scratch: gradientScratch,
  dispatches: (call, variant) => gradient('residual_norm_grad', call, variant),
  reference(t, call) {
    referenceGradient(t, call);
    for (let i = 0; i < t.dx.length; i++) t.dx[i] += t.dh[i];
  },
  cases: cases(['x', 'dn', 'dh']),
};

/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019).
 *
 *     n[N,C] = x[N,C] / √(mean_C(x²) + ε) · gain[C]
 */
export const rmsNormOp: Op<NormAttributes> = {
  name: 'rmsNorm',
  inputs: ['x', 'gain'],
  outputs: ['n'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, C] = matrixOf('rmsNorm', call, []);
    return { n: f32(N, C) };
  },
  dispatches: (call, variant) => forward('rms_norm', call, variant),
  vjp({ inputs: { x, gain }, attrs, cotangents }) {
    const dn = asTensor('rmsNorm', cotangents.n!);
    const [dx, dgain] = x.tape.apply(rmsNormGradOp, [x, gain, dn], attrs);
    return { x: dx, gain: dgain };
  },
  reference(t, { tensors, attrs }) {
    const [N, C] = tensors.x.shape;
    for (let row = 0; row < N; row++) {
      const s = inverseRms(t.x, row, C, attrs.epsilon);
      for (let c = 0; c < C; c++) t.n[row * C + c] = t.x[row * C + c] * s * t.gain[c];
    }
  },
  cases: cases(['x']),
};

/**
 * A residual addition and the normalisation that follows it.
 *
 *     h[N,C] = x[N,C] + r[N,C],  n[N,C] = rmsNorm(h, gain[C])
 */
export const residualNormOp: Op<NormAttributes> = {
  name: 'residualNorm',
  inputs: ['x', 'r', 'gain'],
  outputs: ['h', 'n'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, C] = matrixOf('residualNorm', call, ['r']);
    return { h: f32(N, C), n: f32(N, C) };
  },
  dispatches: (call, variant) => forward('residual_norm', call, variant),
  vjp({ inputs: { gain }, outputs: { h }, attrs, cotangents }) {
    const dh = cotangents.h && asTensor('residualNorm', cotangents.h);
    const dn = cotangents.n && asTensor('residualNorm', cotangents.n);
    if (!dn) return { x: dh, r: dh };
    const [dx, dgain] = dh
      ? h.tape.apply(residualNormGradOp, [h, gain, dn, dh], attrs)
      : h.tape.apply(rmsNormGradOp, [h, gain, dn], attrs);
    return { x: dx, r: dx, gain: dgain };
  },
  reference(t, { tensors, attrs }) {
    const [N, C] = tensors.x.shape;
    for (let i = 0; i < N * C; i++) t.h[i] = t.x[i] + t.r[i];
    for (let row = 0; row < N; row++) {
      const s = inverseRms(t.h, row, C, attrs.epsilon);
      for (let c = 0; c < C; c++) t.n[row * C + c] = t.h[row * C + c] * s * t.gain[c];
    }
  },
  cases: cases(['x', 'r']),
};

/** n[N,C] = rmsNorm(x[N,C]) · gain[C]. */
export function rmsNorm(x: Value, gain: Value, epsilon: number): Value {
  return x.tape.apply(rmsNormOp, [x, gain], { epsilon })[0];
}

/** h = x + r and n = rmsNorm(h) · gain, all [N, C] but the gain, [C]. */
export function residualNorm(x: Value, r: Value, gain: Value, epsilon: number): { h: Value; n: Value } {
  const [h, n] = x.tape.apply(residualNormOp, [x, r, gain], { epsilon });
  return { h, n };
}
