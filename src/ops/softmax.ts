import source from '../../shaders/softmax.wgsl?raw';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

const wgsl = shader('softmax.wgsl', source);

function rows(entry: string, { tensors }: Call, name: string) {
  const [N, E] = tensors[name].shape;
  return [dispatch(entry, N, { N, E })];
}

const SIZES: readonly [title: string, N: number, E: number, normal: number][] = [
  ['odd sizes', 7, 5, 1],
  ['one column', 3, 1, 1],
  ['more rows than a workgroup', 131, 8, 2],
  ['numbers whose powers overflow', 4, 6, 200],
];

const cases = (inputs: (N: number, E: number, normal: number) => OpCase['inputs']): OpCase[] =>
  SIZES.map(([title, N, E, normal]) => ({ title, inputs: inputs(N, E, normal), attrs: {} }));

/** The gradient of `softmax`: y[N,E] its result, dy[N,E] → dx[N,E] = y·(dy − Σ y·dy). */
export const softmaxGradOp: Op = {
  name: 'softmaxGrad',
  inputs: ['y', 'dy'],
  outputs: ['dx'],
  shader: wgsl,
  infer(call) {
    const [N, E] = expectRank('softmaxGrad', call, 'y', 'N, E');
    expectShape('softmaxGrad', call, 'dy', [N, E], 'y');
    return { dx: f32(N, E) };
  },
  dispatches: (call) => rows('softmax_grad', call, 'y'),
  reference(t, { tensors }) {
    const [N, E] = tensors.y.shape;
    for (let row = 0; row < N; row++) {
      let mean = 0;
      for (let i = row * E; i < (row + 1) * E; i++) mean += t.y[i] * t.dy[i];
      for (let i = row * E; i < (row + 1) * E; i++) t.dx[i] = t.y[i] * (t.dy[i] - mean);
    }
  },
  cases: cases((N, E) => ({ y: { shape: [N, E] }, dy: { shape: [N, E] } })),
};

/** Softmax of each row: x[N,E] → p[N,E]. For short rows: an invocation takes one alone. */
export const softmaxOp: Op = {
  name: 'softmax',
  inputs: ['x'],
  outputs: ['p'],
  shader: wgsl,
  infer(call) {
    const [N, E] = expectRank('softmax', call, 'x', 'N, E');
    return { p: f32(N, E) };
  },
  dispatches: (call) => rows('softmax', call, 'x'),
  vjp({ outputs: { p }, cotangents }) {
    return { x: p.tape.apply(softmaxGradOp, [p, asTensor('softmax', cotangents.p!)], {})[0] };
  },
  reference(t, { tensors }) {
    const [N, E] = tensors.x.shape;
    for (let row = 0; row < N; row++) {
      const x = t.x.subarray(row * E, (row + 1) * E);
      const top = Math.max(...x);
      const sum = x.reduce((total, value) => total + Math.exp(value - top), 0);
      for (let e = 0; e < E; e++) t.p[row * E + e] = Math.exp(x[e] - top) / sum;
    }
  },
  cases: cases((N, E, normal) => ({ x: { shape: [N, E], fill: { normal } } })),
};

/** p[N,E]: each row of x[N,E] as probabilities. */
export function softmax(x: Value): Value {
  return x.tape.apply(softmaxOp, [x], {})[0];
}
