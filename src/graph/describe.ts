import { showShape } from '../core/shape.ts';
import { bytesOf } from './liveness.ts';
import { callOf, type GraphNode } from './tape.ts';

/** One line of a program listing. */
export function describeNode(node: GraphNode, variant: string, dispatches: number): string {
  const shapes = (values: GraphNode['inputs']) => values.map((v) => showShape(v.shape)).join(' ');
  const bytes = [...node.inputs, ...node.outputs].reduce((n, v) => n + bytesOf(v), 0);
  const flops = node.op.flops?.(callOf(node)) ?? 0;
  return [
    String(node.id).padStart(4),
    node.op.name.padEnd(20),
    variant.padEnd(8),
    `×${dispatches}`,
    `${(bytes / 1024).toFixed(0)} KiB`.padStart(10),
    `${(flops / 1e6).toFixed(2)} MFLOP`.padStart(14),
    `  ${shapes(node.inputs)} → ${shapes(node.outputs)}`,
    node.scope && `  · ${node.scope}`,
  ].join(' ');
}

/** FLOPs of a whole tape. */
export function flopsOf(nodes: readonly GraphNode[]): number {
  return nodes.reduce((n, node) => n + (node.op.flops?.(callOf(node)) ?? 0), 0);
}

/** `attention (layer 2)`: how an op is named to a person. */
export function nameOf(node: GraphNode): string {
  return node.scope ? `${node.op.name} (${node.scope})` : node.op.name;
}
