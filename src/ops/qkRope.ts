import source from '../../shaders/qkRope.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectMultiple, expectRank } from './refusals.ts';
import { dispatch, rowDispatch, rowShaders, rowVariants } from './shader.ts';

/** T rows of the table, H heads, ε of the normalisation. */
type RopeAttributes = { T: number; H: number; epsilon: number };
type RopeCall = Call<RopeAttributes>;
type RopeOp = Op<RopeAttributes>;
type Tensors = Record<string, Float64Array>;

/** Where the rows stand: `own` says that row r is at r % T, `given` that a tensor says it. */
type Placing = 'own' | 'given';
const SHADERS = {
  own: rowShaders('qkRope.wgsl', source, ['ownPosition']),
  given: rowShaders('qkRope.wgsl', source, ['givenPosition']),
};
const NAMES = { own: 'qkRope', given: 'qkRopeAt' };
/** The tensors that every placing has, and those that it adds. */
const INPUTS = ['qkv', 'qGain', 'kGain', 'table'];
const POSITIONS = { own: [], given: ['positions'] };

/** The position of a row's query or key. */
function positionOf(placing: Placing, t: Tensors, { attrs: { T } }: RopeCall, row: number, kind: 'q' | 'k'): number {
  return placing === 'own' ? row % T : t.positions[2 * row + (kind === 'q' ? 0 : 1)];
}

/** Rows that one invocation adds up for the gradient of the gains: some 32 heads, all of a row among them. */
const chunkRowsOf = (H: number): number => Math.ceil(32 / H);

/** N rows, row width 3HD, head size D, after checking every shape against qkv, [N, 3HD]. */
function sizesOf(op: string, placing: Placing, call: RopeCall): { N: number; D: number; width: number } {
  const { T, H } = call.attrs;
  const [N, width] = expectRank(op, call, 'qkv', 'N, 3·H·D');
  if (width % (6 * H) !== 0)
    throw badInput(`${op}: a row of qkv must be 3 × ${H} heads of an even size D; got ${width} numbers`);
  if (placing === 'own') expectMultiple(op, 'the number of rows of qkv', N, T);
  else expectShape(op, call, 'positions', [N, 2], 'a query and a key for each row of qkv');
  const D = width / (3 * H);
  expectShape(op, call, 'qGain', [D], 'a head');
  expectShape(op, call, 'kGain', [D], 'a head');
  expectShape(op, call, 'table', [T, D], 'ropeTable(T, D)');
  return { N, D, width };
}

/** The entry point for the head size, and how many rotated pairs one of its invocations takes at a time. */
function forHeads(entry: string, D: number): { entry: string; pairs: number } {
  return D % 8 === 0 ? { entry: `${entry}_vec4`, pairs: 4 } : { entry, pairs: 1 };
}

/** 1/√(mean(head²) + ε) of the D numbers from `start`. */
function inverseRms(x: Float64Array, start: number, D: number, epsilon: number): number {
  let squares = 0;
  for (let d = 0; d < D; d++) squares += x[start + d] ** 2;
  return 1 / Math.sqrt(squares / D + epsilon);
}

/** Calls `visit` for every query and key: its row, where its D numbers start, and which of the two it is. */
function eachHead(
  { tensors, attrs }: RopeCall,
  visit: (row: number, start: number, kind: 'q' | 'k', D: number) => void,
): void {
  const [N, width] = tensors.qkv.shape;
  const D = width / (3 * attrs.H);
  for (let row = 0; row < N; row++)
    for (let head = 0; head < attrs.H; head++) {
      visit(row, row * width + head * D, 'q', D);
      visit(row, row * width + (attrs.H + head) * D, 'k', D);
    }
}

/** Copies the values, the last third of every row. */
function copyValues(from: Float64Array, to: Float64Array, width: number): void {
  from.forEach((value, i) => {
    if (i % width >= (2 * width) / 3) to[i] = value;
  });
}

