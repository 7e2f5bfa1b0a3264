import { elements } from '../core/shape.ts';
import type { Call } from '../graph/op.ts';

/** How a kernel's work falls into pieces that do not touch each other, in the arguments of its call. */
export interface Split {
  pieces: number;
  /** The argument that says how many there are. */
  count: number;
  /** Arguments that are addresses and go forward with the pieces, and by how many bytes a piece. */
  strides: Readonly<Record<number, number>>;
  /** Pieces are kept together in groups of so many. */
  grain?: number;
  /** Temporary memory of each part, whose address is the last argument; 0 where there is none. */
  workspaceBytes: number;
  /** Multiplications of all pieces together, or what takes about as long. */
  work: number;
}

/** Multiplications that are worth waking a thread for: about 50 µs of one core. */
const PART_WORK = 2 ** 19;

/** Who shares the kernels of a program. */
export interface Sharing {
  threads: number;
  /** The least work of a part, in multiplications; what pays without it. */
  partWork?: number;
}

/** The strides of tensors that are divided into pieces along their first axis, by the argument that each is. */
export function stridesOf({ tensors }: Call, byArgument: Readonly<Record<number, string>>, pieces: number) {
  const strides = Object.entries(byArgument).map(([i, name]) => [i, (4 * elements(tensors[name].shape)) / pieces]);
  return Object.fromEntries(strides) as Split['strides'];
}

/** How many parts the work is worth. */
export function partsOf({ pieces, grain = 1, work }: Split, { threads, partWork = PART_WORK }: Sharing): number {
  return Math.max(1, Math.min(threads, Math.floor(work / partWork), Math.ceil(pieces / grain)));
}

/** The arguments of each part: pieces as equally shared as their grain allows, none of them in two parts. */
export function split(args: readonly number[], parts: number, how: Split): number[][] {
  const { pieces, count, strides, grain = 1, workspaceBytes } = how;
  const groups = Math.ceil(pieces / grain);
  const first = (part: number) => Math.min(pieces, Math.floor((part * groups) / parts) * grain);
  return Array.from({ length: parts }, (_, part) => {
    const from = first(part);
    const own = [...args];
    own[count] = first(part + 1) - from;
    for (const [argument, stride] of Object.entries(strides)) own[Number(argument)] += from * stride;
    if (workspaceBytes > 0) own[own.length - 1] += part * workspaceBytes;
    return own;
  });
}
