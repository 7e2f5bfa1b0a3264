import { badInput } from '../core/errors.ts';
import { elements, type Shape, showShape } from '../core/shape.ts';
import type { Attributes, Call, Op, TensorSpec } from './op.ts';

/** Where a value lives. Activations get a buffer from the planner; state lives in a named arena. */
export type Storage =
  | { kind: 'input' }
  | { kind: 'constant'; data: Float32Array | Uint32Array }
  | { kind: 'state'; arena: string; offset: number }
  | { kind: 'activation' };

export interface Value extends TensorSpec {
  readonly id: number;
  readonly name: string;
  readonly tape: Tape;
  storage: Storage;
}

/** A gradient that flows backwards: a tensor, or all ones at the root of the differentiation. */
export type Cotangent = Value | 'ones';

export interface GraphNode {
  readonly id: number;
  readonly op: Op;
  readonly attrs: Attributes;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Where in the model the node was traced, for listings: `layer 1 / attention`. */
  readonly scope: string;
}

/**
 * Records typed ops in the order they are applied. Traced once; shapes are checked as it is traced and never
 * change afterwards. The finished tape is the static graph that is differentiated, planned and compiled.
 */
export class Tape {
  readonly nodes: GraphNode[] = [];
  readonly values: Value[] = [];
  #scope: string[] = [];

  /** A tensor that the host writes before a run. */
  input(name: string, spec: TensorSpec): Value {
    return this.#value(name, spec, { kind: 'input' });
  }

  /** A tensor that never changes, for example the RoPE table. */
  constant(name: string, spec: TensorSpec, data: Float32Array | Uint32Array): Value {
    if (data.length !== elements(spec.shape))
      throw badInput(`${name}: ${data.length} numbers do not fill ${showShape(spec.shape)}`);
    return this.#value(name, spec, { kind: 'constant', data });
  }

  /** A slice of a named arena that outlives a run: parameters, optimizer moments, the metrics ring. */
  state(name: string, spec: TensorSpec, arena: string, offset: number): Value {
    return this.#value(name, spec, { kind: 'state', arena, offset });
  }

  /** Runs `body` with `name` added to the scope of the nodes it records. */
  scope<R>(name: string, body: () => R): R {
    this.#scope.push(name);
    try {
      return body();
    } finally {
      this.#scope.pop();
    }
  }

  apply<A extends Attributes>(op: Op<A>, inputs: readonly Value[], attrs: A): Value[] {
    if (inputs.length !== op.inputs.length)
      throw badInput(`${op.name} takes ${op.inputs.join(', ')}; got ${inputs.length} tensors`);
    inputs.forEach((value, i) => {
      const expected = op.integer?.includes(op.inputs[i]) ? 'u32' : 'f32';
      if (value.dtype !== expected)
        throw badInput(`${op.name}: ${op.inputs[i]} must be ${expected}; ${value.name} is ${value.dtype}`);
      if (value.tape !== this) throw badInput(`${op.name}: ${value.name} belongs to another tape`);
    });
    const specs = op.infer({ tensors: byName(op.inputs, inputs), attrs });
    const id = this.nodes.length;
    const outputs = op.outputs.map((name) =>
      this.#value(`${op.name}#${id}.${name}`, specs[name], { kind: 'activation' }),
    );
    this.nodes.push({ id, op: op as unknown as Op, attrs, inputs, outputs, scope: this.#scope.join(' / ') });
    return outputs;
  }

  #value(name: string, spec: TensorSpec, storage: Storage): Value {
    const value: Value = { id: this.values.length, name, shape: spec.shape, dtype: spec.dtype, tape: this, storage };
    this.values.push(value);
    return value;
  }
}

/** The op's own names paired with values or specs given in the op's order. */
export function byName<T>(names: readonly string[], items: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, items[i]]));
}

/** The call of a node: every tensor by the op's names, scratch included. */
export function callOf(node: GraphNode): Call {
  const tensors: Record<string, TensorSpec> = {
    ...byName(node.op.inputs, node.inputs),
    ...byName(node.op.outputs, node.outputs),
  };
  const call = { tensors, attrs: node.attrs };
  return { tensors: { ...tensors, ...node.op.scratch?.(call) }, attrs: node.attrs };
}

/** Throws `op: name must be [4, 8] like x; got [4, 9]` unless the tensor has the shape. */
export function expectShape(op: string, call: Call, name: string, shape: Shape, like = ''): void {
  const got = call.tensors[name].shape;
  if (got.length !== shape.length || got.some((d, i) => d !== shape[i]))
    throw badInput(`${op}: ${name} must be ${showShape(shape)}${like && ` like ${like}`}; got ${showShape(got)}`);
}
