import { badInput } from '../core/errors.ts';
import { byName, type Cotangent, type Tape, type Value } from './tape.ts';

/**
 * Reverse-mode differentiation at the level of ops: walks the tape backwards from the seeds, asks each node's op
 * for its vector–Jacobian product, and sums the cotangents of values that are used more than once.
 *
 * @param seeds cotangent of each root; 'ones' for a loss, which is the sum of the root's elements
 * @param sum   records a + b on the tape (the `add` op, passed in because ops lie above graph)
 * @returns the cotangent of every value that the roots depend on
 */
export function backward(
  tape: Tape,
  seeds: ReadonlyMap<Value, Cotangent>,
  sum: (a: Value, b: Value) => Value,
): Map<Value, Value> {
  const cotangents = new Map<Value, Cotangent>(seeds);
  const forwardNodes = [...tape.nodes];
  for (const node of forwardNodes.reverse()) {
    const outs = node.outputs.map((value) => cotangents.get(value));
    if (outs.every((c) => c === undefined)) continue;
    if (!node.op.vjp) throw badInput(`${node.op.name} cannot be differentiated`);
    const inputs = byName(node.op.inputs, node.inputs);
    const results = tape.scope(`${node.scope} (backward)`, () =>
      node.op.vjp!({
        inputs,
        outputs: byName(node.op.outputs, node.outputs),
        attrs: node.attrs,
        cotangents: byName(node.op.outputs, outs),
      }),
    );
    for (const [name, cotangent] of Object.entries(results)) {
      if (!cotangent) continue;
      const held = cotangents.get(inputs[name]);
      if (held === 'ones') throw badInput(`${inputs[name].name} is a root and cannot also be differentiated through`);
      cotangents.set(inputs[name], held ? tape.scope('sum of gradients', () => sum(held, cotangent)) : cotangent);
    }
  }
  const found = new Map<Value, Value>();
  for (const [value, cotangent] of cotangents) if (cotangent !== 'ones') found.set(value, cotangent);
  return found;
}
