import { badInput } from '../core/errors.ts';
import {
  type Call,
  type Dispatch,
  f32,
  type KernelTraits,
  type Op,
  type OpCase,
  type TensorSpec,
} from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import {
  HALF,
  type Layout,
  type Parts,
  registerShader,
  registers,
  type Sizes,
  type Tile,
  tiled,
  tilesFor,
} from './product.ts';
import { asTensor, expectMultiple, expectRank } from './refusals.ts';

/*
 * The matrix products of E experts, whose rows lie one expert after the other: rows starts[e] … starts[e + 1] − 1 of S
 * belong to expert e, those from starts[E] on to nobody. With one expert that has all rows they are those of matmul.ts,
 * to the bit: the kernels are the same.
 *   expertsNT: y[S, P] = x[S, K] · w[e]ᵀ, w[E·P, K]      forward
 *   expertsNN: y[S, P] = x[S, K] · w[e], w[E·K, P]       cotangent of x
 *   expertsTN: y[E·M, P]: y[e] = Σ over the rows of e of x[S, M]ᵀ · w[S, P]      cotangent of w
 * Rows of nobody become zero in y, and take no part in a sum.
 */
interface ExpertSizes extends Sizes {
  E: number;
  S: number;
}

/** M, K and P of the product of one expert, where M (NT, NN) or K (TN) is S, as if it had all rows. */
function sizesOf(layout: Layout, call: Call): ExpertSizes {
  const op = `experts${layout}`;
  const [S, xWidth] = expectRank(op, call, 'x', layout === 'TN' ? 'S, M' : 'S, K');
  const [lines, wWidth] = expectRank(op, call, 'w', { NT: 'E·P, K', NN: 'E·K, P', TN: 'S, P' }[layout]);
  const [ends] = expectRank(op, call, 'starts', 'E + 1');
  const E = ends - 1;
  if (E < 1) throw badInput(`${op}: starts must have a start for each expert and an end; got 1 number`);
  if (layout === 'TN') {
    expectShape(op, call, 'w', [S, wWidth], 'the rows of x');
    return { E, S, M: xWidth, K: S, P: wWidth };
  }
  expectMultiple(op, 'the number of rows of w', lines, E);
  const [P, K] = layout === 'NT' ? [lines / E, wWidth] : [wWidth, lines / E];
  if (K !== xWidth)
    throw badInput(`${op}: x and w do not share the contracted dimension; got ${xWidth} and ${K} for each expert`);
  return { E, S, M: S, K, P };
}

function partsOf(layout: Layout, { E, S, M, K, P }: ExpertSizes): Parts {
  const contracted = layout === 'TN';
  return {
    snippet: 'matmulExperts',
    constants: { E, CONTRACTED: contracted ? 1 : 0, LINES: { NT: P, NN: K, TN: 0 }[layout] },
    // The rows of each expert, and those of nobody, end in a run that may not be full.
    runs: (rows) => (contracted ? E * Math.ceil(M / rows) : Math.floor((S + (E + 1) * (rows - 1)) / rows)),
  };
}

function variants(layout: Layout, call: Call, traits: KernelTraits): string[] {
  const shape = sizesOf(layout, call);
  const M = layout === 'TN' ? shape.M : Math.ceil(shape.S / shape.E);
  const tiles = tilesFor({ ...shape, M }, traits, shape.E);
  if (traits.half) return (tiles.length > 0 ? tiles : ['tile32']).map((name) => name + HALF);
  return ['register', ...tiles];
}

function dispatches(layout: Layout, call: Call, variant: string): Dispatch[] {
  const shape = sizesOf(layout, call);
  const parts = partsOf(layout, shape);
  if (variant === 'register') return [registers(layout, shape, parts)];
  const half = variant.endsWith(HALF);
  const tile = (half ? variant.slice(0, -HALF.length) : variant) as Tile;
  return [tiled(layout, shape, parts, tile, { half })];
}

