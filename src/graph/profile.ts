import { callOf, type GraphNode } from './tape.ts';

/** How long one node of a program took in one run. */
export interface NodeTime {
  op: string;
  scope: string;
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

export function nodeTime(node: GraphNode, ms: number): NodeTime {
  return { op: node.op.name, scope: node.scope, ms, flops: node.op.flops?.(callOf(node)) ?? 0 };
}

/** The times of all nodes of an op together, the longest first. */
export function byOp(times: readonly NodeTime[]): { op: string; count: number; ms: number; flops: number }[] {
  const sums = new Map<string, { op: string; count: number; ms: number; flops: number }>();
  for (const { op, ms, flops } of times) {
    const sum = sums.get(op) ?? { op, count: 0, ms: 0, flops: 0 };
    sums.set(op, { op, count: sum.count + 1, ms: sum.ms + ms, flops: sum.flops + flops });
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms);
}
