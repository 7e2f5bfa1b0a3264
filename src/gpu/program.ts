import { CrossoverError } from '../core/errors.ts';
import { elements } from '../core/shape.ts';
import { describeNode, flopsOf, nameOf } from '../graph/describe.ts';
import { type CompileOptions, type Load, type NonFinite, numbersOf, type Program } from '../graph/executor.ts';
import { NO_STEP } from '../graph/interpreter.ts';
import { BYTES_PER_ELEMENT, planBuffers } from '../graph/liveness.ts';
import type { KernelTraits, StepState } from '../graph/op.ts';
import { type HostTimes, type NodeTime, nodeTime } from '../graph/profile.ts';
import { byName, callOf, type GraphNode, type Tape, type Value } from '../graph/tape.ts';
import type { PipelineCache } from './pipelines.ts';
import { readBuffer } from './readback.ts';
import { bindingsOf } from './reflect.ts';
import { Resources } from './resources.ts';
import type { GpuState } from './state.ts';
import { timePasses } from './timing.ts';
import { variantOf } from './tune.ts';

interface Command {
  node: GraphNode;
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  workgroups: readonly [number, number];
}

/**
 * A graph as a flat list of dispatches. A submission is one encoder and one compute pass, with the whole list once
 * for each run in it; nothing is created on the device after compilation. What differs from run to run, inputs and
 * step state, lies in slots: a command that reads them has a bind group a slot, every other has one.
 */
export class GpuProgram implements Program {
  readonly dispatches: number;
  readonly flops: number;
  readonly bytes: number;
  readonly hostTimes: HostTimes = { write: 0, encode: 0, submit: 0 };
  /** Called when its memory is given back. */
  released: () => void = () => {};

  private constructor(
    readonly tape: Tape,
    private readonly device: GPUDevice,
    private readonly resources: Resources,
    /** The list of each slot. */
    private readonly lists: readonly (readonly Command[])[],
    private readonly variants: ReadonlyMap<number, string>,
  ) {
    this.dispatches = lists[0].length;
    this.flops = flopsOf(tape.nodes);
    this.bytes = resources.bytes;
  }

  /**
   * Whatever it creates on the device it has created when it returns its promise; only pipelines are waited for. Errors:
   * those of the pipelines and `device-limit`; nothing of it then stays on the device.
   */
  static async compile(
    device: GPUDevice,
    traits: KernelTraits,
    pipelines: PipelineCache,
    tape: Tape,
    state: GpuState,
    options: CompileOptions = {},
  ): Promise<GpuProgram> {
    const plan = planBuffers(tape, options.keep);
    const resources = new Resources(device, tape, plan, state, options.loads ?? 1);
    try {
      const { commands, variants } = await commandsOf(device, traits, pipelines, tape, resources, options);
      const lists = Array.from({ length: resources.slots }, (_, slot) => commands.map((each) => each[slot] ?? each[0]));
      return new GpuProgram(tape, device, resources, lists, variants);
    } catch (error) {
      resources.destroy();
      throw error;
    }
  }

  write(input: Value, data: Uint32Array | Float32Array): void {
    this.resources.write(input, data);
  }

  run(step: StepState = NO_STEP): void {
    const start = performance.now();
    this.resources.writeStep(step);
    this.hostTimes.write += performance.now() - start;
    this.#submitRuns(1);
  }

  runAll(loads: readonly Load[]): void {
    for (let first = 0; first < loads.length; first += this.lists.length) {
      const start = performance.now();
      const count = Math.min(this.lists.length, loads.length - first);
      this.resources.writeLoads(loads, first, count);
      this.hostTimes.write += performance.now() - start;
      this.#submitRuns(count);
    }
  }

  async read(value: Value): Promise<Float32Array> {
    const { buffer, offset = 0 } = this.resources.locate(value);
    return numbersOf(value, await readBuffer(this.device, buffer, elements(value.shape), offset / BYTES_PER_ELEMENT));
  }

  async check(step: StepState = NO_STEP): Promise<NonFinite | null> {
    this.resources.writeStep(step);
    for (const node of this.tape.nodes) {
      this.#submit(this.#commandsOf(node));
      for (const value of node.outputs) {
        const data = await this.read(value);
        const index = data.findIndex((x) => !Number.isFinite(x));
        if (index >= 0) return { op: nameOf(node), output: value.name, index, value: data[index] };
      }
    }
    return null;
  }

