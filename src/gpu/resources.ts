import { elements } from '../core/shape.ts';
import type { CompileOptions, Footprint, Load } from '../graph/executor.ts';
import { bufferFootprint, planFootprint, together } from '../graph/footprint.ts';
import { BYTES_PER_ELEMENT, bytesOf, type Plan, planBuffers, scratchKey } from '../graph/liveness.ts';
import type { StepState } from '../graph/op.ts';
import { writeStepState } from '../graph/stepState.ts';
import type { GraphNode, Tape, Value } from '../graph/tape.ts';
import type { GpuState } from './state.ts';

/** Distance of the slots of a StepState: the largest `minUniformBufferOffsetAlignment` that a device may have. */
const STEP_STRIDE = 256;

/**
 * What the host writes before a run, once for each run that one submission may hold: slot after slot in one buffer,
 * and the same on the host, so that all slots go over in one `writeBuffer`. Slots are 256-byte aligned.
 */
class Slots {
  readonly buffer: GPUBuffer;
  readonly u32: Uint32Array<ArrayBuffer>;
  readonly f32: Float32Array<ArrayBuffer>;

  constructor(
    private readonly device: GPUDevice,
    label: string,
    /** Bytes of a slot. */
    readonly stride: number,
    count: number,
    usage: GPUBufferUsageFlags,
  ) {
    const size = stride * count;
    this.buffer = device.createBuffer({ label, size, usage });
    const host = new ArrayBuffer(size);
    this.u32 = new Uint32Array(host);
    this.f32 = new Float32Array(host);
  }

  at(slot: number): GPUBufferBinding {
    return { buffer: this.buffer, offset: slot * this.stride, size: this.stride };
  }

  /** First element of a slot in the host's views. */
  first(slot: number): number {
    return (slot * this.stride) / BYTES_PER_ELEMENT;
  }

  upload(slots: number): void {
    this.device.queue.writeBuffer(this.buffer, 0, this.u32, 0, (slots * this.stride) / BYTES_PER_ELEMENT);
  }
}

/** What a program of this tape takes up, without taking it. */
export function programFootprint(tape: Tape, { keep, loads = 1 }: CompileOptions = {}): Footprint {
  const parts = [planFootprint(planBuffers(tape, keep)), bufferFootprint('the step state', STEP_STRIDE * loads)];
  for (const value of tape.values) {
    const { storage, name } = value;
    if (storage.kind === 'input') parts.push(bufferFootprint(`the input ${name}`, bytesOf(value) * loads));
    if (storage.kind === 'constant') parts.push(bufferFootprint(`the constant ${name}`, bytesOf(value)));
  }
  return together(parts);
}

/** Every buffer that a compiled graph owns on the device, created once. */
export class Resources {
  readonly #activations: GPUBuffer[];
  readonly #inputs = new Map<number, Slots>();
  readonly #constants = new Map<number, GPUBuffer>();
  readonly #step: Slots;

  constructor(
    private readonly device: GPUDevice,
    tape: Tape,
    private readonly plan: Plan,
    private readonly state: GpuState,
    /** How many slots there are for what the host writes. */
    readonly slots: number,
  ) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const create = (label: string, size: number): GPUBuffer => device.createBuffer({ label, size, usage });
    this.#activations = plan.sizes.map((size, i) => create(`activations ${i}`, size));
    for (const value of tape.values) {
      const { storage, name, id } = value;
      if (storage.kind === 'input') this.#inputs.set(id, new Slots(device, name, bytesOf(value), slots, usage));
      if (storage.kind === 'constant') {
        const buffer = create(name, bytesOf(value));
        device.queue.writeBuffer(buffer, 0, storage.data as Float32Array<ArrayBuffer>);
        this.#constants.set(id, buffer);
      }
    }
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#step = new Slots(device, 'step state', STEP_STRIDE, slots, uniform);
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#all().reduce((bytes, buffer) => bytes + buffer.size, 0);
  }

  /** Where a tensor of a node is bound in a run of `slot`: a slice of an arena, of a buffer, or the whole buffer. */
  binding(node: GraphNode, tensor: string, value: Value | undefined, slot: number): GPUBufferBinding {
    if (tensor === 'step') return this.#step.at(slot);
    if (!value) return { buffer: this.#activations[this.plan.scratch.get(scratchKey(node, tensor))!] };
    return this.locate(value, slot);
  }

  locate(value: Value, slot = 0): GPUBufferBinding {
    const { storage } = value;
    if (storage.kind === 'state') {
      // Whole vec4s: a slice may be bound as an array of them.
      const size = Math.ceil(elements(value.shape) / 4) * 4 * BYTES_PER_ELEMENT;
      return { buffer: this.state.buffer(storage.arena), offset: storage.offset * BYTES_PER_ELEMENT, size };
    }
    const input = this.#inputs.get(value.id);
    if (input) return input.at(slot);
    return { buffer: this.#constants.get(value.id) ?? this.#activations[this.plan.buffers.get(value.id)!] };
  }

  /** Sets an input of the run of slot 0. */
  write(input: Value, data: Uint32Array | Float32Array): void {
    const { buffer } = this.#input(input, data);
    this.device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
  }

  writeStep(step: StepState): void {
    writeStepState(this.#step.u32, this.#step.f32, 0, step);
    this.#step.upload(1);
  }

  /** Loads `first` up to `first + count`, the last one into slot 0: it is what stays, as after one run. */
  writeLoads(loads: readonly Load[], first: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const { inputs, step } = loads[first + i];
      if (inputs.length !== this.#inputs.size)
        throw new Error(`a load sets all ${this.#inputs.size} inputs of its program; this one has ${inputs.length}`);
      const slot = count - 1 - i;
      for (const [input, data] of inputs) {
        const slots = this.#input(input, data);
        (data instanceof Uint32Array ? slots.u32 : slots.f32).set(data, slots.first(slot));
      }
      writeStepState(this.#step.u32, this.#step.f32, this.#step.first(slot), step);
    }
    for (const slots of this.#inputs.values()) slots.upload(count);
    this.#step.upload(count);
  }

  destroy(): void {
    for (const buffer of this.#all()) buffer.destroy();
  }

  #input(input: Value, data: Uint32Array | Float32Array): Slots {
    const slots = this.#inputs.get(input.id);
    if (!slots) throw new Error(`${input.name} is not an input of this program`);
    if (data.length !== elements(input.shape))
      throw new Error(`${input.name} takes ${elements(input.shape)} numbers; got ${data.length}`);
    return slots;
  }

  #all(): GPUBuffer[] {
    const slots = [...this.#inputs.values(), this.#step];
    return [...this.#activations, ...this.#constants.values(), ...slots.map(({ buffer }) => buffer)];
  }
}
