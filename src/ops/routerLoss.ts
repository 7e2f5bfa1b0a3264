import source from '../../shaders/routerLoss.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { type Call, f32, type Op, type OpCase } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** Coefficients of the two losses, and how many choices `asked` adds up to. */
type RouterLossAttributes = { balance: number; z: number; pairs: number };

function constantsOf({ tensors, attrs: { balance, z, pairs } }: Call<RouterLossAttributes>) {
  const [N, E] = tensors.logits.shape;
  return { N, E, perPair: 1 / pairs, balance: (balance * E) / N, z: z / N };
}

function drawn(
  title: string,
  asked: readonly number[],
  N: number,
  coefficients: { balance: number; z: number },
  normal = 1,
): OpCase<RouterLossAttributes> {
  const E = asked.length;
  return {
    title,
    inputs: { logits: { shape: [N, E], fill: { normal } }, asked: { shape: [E], fill: { values: asked } } },
    attrs: { ...coefficients, pairs: asked.reduce((sum, n) => sum + n, 0) },
  };
}

/**
 * What a router is taught beside the text: to use its experts alike (Switch Transformer, Fedus et al., 2022) and to keep
 * its logits small (ST-MoE, Zoph et al., 2022), with the gradient, in one pass.
 *
 *     logits[N,E], asked u32[E] (`assign`) → rowLoss[N], dlogits[N,E]
 *     Σ rowLoss = balance·E·Σ_e (mean p_e)·(share of the choices that fell on e) + z·mean(lse²), p = softmax(logits)
 *
 * The shares are constant under differentiation. rowLoss can only be the root of a differentiation.
 */
export const routerLossOp: Op<RouterLossAttributes> = {
  name: 'routerLoss',
  inputs: ['logits', 'asked'],
  outputs: ['rowLoss', 'dlogits'],
  integer: ['asked'],
  shader: shader('routerLoss.wgsl', source),
  infer(call) {
    const [N, E] = expectRank('routerLoss', call, 'logits', 'N, E');
    expectShape('routerLoss', call, 'asked', [E], 'a row of logits');
    return { rowLoss: f32(N), dlogits: f32(N, E) };
  },
  dispatches(call) {
    const constants = constantsOf(call);
    return [dispatch('router_loss', constants.N, constants)];
  },
  vjp({ outputs, cotangents }) {
    if (cotangents.rowLoss !== 'ones' || cotangents.dlogits !== undefined)
      throw badInput('routerLoss: rowLoss must be the root of the differentiation, with ones as its cotangent');
    return { logits: outputs.dlogits };
  },
  reference(t, call) {
    const { N, E, perPair, balance, z } = constantsOf(call);
    const share = Array.from(t.asked, (n) => n * perPair);
    for (let row = 0; row < N; row++) {
      const logits = Array.from(t.logits.subarray(row * E, (row + 1) * E));
      const top = Math.max(...logits);
      const lse = top + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - top), 0));
      const p = logits.map((x) => Math.exp(x - lse));
      const mean = p.reduce((sum, x, e) => sum + x * share[e], 0);
      t.rowLoss[row] = balance * mean + z * lse ** 2;
      for (let e = 0; e < E; e++) t.dlogits[row * E + e] = p[e] * (balance * (share[e] - mean) + 2 * z * lse);
    }
  },
  cases: [
    drawn('odd sizes', [5, 0, 9], 7, { balance: 0.5, z: 0.2 }),
    drawn('one expert: nothing to balance', [4], 4, { balance: 1, z: 0 }),
    drawn('more tokens than a workgroup', [100, 80, 3, 79], 131, { balance: 1, z: 1 }),
    drawn('logits whose powers overflow', [3, 3], 3, { balance: 1, z: 1e-4 }, 200),
  ],
};

/** rowLoss[N], a root to differentiate from beside the loss of the text. */
export function routerLoss(logits: Value, asked: Value, attrs: RouterLossAttributes): Value {
  return logits.tape.apply(routerLossOp, [logits, asked], attrs)[0];
}
