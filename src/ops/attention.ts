import tileSource from '../../shaders/attention.tile.wgsl?raw';
import source from '../../shaders/attention.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { showShape } from '../core/shape.ts';
import { workgroups } from '../graph/dispatch.ts';
import { type Call, type Dispatch, f32, type KernelTraits, type Op, type OpCase, PLAIN_TRAITS } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { shader } from './shader.ts';

/**
 * Multi-head attention on packed rows: qkv[N, 3C], a row being q (H, D) | k (H, D) | v (H, D), N = B·T.
 *   o[N, C] = softmax(q·kᵀ/√D) · v per head;  lse[N, H] = logsumexp of the scaled scores of each query
 * `causal` 1: position i sees only positions ≤ i; 0: all of its sequence.
 */
interface Attributes extends Record<string, number> {
  T: number;
  H: number;
  causal: number;
}

/** Threads in a workgroup: small, because neighbouring queries of a causal head do unequal work. */
const WORKGROUP = 32;
const MAX_HEAD = 128;

/** The shader with the snippet that holds heads of up to D numbers. */
const BY_HEAD_SIZE = [
  { limit: 16, wgsl: shader('attention.wgsl', source, ['attention', 'head16']) },
  { limit: 32, wgsl: shader('attention.wgsl', source, ['attention', 'head32']) },
  { limit: MAX_HEAD, wgsl: shader('attention.wgsl', source, ['attention', 'headAny']) },
] as const;

const tileShader = shader('attention.tile.wgsl', tileSource, ['attention']);

/** Bytes of workgroup memory that each variant with tiles was made for; `tile` fits every device. */
const TILE_BYTES: Readonly<Record<string, number>> = { tile: PLAIN_TRAITS.workgroupBytes, largeTile: 32_768 };

/** Own positions of a workgroup, and positions of the other side that it takes at a time, best first. */
const BLOCKS = [
  [32, 32],
  [32, 16],
  [16, 16],
  [16, 8],
  [8, 8],
] as const;

function dims({ tensors, attrs: { T, H } }: Call<Attributes>) {
  const [N, width] = tensors.qkv.shape;
  const C = width / 3;
  return { B: N / T, T, H, D: C / H, C, N };
}

function refuse(op: string, call: Call<Attributes>): void {
  const { B, H, D } = dims(call);
  const got = showShape(call.tensors.qkv.shape);
  if (!Number.isInteger(B)) throw badInput(`${op}: qkv must have a multiple of T = ${call.attrs.T} rows; got ${got}`);
  if (!Number.isInteger(D) || D % 4 !== 0 || D > MAX_HEAD)
    throw badInput(`${op}: the head size must be a multiple of 4 up to ${MAX_HEAD}; got ${got} with ${H} heads`);
}

function registers(entry: string, share: number, call: Call<Attributes>): Dispatch {
  const { B, T, H, D } = dims(call);
  const { wgsl, limit } = BY_HEAD_SIZE.find((each) => D <= each.limit)!;
  // A large head fills the registers (and a software adapter's compile time) alone.
  const SHARE = limit === MAX_HEAD ? 1 : share;
  const constants = { B, T, H, D, CAUSAL: call.attrs.causal, WG: WORKGROUP, SHARE };
  return { entry, constants, shader: wgsl, workgroups: workgroups(B * H * Math.ceil(T / SHARE), WORKGROUP) };
}

/** The largest blocks of heads of D, `owned` matrices of them the workgroup's own, that fit the variant's memory. */
function blocksOf(D: number, owned: number, variant: string): readonly [rows: number, columns: number] {
  const odd = (n: number) => n + 1 - (n % 2);
  const vec4s = (rows: number, columns: number) => (owned * rows + columns) * odd(D / 4) + rows * odd(columns / 4);
  return BLOCKS.find(([rows, columns]) => 16 * vec4s(rows, columns) + 12 * rows <= TILE_BYTES[variant])!;
}

