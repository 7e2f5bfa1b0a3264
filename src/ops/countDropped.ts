import source from '../../shaders/countDropped.wgsl?raw';
import type { Op } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** Pairs of a layer, and what one that was dropped adds. */
type DroppedAttributes = { pairs: number; weight: number };

/**
 * Counts the (token, expert) pairs of a layer that found no free slot.
 *
 *     starts u32[E+1] (`assign`); ring[R,4]: column 2 of row step.slot += (pairs − starts[E]) · weight
 *
 * After `metrics`, which writes the row anew.
 */
export const countDroppedOp: Op<DroppedAttributes> = {
  name: 'countDropped',
  inputs: ['starts', 'ring'],
  outputs: [],
  mutates: ['ring'],
  integer: ['starts'],
  shader: shader('countDropped.wgsl', source, ['stepState']),
  infer(call) {
    expectRank('countDropped', call, 'starts', 'E + 1');
    const [R] = expectRank('countDropped', call, 'ring', 'R, 4');
    expectShape('countDropped', call, 'ring', [R, 4]);
    return {};
  },
  dispatches: ({ tensors, attrs }) => [dispatch('count_dropped', 1, { E: tensors.starts.shape[0] - 1, ...attrs })],
  reference(t, { attrs: { pairs, weight } }, step) {
    t.ring[4 * step.slot + 2] += (pairs - t.starts[t.starts.length - 1]) * weight;
  },
  cases: [
    {
      title: 'adds to what other layers dropped; other rows stay',
      inputs: { starts: { shape: [4], fill: { values: [0, 3, 3, 11] } }, ring: { shape: [3, 4] } },
      attrs: { pairs: 16, weight: 1 / 32 },
      step: { slot: 1 },
    },
    {
      title: 'nothing dropped',
      inputs: { starts: { shape: [2], fill: { values: [0, 8] } }, ring: { shape: [1, 4] } },
      attrs: { pairs: 8, weight: 1 },
    },
  ],
};

/** Adds what a layer dropped to the metrics of the step. */
export function countDropped(starts: Value, ring: Value, attrs: DroppedAttributes): void {
  starts.tape.apply(countDroppedOp, [starts, ring], attrs);
}
