import source from '../../shaders/route.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { type Call, f32, type Op, type OpCase, u32 } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** Experts that a token uses. */
type RouteAttributes = { k: number };

const wgsl = shader('route.wgsl', source);

function rows(entry: string, { tensors }: Call, k: number) {
  const [N, E] = tensors.p.shape;
  return [dispatch(entry, N, { N, E, k })];
}

/** Different probabilities, in sixteenths, in an order that differs from row to row. */
const probabilities = (N: number, E: number): number[] =>
  Array.from({ length: N * E }, (_, i) => (1 + ((i * 7 + Math.floor(i / E) * 3) % 16)) / 16);

const SIZES: readonly [title: string, N: number, E: number, k: number][] = [
  ['two of five', 7, 5, 2],
  ['one of three: its probability is its gate', 5, 3, 1],
  ['one of one', 3, 1, 1],
  ['all of four', 3, 4, 4],
  ['more rows than a workgroup', 131, 8, 3],
];

/**
 * The gradient of `route` with respect to the probabilities of the chosen experts; others had no part in the gates.
 *
 *     p[N,E], chosen u32[N,k], dgates[N,k] → dp[N,E]
 */
export const routeGradOp: Op = {
  name: 'routeGrad',
  inputs: ['p', 'chosen', 'dgates'],
  outputs: ['dp'],
  integer: ['chosen'],
  shader: wgsl,
  infer(call) {
    const [N, E] = expectRank('routeGrad', call, 'p', 'N, E');
    const [, k] = expectRank('routeGrad', call, 'chosen', 'N, k');
    expectShape('routeGrad', call, 'chosen', [N, k], 'the rows of p');
    expectShape('routeGrad', call, 'dgates', [N, k], 'chosen');
    return { dp: f32(N, E) };
  },
  dispatches: (call) => rows('route_grad', call, call.tensors.chosen.shape[1]),
  reference(t, { tensors }) {
    const [N, E] = tensors.p.shape;
    const k = tensors.chosen.shape[1];
    for (let row = 0; row < N; row++) {
      const pairs = Array.from({ length: k }, (_, j) => row * k + j);
      const p = (pair: number) => t.p[row * E + t.chosen[pair]];
      const sum = pairs.reduce((total, pair) => total + p(pair), 0);
      const mean = pairs.reduce((total, pair) => total + p(pair) * t.dgates[pair], 0) / sum;
      for (const pair of pairs)
        t.dp[row * E + t.chosen[pair]] = k === 1 ? t.dgates[pair] : (t.dgates[pair] - mean) / sum;
    }
  },
  cases: SIZES.map(([title, N, E, k]) => ({
    title,
    inputs: {
      p: { shape: [N, E], fill: { values: probabilities(N, E) } },
      chosen: {
        shape: [N, k],
        fill: { values: Array.from({ length: N * k }, (_, i) => (Math.floor(i / k) + (i % k)) % E) },
      },
      dgates: { shape: [N, k] },
    },
    attrs: {},
  })),
};

/**
 * Which experts each token uses: the k most probable, the best first, ties by index; and their weights, the gates.
 *
 *     p[N,E] → choice u32[N,k], gates[N,k] = p / Σ of the chosen; with k = 1 p itself (Switch Transformer, Fedus et al.
 *     2022), as a quotient that is always 1 would teach the router nothing
 *
 * The choice is constant under differentiation.
 */
export const routeOp: Op<RouteAttributes> = {
  name: 'route',
  inputs: ['p'],
  outputs: ['choice', 'gates'],
  shader: wgsl,
  infer(call) {
    const [N, E] = expectRank('route', call, 'p', 'N, E');
    const { k } = call.attrs;
    if (!Number.isInteger(k) || k < 1 || k > E)
      throw badInput(`route: k must be a whole number from 1 to ${E}; got ${k}`);
    return { choice: u32(N, k), gates: f32(N, k) };
  },
  dispatches: (call) => rows('route', call, call.attrs.k),
  vjp({ inputs: { p }, outputs: { choice }, cotangents }) {
    const [dp] = p.tape.apply(routeGradOp, [p, choice, asTensor('route', cotangents.gates!)], {});
    return { p: dp };
  },
  reference(t, { tensors, attrs: { k } }) {
    const [N, E] = tensors.p.shape;
    for (let row = 0; row < N; row++) {
      const p = t.p.subarray(row * E, (row + 1) * E);
      const best = Array.from(p, (_, e) => e)
        .sort((a, b) => p[b] - p[a] || a - b)
        .slice(0, k);
      const sum = k === 1 ? 1 : best.reduce((total, e) => total + p[e], 0);
      for (const [j, e] of best.entries()) {
        t.choice[row * k + j] = e;
        t.gates[row * k + j] = p[e] / sum;
      }
    }
  },
  cases: SIZES.map(
    ([title, N, E, k]): OpCase<RouteAttributes> => ({
      title,
      inputs: { p: { shape: [N, E], fill: { values: probabilities(N, E) } } },
      attrs: { k },
    }),
  ),
};

/** choice u32[N,k] and gates[N,k] of the probabilities p[N,E]. */
export function route(p: Value, k: number): { choice: Value; gates: Value } {
  const [choice, gates] = p.tape.apply(routeOp, [p], { k });
  return { choice, gates };
}
