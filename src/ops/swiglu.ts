import source from '../../shaders/swiglu.wgsl?raw';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectMultiple, expectRank } from './refusals.ts';
import { dispatch, shader, vectorised } from './shader.ts';

const wgsl = shader('swiglu.wgsl', source);

/** N and F of gateUp, [N, 2F]. */
function sizesOf(op: string, call: Call): { N: number; F: number } {
  const [N, width] = expectRank(op, call, 'gateUp', 'N, 2·F');
  expectMultiple(op, 'the width of gateUp', width, 2);
  return { N, F: width / 2 };
}

function elementwise(entry: string, { tensors }: Call) {
  const [N, width] = tensors.gateUp.shape;
  const F = width / 2;
  const chosen = vectorised(entry, F);
  return [dispatch(chosen.entry, (N * F) / chosen.width, { N, F })];
}

function cases(withGradient: boolean): OpCase[] {
  const sizes: [string, number, number, number][] = [
    ['odd sizes', 5, 7, 1],
    ['one row, one column', 1, 1, 1],
    ['vec4, more than a workgroup', 9, 40, 1],
    ['scalar, more than a workgroup', 33, 5, 1],
    ['gates far beyond where exp overflows', 4, 8, 60],
  ];
  return sizes.map(([title, N, F, normal]) => ({
    title,
    inputs: { gateUp: { shape: [N, 2 * F], fill: { normal } }, ...(withGradient && { dy: { shape: [N, F] } }) },
    attrs: {},
  }));
}

/**
 * The gradient of `swiglu`, with σ the logistic function.
 *
 *     dgate[N,F] = dy·up·σ(gate)·(1 + gate·(1 − σ(gate))),  dup[N,F] = dy·gate·σ(gate)
 */
export const swigluGradOp: Op = {
  name: 'swigluGrad',
  inputs: ['gateUp', 'dy'],
  outputs: ['dgateUp'],
  shader: wgsl,
  infer(call) {
    const { N, F } = sizesOf('swigluGrad', call);
    expectShape('swigluGrad', call, 'dy', [N, F], 'half a row of gateUp');
    return { dgateUp: f32(N, 2 * F) };
  },
  dispatches: (call) => elementwise('swiglu_grad', call),
  reference(t, { tensors }) {
    const [N, F] = tensors.dy.shape;
    for (let row = 0; row < N; row++)
      for (let f = 0; f < F; f++) {
        const gate = t.gateUp[row * 2 * F + f];
        const up = t.gateUp[row * 2 * F + F + f];
        const dy = t.dy[row * F + f];
        const sigma = 1 / (1 + Math.exp(-gate));
        t.dgateUp[row * 2 * F + f] = dy * up * (sigma + gate * sigma * (1 - sigma));
        t.dgateUp[row * 2 * F + F + f] = dy * gate * sigma;
      }
  },
  cases: cases(true),
};

/**
 * The gated activation of the feed-forward layer (Shazeer, 2020).
 *
 *     y[N,F] = silu(gate)·up,  silu(g) = g / (1 + e^(−g)),  a row of gateUp[N,2F] being gate(F) | up(F)
 */
export const swigluOp: Op = {
  name: 'swiglu',
  inputs: ['gateUp'],
  outputs: ['y'],
  shader: wgsl,
  infer(call) {
    const { N, F } = sizesOf('swiglu', call);
    return { y: f32(N, F) };
  },
  dispatches: (call) => elementwise('swiglu', call),
  vjp({ inputs: { gateUp }, cotangents }) {
    const [dgateUp] = gateUp.tape.apply(swigluGradOp, [gateUp, asTensor('swiglu', cotangents.y!)], {});
    return { gateUp: dgateUp };
  },
  reference(t, { tensors }) {
    const [N, F] = tensors.y.shape;
    for (let row = 0; row < N; row++)
      for (let f = 0; f < F; f++) {
        const gate = t.gateUp[row * 2 * F + f];
        t.y[row * F + f] = (gate / (1 + Math.exp(-gate))) * t.gateUp[row * 2 * F + F + f];
      }
  },
  cases: cases(false),
};

/** y[N,F] = silu(gate)·up of gateUp[N,2F]. */
export function swiglu(gateUp: Value): Value {
  return gateUp.tape.apply(swigluOp, [gateUp], {})[0];
}
