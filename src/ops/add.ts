import source from '../../shaders/add.wgsl?raw';
import { elements } from '../core/shape.ts';
import { f32, type Op } from '../graph/op.ts';
import { expectShape, type Value } from '../graph/tape.ts';
import { asTensor } from './refusals.ts';
import { dispatch, shader, vectorised } from './shader.ts';

/** y = a + b, all of one shape; also how gradients of a value that is used twice are summed. */
export const addOp: Op = {
  name: 'add',
  inputs: ['a', 'b'],
  outputs: ['y'],
  shader: shader('add.wgsl', source),
  infer(call) {
    const { shape } = call.tensors.a;
    expectShape('add', call, 'b', shape, 'a');
    return { y: f32(...shape) };
  },
  dispatches({ tensors }) {
    const { entry, width } = vectorised('add', elements(tensors.a.shape));
    const size = elements(tensors.a.shape) / width;
    return [dispatch(entry, size, { size })];
  },
  vjp({ cotangents }) {
    const dy = asTensor('add', cotangents.y!);
    return { a: dy, b: dy };
  },
  reference(t) {
    for (let i = 0; i < t.y.length; i++) t.y[i] = t.a[i] + t.b[i];
  },
  cases: [
    { title: 'odd sizes, more than a workgroup', inputs: { a: { shape: [7, 11] }, b: { shape: [7, 11] } }, attrs: {} },
    { title: 'one element', inputs: { a: { shape: [1] }, b: { shape: [1] } }, attrs: {} },
    { title: 'vec4', inputs: { a: { shape: [30, 12] }, b: { shape: [30, 12] } }, attrs: {} },
  ],
};

/** a + b, of one shape. */
export function add(a: Value, b: Value): Value {
  return a.tape.apply(addOp, [a, b], {})[0];
}
