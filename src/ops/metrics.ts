import source from '../../shaders/metrics.wgsl?raw';
import { type Call, f32, type Op } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectRank } from './refusals.ts';
import { dispatch, rowDispatch, rowShaders, rowVariants } from './shader.ts';

const shaders = rowShaders('metrics.wgsl', source, ['stepState']);

const MOST_PARTIALS = 256;

const partialsOf = ({ tensors }: Call): number => Math.min(MOST_PARTIALS, Math.ceil(tensors.rowLoss.shape[0] / 16));

/**
 * Keeps what a step measured on the device.
 *
 *     rowLoss[N], norm[1]; ring[R,4]: row step.slot := (Σ rowLoss, norm, 0, 0)
 *     guard[4]: once the loss or the norm is not finite, guard[0] = 1 and guard[1] = that step, and both stay
 *
 * While guard[0] is set, `adamw` and `ema` change nothing: the last good state is kept.
 */
export const metricsOp: Op = {
  name: 'metrics',
  inputs: ['rowLoss', 'norm', 'ring', 'guard'],
  outputs: [],
  mutates: ['ring', 'guard'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    expectRank('metrics', call, 'rowLoss', 'N');
    expectShape('metrics', call, 'norm', [1]);
    const [R] = expectRank('metrics', call, 'ring', 'R, 4');
    expectShape('metrics', call, 'ring', [R, 4]);
    expectShape('metrics', call, 'guard', [4]);
    return {};
  },
  scratch: (call) => ({ partials: f32(partialsOf(call)) }),
  dispatches(call, variant) {
    const [N] = call.tensors.rowLoss.shape;
    const count = partialsOf(call);
    return [
      { ...dispatch('loss_partials', count, { N, count }), shader: shaders.register },
      rowDispatch(shaders, variant, 'write_metrics', 1, { count }),
    ];
  },
  reference(t, _call, step) {
    let loss = 0;
    for (const value of t.rowLoss) loss += value;
    t.ring.set([loss, t.norm[0], 0, 0], 4 * step.slot);
    if (t.guard[0] === 0 && !(Number.isFinite(loss) && Number.isFinite(t.norm[0]))) t.guard.set([1, step.step]);
  },
  cases: [
    {
      title: 'several rows a partial sum; other rows of the ring stay',
      inputs: { rowLoss: { shape: [1003] }, norm: { shape: [1] }, ring: { shape: [5, 4] }, guard: guard(0) },
      attrs: {},
      step: { step: 3, slot: 3 },
    },
    {
      title: 'one row, one slot',
      inputs: { rowLoss: { shape: [1] }, norm: { shape: [1] }, ring: { shape: [1, 4] }, guard: guard(0) },
      attrs: {},
    },
    {
      title: 'more rows than 16 times the partial sums',
      inputs: { rowLoss: { shape: [5000] }, norm: { shape: [1] }, ring: { shape: [2, 4] }, guard: guard(0) },
      attrs: {},
      step: { step: 1, slot: 1 },
    },
    {
      title: 'an undefined loss trips the guard',
      inputs: {
        rowLoss: { shape: [3], fill: { values: [1, Number.NaN, 2] } },
        norm: { shape: [1] },
        ring: { shape: [2, 4] },
        guard: guard(0),
      },
      attrs: {},
      step: { step: 41, slot: 1 },
    },
    {
      title: 'an infinite norm trips the guard',
      inputs: {
        rowLoss: { shape: [3] },
        norm: { shape: [1], fill: { constant: Number.POSITIVE_INFINITY } },
        ring: { shape: [2, 4] },
        guard: guard(0),
      },
      attrs: {},
      step: { step: 6 },
    },
    {
      title: 'a guard that was tripped keeps its step',
      inputs: {
        rowLoss: { shape: [3], fill: { constant: Number.NaN } },
        norm: { shape: [1] },
        ring: { shape: [2, 4] },
        guard: guard(1, 17),
      },
      attrs: {},
      step: { step: 18 },
    },
  ],
};

function guard(tripped: number, atStep = 0) {
  return { shape: [4], fill: { values: [tripped, atStep, 0, 0] } };
}

/** Writes Σ rowLoss[N] and norm[1] into row step.slot of ring[R,4], and trips guard[4] when one is not finite. */
export function metrics(rowLoss: Value, norm: Value, ring: Value, guard: Value): void {
  rowLoss.tape.apply(metricsOp, [rowLoss, norm, ring, guard], {});
}
