import source from '../../shaders/gatherRows.wgsl?raw';
import { f32, type Op } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { pairCases, pairConstants, pairSizes } from './pairs.ts';
import { asTensor } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

const wgsl = shader('gatherRows.wgsl', source);

/** The gradient of `gatherRows`: dx[N,C]: row n is the sum of the rows of dy[S,C] that came from token n. */
export const gatherRowsGradOp: Op = {
  name: 'gatherRowsGrad',
  inputs: ['dy', 'slot'],
  outputs: ['dx'],
  integer: ['slot'],
  shader: wgsl,
  infer(call) {
    const { N, C } = pairSizes('gatherRowsGrad', call, { row: 'dy' });
    return { dx: f32(N, C) };
  },
  dispatches(call) {
    const constants = pairConstants(pairSizes('gatherRowsGrad', call, { row: 'dy' }));
    return [dispatch('gather_rows_grad', constants.N * constants.width, constants)];
  },
  reference(t, call) {
    const { N, W, S, C } = pairSizes('gatherRowsGrad', call, { row: 'dy' });
    for (let pair = 0; pair < N * W; pair++)
      for (let c = 0; c < C && t.slot[pair] < S; c++) t.dx[Math.floor(pair / W) * C + c] += t.dy[t.slot[pair] * C + c];
  },
  cases: pairCases(({ S, C }) => ({ dy: { shape: [S, C] } })),
};

/**
 * The rows of the tokens in the order in which their experts want them; zeros in the rows that are left over.
 *
 *     x[N,C], source u32[S], slot u32[N,W] (`assign`) → y[S,C], C a multiple of 4
 */
export const gatherRowsOp: Op = {
  name: 'gatherRows',
  inputs: ['x', 'source', 'slot'],
  outputs: ['y'],
  integer: ['source', 'slot'],
  shader: wgsl,
  infer(call) {
    const { S, C } = pairSizes('gatherRows', call, { token: 'x' });
    return { y: f32(S, C) };
  },
  dispatches(call) {
    const constants = pairConstants(pairSizes('gatherRows', call, { token: 'x' }));
    return [dispatch('gather_rows', constants.S * constants.width, constants)];
  },
  vjp({ inputs: { slot }, cotangents }) {
    const [dx] = slot.tape.apply(gatherRowsGradOp, [asTensor('gatherRows', cotangents.y!), slot], {});
    return { x: dx };
  },
  reference(t, call) {
    const { N, W, S, C } = pairSizes('gatherRows', call, { token: 'x' });
    for (let row = 0; row < S; row++)
      for (let c = 0; c < C && t.source[row] < N * W; c++)
        t.y[row * C + c] = t.x[Math.floor(t.source[row] / W) * C + c];
  },
  cases: pairCases(({ N, C }) => ({ x: { shape: [N, C] } })),
};

/** y[S,C]: the row of x[N,C] that each row of the experts reads. */
export function gatherRows(x: Value, { source, slot }: Record<'source' | 'slot', Value>): Value {
  return x.tape.apply(gatherRowsOp, [x, source, slot], {})[0];
}
