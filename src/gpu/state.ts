import type { ArenaSizes, State } from '../graph/executor.ts';
import { BYTES_PER_ELEMENT } from '../graph/liveness.ts';
import { readBuffer } from './readback.ts';

/** Arenas as one GPU buffer each. Slices are 256-byte aligned, so that any of them can be bound. */
export class GpuState implements State {
  readonly #buffers = new Map<string, GPUBuffer>();
  /** Resolves to what the device says when its memory does not hold the arenas, else to null. */
  readonly exhausted: Promise<GPUError | null>;

  constructor(
    readonly device: GPUDevice,
    readonly sizes: ArenaSizes,
    private readonly released: () => void,
  ) {
    device.pushErrorScope('out-of-memory');
    for (const [name, size] of Object.entries(sizes)) {
      this.#buffers.set(
        name,
        device.createBuffer({
          label: `arena ${name}`,
          size: size * BYTES_PER_ELEMENT,
          usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
        }),
      );
    }
    this.exhausted = device.popErrorScope();
  }

  buffer(arena: string): GPUBuffer {
    const buffer = this.#buffers.get(arena);
    if (!buffer) throw new Error(`no arena is called ${arena}; there are ${[...this.#buffers.keys()].join(', ')}`);
    return buffer;
  }

  read(arena: string): Promise<Float32Array> {
    return readBuffer(this.device, this.buffer(arena), this.sizes[arena]);
  }

  write(arena: string, data: Float32Array): void {
    this.device.queue.writeBuffer(this.buffer(arena), 0, data as Float32Array<ArrayBuffer>);
  }

  copy(from: string, to: string): void {
    const encoder = this.device.createCommandEncoder({ label: `copy ${from} to ${to}` });
    encoder.copyBufferToBuffer(this.buffer(from), 0, this.buffer(to), 0, this.sizes[from] * BYTES_PER_ELEMENT);
    this.device.queue.submit([encoder.finish()]);
  }

  destroy(): void {
    for (const buffer of this.#buffers.values()) buffer.destroy();
    this.released();
  }
}
