import { elements } from '../core/shape.ts';
import type { TensorSpec } from './op.ts';
import { callOf, type GraphNode, type Tape, type Value } from './tape.ts';

export const BYTES_PER_ELEMENT = 4;
const ALIGNMENT = 256;

/** Which buffer each activation and scratch tensor uses. Buffers are reused once their last reader has run. */
export interface Plan {
  /** Buffer index of each activation by value id. */
  buffers: Map<number, number>;
  /** Buffer index of each scratch tensor by node id and name. */
  scratch: Map<string, number>;
  /** Bytes of each buffer. */
  sizes: number[];
  /** Most bytes of activations that are alive at once: no plan can use less. */
  peak: number;
  /** The largest tensor, by the op's name for it; undefined when there is none. */
  largest?: { node: GraphNode; tensor: string; bytes: number };
}

/** Temporary tensors of a node, by name. */
type ScratchOf = (node: GraphNode) => Record<string, TensorSpec>;

const opScratch: ScratchOf = (node) => node.op.scratch?.(callOf(node)) ?? {};

export const scratchKey = (node: GraphNode, name: string): string => `${node.id}.${name}`;

export function bytesOf(spec: TensorSpec): number {
  return Math.ceil((elements(spec.shape) * BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
}

/**
 * Assigns activations to buffers by a linear scan: a tensor takes the smallest free buffer that holds it,
 * or grows the largest free one, or gets a new one. Values in `keep` are never released. `scratchOf` is for executors
 * whose kernels need other scratch than the op's shader does.
 */
export function planBuffers(tape: Tape, keep: readonly Value[] = [], scratchOf: ScratchOf = opScratch): Plan {
  const lastUse = new Map<number, number>();
  for (const node of tape.nodes) {
    for (const value of [...node.inputs, ...node.outputs]) lastUse.set(value.id, node.id);
  }
  for (const value of keep) lastUse.set(value.id, Number.POSITIVE_INFINITY);

  const plan: Plan = { buffers: new Map(), scratch: new Map(), sizes: [], peak: 0 };
  const free: number[] = [];
  let alive = 0;
  const take = (node: GraphNode, tensor: string, bytes: number): number => {
    if (!plan.largest || bytes > plan.largest.bytes) plan.largest = { node, tensor, bytes };
    alive += bytes;
    plan.peak = Math.max(plan.peak, alive);
    const fitting = free.filter((b) => plan.sizes[b] >= bytes).sort((a, b) => plan.sizes[a] - plan.sizes[b])[0];
    const chosen = fitting ?? free.sort((a, b) => plan.sizes[b] - plan.sizes[a])[0];
    if (chosen === undefined) return plan.sizes.push(bytes) - 1;
    free.splice(free.indexOf(chosen), 1);
    plan.sizes[chosen] = Math.max(plan.sizes[chosen], bytes);
    return chosen;
  };
  const release = (buffer: number, bytes: number): void => {
    alive -= bytes;
    free.push(buffer);
  };

  for (const node of tape.nodes) {
    for (const [i, value] of node.outputs.entries())
      if (value.storage.kind === 'activation')
        plan.buffers.set(value.id, take(node, node.op.outputs[i], bytesOf(value)));
    const temporary = Object.entries(scratchOf(node));
    for (const [name, spec] of temporary) plan.scratch.set(scratchKey(node, name), take(node, name, bytesOf(spec)));
    for (const [name, spec] of temporary) release(plan.scratch.get(scratchKey(node, name))!, bytesOf(spec));
    for (const value of new Set([...node.inputs, ...node.outputs]))
      if (value.storage.kind === 'activation' && lastUse.get(value.id) === node.id)
        release(plan.buffers.get(value.id)!, bytesOf(value));
  }
  return plan;
}