/** The same sizes for forward and gradient, own and given positions; `rows` are tensors shaped like qkv. */
function cases(placing: Placing, rows: readonly string[]): OpCase<RopeAttributes>[] {
  const sizes: [string, number, number, number, number][] = [
    ['scalar, a head size that is not a multiple of 8', 6, 3, 2, 12],
    ['one row, one head, one pair', 1, 1, 1, 2],
    ['vec4', 10, 5, 3, 8],
    ['vec4, several chunks and workgroups', 72, 36, 2, 16],
    ['scalar, several chunks', 66, 33, 1, 6],
  ];
  return sizes.map(([title, N, T, H, D]) => ({
    title,
    inputs: {
      ...Object.fromEntries(rows.map((name) => [name, { shape: [N, 3 * H * D] }])),
      qGain: { shape: [D] },
      kGain: { shape: [D] },
      table: { shape: [T, D], fill: { values: Array.from(ropeTable(T, D, 10_000)) } },
      ...(placing === 'given' && { positions: { shape: [N, 2], fill: { below: T } } }),
    },
    attrs: { T, H, epsilon: 1e-6 },
  }));
}

function gradientOp(placing: Placing): RopeOp {
  const name = `${NAMES[placing]}Grad`;
  return {
    name,
    inputs: [...INPUTS, ...POSITIONS[placing], 'drotated'],
    outputs: ['dqkv', 'dqGain', 'dkGain'],
    integer: POSITIONS[placing],
    shader: SHADERS[placing].register,
    infer(call) {
      const { N, D, width } = sizesOf(name, placing, call);
      expectShape(name, call, 'drotated', [N, width], 'qkv');
      return { dqkv: f32(N, width), dqGain: f32(D), dkGain: f32(D) };
    },
    scratch({ tensors, attrs }) {
      const [N] = tensors.qkv.shape;
      const [D] = tensors.qGain.shape;
      return { inverseRms: f32(N, 2 * attrs.H), partials: f32(Math.ceil(N / chunkRowsOf(attrs.H)), 2, D) };
    },
    variants: rowVariants,
    dispatches({ tensors, attrs: { T, H, epsilon } }, variant) {
      const [N] = tensors.qkv.shape;
      const [D] = tensors.qGain.shape;
      const chunkRows = chunkRowsOf(H);
      const chunks = Math.ceil(N / chunkRows);
      const partial = forHeads('gain_partials', D);
      return [
        dispatch(forHeads('qk_rope_grad', D).entry, N * 3 * H, { N, T, H, D, epsilon }),
        dispatch(partial.entry, (chunks * D) / partial.pairs, { N, T, H, D, chunks, chunkRows }),
        rowDispatch(SHADERS[placing], variant, 'gain_sum', 2 * D, { D, chunks }),
      ];
    },
    reference(t, call) {
      copyValues(t.drotated, t.dqkv, call.tensors.qkv.shape[1]);
      eachHead(call, (row, start, kind, D) => {
        const position = positionOf(placing, t, call, row, kind);
        const s = inverseRms(t.qkv, start, D, call.attrs.epsilon);
        const gain = kind === 'q' ? t.qGain : t.kGain;
        const dgain = kind === 'q' ? t.dqGain : t.dkGain;
        const dy = new Float64Array(D);
        for (let i = 0; i < D / 2; i++) {
          const cos = t.table[position * D + i];
          const sin = t.table[position * D + D / 2 + i];
          dy[i] = t.drotated[start + i] * cos + t.drotated[start + D / 2 + i] * sin;
          dy[i + D / 2] = t.drotated[start + D / 2 + i] * cos - t.drotated[start + i] * sin;
        }
        let mean = 0;
        for (let i = 0; i < D; i++) mean += (dy[i] * gain[i] * t.qkv[start + i] * s) / D;
        for (let i = 0; i < D; i++) {
          const normalised = t.qkv[start + i] * s;
          t.dqkv[start + i] = s * (dy[i] * gain[i] - normalised * mean);
          dgain[i] += dy[i] * normalised;
        }
      });
    },
    cases: cases(placing, ['qkv', 'drotated']),
  };
}

