import type { ArenaSizes, Footprint, State } from '../graph/executor.ts';
import { arenaFootprint } from '../graph/footprint.ts';
import { BYTES_PER_ELEMENT, bytesOf } from '../graph/liveness.ts';
import { f32 } from '../graph/op.ts';
import type { Block, Heap } from './heap.ts';

/** What a state is to a person who has too little memory for it. */
export const STATE = "This model's weights, gradients and optimizer state";

/** What a state of these arenas takes up, without taking it. */
export function stateFootprint(sizes: ArenaSizes): Footprint {
  const bytes = Object.values(sizes).reduce((sum, size) => sum + bytesOf(f32(size)), 0);
  return { ...arenaFootprint(sizes), bytes };
}

/** Arenas as slices of one block of the executor's memory. */
export class CpuState implements State {
  readonly #block: Block;
  readonly #addresses = new Map<string, number>();

  constructor(
    private readonly heap: Heap,
    readonly sizes: ArenaSizes,
  ) {
    let bytes = 0;
    for (const [name, size] of Object.entries(sizes)) {
      this.#addresses.set(name, bytes);
      bytes += bytesOf(f32(size));
    }
    this.#block = heap.allocate(bytes, STATE);
  }

  /** Where an arena starts, in bytes. */
  address(arena: string): number {
    const offset = this.#addresses.get(arena);
    if (offset === undefined)
      throw new Error(`no arena is called ${arena}; there are ${[...this.#addresses.keys()].join(', ')}`);
    return this.#block.address + offset;
  }

  async read(arena: string): Promise<Float32Array> {
    const first = this.address(arena) / BYTES_PER_ELEMENT;
    return this.heap.f32.slice(first, first + this.sizes[arena]);
  }

  write(arena: string, data: Float32Array): void {
    if (data.length > this.sizes[arena])
      throw new Error(`${arena} takes ${this.sizes[arena]} numbers; got ${data.length}`);
    this.heap.f32.set(data, this.address(arena) / BYTES_PER_ELEMENT);
  }

  copy(from: string, to: string): void {
    const first = this.address(from) / BYTES_PER_ELEMENT;
    this.heap.f32.copyWithin(this.address(to) / BYTES_PER_ELEMENT, first, first + this.sizes[from]);
  }

  destroy(): void {
    this.heap.free(this.#block);
  }
}
