import { elements } from '../core/shape.ts';
import { type Call, PLAIN_TRAITS } from '../graph/op.ts';
import type { GraphNode } from '../graph/tape.ts';
import type { KernelName } from './kernels.ts';
import { type Split, stridesOf } from './split.ts';

/** The address of a tensor by the op's own name for it, of the kernel's `workspace`, or of the `step`'s scalars. */
export type Locate = (name: string) => number;

/** Which kernel an op is, and what it is called with. */
export interface Lowering {
  kernel: KernelName;
  /** Numbers of temporary memory that the kernel wants. */
  workspace?: (call: Call) => number;
  args: (call: Call, at: Locate, node: GraphNode) => number[];
  /** How several threads share the call; absent where it sums over what they would share, or is quick. */
  split?: (call: Call) => Cut;
}

/** A `Split` but for the temporary memory, which the program knows. */
type Cut = Omit<Split, 'workspaceBytes'>;

/** Blocks of src/cpu/assembly/matmul.ts and attention.ts. */
const ROWS = 64;
const DEPTH = 128;
const COLUMNS = 512;
const QUERIES = 32;

const padded = (columns: number): number => Math.ceil(columns / 8) * 8;

/** The op's tensors in order, followed by numbers that the call decides. */
function plain(
  kernel: KernelName,
  tensors: readonly string[],
  numbers: (call: Call, node: GraphNode) => number[],
): Lowering {
  return { kernel, args: (call, at, node) => [...tensors.map(at), ...numbers(call, node)] };
}

/**
 * `plain`, its first number the rows that threads share. `shared` names the tensors that every row reads;
 * `each`: how many multiplications a number of the first tensor takes, about.
 */
function byRows(
  kernel: KernelName,
  tensors: readonly string[],
  numbers: (call: Call, node: GraphNode) => number[],
  { each, shared = [] }: { each: number; shared?: readonly string[] },
): Lowering {
  return {
    ...plain(kernel, tensors, numbers),
    split(call) {
      const { shape } = call.tensors[tensors[0]];
      const own = Object.fromEntries([...tensors.entries()].filter(([, name]) => !shared.includes(name)));
      return {
        pieces: shape[0],
        count: tensors.length,
        strides: stridesOf(call, own, shape[0]),
        work: each * elements(shape),
      };
    },
  };
}

/** The constants of the op's first dispatch: what it computes from its attributes for every executor. */
const constantsOf = (call: Call, { op }: GraphNode) =>
  op.dispatches(call, op.variants?.(call, PLAIN_TRAITS)[0] ?? '')[0].constants;

function product(layout: 'NT' | 'NN' | 'TN'): Lowering {
  const sizes = ({ tensors: { x, w, y } }: Call) => ({
    M: y.shape[0],
    K: layout === 'TN' ? x.shape[0] : x.shape[1],
    P: y.shape[1],
    xWidth: x.shape[1],
    wWidth: w.shape[1],
  });
  return {
    kernel: 'matmul',
    workspace(call) {
      const { K, P } = sizes(call);
      return Math.min(DEPTH, K) * (padded(Math.min(COLUMNS, P)) + (layout === 'TN' ? ROWS : 0));
    },
    args(call, at) {
      const { M, K, P, xWidth, wWidth } = sizes(call);
      const x = layout === 'TN' ? [4, 4 * xWidth] : [4 * xWidth, 4];
      const w = layout === 'NT' ? [4, 4 * wWidth] : [4 * wWidth, 4];
      return [at('x'), at('w'), at('y'), M, K, P, ...x, ...w, at('workspace')];
    },
    split(call) {
      const { M, K, P, xWidth } = sizes(call);
      const strides = { 0: layout === 'TN' ? 4 : 4 * xWidth, 2: 4 * P };
      return { pieces: M, count: 3, strides, grain: 4, work: M * K * P };
    },
  };
}

function heads({ tensors: { qkv }, attrs: { T, H, causal } }: Call) {
  const [N, width] = qkv.shape;
  return { B: N / T, T, H, D: width / (3 * H), causal };
}

/** `products`: how many of T·T·D multiplications a head takes. */
function attend(
  kernel: KernelName,
  tensors: readonly string[],
  products: number,
  workspace: (T: number, D: number) => number,
): Lowering {
  return {
    kernel,
    workspace(call) {
      const { T, D } = heads(call);
      return workspace(T, D);
    },
    args(call, at) {
      const { B, T, H, D, causal } = heads(call);
      return [...tensors.map(at), B, T, H, D, causal, at('workspace')];
    },
    split(call) {
      const { B, T, H, D } = heads(call);
      const strides = stridesOf(call, { ...tensors }, B);
      return { pieces: B, count: tensors.length, strides, work: products * B * H * T * T * D };
    },
  };
}

