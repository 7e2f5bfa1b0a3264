import source from '../../shaders/ema.wgsl?raw';
import type { Op, OpCase, StepState } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/**
 * The exponential moving average of the weights, in place, with the decay d of the step.
 *
 *     ema[A] ← d·ema + (1 − d)·params[A];  guard[4]: nothing changes when guard[0] is set
 */
export const emaOp: Op = {
  name: 'ema',
  inputs: ['ema', 'params', 'guard'],
  outputs: [],
  mutates: ['ema'],
  shader: shader('ema.wgsl', source, ['stepState']),
  infer(call) {
    const [A] = expectRank('ema', call, 'params', 'A');
    expectMultiple('ema', 'the size of params', A, 64);
    expectShape('ema', call, 'ema', [A], 'params');
    expectShape('ema', call, 'guard', [4]);
    return {};
  },
  dispatches({ tensors }) {
    const size = tensors.params.shape[0] / 4;
    return [dispatch('ema', size, { size })];
  },
  reference(t, _call, step) {
    if (t.guard[0] !== 0) return;
    for (let i = 0; i < t.ema.length; i++) t.ema[i] += (1 - step.emaDecay) * (t.params[i] - t.ema[i]);
  },
  cases: [
    example('several workgroups', 1088, { emaDecay: 0.998 }),
    example('the first step takes most of the parameters', 64, { emaDecay: 0.1 }),
    example('a tripped guard changes nothing', 64, { emaDecay: 0.5 }, 1),
  ],
  // The average moves by thousandths: the usual tolerance would let a wrong decay pass.
  tolerance: 2e-6,
};

function example(title: string, A: number, step: Partial<StepState>, tripped = 0): OpCase {
  return {
    title,
    inputs: {
      ema: { shape: [A] },
      params: { shape: [A] },
      guard: { shape: [4], fill: { values: [tripped, 0, 0, 0] } },
    },
    attrs: {},
    step,
  };
}

/** Moves ema[A] towards params[A] by 1 − step.emaDecay; guard[4]. */
export function ema(average: Value, params: Value, guard: Value): void {
  params.tape.apply(emaOp, [average, params, guard], {});
}
