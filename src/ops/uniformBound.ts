import source from '../../shaders/uniformBound.wgsl?raw';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectColumn, expectRank, expectRoot } from './refusals.ts';
import { rowDispatch, rowShaders, rowVariants } from './shader.ts';

/** The column that is no token (the extra BOS/[MASK] id), or −1. */
type BoundAttributes = { suppressed: number };
type BoundCall = Call<BoundAttributes>;

const INPUTS = ['logits', 'targets', 'noised', 'shares', 'weights'] as const;
const shaders = rowShaders('uniformBound.wgsl', source, ['partition']);

function sizesOf(op: string, call: BoundCall): [number, number] {
  const [N, V] = expectRank(op, call, 'logits', 'N, V');
  for (const name of INPUTS.slice(1)) expectShape(op, call, name, [N], 'the rows of logits');
  expectColumn(op, call.attrs.suppressed, V);
  return [N, V];
}

function rows(entry: string, { tensors, attrs }: BoundCall, variant: string) {
  const [N, V] = tensors.logits.shape;
  return [rowDispatch(shaders, variant, entry, N, { N, V, suppressed: attrs.suppressed })];
}

/** Loss of one row and its gradient with respect to the logits of the columns that are tokens; `read` is z. */
function boundOf(logits: readonly number[], target: number, read: number, share: number) {
  const n = logits.length;
  const top = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - top));
  const total = powers.reduce((sum, x) => sum + x, 0);
  const p = powers.map((x) => x / total);
  const alpha = 1 - share;
  const q = p.map((_, v) => share / n + (v === target ? alpha : 0));
  const model = p.map((x) => share / n + alpha * x);
  const ratio = q[read] / model[read];
  const divergence = q.reduce((sum, x, v) => sum + x * Math.log(x / model[v]), 0);
  const loss = (ratio - 1 - Math.log(ratio) + divergence) / (alpha * n * q[read]);
  const g = q.map((x, v) => (v === read ? (1 - ratio) / model[read] : 0) - x / model[v]);
  const mean = p.reduce((sum, x, v) => sum + x * g[v], 0);
  return { loss, gradient: p.map((x, v) => (x * (g[v] - mean)) / (n * q[read])) };
}

/** Calls `visit` for every row that has a weight, with its loss and gradient times that weight, all columns in it. */
function eachRow(
  t: Record<string, Float64Array>,
  { tensors, attrs: { suppressed } }: BoundCall,
  visit: (row: number, loss: number, gradient: (v: number) => number) => void,
): void {
  const [N, V] = tensors.logits.shape;
  const kept = Array.from({ length: V }, (_, v) => v).filter((v) => v !== suppressed);
  for (let row = 0; row < N; row++) {
    const weight = t.weights[row];
    if (weight === 0) continue;
    const logits = kept.map((v) => t.logits[row * V + v]);
    const [target, read] = [kept.indexOf(t.targets[row]), kept.indexOf(t.noised[row])];
    const { loss, gradient } = boundOf(logits, target, read, t.shares[row]);
    visit(row, weight * loss, (v) => (v === suppressed ? 0 : weight * gradient[kept.indexOf(v)]));
  }
}

function drawn(title: string, N: number, V: number, suppressed: number, normal = 2): OpCase<BoundAttributes> {
  const tokens = Math.max(1, suppressed < 0 ? V : V - 1);
  const cycle = (values: readonly number[]) => Array.from({ length: N }, (_, i) => values[i % values.length]);
  return {
    title,
    inputs: {
      logits: { shape: [N, V], fill: { normal } },
      targets: { shape: [N], fill: { below: tokens } },
      noised: { shape: [N], fill: { below: tokens } },
      shares: { shape: [N], fill: { values: cycle([0.25, 0.5, 0.03, 0.9, 0.75]) } },
      weights: { shape: [N], fill: { values: cycle([0.5, 1, 0, 3]) } },
    },
    attrs: { suppressed },
  };
}

