import source from '../../shaders/matmul.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { showShape } from '../core/shape.ts';
import { type Call, type Dispatch, f32, type Op, type OpCase } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { dispatch, shader } from './shader.ts';

/**
 * Matrix products y[M, P] with the contraction over K, in the three layouts of a linear layer:
 *   matmulNT: y = x[M, K] · w[P, K]ᵀ    forward; w is [out, in] as in PyTorch
 *   matmulNN: y = x[M, K] · w[K, P]     cotangent of x
 *   matmulTN: y = x[K, M]ᵀ · w[K, P]    cotangent of w
 */
type Layout = 'NT' | 'NN' | 'TN';

const TILE = 64;
const wgsl = shader('matmul.wgsl', source);

interface Sizes {
  M: number;
  K: number;
  P: number;
}

function sizes(layout: Layout, { tensors: { x, w } }: Call): Sizes {
  if (x.shape.length !== 2 || w.shape.length !== 2)
    throw badInput(`matmul${layout}: x and w must be matrices; got ${showShape(x.shape)} and ${showShape(w.shape)}`);
  const [M, K] = layout === 'TN' ? [x.shape[1], x.shape[0]] : [x.shape[0], x.shape[1]];
  const [P, contracted] = layout === 'NT' ? [w.shape[0], w.shape[1]] : [w.shape[1], w.shape[0]];
  if (contracted !== K)
    throw badInput(
      `matmul${layout}: x ${showShape(x.shape)} and w ${showShape(w.shape)} do not share the contracted dimension`,
    );
  return { M, K, P };
}

/** Element (row, k) of x is at row·X_ROW + k·X_K, element (k, column) of w at k·W_K + column·W_COLUMN. */
function strides(layout: Layout, { M, K, P }: Sizes): Record<string, number> {
  const x = layout === 'TN' ? { X_ROW: 1, X_K: M } : { X_ROW: K, X_K: 1 };
  const w = layout === 'NT' ? { W_K: 1, W_COLUMN: K } : { W_K: P, W_COLUMN: 1 };
  return { ...x, ...w };
}

function dispatches(layout: Layout, call: Call, variant: string): Dispatch[] {
  const shape = sizes(layout, call);
  const { M, K, P } = shape;
  const constants = { M, K, P };
  if (variant === 'tile') {
    const groups = [Math.ceil(P / TILE), Math.ceil(M / TILE)] as const;
    return [{ entry: 'tile', constants: { ...constants, ...strides(layout, shape) }, workgroups: groups }];
  }
  const blocks = (rows: number, columns: number) => Math.ceil(M / rows) * Math.ceil(P / columns);
  if (layout === 'NT' && K % 4 === 0) return [dispatch('register_nt', blocks(4, 4), constants)];
  if (layout === 'NN' && K % 4 === 0 && P % 4 === 0) return [dispatch('register_nn', blocks(4, 4), constants)];
  if (layout === 'TN' && M % 4 === 0 && P % 4 === 0) return [dispatch('register_tn', blocks(8, 8), constants)];
  return [dispatch('register_any', blocks(4, 4), { ...constants, ...strides(layout, shape) })];
}

function reference(layout: Layout, t: Record<string, Float64Array>, call: Call): void {
  const shape = sizes(layout, call);
  const { X_ROW, X_K, W_K, W_COLUMN } = strides(layout, shape);
  for (let row = 0; row < shape.M; row++) {
    for (let column = 0; column < shape.P; column++) {
      let sum = 0;
      for (let k = 0; k < shape.K; k++) sum += t.x[row * X_ROW + k * X_K] * t.w[k * W_K + column * W_COLUMN];
      t.y[row * shape.P + column] = sum;
    }
  }
}

/** Sizes [M, K, P] of the cases: vec4 in every dimension, one odd dimension at a time, one row, one column, tails. */
const CASE_SIZES: readonly [number, number, number][] = [
  [16, 8, 12],
  [70, 36, 68],
  [12, 8, 7],
  [9, 5, 4],
  [7, 8, 8],
  [1, 12, 16],
  [8, 16, 1],
  [1, 1, 1],
  [130, 20, 132],
];

function cases(layout: Layout): OpCase<Record<never, never>>[] {
  return CASE_SIZES.map(([M, K, P]) => ({
    title: `${M}×${K} by ${K}×${P}`,
    inputs: {
      x: { shape: layout === 'TN' ? [K, M] : [M, K] },
      w: { shape: layout === 'NT' ? [P, K] : [K, P] },
    },
    attrs: {},
  }));
}

function product(layout: Layout): Op<Record<never, never>> {
  return {
    name: `matmul${layout}`,
    inputs: ['x', 'w'],
    outputs: ['y'],
    shader: wgsl,
    infer(call) {
      const { M, P } = sizes(layout, call);
      return { y: f32(M, P) };
    },
    variants: () => ['register', 'tile'],
    dispatches: (call, variant) => dispatches(layout, call, variant),
    reference: (t, call) => reference(layout, t, call),
    flops(call) {
      const { M, K, P } = sizes(layout, call);
      return 2 * M * K * P;
    },
    cases: cases(layout),
  };
}

export const matmulNNOp = product('NN');
export const matmulTNOp = product('TN');
export const matmulNTOp: Op<Record<never, never>> = {
  ...product('NT'),
  vjp({ inputs: { x, w }, cotangents: { y: dy } }) {
    if (!dy || dy === 'ones') throw badInput('matmulNT cannot be the root of a differentiation');
    const [dx] = dy.tape.apply(matmulNNOp, [dy, w], {});
    const [dw] = dy.tape.apply(matmulTNOp, [dy, x], {});
    return { x: dx, w: dw };
  },
};

/** y = x · wᵀ: a linear layer without bias, w as [out, in]. */
export function linear(x: Value, w: Value): Value {
  return x.tape.apply(matmulNTOp, [x, w], {})[0];
}
