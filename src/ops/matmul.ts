import lanesSource from '../../shaders/matmul.lanes.wgsl?raw';
import sumSource from '../../shaders/matmul.sum.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { showShape } from '../core/shape.ts';
import {
  type Call,
  type Dispatch,
  f32,
  type KernelTraits,
  type Op,
  type OpCase,
  type TensorSpec,
} from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import {
  composed,
  DEPTH,
  ENOUGH_WORKGROUPS,
  HALF,
  type Layout,
  onePart,
  operands,
  output,
  registerShader,
  registers,
  type Sizes,
  strides,
  TILES,
  type Tile,
  tiled,
  tilesFor,
} from './product.ts';
import { dispatch, shader } from './shader.ts';

/*
 * Matrix products y[M, P] with the contraction over K, in the three layouts of a linear layer:
 *   matmulNT: y = x[M, K] · w[P, K]ᵀ    forward; w is [out, in] as in PyTorch
 *   matmulNN: y = x[M, K] · w[K, P]     cotangent of x
 *   matmulTN: y = x[K, M]ᵀ · w[K, P]    cotangent of w
 *
 * Variants beside those of product.ts: `split` cuts a long contraction of few outputs into slices that are added up
 * afterwards, in order; `lanes` does the same inside a workgroup, by subgroups. With 16-bit operands (`-f16`) sums are
 * f32 all the same.
 */
const sum = shader('matmul.sum.wgsl', sumSource);

/** Values of K in a slice of `split` at least. */
const SLICE = 64;
const MAX_SLICES = 16;
/** Threads of a workgroup of `lanes`, its outputs, and the most outputs of a product it is meant for. */
const LANES = { threads: 64, rows: 8, columns: 4, outputs: 65_536 };

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

/** How many slices `split` cuts a product into; 1: it is not for this one. */
function slicesOf(layout: Layout, { M, K, P }: Sizes): number {
  if (layout !== 'TN' || P % 4 !== 0) return 1;
  const tiles = Math.ceil(M / TILES.tile64.rows) * Math.ceil(P / TILES.tile64.columns);
  const wanted = Math.min(MAX_SLICES, Math.ceil(ENOUGH_WORKGROUPS / tiles), Math.floor(K / SLICE));
  // Slices are whole steps of DEPTH: rounding them up may leave nothing for the last ones.
  return wanted > 1 ? Math.ceil(K / (Math.ceil(K / wanted / DEPTH) * DEPTH)) : 1;
}

function dispatches(layout: Layout, call: Call, variant: string): Dispatch[] {
  const shape = sizes(layout, call);
  const { M, K, P } = shape;
  const half = variant.endsWith(HALF);
  const name = half ? variant.slice(0, -HALF.length) : variant;
  if (name in TILES) return [tiled(layout, shape, onePart(shape), name as Tile, { half })];
  if (name === 'split') {
    const slices = slicesOf(layout, shape);
    const SIZE4 = (M * P) / 4;
    return [
      tiled(layout, shape, onePart(shape), 'tile64', { half, slices }),
      { ...dispatch('sum_slices', SIZE4, { SIZE4, SLICES: slices }), shader: sum },
    ];
  }
  if (name === 'lanes') {
    const { X_ALONG_K, W_ALONG_K } = operands(layout, shape);
    return [
      {
        entry: 'lanes',
        shader: composed('matmul.lanes.wgsl', lanesSource, ['matmulOperands', 'subgroups', output(shape)]),
        constants: { M, K, P, X_ALONG_K, W_ALONG_K },
        workgroups: [Math.ceil(P / LANES.columns), Math.ceil(M / LANES.rows)],
      },
    ];
  }
  return [registers(layout, shape, onePart(shape))];
}

function variants(layout: Layout, call: Call, traits: KernelTraits): string[] {
  const shape = sizes(layout, call);
  const { M, K, P } = shape;
  const tiles = tilesFor(shape, traits);
  const split = slicesOf(layout, shape) > 1 ? ['split'] : [];
  if (traits.half) return [...(tiles.length > 0 ? tiles : ['tile32']), ...split].map((name) => name + HALF);
  const lanes = layout === 'TN' && traits.subgroups && K >= LANES.threads && M * P <= LANES.outputs ? ['lanes'] : [];
  return ['register', ...tiles, ...split, ...lanes];
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

/**
 * Sizes [M, K, P] of the cases: vec4 in every dimension, one odd dimension at a time, one row, one column, tails, and
 * the edges of the tiles.
 */
const CASE_SIZES: readonly [number, number, number][] = [
  [16, 8, 12],
  [64, 36, 64],
  [12, 8, 7],
  [9, 5, 4],
  [7, 8, 8],
  [1, 12, 16],
  [8, 16, 1],
  [1, 1, 1],
  [130, 20, 132],
  [63, 18, 65],
  [129, 33, 127],
  [12, 205, 8],
  [9, 150, 6],
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
    shader: registerShader({ snippet: 'matmulOne' }),
    infer(call) {
      const { M, P } = sizes(layout, call);
      return { y: f32(M, P) };
    },
    scratch(call): Record<string, TensorSpec> {
      const shape = sizes(layout, call);
      const slices = slicesOf(layout, shape);
      return slices > 1 ? { slices: f32(slices, shape.M, shape.P) } : {};
    },
    variants: (call, traits) => variants(layout, call, traits),
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