const cases: OpCase<BoundAttributes>[] = [
  drawn('odd sizes, the last column suppressed', 7, 5, 4),
  drawn('one row', 1, 9, 8),
  drawn('one column', 3, 1, -1),
  drawn('nothing suppressed, more rows than a workgroup', 131, 6, -1),
  drawn('a wide vocabulary', 5, 200, 199),
  drawn('logits whose powers overflow', 9, 8, 7, 200),
  {
    title: 'a row of weight 0 with infinite and undefined logits',
    inputs: {
      logits: { shape: [2, 3], fill: { values: [Number.NaN, Number.POSITIVE_INFINITY, 0, 1, 2, 3] } },
      targets: { shape: [2], fill: { values: [0, 1] } },
      noised: { shape: [2], fill: { values: [0, 0] } },
      shares: { shape: [2], fill: { constant: 0.5 } },
      weights: { shape: [2], fill: { values: [0, 1] } },
    },
    attrs: { suppressed: 2 },
  },
];

/**
 * The integrand of the bound of uniform-noise diffusion and its gradient in one pass, with a weight for each row: the
 * continuous-time NELBO of UDLM (Schiff et al., 2024, eq. 15), put so that every term is at least 0.
 *
 *     logits[N,V], targets u32[N], noised u32[N], shares[N], weights[N] → rowLoss[N], dlogits[N,V]
 *     rowLoss = w/(α·n·q_z) · (ρ − 1 − ln ρ + KL(q‖q̂)),   ρ = q_z/q̂_z
 *
 * n is the number of tokens (the columns without the suppressed one), α = 1 − share, z = noised, q = α·onehot(target) +
 * share/n the law of z, q̂ = α·softmax(logits) + share/n, 0 < share < 1. Noise replaces a token at the rate −α′/α: w is
 * −α′(t), and the 1/α is left to the op, because in the gradient it cancels. Rows of weight 0 have loss 0 and gradient
 * 0, whatever their logits.
 * rowLoss can only be the root of a differentiation: its cotangent is all ones, so dlogits is the gradient itself.
 */
export const uniformBoundOp: Op<BoundAttributes> = {
  name: 'uniformBound',
  inputs: INPUTS,
  outputs: ['rowLoss', 'dlogits'],
  integer: ['targets', 'noised'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N, V] = sizesOf('uniformBound', call);
    return { rowLoss: f32(N), dlogits: f32(N, V) };
  },
  dispatches: (call, variant) => rows('uniform_bound', call, variant),
  vjp({ outputs, cotangents }) {
    expectRoot('uniformBound', cotangents);
    return { logits: outputs.dlogits };
  },
  reference(t, call) {
    const V = call.tensors.logits.shape[1];
    eachRow(t, call, (row, loss, gradient) => {
      t.rowLoss[row] = loss;
      for (let v = 0; v < V; v++) t.dlogits[row * V + v] = gradient(v);
    });
  },
  cases,
};

/** The loss of `uniformBound` alone, for evaluation: the same inputs → rowLoss[N]. */
export const uniformBoundLossOp: Op<BoundAttributes> = {
  name: 'uniformBoundLoss',
  inputs: INPUTS,
  outputs: ['rowLoss'],
  integer: ['targets', 'noised'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [N] = sizesOf('uniformBoundLoss', call);
    return { rowLoss: f32(N) };
  },
  dispatches: (call, variant) => rows('uniform_bound_loss', call, variant),
  reference(t, call) {
    eachRow(t, call, (row, loss) => {
      t.rowLoss[row] = loss;
    });
  },
  cases,
};

export interface BoundInputs {
  targets: Value;
  /** What the model has read. */
  noised: Value;
  /** 1 − α of each row. */
  shares: Value;
  weights: Value;
}

/** rowLoss[N], the root to differentiate from; `suppressed` is a column, or −1 for none. */
export function uniformBound(logits: Value, inputs: BoundInputs, suppressed: number): Value {
  const { targets, noised, shares, weights } = inputs;
  return logits.tape.apply(uniformBoundOp, [logits, targets, noised, shares, weights], { suppressed })[0];
}

/** rowLoss[N] without its gradient. */
export function uniformBoundLoss(logits: Value, inputs: BoundInputs, suppressed: number): Value {
  const { targets, noised, shares, weights } = inputs;
  return logits.tape.apply(uniformBoundLossOp, [logits, targets, noised, shares, weights], { suppressed })[0];
}
