import { elements } from '../core/shape.ts';
import { BYTES_PER_ELEMENT } from '../graph/liveness.ts';
import type { Call, Op, TensorSpec } from '../graph/op.ts';
import type { PipelineCache } from './pipelines.ts';
import { bindingsOf } from './reflect.ts';
import { timePasses } from './timing.ts';

/** How long a measurement should last: far above what browsers round a timestamp to, or above a wait for the queue. */
const TIMESTAMP_MS = 2;
const WALL_MS = 20;
const MAX_RUNS = 100;
const ROUNDS = 3;
/** A variant whose first run takes so many times the best is not run again. */
const HOPELESS = 4;

type Encode = (pass: GPUComputePassEncoder) => void;

/** One call of an op alone on a device, on tensors of zeros (integers as the op wants them): how long its variants take. */
export class Trial {
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #step: GPUBuffer;
  readonly #scratch: readonly string[];

  constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: PipelineCache,
    private readonly op: Op,
    private readonly call: Call,
  ) {
    const scratch = op.scratch?.(call) ?? {};
    this.#scratch = Object.keys(scratch);
    const tensors: Record<string, TensorSpec> = { ...call.tensors, ...op.infer(call), ...scratch };
    for (const [name, { shape }] of Object.entries(tensors)) {
      const size = Math.ceil(elements(shape) / 4) * 4 * BYTES_PER_ELEMENT;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
      this.#buffers.set(name, device.createBuffer({ label: `trial ${name}`, size, usage }));
    }
    for (const [name, data] of Object.entries(op.typical?.(call) ?? {}))
      device.queue.writeBuffer(this.#buffers.get(name)!, 0, data);
    this.#step = device.createBuffer({ label: 'trial step', size: 256, usage: GPUBufferUsage.UNIFORM });
  }

  /** Compiles a variant; pipelines of several may be on their way at once. */
  async prepare(variant: string): Promise<Encode> {
    const { op, call, device, pipelines } = this;
    const writable = new Set([...op.outputs, ...(op.mutates ?? []), ...this.#scratch]);
    const commands = await Promise.all(
      op.dispatches(call, variant).map(async (dispatch) => {
        const shader = dispatch.shader ?? op.shader;
        const bindings = bindingsOf(op.name, shader, dispatch, new Set(this.#buffers.keys()), writable);
        const entries = bindings.map(({ tensor, binding }) => ({
          binding,
          resource: { buffer: tensor === 'step' ? this.#step : this.#buffers.get(tensor)! },
        }));
        const pipeline = await pipelines.pipeline(shader, dispatch, bindings);
        const bindGroup = device.createBindGroup({ layout: pipelines.layout(bindings), entries });
        return { pipeline, bindGroup, workgroups: dispatch.workgroups };
      }),
    );
    return (pass) => {
      for (const { pipeline, bindGroup, workgroups } of commands) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(...workgroups);
      }
    };
  }

  /**
   * Milliseconds of one run: the shortest of a few measurements of as many runs as make it long enough for the clock,
   * or the very first run alone where that is already hopeless beside `toBeat`.
   */
  async time(encode: Encode, toBeat: number): Promise<number> {
    const exact = this.device.features.has('timestamp-query');
    const [first] = await this.#measure([encode]);
    if (first > HOPELESS * toBeat) return first;
    const wanted = exact ? TIMESTAMP_MS : WALL_MS;
    const runs = Math.max(1, Math.min(MAX_RUNS, Math.ceil(wanted / first)));
    const times = await this.#measure(Array(ROUNDS).fill(repeated(encode, runs)));
    return Math.min(...times) / runs;
  }

  destroy(): void {
    for (const buffer of [...this.#buffers.values(), this.#step]) buffer.destroy();
  }

  /** Milliseconds of each group, on the device's clock where it has one, else by waiting for the queue. */
  async #measure(groups: readonly Encode[]): Promise<number[]> {
    const { device } = this;
    if (device.features.has('timestamp-query')) return timePasses(device, groups);
    const times: number[] = [];
    for (const encode of groups) {
      const start = performance.now();
      const encoder = device.createCommandEncoder({ label: 'trial' });
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      times.push(performance.now() - start);
    }
    return times;
  }
}

function repeated(encode: Encode, runs: number): Encode {
  return (pass) => {
    for (let run = 0; run < runs; run++) encode(pass);
  };
}
