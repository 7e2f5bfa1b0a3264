import { elements, showShape } from '../../src/core/shape.ts';
import { median } from '../../src/core/statistics.ts';
import { shapesOf, tuningKey } from '../../src/gpu/tune.ts';
import type { Call, KernelTraits, Op } from '../../src/graph/op.ts';
import { callOf, type GraphNode, type Tape } from '../../src/graph/tape.ts';
import type { Rates } from './rates.ts';

const BYTES_PER_ELEMENT = 4;

/** One kernel at one shape. */
export interface KernelRow {
  config: string;
  op: string;
  /** '' for an op with a single implementation. */
  variant: string;
  /** Inputs → outputs, and the attributes that are sizes or switches. */
  shapes: string;
  /** How many nodes of a step are like it. */
  nodes: number;
  /** Of one node: the median of rounds and nodes. */
  ms: number;
  gflops: number;
  /** Of the device's best product of two squares. */
  matmulShare: number;
  gbs: number;
  /** Of the device's copy rate. May exceed 1 where the tensors fit a cache. */
  copyShare: number;
}

/** Milliseconds of each node of a tape in each round. */
export type Rounds = readonly (readonly number[])[];

/**
 * Choices of variants, by tuning key, that together have every variant of every op at every shape of the tapes: set i
 * has the i-th of each, its last where it has fewer.
 */
export function variantSets(tapes: readonly Tape[], traits: KernelTraits): Record<string, string>[] {
  const shapes = shapesOf(tapes, traits);
  const most = Math.max(1, ...shapes.map(({ variants }) => variants.length));
  return Array.from({ length: most }, (_, i) =>
    Object.fromEntries(shapes.map(({ key, variants }) => [key, variants[Math.min(i, variants.length - 1)]])),
  );
}

/** Nodes that are the same computation: op, shapes and switches. */
function kinds(nodes: readonly GraphNode[]): { op: Op; call: Call; members: number[] }[] {
  const found = new Map<string, { op: Op; call: Call; members: number[] }>();
  for (const [i, node] of nodes.entries()) {
    const call = callOf(node);
    const shapes = [...node.inputs, ...node.outputs].map(({ shape }) => shape);
    const key = JSON.stringify([node.op.name, shapes, switches(call)]);
    const kind = found.get(key) ?? { op: node.op, call, members: [] };
    kind.members.push(i);
    found.set(key, kind);
  }
  return [...found.values()];
}

/** Bytes that an op must read and write at least: every input and output once, what it updates twice. */
export function bytesMoved(op: Op, { tensors }: Call): number {
  return [...op.inputs, ...op.outputs, ...(op.mutates ?? [])].reduce(
    (bytes, name) => bytes + BYTES_PER_ELEMENT * elements(tensors[name].shape),
    0,
  );
}

/** The rows of a program that was profiled with `variants`. */
export function rowsOf(
  config: string,
  nodes: readonly GraphNode[],
  variants: Readonly<Record<string, string>>,
  rounds: Rounds,
  rates: Rates,
): KernelRow[] {
  return kinds(nodes).map(({ op, call, members }) => {
    const ms = median(rounds.flatMap((times) => members.map((i) => times[i])));
    const gflops = (op.flops?.(call) ?? 0) / (ms * 1e6);
    const gbs = bytesMoved(op, call) / (ms * 1e6);
    const shapes = (names: readonly string[]) => names.map((name) => showShape(call.tensors[name].shape)).join(' ');
    return {
      config,
      op: op.name,
      variant: variants[tuningKey(op, call)] ?? '',
      shapes: [shapes(op.inputs), '→', shapes(op.outputs), switches(call)].filter(Boolean).join(' '),
      nodes: members.length,
      ms,
      gflops,
      matmulShare: gflops / rates.matmulGflops,
      gbs,
      copyShare: gbs / rates.copyGBs,
    };
  });
}

/** `T 64, causal 1`: attributes that are whole numbers; sites of dropout, which only number the nodes, left out. */
function switches({ attrs }: Call): string {
  const whole = Object.entries(attrs).filter(([name, value]) => Number.isInteger(value) && name !== 'site');
  return whole.map((pair) => pair.join(' ')).join(', ');
}

/** Rows without repetitions of a kernel that no variant changes: the first stays. */
export function withoutRepetitions(rows: readonly KernelRow[]): KernelRow[] {
  const seen = new Set<string>();
  return rows.filter(({ config, op, variant, shapes }) => {
    const key = JSON.stringify([config, op, variant, shapes]);
    return !seen.has(key) && seen.add(key);
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const short = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

/** The variants of a kernel below each other, the kernels by what the best variant costs a step. */
function ordered(rows: readonly KernelRow[]): KernelRow[] {
  const cost = new Map<string, number>();
  const key = ({ op, shapes, nodes }: KernelRow) => JSON.stringify([op, shapes, nodes]);
  for (const row of rows)
    cost.set(key(row), Math.min(row.ms * row.nodes, cost.get(key(row)) ?? Number.POSITIVE_INFINITY));
  return [...rows].sort((a, b) => cost.get(key(b))! - cost.get(key(a))! || key(a).localeCompare(key(b)) || a.ms - b.ms);
}

/** The kernels of a config as one table of text, the costliest first. */
export function kernelTable(rows: readonly KernelRow[]): string {
  const head = ['op', 'variant', 'ms', 'nodes', 'GFLOP/s', 'of matmul', 'GB/s', 'of copy', 'shapes'];
  const cells = ordered(rows).map((row) => [
    row.op,
    row.variant,
    row.ms.toPrecision(3),
    `×${row.nodes}`,
    row.gflops > 0 ? short(row.gflops) : '–',
    row.gflops > 0 ? percent(row.matmulShare) : '–',
    short(row.gbs),
    percent(row.copyShare),
    row.shapes,
  ]);
  return alignedText([head, ...cells]);
}

/** Columns as wide as their widest cell, the last one unpadded. */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(i < row.length - 1 ? widths[i] : 0)).join('  ')).join('\n');
}