  async profile(step: StepState = NO_STEP): Promise<NodeTime[]> {
    this.resources.writeStep(step);
    const groups = this.tape.nodes.map((node) => this.#commandsOf(node));
    if (this.device.features.has('timestamp-query')) {
      const times = await timePasses(
        this.device,
        groups.map((commands) => (pass) => encode(pass, commands)),
      );
      return this.tape.nodes.map((node, i) => nodeTime(node, times[i], this.variants.get(node.id)));
    }
    const times: NodeTime[] = [];
    for (const [i, node] of this.tape.nodes.entries()) {
      const start = performance.now();
      this.#submit(groups[i]);
      await this.device.queue.onSubmittedWorkDone();
      times.push(nodeTime(node, performance.now() - start, this.variants.get(node.id)));
    }
    return times;
  }

  describe(): string {
    return this.tape.nodes
      .map((node) => describeNode(node, this.variants.get(node.id) ?? '', this.#commandsOf(node).length))
      .join('\n');
  }

  destroy(): void {
    this.resources.destroy();
    this.released();
  }

  #commandsOf(node: GraphNode): Command[] {
    return this.lists[0].filter((command) => command.node === node);
  }

  /** The runs of slots `count` − 1 down to 0 in one submission. */
  #submitRuns(count: number): void {
    const start = performance.now();
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let slot = count - 1; slot >= 0; slot--) encode(pass, this.lists[slot]);
    pass.end();
    const buffer = encoder.finish();
    const encoded = performance.now();
    this.device.queue.submit([buffer]);
    const { hostTimes } = this;
    hostTimes.encode += encoded - start;
    hostTimes.submit += performance.now() - encoded;
  }

  /** Some commands alone, with the inputs of slot 0. */
  #submit(commands: readonly Command[]): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, commands);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }
}

/** The commands of every node, each with a bind group a slot or one for all, and the variants they are of. */
async function commandsOf(
  device: GPUDevice,
  traits: KernelTraits,
  pipelines: PipelineCache,
  tape: Tape,
  resources: Resources,
  options: CompileOptions,
): Promise<{ commands: Command[][]; variants: Map<number, string> }> {
  const variants = new Map<number, string>();
  const pending: Promise<Command[]>[] = [];
  for (const node of tape.nodes) {
    const call = callOf(node);
    const variant = variantOf(node.op, call, traits, options.variants ?? {});
    variants.set(node.id, variant);
    const { op } = node;
    const tensors = new Set(Object.keys(call.tensors));
    const writable = new Set([...op.outputs, ...(op.mutates ?? []), ...Object.keys(op.scratch?.(call) ?? {})]);
    const values = { ...byName(op.inputs, node.inputs), ...byName(op.outputs, node.outputs) };
    for (const dispatch of op.dispatches(call, variant)) {
      const shader = dispatch.shader ?? op.shader;
      const bindings = bindingsOf(op.name, shader, dispatch, tensors, writable);
      const entriesOf = (slot: number) =>
        bindings.map(({ tensor, binding }) => ({
          binding,
          resource: resources.binding(node, tensor, values[tensor], slot),
        }));
      const storage = bindings.filter((b) => b.type !== 'uniform').length;
      checkLimits(device, op.name, storage, entriesOf(0));
      const layout = pipelines.layout(bindings);
      const differs = bindings.some(({ tensor }) => tensor === 'step' || values[tensor]?.storage.kind === 'input');
      const { workgroups } = dispatch;
      const bindGroups = Array.from({ length: differs ? resources.slots : 1 }, (_, slot) =>
        device.createBindGroup({ label: nameOf(node), layout, entries: entriesOf(slot) }),
      );
      pending.push(
        pipelines
          .pipeline(shader, dispatch, bindings)
          .then((pipeline) => bindGroups.map((bindGroup) => ({ node, pipeline, bindGroup, workgroups }))),
      );
    }
  }
  return { commands: await Promise.all(pending), variants };
}

function encode(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  for (const { pipeline, bindGroup, workgroups } of commands) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  }
}

function checkLimits(
  device: GPUDevice,
  op: string,
  bindings: number,
  entries: readonly { resource: GPUBufferBinding }[],
): void {
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize } = device.limits;
  if (bindings > maxStorageBuffersPerShaderStage)
    throw new CrossoverError(
      'device-limit',
      `${op} binds ${bindings} buffers; this device allows ${maxStorageBuffersPerShaderStage} a shader (maxStorageBuffersPerShaderStage)`,
    );
  for (const { resource } of entries) {
    const bytes = resource.size ?? resource.buffer.size;
    if (bytes > maxStorageBufferBindingSize)
      throw new CrossoverError(
        'device-limit',
        `${op} needs a binding of ${bytes} bytes; this device allows ${maxStorageBufferBindingSize} (maxStorageBufferBindingSize)`,
        'Choose a smaller batch, context or model.',
      );
  }
}
