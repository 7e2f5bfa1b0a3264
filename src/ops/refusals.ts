import { badInput } from '../core/errors.ts';
import { type Shape, showShape } from '../core/shape.ts';
import type { Call } from '../graph/op.ts';
import type { Cotangent, Value } from '../graph/tape.ts';

/** The shape of a tensor with as many dimensions as `dims` has letters: `expectRank('rmsNorm', call, 'x', 'N, C')`. */
export function expectRank(op: string, call: Call, name: string, dims: string): Shape {
  const { shape } = call.tensors[name];
  if (shape.length !== dims.split(',').length || shape.some((d) => !Number.isInteger(d) || d < 1))
    throw badInput(`${op}: ${name} must be [${dims}], each at least 1; got ${showShape(shape)}`);
  return shape;
}

/** Throws unless `size`, the meaning of which `what` says, is a multiple of `factor`. */
export function expectMultiple(op: string, what: string, size: number, factor: number): void {
  if (size % factor !== 0) throw badInput(`${op}: ${what} must be a multiple of ${factor}; got ${size}`);
}

/** A cotangent as a tensor. Only a loss may be the root of a differentiation, where the cotangent is all ones. */
export function asTensor(op: string, cotangent: Cotangent): Value {
  if (cotangent === 'ones')
    throw badInput(`${op} cannot be the root of a differentiation; only the rowLoss of crossEntropy can`);
  return cotangent;
}

/** Throws unless `suppressed` is −1 (none) or one of V columns of logits that leaves another. */
export function expectColumn(op: string, suppressed: number, V: number): void {
  if (!Number.isInteger(suppressed) || suppressed < -1 || suppressed >= V || (suppressed === 0 && V === 1))
    throw badInput(`${op}: suppressed must be -1 (none) or a column of logits that leaves another; got ${suppressed}`);
}

/** Throws unless the loss `rowLoss` is the root of the differentiation: then `dlogits` is the gradient already. */
export function expectRoot(op: string, { rowLoss, dlogits }: Readonly<Record<string, Cotangent | undefined>>): void {
  if (rowLoss !== 'ones')
    throw badInput(`${op}: rowLoss must be the root of the differentiation, with ones as its cotangent`);
  if (dlogits !== undefined) throw badInput(`${op}: dlogits is a gradient already and cannot be differentiated`);
}