function tiles(entry: string, owned: number, call: Call<Attributes>, variant: string): Dispatch {
  const { B, T, H, D } = dims(call);
  const [ROWS, COLUMNS] = blocksOf(D, owned, variant);
  const threads = (ROWS / 4) * (D / 4);
  const constants = { B, T, H, D, CAUSAL: call.attrs.causal, ROWS, COLUMNS, OWNED: owned, WG: threads };
  return { entry, constants, shader: tileShader, workgroups: workgroups(B * H * Math.ceil(T / ROWS), 1) };
}

/** Sequences that leave more than half of a tile idle are for registers. */
const LEAST_TILED = 16;

/** `register` needs no barrier; the tiles share workgroup memory, the large ones where more of it makes a difference. */
function variants(owned: number, call: Call<Attributes>, { workgroupBytes }: KernelTraits): string[] {
  const { T, D } = dims(call);
  if (T < LEAST_TILED) return ['register'];
  const larger = blocksOf(D, owned, 'largeTile') !== blocksOf(D, owned, 'tile');
  return ['register', 'tile', ...(larger && workgroupBytes >= TILE_BYTES.largeTile ? ['largeTile'] : [])];
}

/** Pairs (query, key) that attend, over all sequences and heads. */
function pairs(call: Call<Attributes>): number {
  const { B, T, H } = dims(call);
  return B * H * (call.attrs.causal ? (T * (T + 1)) / 2 : T * T);
}

/** Calls `visit` for each query of each head with its scaled scores over the keys it may see. */
function eachQuery(
  qkv: Float64Array,
  call: Call<Attributes>,
  visit: (at: { head: number; i: number; first: number; scores: number[] }) => void,
): void {
  const { B, T, H, D, C } = dims(call);
  for (let b = 0; b < B; b++) {
    for (let head = 0; head < H; head++) {
      for (let i = 0; i < T; i++) {
        const scores: number[] = [];
        for (let j = 0; j < (call.attrs.causal ? i + 1 : T); j++) {
          let dot = 0;
          for (let d = 0; d < D; d++)
            dot += qkv[(b * T + i) * 3 * C + head * D + d] * qkv[(b * T + j) * 3 * C + C + head * D + d];
          scores.push(dot / Math.sqrt(D));
        }
        visit({ head, i, first: b * T, scores });
      }
    }
  }
}

const CAUSAL = [1];
const BOTH = [0, 1];

/** A software adapter compiles tiles slowly: few cases have more than LEAST_TILED positions, each with edges of its own. */
const CASES: readonly [title: string, B: number, T: number, H: number, D: number, masks: readonly number[]][] = [
  ['one position', 1, 1, 1, 4, BOTH],
  ['odd positions, odd heads', 2, 7, 3, 4, BOTH],
  ['a head size that is no power of two', 2, 9, 2, 12, BOTH],
  ['heads of 32', 2, 5, 2, 32, BOTH],
  ['heads of 28', 1, 6, 1, 28, BOTH],
  ['heads of 48', 1, 5, 1, 48, BOTH],
  ['large heads', 1, 5, 1, 128, BOTH],
  ['more than one workgroup', 3, 33, 2, 16, BOTH],
  ['one position more than two tiles', 1, 65, 1, 20, CAUSAL],
  ['large heads, in tiles', 1, 34, 1, 128, CAUSAL],
];

function cases(inputs: (N: number, C: number, H: number) => OpCase['inputs']): OpCase<Attributes>[] {
  return CASES.flatMap(([title, B, T, H, D, masks]) =>
    masks.map((causal) => ({
      title: `${title}, ${causal ? 'causal' : 'bidirectional'}`,
      inputs: inputs(B * T, H * D, H),
      attrs: { T, H, causal },
    })),
  );
}