const rows = ({ tensors: { x }, attrs: { epsilon } }: Call) => [...x.shape, epsilon];
const gates = ({ tensors: { gateUp } }: Call) => [gateUp.shape[0], gateUp.shape[1] / 2];
const slots = ({ tensors: { qkv, qGain }, attrs: { T, H, epsilon } }: Call) => [
  qkv.shape[0],
  T,
  H,
  qGain.shape[0],
  epsilon,
];
/** What RoPE reads, the positions where they are given, and the rest of the kernel's tensors. */
function rotation(kernel: KernelName, rest: readonly string[], given: boolean): Lowering {
  return {
    kernel,
    args: (call, at) => [
      ...['qkv', 'qGain', 'kGain', 'table'].map(at),
      given ? at('positions') : 0,
      ...rest.map(at),
      ...slots(call),
    ],
  };
}

/** Of `rotation` without sums; a row's position is its number, unless positions are given, so that sequences stay whole. */
const rotatedRows =
  (given: boolean) =>
  (call: Call): Cut => {
    const { shape } = call.tensors.qkv;
    const own = { 0: 'qkv', ...(given && { 4: 'positions' }), 5: 'rotated' };
    return {
      pieces: shape[0],
      count: 6,
      strides: stridesOf(call, own, shape[0]),
      grain: given ? 1 : call.attrs.T,
      work: 8 * elements(shape),
    };
  };

const columns = ({ tensors: { logits }, attrs: { suppressed } }: Call) => [...logits.shape, suppressed];

/** The bound of uniform noise; `gradient` names where its gradient goes, if it is wanted. */
function bound(gradient: readonly string[]): Lowering {
  return {
    kernel: 'uniformBound',
    workspace: ({ tensors: { logits } }) => logits.shape[1],
    args(call, at, { op }) {
      return [
        ...[...op.inputs, 'rowLoss'].map(at),
        ...(gradient.length ? gradient.map(at) : [0]),
        ...columns(call),
        at('workspace'),
      ];
    },
  };
}

/** NT and NN of the experts; TN sums over their rows. */
function expertRows(layout: 'NT' | 'NN'): Lowering {
  const { workspace } = product(layout);
  return {
    kernel: 'expertsRows',
    workspace: workspace!,
    args({ tensors: { x, w, y, starts } }, at) {
      const E = starts.shape[0] - 1;
      const [S, K] = x.shape;
      const [lines, width] = w.shape;
      const strides = layout === 'NT' ? [4, 4 * width] : [4 * width, 4];
      const expert = (4 * lines * width) / E;
      return [...['x', 'w', 'starts', 'y'].map(at), E, S, K, y.shape[1], ...strides, expert, at('workspace')];
    },
  };
}

const pairs = (row: string) => (call: Call) => {
  const { slot } = call.tensors;
  const [S, C] = call.tensors[row].shape;
  return [...slot.shape, S, C];
};

