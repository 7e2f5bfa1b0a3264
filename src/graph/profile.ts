import { showShape } from '../core/shape.ts';
import { callOf, type GraphNode, type Value } from './tape.ts';

/** How long one node of a program took in one run. */
export interface NodeTime {
  op: string;
  scope: string;
  /** Of its inputs and outputs: `[1024, 64] [192, 64] → [1024, 192]`. */
  shapes: string;
  /** Its kernel, where there are several to choose from; else ''. */
  variant: string;
  ms: number;
  flops: number;
}

/** Milliseconds of the host, not of the device, that went into the runs of a program. */
export interface HostTimes {
  /** Copying inputs and scalars to the device's queue. */
  write: number;
  /** Recording the commands. */
  encode: number;
  /** Handing them over. */
  submit: number;
}

/** All nodes of an op together. */
export interface OpTime {
  op: string;
  ms: number;
  flops: number;
  /** The longest first. */
  nodes: NodeTime[];
}

/** Memory that is taken, in bytes. */
export interface MemoryUse {
  /** By states and programs. */
  used: number;
  /** What the system has given for them, where that is another figure: a WebAssembly memory grows and never shrinks. */
  held?: number;
}

/** A kernel variant of an op at one shape: how long it took, and whether it is the one that is used. */
export interface TuningRow {
  op: string;
  shape: string;
  variant: string;
  /** Of one run; null: it cannot be compiled here. */
  ms: number | null;
  gflops: number | null;
  chosen: boolean;
}

export function nodeTime(node: GraphNode, ms: number, variant = ''): NodeTime {
  const shapes = (values: readonly Value[]) => values.map(({ shape }) => showShape(shape)).join(' ');
  return {
    op: node.op.name,
    scope: node.scope,
    shapes: `${shapes(node.inputs)} → ${shapes(node.outputs)}`,
    variant,
    ms,
    flops: node.op.flops?.(callOf(node)) ?? 0,
  };
}

/** The times of all nodes of an op together, the longest first. */
export function byOp(times: readonly NodeTime[]): OpTime[] {
  const groups = new Map<string, OpTime>();
  for (const node of times) {
    const group = groups.get(node.op) ?? { op: node.op, ms: 0, flops: 0, nodes: [] };
    groups.set(node.op, group);
    group.ms += node.ms;
    group.flops += node.flops;
    group.nodes.push(node);
  }
  for (const { nodes } of groups.values()) nodes.sort((a, b) => b.ms - a.ms);
  return [...groups.values()].sort((a, b) => b.ms - a.ms);
}
