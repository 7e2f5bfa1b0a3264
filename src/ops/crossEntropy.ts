import source from '../../shaders/crossEntropy.wgsl?raw';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectColumn, expectRank, expectRoot } from './refusals.ts';
import { rowDispatch, rowShaders, rowVariants } from './shader.ts';

/** The column that takes no part in the softmax (the extra BOS/[MASK] id), or −1. */
type LossAttributes = { suppressed: number };
type LossCall = Call<LossAttributes>;

const shaders = rowShaders('crossEntropy.wgsl', source, ['partition']);

function sizesOf(op: string, call: LossCall): [number, number] {
  const [N, V] = expectRank(op, call, 'logits', 'N, V');
  expectShape(op, call, 'targets', [N], 'the rows of logits');
  expectShape(op, call, 'weights', [N], 'the rows of logits');
  expectColumn(op, call.attrs.suppressed, V);
  return [N, V];
}

function rows(entry: string, { tensors, attrs }: LossCall, variant: string) {
  const [N, V] = tensors.logits.shape;
  return [rowDispatch(shaders, variant, entry, N, { N, V, suppressed: attrs.suppressed })];
}

/** Softmax of row `row` without the suppressed column, and the logarithm of its denominator. */
function softmax(logits: Float64Array, row: number, V: number, suppressed: number): { p: number[]; logTotal: number } {
  const kept = Array.from(logits.subarray(row * V, (row + 1) * V), (x, v) => (v === suppressed ? -Infinity : x));
  const top = Math.max(...kept);
  const logTotal = top + Math.log(kept.reduce((sum, x) => sum + Math.exp(x - top), 0));
  return { p: kept.map((x) => Math.exp(x - logTotal)), logTotal };
}

function drawn(title: string, N: number, V: number, suppressed: number, normal = 2): OpCase<LossAttributes> {
  return {
    title,
    inputs: {
      logits: { shape: [N, V], fill: { normal } },
      targets: { shape: [N], fill: { below: Math.max(1, suppressed < 0 ? V : V - 1) } },
      weights: { shape: [N], fill: { values: Array.from({ length: N }, (_, i) => [0.5, 1, 0, 3][i % 4]) } },
    },
    attrs: { suppressed },
  };
}

const cases: OpCase<LossAttributes>[] = [
  drawn('odd sizes, the last column suppressed', 7, 5, 4),
  drawn('one row', 1, 9, 8),
  drawn('one column', 3, 1, -1),
  drawn('nothing suppressed, more rows than a workgroup', 131, 6, -1),
  drawn('a wide vocabulary', 3, 200, 199),
  drawn('logits whose powers overflow', 9, 8, 7, 200),
  {
    title: 'a row of weight 0 with infinite and undefined logits',
    inputs: {
      logits: { shape: [2, 3], fill: { values: [Number.NaN, Number.POSITIVE_INFINITY, 0, 1, 2, 3] } },
      targets: { shape: [2], fill: { values: [0, 1] } },
      weights: { shape: [2], fill: { values: [0, 1] } },
    },
    attrs: { suppressed: 2 },
  },
];

/**
 * Softmax cross-entropy and its gradient in one pass, with a weight for each row. The targets never name the
 * suppressed column, whose loss would be infinite.
 *
 *     logits[N,V], targets u32[N], weights[N] → rowLoss[N] = w·(−ln p_target), dlogits[N,V] = w·(p − onehot(target))
 *
 * p is the softmax of the row without the suppressed column (the SUBS parameterisation of Sahoo et al., 2024),
 * which has probability 0 and gradient 0. Rows of weight 0 have loss 0 and gradient 0, whatever their logits.
 * rowLoss can only be the root of a differentiation: its cotangent is all ones, so dlogits is the gradient itself.
 */
export const crossEntropyOp: Op<LossAttributes> = {
  name: 'crossEntropy',
  inputs: ['logits', 'targets', 'weights'],
  outputs: ['rowLoss', 'dlogits'],
  integer: ['targets'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, V] = sizesOf('crossEntropy', call);
    return { rowLoss: f32(N), dlogits: f32(N, V) };
  },
  dispatches: (call, variant) => rows('cross_entropy', call, variant),
  vjp({ outputs, cotangents }) {
    expectRoot('crossEntropy', cotangents);
    return { logits: outputs.dlogits };
  },
  reference(t, { tensors, attrs }) {
    const [N, V] = tensors.logits.shape;
    for (let row = 0; row < N; row++) {
      if (t.weights[row] === 0) continue;
      const { p, logTotal } = softmax(t.logits, row, V, attrs.suppressed);
      t.rowLoss[row] = t.weights[row] * (logTotal - t.logits[row * V + t.targets[row]]);
      for (let v = 0; v < V; v++) t.dlogits[row * V + v] = t.weights[row] * (p[v] - (v === t.targets[row] ? 1 : 0));
    }
  },
  cases,
};

/** The loss of `crossEntropy` alone, for evaluation: logits[N,V], targets u32[N], weights[N] → rowLoss[N]. */
export const crossEntropyLossOp: Op<LossAttributes> = {
  name: 'crossEntropyLoss',
  inputs: ['logits', 'targets', 'weights'],
  outputs: ['rowLoss'],
  integer: ['targets'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N] = sizesOf('crossEntropyLoss', call);
    return { rowLoss: f32(N) };
  },
  dispatches: (call, variant) => rows('cross_entropy_loss', call, variant),
  reference(t, { tensors, attrs }) {
    const [N, V] = tensors.logits.shape;
    for (let row = 0; row < N; row++) {
      if (t.weights[row] === 0) continue;
      const { logTotal } = softmax(t.logits, row, V, attrs.suppressed);
      t.rowLoss[row] = t.weights[row] * (logTotal - t.logits[row * V + t.targets[row]]);
    }
  },
  cases,
};

/** rowLoss[N], the root to differentiate from, and dlogits[N,V]; `suppressed` is a column, or −1 for none. */
export function crossEntropy(
  logits: Value,
  targets: Value,
  weights: Value,
  suppressed: number,
): { rowLoss: Value; dlogits: Value } {
  const [rowLoss, dlogits] = logits.tape.apply(crossEntropyOp, [logits, targets, weights], { suppressed });
  return { rowLoss, dlogits };
}

/** rowLoss[N] without its gradient. */
export function crossEntropyLoss(logits: Value, targets: Value, weights: Value, suppressed: number): Value {
  return logits.tape.apply(crossEntropyLossOp, [logits, targets, weights], { suppressed })[0];
}
