import source from '../../shaders/dropout.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { fnv1a } from '../core/hash.ts';
import { threefry } from '../core/rng.ts';
import { elements } from '../core/shape.ts';
import { f32, type Op } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { asTensor } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** The share of elements that is dropped, and the number of the place in the model, which has its own masks. */
type DropoutAttributes = { rate: number; site: number };

/** Second word of the mask's key: the name of the random stream. */
const streamOf = (site: number): number => fnv1a(`dropout ${site}`);
/** An element is dropped when its 32 random bits are below this. */
const thresholdOf = (rate: number): number => Math.floor(rate * 2 ** 32);

/**
 * Dropout for ablations. The mask is a pure function of (seed, step, site, element), so no mask is stored, a
 * resumed run draws the same ones, and the gradient is the same op applied to dy.
 *
 *     y = x·mask / (1 − rate), any shape; mask = 0 with probability rate, else 1
 */
export const dropoutOp: Op<DropoutAttributes> = {
  name: 'dropout',
  inputs: ['x'],
  outputs: ['y'],
  shader: shader('dropout.wgsl', source, ['stepState', 'threefry']),
  infer({ tensors, attrs: { rate, site } }) {
    if (!(rate >= 0 && rate < 1)) throw badInput(`dropout: rate must be at least 0 and below 1; got ${rate}`);
    if (!Number.isInteger(site)) throw badInput(`dropout: site must be an integer; got ${site}`);
    return { y: f32(...tensors.x.shape) };
  },
  dispatches({ tensors, attrs: { rate, site } }) {
    const size = elements(tensors.x.shape);
    const constants = { size, site: streamOf(site), threshold: thresholdOf(rate), scale: 1 / (1 - rate) };
    return [dispatch('dropout', size, constants)];
  },
  vjp({ inputs: { x }, attrs, cotangents }) {
    return { x: x.tape.apply(dropoutOp, [asTensor('dropout', cotangents.y!)], attrs)[0] };
  },
  reference(t, { attrs: { rate, site } }, step) {
    for (let i = 0; i < t.x.length; i++) {
      const [bits] = threefry(step.seed, streamOf(site), step.step, i);
      if (bits >= thresholdOf(rate)) t.y[i] = t.x[i] / (1 - rate);
    }
  },
  cases: [
    {
      title: 'odd sizes, more than a workgroup',
      inputs: { x: { shape: [13, 17] } },
      attrs: { rate: 0.3, site: 2 },
      step: { seed: 4_000_000_000, step: 12 },
    },
    { title: 'one element', inputs: { x: { shape: [1] } }, attrs: { rate: 0.5, site: 0 }, step: { seed: 1, step: 0 } },
    { title: 'a rate of 0 keeps everything', inputs: { x: { shape: [9] } }, attrs: { rate: 0, site: 1 } },
    {
      title: 'a high rate',
      inputs: { x: { shape: [2, 100] } },
      attrs: { rate: 0.95, site: 7 },
      step: { seed: 7, step: 1e6 },
    },
  ],
};

/** x with a share `rate` of its elements dropped and the rest scaled up; every `site` of a model has its own masks. */
export function dropout(x: Value, rate: number, site: number): Value {
  return x.tape.apply(dropoutOp, [x], { rate, site })[0];
}