function forwardOp(placing: Placing, gradient: RopeOp): RopeOp {
  const name = NAMES[placing];
  return {
    name,
    inputs: [...INPUTS, ...POSITIONS[placing]],
    outputs: ['rotated'],
    integer: POSITIONS[placing],
    shader: SHADERS[placing].register,
    infer(call) {
      const { N, width } = sizesOf(name, placing, call);
      return { rotated: f32(N, width) };
    },
    dispatches({ tensors, attrs: { T, H, epsilon } }) {
      const [N] = tensors.qkv.shape;
      const [D] = tensors.qGain.shape;
      return [dispatch(forHeads('qk_rope', D).entry, N * 3 * H, { N, T, H, D, epsilon })];
    },
    vjp({ inputs, attrs, cotangents }) {
      const given = [...INPUTS, ...POSITIONS[placing]].map((input) => inputs[input]);
      const drotated = asTensor(name, cotangents.rotated!);
      const [dqkv, dqGain, dkGain] = inputs.qkv.tape.apply(gradient, [...given, drotated], attrs);
      return { qkv: dqkv, qGain: dqGain, kGain: dkGain };
    },
    reference(t, call) {
      copyValues(t.qkv, t.rotated, call.tensors.qkv.shape[1]);
      eachHead(call, (row, start, kind, D) => {
        const position = positionOf(placing, t, call, row, kind);
        const s = inverseRms(t.qkv, start, D, call.attrs.epsilon);
        const gain = kind === 'q' ? t.qGain : t.kGain;
        const y = (i: number) => t.qkv[start + i] * s * gain[i];
        for (let i = 0; i < D / 2; i++) {
          const cos = t.table[position * D + i];
          const sin = t.table[position * D + D / 2 + i];
          t.rotated[start + i] = y(i) * cos - y(i + D / 2) * sin;
          t.rotated[start + D / 2 + i] = y(i + D / 2) * cos + y(i) * sin;
        }
      });
    },
    cases: cases(placing, ['qkv']),
  };
}

/**
 * The gradient of `qkRope`: rotates drotated back, then the gradient of RMSNorm; the values' third is copied.
 *
 *     dqkv[N,3HD], dqGain[D], dkGain[D] = Σ over rows and heads of (drotated rotated back) · x̂
 */
export const qkRopeGradOp = gradientOp('own');

/**
 * Per-head RMSNorm of queries and keys (QK-norm), then rotary position embedding (Su et al., 2021) in the
 * rotate-half convention of Hugging Face's Qwen3; values are copied.
 *
 *     qkv[N,3HD] (row: q(H,D) | k(H,D) | v(H,D)), qGain[D], kGain[D], table[T,D] → rotated[N,3HD]
 *     y = x / √(mean_D(x²) + ε) · gain
 *     rotated_i = y_i·cos − y_{i+D/2}·sin,  rotated_{i+D/2} = y_{i+D/2}·cos + y_i·sin   for i < D/2
 *
 * The position of row r is r % T; row p of the table holds the D/2 cosines, then the D/2 sines (`ropeTable`).
 */
export const qkRopeOp = forwardOp('own', qkRopeGradOp);

/** The gradient of `qkRopeAt`: that of `qkRope` at the same positions. */
export const qkRopeAtGradOp = gradientOp('given');

/**
 * `qkRope` with the queries and keys of row r at positions[r] = (query, key), u32 [N,2], each below T; the table's rows
 * are T, whatever the length of a sequence. The scores of attention depend on query − key alone.
 */
export const qkRopeAtOp = forwardOp('given', qkRopeAtGradOp);

/** qkv[N,3HD] → the same shape, queries and keys normalised and rotated. */
export function qkRope(qkv: Value, qGain: Value, kGain: Value, table: Value, attrs: RopeAttributes): Value {
  return qkv.tape.apply(qkRopeOp, [qkv, qGain, kGain, table], attrs)[0];
}

/** The same with the position of each row's query and key, u32 [N, 2], each below the number of rows of the table. */
export function qkRopeAt(
  qkv: Value,
  qGain: Value,
  kGain: Value,
  table: Value,
  positions: Value,
  attrs: Omit<RopeAttributes, 'T'>,
): Value {
  const [T] = table.shape;
  return qkv.tape.apply(qkRopeAtOp, [qkv, qGain, kGain, table, positions], { T, ...attrs })[0];
}

/** [T, D], computed in f64: row p is cos(p·θ^(−2i/D)) for i < D/2, then the sines. */
export function ropeTable(T: number, D: number, theta: number): Float32Array {
  const table = new Float32Array(T * D);
  for (let p = 0; p < T; p++)
    for (let i = 0; i < D / 2; i++) {
      const angle = p * theta ** ((-2 * i) / D);
      table[p * D + i] = Math.cos(angle);
      table[p * D + D / 2 + i] = Math.sin(angle);
    }
  return table;
}