/** Every op of `src/ops`, by name. */
export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  embedding: plain('embedding', ['ids', 'table', 'x'], ({ tensors: { ids, table } }) => [...ids.shape, ...table.shape]),
  embeddingGrad: plain('embeddingGrad', ['ids', 'dx', 'dtable'], ({ tensors: { ids, dtable } }) => [
    ...ids.shape,
    ...dtable.shape,
  ]),
  rmsNorm: byRows('rmsNorm', ['x', 'gain', 'n'], rows, { each: 4, shared: ['gain'] }),
  residualNorm: byRows('residualNorm', ['x', 'r', 'gain', 'h', 'n'], rows, { each: 4, shared: ['gain'] }),
  rmsNormGrad: {
    kernel: 'rmsNormGrad',
    args: (call, at) => [at('x'), at('gain'), at('dn'), 0, at('dx'), at('dgain'), ...rows(call)],
  },
  residualNormGrad: plain('rmsNormGrad', ['x', 'gain', 'dn', 'dh', 'dx', 'dgain'], rows),
  qkRope: { ...rotation('qkRope', ['rotated'], false), split: rotatedRows(false) },
  qkRopeGrad: rotation('qkRopeGrad', ['drotated', 'dqkv', 'dqGain', 'dkGain'], false),
  qkRopeAt: { ...rotation('qkRope', ['rotated'], true), split: rotatedRows(true) },
  qkRopeAtGrad: rotation('qkRopeGrad', ['drotated', 'dqkv', 'dqGain', 'dkGain'], true),
  attention: attend('attention', ['qkv', 'o', 'lse'], 2, (T, D) => padded(T) * D + T * padded(D) + 4 * padded(T)),
  attentionGrad: attend(
    'attentionGrad',
    ['qkv', 'out', 'dout', 'logsum', 'dqkv'],
    5,
    (T, D) => 2 * padded(T) * D + T * padded(D) + 2 * QUERIES * (padded(D) + padded(T)),
  ),
  matmulNT: product('NT'),
  matmulNN: product('NN'),
  matmulTN: product('TN'),
  expertsNT: expertRows('NT'),
  expertsNN: expertRows('NN'),
  expertsTN: {
    kernel: 'expertsSums',
    workspace: product('TN').workspace!,
    args({ tensors: { x, w, starts } }, at) {
      const sizes = [starts.shape[0] - 1, x.shape[1], w.shape[1]];
      return [...['x', 'w', 'starts', 'y'].map(at), ...sizes, at('workspace')];
    },
  },
  softmax: plain('softmax', ['x', 'p'], ({ tensors: { x } }) => [...x.shape]),
  softmaxGrad: plain('softmaxGrad', ['y', 'dy', 'dx'], ({ tensors: { y } }) => [...y.shape]),
  route: plain('route', ['p', 'choice', 'gates'], ({ tensors: { p }, attrs: { k } }) => [...p.shape, k]),
  routeGrad: plain('routeGrad', ['p', 'chosen', 'dgates', 'dp'], ({ tensors: { p, chosen } }) => [
    ...p.shape,
    chosen.shape[1],
  ]),
  assign: {
    kernel: 'assign',
    workspace: ({ attrs: { E } }) => 2 * E,
    args(call, at, node) {
      const { E, pairs, sequence, capacity, S } = constantsOf(call, node);
      const tensors = ['choice', 'slot', 'source', 'starts', 'asked'].map(at);
      return [...tensors, E, pairs, sequence, capacity, S, at('workspace')];
    },
  },
  chooseTokens: plain('chooseTokens', ['p', 'slot', 'source', 'starts'], ({ tensors: { p }, attrs: { T, c } }) => [
    ...p.shape,
    T,
    c,
  ]),
  gatherRows: plain('gatherRows', ['x', 'source', 'y'], pairs('y')),
  gatherRowsGrad: {
    kernel: 'combine',
    args: (call, at) => [at('dy'), 0, at('slot'), at('dx'), ...pairs('dy')(call)],
  },
  combine: plain('combine', ['y', 'gates', 'slot', 'mixed'], pairs('y')),
  combineGrad: plain('combineGrad', ['y', 'gates', 'slot', 'dmixed', 'dy', 'dgates'], pairs('y')),
  routerLoss: plain('routerLoss', ['logits', 'asked', 'rowLoss', 'dlogits'], (call, node) => {
    const { N, E, perPair, balance, z } = constantsOf(call, node);
    return [N, E, perPair, balance, z];
  }),
  countDropped: {
    kernel: 'countDropped',
    args(call, at, node) {
      const { E, pairs: all, weight } = constantsOf(call, node);
      return [at('starts'), at('ring'), E, all, weight, at('step')];
    },
  },
  swiglu: byRows('swiglu', ['gateUp', 'y'], gates, { each: 8 }),
  swigluGrad: byRows('swigluGrad', ['gateUp', 'dy', 'dgateUp'], gates, { each: 8 }),
  add: plain('add', ['a', 'b', 'y'], ({ tensors: { y } }) => [elements(y.shape)]),
  dropout: {
    kernel: 'dropout',
    args(call, at, node) {
      const { size, site, threshold, scale } = constantsOf(call, node);
      return [at('x'), at('y'), size, site, threshold, scale, at('step')];
    },
  },
  crossEntropy: byRows('crossEntropy', ['logits', 'targets', 'weights', 'rowLoss', 'dlogits'], columns, { each: 16 }),
  crossEntropyLoss: {
    kernel: 'crossEntropy',
    args: (call, at) => [at('logits'), at('targets'), at('weights'), at('rowLoss'), 0, ...columns(call)],
  },
  uniformBound: bound(['dlogits']),
  uniformBoundLoss: bound([]),
  gradNorm: plain('gradNorm', ['grads', 'norm'], ({ tensors: { grads } }) => [...grads.shape]),
  metrics: {
    kernel: 'metrics',
    args: ({ tensors }, at) => [...['rowLoss', 'norm', 'ring', 'guard'].map(at), tensors.rowLoss.shape[0], at('step')],
  },
  adamw: {
    kernel: 'adamw',
    args(call, at, node) {
      const { decayEnd, beta1, beta2, rest1, rest2, epsilon, weightDecay } = constantsOf(call, node);
      const scalars = [decayEnd, beta1, beta2, rest1, rest2, epsilon, weightDecay];
      return [...node.op.inputs.map(at), call.tensors.params.shape[0], ...scalars, at('step')];
    },
  },
  ema: {
    kernel: 'ema',
    args: ({ tensors }, at) => [at('ema'), at('params'), at('guard'), tensors.params.shape[0], at('step')],
  },
};