export const attentionOp: Op<Attributes> = {
  name: 'attention',
  inputs: ['qkv'],
  outputs: ['o', 'lse'],
  shader: BY_HEAD_SIZE[2].wgsl,
  infer(call) {
    refuse('attention', call);
    const { N, C, H } = dims(call);
    return { o: f32(N, C), lse: f32(N, H) };
  },
  variants: (call, traits) => variants(1, call, traits),
  dispatches: (call, variant) => [
    variant === 'register' ? registers('forward', 4, call) : tiles('forward', 1, call, variant),
  ],
  vjp({ inputs: { qkv }, outputs: { o, lse }, attrs, cotangents }) {
    const dout = cotangents.o;
    if (!dout || dout === 'ones' || cotangents.lse)
      throw badInput('attention: the cotangent must be a tensor like o, and lse cannot be differentiated');
    return { qkv: dout.tape.apply(attentionGradOp, [qkv, o, dout, lse], attrs)[0] };
  },
  reference(t, call) {
    const { H, D, C } = dims(call);
    eachQuery(t.qkv, call, ({ head, i, first, scores }) => {
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, s) => sum + Math.exp(s - largest), 0);
      t.lse[(first + i) * H + head] = largest + Math.log(total);
      scores.forEach((score, j) => {
        const p = Math.exp(score - largest) / total;
        for (let d = 0; d < D; d++)
          t.o[(first + i) * C + head * D + d] += p * t.qkv[(first + j) * 3 * C + 2 * C + head * D + d];
      });
    });
  },
  flops: (call) => 4 * dims(call).D * pairs(call),
  cases: cases((N, C) => ({ qkv: { shape: [N, 3 * C] } })),
};

/** Cotangent of qkv from that of o. Probabilities are recomputed from lse; counted as twice the forward. */
export const attentionGradOp: Op<Attributes> = {
  name: 'attentionGrad',
  inputs: ['qkv', 'out', 'dout', 'logsum'],
  outputs: ['dqkv'],
  shader: BY_HEAD_SIZE[2].wgsl,
  infer(call) {
    refuse('attentionGrad', call);
    const { N, C, H } = dims(call);
    expectShape('attentionGrad', call, 'out', [N, C]);
    expectShape('attentionGrad', call, 'dout', [N, C]);
    expectShape('attentionGrad', call, 'logsum', [N, H]);
    return { dqkv: f32(N, 3 * C) };
  },
  scratch: (call) => ({ delta: f32(dims(call).N, call.attrs.H) }),
  variants: (call, traits) => variants(2, call, traits),
  dispatches: (call, variant) =>
    ['grad_query', 'grad_key_value'].map((entry) =>
      variant === 'register' ? registers(entry, 2, call) : tiles(entry, 2, call, variant),
    ),
  reference(t, call) {
    const { H, D, C } = dims(call);
    eachQuery(t.qkv, call, ({ head, i, first, scores }) => {
      const query = (first + i) * 3 * C + head * D;
      const o = (first + i) * C + head * D;
      let delta = 0;
      for (let d = 0; d < D; d++) delta += t.dout[o + d] * t.out[o + d];
      scores.forEach((score, j) => {
        const key = (first + j) * 3 * C + C + head * D;
        const value = key + C;
        const p = Math.exp(score - t.logsum[(first + i) * H + head]);
        let dp = 0;
        for (let d = 0; d < D; d++) dp += t.dout[o + d] * t.qkv[value + d];
        const ds = (p * (dp - delta)) / Math.sqrt(D);
        for (let d = 0; d < D; d++) {
          t.dqkv[query + d] += ds * t.qkv[key + d];
          t.dqkv[key + d] += ds * t.qkv[query + d];
          t.dqkv[value + d] += p * t.dout[o + d];
        }
      });
    });
  },
  flops: (call) => 8 * dims(call).D * pairs(call),
  cases: cases((N, C, H) => ({
    qkv: { shape: [N, 3 * C] },
    out: { shape: [N, C] },
    dout: { shape: [N, C] },
    // Large enough that exp(score − logsum) stays moderate for made-up inputs.
    logsum: { shape: [N, H], fill: { constant: 4 } },
  })),
};

/** Attention over each sequence of T rows; see the op. */
export function attention(qkv: Value, attrs: Attributes): Value {
  return qkv.tape.apply(attentionOp, [qkv], attrs)[0];
}
