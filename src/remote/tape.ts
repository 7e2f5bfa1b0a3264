import type { Attributes, Op, TensorSpec } from '../graph/op.ts';
import { type Storage, Tape } from '../graph/tape.ts';
import { OPS } from '../ops/index.ts';

/** A finished tape as plain data: ops by their names, values by their ids, which are their places in the list. */
export interface TapeData {
  values: (TensorSpec & { name: string; storage: Storage })[];
  nodes: { op: string; attrs: Attributes; inputs: number[]; outputs: number[]; scope: string }[];
}

export function tapeData({ values, nodes }: Tape): TapeData {
  return {
    values: values.map(({ name, shape, dtype, storage }) => ({ name, shape, dtype, storage })),
    nodes: nodes.map(({ op, attrs, inputs, outputs, scope }) => ({
      op: op.name,
      attrs,
      inputs: inputs.map(({ id }) => id),
      outputs: outputs.map(({ id }) => id),
      scope,
    })),
  };
}

/** The tape again. Shapes are not inferred anew: they were checked when it was traced. */
export function tapeOf(data: TapeData): Tape {
  const tape = new Tape();
  for (const [id, value] of data.values.entries()) tape.values.push({ ...value, id, tape });
  for (const [id, { op, attrs, inputs, outputs, scope }] of data.nodes.entries()) {
    const values = (ids: number[]) => ids.map((value) => tape.values[value]);
    tape.nodes.push({ id, op: opOf(op), attrs, inputs: values(inputs), outputs: values(outputs), scope });
  }
  return tape;
}

function opOf(name: string): Op {
  const op = OPS.find((each) => each.name === name);
  if (!op) throw new Error(`there is no op ${name}`);
  return op;
}
