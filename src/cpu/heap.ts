import { CrossoverError } from '../core/errors.ts';

const PAGE = 65_536;
/** What 32-bit addresses reach. */
export const MOST_BYTES = 65_536 * PAGE;
const ALIGNMENT = 64;
/** Kernels may load a few lanes beyond a tensor, never store there: the end of the memory is left free. */
const MARGIN = 64;

/** A piece of the memory: where it starts and how long it is, in bytes. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/**
 * The one memory of an executor, and who owns which part of it. Blocks are aligned to 64 bytes and zeroed; the first
 * gap that is large enough is taken; the memory grows when there is none, and what is freed is used again.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Gaps in order of address, never two that touch. */
  #gaps: Block[] = [];
  #end = 0;
  #taken = 0;
  #f32: Float32Array;
  #u32: Uint32Array;

  /** `shared`: for several threads; the whole of `mostBytes` is then reserved, which an engine may refuse by throwing. */
  constructor(
    private readonly mostBytes: number,
    { shared = false } = {},
  ) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: Math.floor(mostBytes / PAGE), shared });
    this.#f32 = new Float32Array(this.memory.buffer);
    this.#u32 = new Uint32Array(this.memory.buffer);
  }

  /** Leaves the first `bytes` to the module's own constants. Called once, before anything is allocated. */
  begin(bytes: number): void {
    this.#end = align(bytes);
  }

  /** Bytes from the start of the memory to the end of the last block. */
  get used(): number {
    return this.#end;
  }

  /** Bytes of all blocks, without the gaps between them. */
  get taken(): number {
    return this.#taken;
  }

  /** The whole memory; an address divided by 4 is the index. Fetch it anew after an allocation. */
  get f32(): Float32Array {
    return this.#f32;
  }
  get u32(): Uint32Array {
    return this.#u32;
  }

  /** Bytes that may still be allocated behind the last block, if the machine has them. */
  get left(): number {
    return this.mostBytes - MARGIN - this.#end;
  }

  /** @throws CrossoverError 'device-limit' when the memory cannot grow by as much as `what` needs. */
  allocate(bytes: number, what: string): Block {
    const size = Math.max(ALIGNMENT, align(bytes));
    const gap = this.#gapFor(size);
    const block = { address: gap ? gap.address : this.#end, bytes: size };
    if (gap) {
      const rest = { address: gap.address + size, bytes: gap.bytes - size };
      this.#gaps.splice(this.#gaps.indexOf(gap), 1, ...(rest.bytes > 0 ? [rest] : []));
    } else {
      this.#grow(size, what);
      this.#end += size;
    }
    this.#taken += size;
    this.#f32.fill(0, block.address / 4, (block.address + size) / 4);
    return block;
  }

  free(block: Block): void {
    this.#taken -= block.bytes;
    this.#gaps.push(block);
    this.#gaps.sort((a, b) => a.address - b.address);
    const merged: Block[] = [];
    for (const gap of this.#gaps) {
      const last = merged.at(-1);
      if (last && last.address + last.bytes === gap.address)
        merged[merged.length - 1] = { address: last.address, bytes: last.bytes + gap.bytes };
      else merged.push(gap);
    }
    const last = merged.at(-1);
    if (last && last.address + last.bytes === this.#end) {
      this.#end = last.address;
      merged.pop();
    }
    this.#gaps = merged;
  }

  #gapFor(bytes: number): Block | undefined {
    return this.#gaps.find((gap) => gap.bytes >= bytes);
  }

  /** Makes room for `bytes` more behind the last block. */
  #grow(bytes: number, what: string): void {
    const missing = this.#end + bytes + MARGIN - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      throw this.#refusal(bytes, what);
    }
    this.#f32 = new Float32Array(this.memory.buffer);
    this.#u32 = new Uint32Array(this.memory.buffer);
  }

  #refusal(bytes: number, what: string): CrossoverError {
    return new CrossoverError(
      'device-limit',
      `${what} needs ${mebibytes(bytes)} of memory; ${mebibytes(this.#end)} are in use ` +
        `and the cpu executor may have ${mebibytes(this.mostBytes)} in all, when the machine has it.`,
      'Choose a smaller model, context or batch.',
    );
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
