import source from '../../shaders/attention.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { showShape } from '../core/shape.ts';
import { workgroups } from '../graph/dispatch.ts';
import { type Call, type Dispatch, f32, type Op, type OpCase } from '../graph/op.ts';
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
  { limit: 16, wgsl: shader('attention.wgsl', source, ['head16']) },
  { limit: 32, wgsl: shader('attention.wgsl', source, ['head32']) },
  { limit: MAX_HEAD, wgsl: shader('attention.wgsl', source, ['headAny']) },
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

function heads(entry: string, call: Call<Attributes>): Dispatch {
  const { B, T, H, D } = dims(call);
  const constants = { B, T, H, D, CAUSAL: call.attrs.causal, WG: WORKGROUP };
  const { wgsl } = BY_HEAD_SIZE.find(({ limit }) => D <= limit)!;
  return { entry, constants, shader: wgsl, workgroups: workgroups(B * T * H, WORKGROUP) };
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

const CASES: readonly [title: string, B: number, T: number, H: number, D: number][] = [
  ['one position', 1, 1, 1, 4],
  ['odd positions, odd heads', 2, 7, 3, 4],
  ['a head size that is no power of two', 2, 9, 2, 12],
  ['more than one workgroup', 3, 33, 2, 16],
  ['heads of 32', 2, 5, 2, 32],
  ['heads of 28', 1, 6, 1, 28],
  ['large heads', 1, 5, 1, 128],
];

function cases(inputs: (N: number, C: number, H: number) => OpCase['inputs']): OpCase<Attributes>[] {
  return CASES.flatMap(([title, B, T, H, D]) =>
    [0, 1].map((causal) => ({
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
  dispatches: (call) => [heads('forward', call)],
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
  dispatches: (call) => [heads('grad_query', call), heads('grad_key_value', call)],
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