function reference(layout: Layout, t: Record<string, Float64Array>, call: Call): void {
  const { E, M, K, P } = sizesOf(layout, call);
  for (let e = 0; e < E; e++)
    for (let row = t.starts[e]; row < t.starts[e + 1]; row++)
      for (let p = 0; p < P; p++) {
        if (layout === 'TN') {
          for (let m = 0; m < M; m++) t.y[(e * M + m) * P + p] += t.x[row * M + m] * t.w[row * P + p];
          continue;
        }
        let sum = 0;
        for (let k = 0; k < K; k++)
          sum += t.x[row * K + k] * (layout === 'NT' ? t.w[(e * P + p) * K + k] : t.w[(e * K + k) * P + p]);
        t.y[row * P + p] = sum;
      }
}

/** Starts of the experts' rows, and [S, K, P]; for TN x is [S, K] too. */
const CASES: readonly [title: string, starts: readonly number[], size: readonly [number, number, number]][] = [
  ['one expert with all rows', [0, 12], [12, 8, 12]],
  ['an expert without rows, rows of nobody', [0, 5, 5, 11], [14, 8, 12]],
  ['odd sizes', [0, 1, 8], [9, 5, 7]],
  ['one row', [0, 0, 1], [1, 4, 1]],
  ['nothing but rows of nobody', [0, 0, 0], [5, 4, 4]],
  ['more than a tile', [0, 3, 80, 150], [160, 36, 68]],
  ['odd sizes, more than a tile', [0, 70, 71, 131], [131, 33, 65]],
];

function cases(layout: Layout): OpCase<Record<never, never>>[] {
  return CASES.map(([title, starts, [S, K, P]]) => {
    const E = starts.length - 1;
    const w = { NT: [E * P, K], NN: [E * K, P], TN: [S, P] }[layout];
    return {
      title,
      inputs: { x: { shape: [S, K] }, w: { shape: w }, starts: { shape: [E + 1], fill: { values: starts } } },
      attrs: {},
    };
  });
}

function product(layout: Layout): Op<Record<never, never>> {
  return {
    name: `experts${layout}`,
    inputs: ['x', 'w', 'starts'],
    outputs: ['y'],
    integer: ['starts'],
    shader: registerShader({ snippet: 'matmulExperts' }),
    infer(call): Record<string, TensorSpec> {
      const { E, S, M, P } = sizesOf(layout, call);
      return { y: layout === 'TN' ? f32(E * M, P) : f32(S, P) };
    },
    variants: (call, traits) => variants(layout, call, traits),
    dispatches: (call, variant) => dispatches(layout, call, variant),
    reference: (t, call) => reference(layout, t, call),
    // All rows, as if nobody's were none: how many there are is not known before they are routed.
    flops(call) {
      const { M, K, P } = sizesOf(layout, call);
      return 2 * M * K * P;
    },
    typical(call) {
      const { E, S } = sizesOf(layout, call);
      return { starts: Uint32Array.from({ length: E + 1 }, (_, e) => Math.floor((e * S) / E)) };
    },
    cases: cases(layout),
  };
}

export const expertsNNOp = product('NN');
export const expertsTNOp = product('TN');
export const expertsNTOp: Op<Record<never, never>> = {
  ...product('NT'),
  vjp({ inputs: { x, w, starts }, cotangents }) {
    const dy = asTensor('expertsNT', cotangents.y!);
    const [dx] = dy.tape.apply(expertsNNOp, [dy, w, starts], {});
    const [dw] = dy.tape.apply(expertsTNOp, [dy, x, starts], {});
    return { x: dx, w: dw };
  },
};

/** y[S, P] = x[S, K] · w[e]ᵀ: for each expert e a linear layer of its own over its rows, w[E·P, K] one after the other. */
export function expertsLinear(x: Value, w: Value, starts: Value): Value {
  return x.tape.apply(expertsNTOp, [x, w, starts], {})[0];
}
