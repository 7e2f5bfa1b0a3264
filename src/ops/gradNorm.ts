import source from '../../shaders/gradNorm.wgsl?raw';
import { type Call, f32, type Op } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';
import { rowDispatch, rowShaders, rowVariants } from './shader.ts';

const shaders = rowShaders('gradNorm.wgsl', source);

const MOST_PARTIALS = 1024;

/** The arena has a multiple of 64 elements, so the partial sums are a multiple of 4. */
const partialsOf = ({ tensors }: Call): number => Math.min(MOST_PARTIALS, tensors.grads.shape[0] / 4);

/** The global L2 norm of all gradients: grads[A] → norm[1] = √Σ g². A, the arena's size, is a multiple of 64. */
export const gradNormOp: Op = {
  name: 'gradNorm',
  inputs: ['grads'],
  outputs: ['norm'],
  shader: shaders.register,
  variants: rowVariants,
  infer(call) {
    const [A] = expectRank('gradNorm', call, 'grads', 'A');
    expectMultiple('gradNorm', 'the size of grads', A, 64);
    return { norm: f32(1) };
  },
  scratch: (call) => ({ partials: f32(partialsOf(call)) }),
  dispatches(call, variant) {
    const count = partialsOf(call);
    const size = call.tensors.grads.shape[0] / 4;
    return [
      rowDispatch(shaders, variant, 'square_partials', count, { size, count }),
      rowDispatch(shaders, variant, 'norm_of_partials', 1, { count }),
    ];
  },
  reference(t) {
    let sum = 0;
    for (const g of t.grads) sum += g * g;
    t.norm[0] = Math.sqrt(sum);
  },
  cases: [
    { title: 'the smallest arena', inputs: { grads: { shape: [64] } }, attrs: {} },
    { title: 'several elements a partial sum', inputs: { grads: { shape: [64 * 77] } }, attrs: {} },
    { title: 'huge gradients', inputs: { grads: { shape: [192], fill: { normal: 1e12 } } }, attrs: {} },
    { title: 'no gradient', inputs: { grads: { shape: [128], fill: { constant: 0 } } }, attrs: {} },
  ],
};

/** norm[1] of all gradients, before clipping. */
export function gradNorm(grads: Value): Value {
  return grads.tape.apply(gradNormOp, [grads], {})[0];
}
