import source from '../../shaders/embedding.wgsl?raw';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectRank } from './refusals.ts';
import { dispatch, shader, vectorised } from './shader.ts';

type TableAttributes = { V: number };

const wgsl = shader('embedding.wgsl', source);

/**
 * How the N rows are divided for the table's gradient. Every chunk clears and sums a private table of V rows, so
 * there are about as many chunks as make that cost what the N rows themselves cost, and never more than 64.
 */
function chunksOf({ tensors, attrs: { V } }: Call<TableAttributes>): { chunks: number; chunkRows: number } {
  const [N] = tensors.ids.shape;
  const wanted = Math.min(64, Math.max(1, Math.round((2 * N) / V)));
  const chunkRows = Math.ceil(N / wanted);
  return { chunks: Math.ceil(N / chunkRows), chunkRows };
}

const SIZES: readonly [string, number, number, number][] = [
  ['odd sizes', 7, 5, 3],
  ['one row, one column', 1, 3, 1],
  ['vec4, more rows than words', 150, 11, 8],
  ['vec4, more words than rows', 6, 90, 12],
  ['scalar, many chunks', 130, 2, 5],
];

const forwardCases: OpCase[] = SIZES.map(([title, N, V, C]) => ({
  title,
  inputs: { ids: { shape: [N], fill: { below: V } }, table: { shape: [V, C] } },
  attrs: {},
}));

const gradientCases: OpCase<TableAttributes>[] = SIZES.map(([title, N, V, C]) => ({
  title,
  inputs: { ids: { shape: [N], fill: { below: V } }, dx: { shape: [N, C] } },
  attrs: { V },
}));

/**
 * The gradient of `embedding` with respect to its table, the same bits on every run.
 *
 *     dtable[V,C]: row v = Σ of the rows of dx[N,C] whose id is v
 */
export const embeddingGradOp: Op<TableAttributes> = {
  name: 'embeddingGrad',
  inputs: ['ids', 'dx'],
  outputs: ['dtable'],
  integer: ['ids'],
  shader: wgsl,
  infer(call) {
    const [N, C] = expectRank('embeddingGrad', call, 'dx', 'N, C');
    expectShape('embeddingGrad', call, 'ids', [N], 'the rows of dx');
    return { dtable: f32(call.attrs.V, C) };
  },
  scratch(call) {
    return { partials: f32(chunksOf(call).chunks, call.attrs.V, call.tensors.dx.shape[1]) };
  },
  dispatches(call) {
    const [N, C] = call.tensors.dx.shape;
    const { V } = call.attrs;
    const { chunks, chunkRows } = chunksOf(call);
    const partial = vectorised('table_partials', C);
    const sum = vectorised('table_sum', C);
    return [
      dispatch(partial.entry, (chunks * C) / partial.width, { N, V, C, chunks, chunkRows }),
      dispatch(sum.entry, (V * C) / sum.width, { V, C, chunks }),
    ];
  },
  reference(t, { tensors }) {
    const [N, C] = tensors.dx.shape;
    for (let row = 0; row < N; row++) for (let c = 0; c < C; c++) t.dtable[t.ids[row] * C + c] += t.dx[row * C + c];
  },
  cases: gradientCases,
};

/**
 * Looks up rows of a table.
 *
 *     ids u32[N] (each below V), table[V,C] → x[N,C]: row i = row ids[i] of the table
 */
export const embeddingOp: Op = {
  name: 'embedding',
  inputs: ['ids', 'table'],
  outputs: ['x'],
  integer: ['ids'],
  shader: wgsl,
  infer(call) {
    const [N] = expectRank('embedding', call, 'ids', 'N');
    const [, C] = expectRank('embedding', call, 'table', 'V, C');
    return { x: f32(N, C) };
  },
  dispatches({ tensors }) {
    const [N, C] = tensors.x.shape;
    const { entry, width } = vectorised('embedding', C);
    return [dispatch(entry, (N * C) / width, { N, C })];
  },
  vjp({ inputs: { ids, table }, cotangents }) {
    const dx = asTensor('embedding', cotangents.x!);
    const [dtable] = ids.tape.apply(embeddingGradOp, [ids, dx], { V: table.shape[0] });
    return { table: dtable };
  },
  reference(t, { tensors }) {
    const [N, C] = tensors.x.shape;
    for (let row = 0; row < N; row++) for (let c = 0; c < C; c++) t.x[row * C + c] = t.table[t.ids[row] * C + c];
  },
  cases: forwardCases,
};

/** x[N,C]: rows of table[V,C] by ids u32[N]. */
export function embedding(ids: Value, table: Value): Value {
  return ids.tape.apply(embeddingOp, [ids, table], {})[0];
}
