import source from '../../shaders/adamw.wgsl?raw';
import { badInput } from '../core/errors.ts';
import type { Op, OpCase, StepState } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** `decayEnd`: parameters below this index of the arena are weight-decayed, the others are not. */
type AdamwAttributes = { decayEnd: number; beta1: number; beta2: number; epsilon: number; weightDecay: number };

/**
 * AdamW (Loshchilov and Hutter, 2019) in place over an arena of A parameters, as PyTorch's `AdamW` after
 * `clip_grad_norm_`. Learning rate η, bias corrections c₁, c₂ and the clip norm come from the step.
 *
 *     g ← grads · min(1, clip/(norm + 1e−6))        no clipping when clip is 0
 *     m ← β₁·m + (1 − β₁)·g,  v ← β₂·v + (1 − β₂)·g²
 *     params ← params·(1 − η·decay) − η·(m/c₁)/(√(v/c₂) + ε)
 *
 * params, m, v, grads [A], A a multiple of 64; norm[1]; guard[4]. Does nothing when guard[0] is set.
 */
export const adamwOp: Op<AdamwAttributes> = {
  name: 'adamw',
  inputs: ['params', 'grads', 'm', 'v', 'norm', 'guard'],
  outputs: [],
  mutates: ['params', 'm', 'v'],
  shader: shader('adamw.wgsl', source, ['stepState']),
  infer(call) {
    const [A] = expectRank('adamw', call, 'params', 'A');
    expectMultiple('adamw', 'the size of params', A, 64);
    for (const name of ['grads', 'm', 'v']) expectShape('adamw', call, name, [A], 'params');
    expectShape('adamw', call, 'norm', [1]);
    expectShape('adamw', call, 'guard', [4]);
    const { decayEnd } = call.attrs;
    if (!Number.isInteger(decayEnd) || decayEnd < 0 || decayEnd > A)
      throw badInput(`adamw: decayEnd must be an index of the arena, 0 to ${A}; got ${decayEnd}`);
    return {};
  },
  dispatches({ tensors, attrs }) {
    const size = tensors.params.shape[0] / 4;
    return [dispatch('adamw', size, { size, ...attrs, rest1: 1 - attrs.beta1, rest2: 1 - attrs.beta2 })];
  },
  reference(t, { attrs: { decayEnd, beta1, beta2, epsilon, weightDecay } }, step) {
    if (t.guard[0] !== 0) return;
    const clip = step.clipNorm > 0 ? Math.min(1, step.clipNorm / (t.norm[0] + 1e-6)) : 1;
    for (let i = 0; i < t.params.length; i++) {
      const g = clip * t.grads[i];
      t.m[i] += (1 - beta1) * (g - t.m[i]);
      t.v[i] = beta2 * t.v[i] + (1 - beta2) * g ** 2;
      if (i < decayEnd) t.params[i] -= step.learningRate * weightDecay * t.params[i];
      const denominator = Math.sqrt(t.v[i] / step.correction2) + epsilon;
      t.params[i] -= (step.learningRate * t.m[i]) / step.correction1 / denominator;
    }
  },
  cases: [
    example('the first step: moments are zero', 64, { decayEnd: 64 }, { correction1: 0.1, correction2: 0.05 }, 0),
    example('clipped, decay ends inside a vec4, several workgroups', 1088, { decayEnd: 514 }, { clipNorm: 1 }),
    example('below the clip norm, nothing decayed', 128, { decayEnd: 0 }, { clipNorm: 100 }),
    example('a tripped guard changes nothing', 64, { decayEnd: 64 }, { clipNorm: 1 }, 0.1, 1),
  ],
  // A step is a hundredth of a parameter: the usual tolerance would let a wrong step pass.
  tolerance: 2e-6,
};

function example(
  title: string,
  A: number,
  attrs: { decayEnd: number },
  step: Partial<StepState>,
  moments = 0.1,
  tripped = 0,
): OpCase<AdamwAttributes> {
  return {
    title,
    inputs: {
      params: { shape: [A] },
      grads: { shape: [A] },
      m: { shape: [A], fill: { normal: moments } },
      v: { shape: [A], fill: { constant: moments } },
      norm: { shape: [1], fill: { constant: 7.5 } },
      guard: { shape: [4], fill: { values: [tripped, 0, 0, 0] } },
    },
    attrs: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, ...attrs },
    step: { step: 3, learningRate: 0.01, correction1: 1 - 0.9 ** 4, correction2: 1 - 0.95 ** 4, ...step },
  };
}

/** One optimizer step in place on params, m and v, all [A] like grads; norm[1], guard[4]. */
export function adamw(
  state: { params: Value; grads: Value; m: Value; v: Value; norm: Value; guard: Value },
  attrs: AdamwAttributes,
): void {
  const { params, grads, m, v, norm, guard } = state;
  params.tape.apply(adamwOp, [params, grads, m, v, norm, guard], attrs);
}
