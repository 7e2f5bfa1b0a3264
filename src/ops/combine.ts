import source from '../../shaders/combine.wgsl?raw';
import { type Call, f32, type Op } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { pairCases, pairConstants, pairSizes } from './pairs.ts';
import { asTensor } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

const wgsl = shader('combine.wgsl', source);

function sizesOf(op: string, call: Call, token?: string) {
  const sizes = pairSizes(op, call, { row: 'y', ...(token && { token }) });
  expectShape(op, call, 'gates', [sizes.N, sizes.W], 'slot');
  return sizes;
}

/**
 * The gradient of `combine`. Rows that are left over, and gates of pairs that were dropped, get zero.
 *
 *     dy[S,C]: row s = gate of its pair · dmixed of its token        dgates[N,W] = y of the pair's row · dmixed
 */
export const combineGradOp: Op = {
  name: 'combineGrad',
  inputs: ['y', 'gates', 'slot', 'source', 'dmixed'],
  outputs: ['dy', 'dgates'],
  integer: ['slot', 'source'],
  shader: wgsl,
  infer(call) {
    const { N, W, S, C } = sizesOf('combineGrad', call, 'dmixed');
    return { dy: f32(S, C), dgates: f32(N, W) };
  },
  dispatches(call) {
    const constants = pairConstants(sizesOf('combineGrad', call, 'dmixed'));
    const { N, W, S, width } = constants;
    return [dispatch('combine_dy', S * width, constants), dispatch('combine_dgates', N * W, constants)];
  },
  reference(t, call) {
    const { N, W, S, C } = sizesOf('combineGrad', call, 'dmixed');
    for (let pair = 0; pair < N * W; pair++)
      for (let c = 0; c < C && t.slot[pair] < S; c++) {
        const [row, token] = [t.slot[pair] * C + c, Math.floor(pair / W) * C + c];
        t.dy[row] = t.gates[pair] * t.dmixed[token];
        t.dgates[pair] += t.y[row] * t.dmixed[token];
      }
  },
  cases: pairCases(({ N, W, S, C }) => ({
    y: { shape: [S, C] },
    gates: { shape: [N, W] },
    dmixed: { shape: [N, C] },
  })),
};

/**
 * What the experts of each token say, times their gates; a dropped pair says nothing.
 *
 *     y[S,C], gates[N,W], slot u32[N,W], source u32[S] (`assign`) → mixed[N,C] = Σ_j gate_j · y[slot_j]
 */
export const combineOp: Op = {
  name: 'combine',
  inputs: ['y', 'gates', 'slot', 'source'],
  outputs: ['mixed'],
  integer: ['slot', 'source'],
  shader: wgsl,
  infer(call) {
    const { N, C } = sizesOf('combine', call);
    return { mixed: f32(N, C) };
  },
  dispatches(call) {
    const constants = pairConstants(sizesOf('combine', call));
    return [dispatch('combine', constants.N * constants.width, constants)];
  },
  vjp({ inputs: { y, gates, slot, source: from }, cotangents }) {
    const dmixed = asTensor('combine', cotangents.mixed!);
    const [dy, dgates] = y.tape.apply(combineGradOp, [y, gates, slot, from, dmixed], {});
    return { y: dy, gates: dgates };
  },
  reference(t, call) {
    const { N, W, S, C } = sizesOf('combine', call);
    for (let pair = 0; pair < N * W; pair++)
      for (let c = 0; c < C && t.slot[pair] < S; c++)
        t.mixed[Math.floor(pair / W) * C + c] += t.gates[pair] * t.y[t.slot[pair] * C + c];
  },
  cases: pairCases(({ N, W, S, C }) => ({ y: { shape: [S, C] }, gates: { shape: [N, W] } })),
};

/** mixed[N,C] = Σ_j gates[n,j] · y[slot[n,j]]. */
export function combine(y: Value, gates: Value, { slot, source: from }: Record<'slot' | 'source', Value>): Value {
  return y.tape.apply(combineOp, [y, gates, slot, from], {})[0];
}
