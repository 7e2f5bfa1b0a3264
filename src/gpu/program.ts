import { CrossoverError } from '../core/errors.ts';
import { elements } from '../core/shape.ts';
import { describeNode, flopsOf, nameOf } from '../graph/describe.ts';
import { type CompileOptions, type Load, type NonFinite, type Program, runInTurn } from '../graph/executor.ts';
import { NO_STEP } from '../graph/interpreter.ts';
import { BYTES_PER_ELEMENT, bytesOf, type Plan, planBuffers, scratchKey } from '../graph/liveness.ts';
import type { KernelTraits, StepState } from '../graph/op.ts';
import { type NodeTime, nodeTime } from '../graph/profile.ts';
import { STEP_STATE_BYTES, writeStepState } from '../graph/stepState.ts';
import { byName, callOf, type GraphNode, type Tape, type Value } from '../graph/tape.ts';
import type { PipelineCache } from './pipelines.ts';
import { readBuffer } from './readback.ts';
import { bindingsOf } from './reflect.ts';
import type { GpuState } from './state.ts';
import { timePasses } from './timing.ts';
import { variantOf } from './tune.ts';

interface Command {
  node: GraphNode;
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  workgroups: readonly [number, number];
}

/** Everything a compiled graph owns on the device, created once. */
interface Resources {
  buffers: GPUBuffer[];
  inputs: Map<number, GPUBuffer>;
  constants: Map<number, GPUBuffer>;
  step: GPUBuffer;
  bytes: number;
}

/**
 * A graph as a flat list of dispatches. A run is one encoder, one compute pass, the whole list, one submit;
 * nothing is created on the device after compilation.
 */
export class GpuProgram implements Program {
  readonly dispatches: number;
  readonly flops: number;
  readonly bytes: number;
  readonly #stepData = new ArrayBuffer(STEP_STATE_BYTES);

  private constructor(
    readonly tape: Tape,
    private readonly device: GPUDevice,
    private readonly state: GpuState,
    private readonly plan: Plan,
    private readonly resources: Resources,
    private readonly commands: readonly Command[],
    private readonly variants: ReadonlyMap<number, string>,
  ) {
    this.dispatches = commands.length;
    this.flops = flopsOf(tape.nodes);
    this.bytes = resources.bytes;
  }

  static async compile(
    device: GPUDevice,
    traits: KernelTraits,
    pipelines: PipelineCache,
    tape: Tape,
    state: GpuState,
    options: CompileOptions = {},
  ): Promise<GpuProgram> {
    const plan = planBuffers(tape, options.keep);
    const resources = allocate(device, tape, plan);
    const locate = locator(state, plan, resources);
    const variants = new Map<number, string>();
    const pending: Promise<Command>[] = [];
    for (const node of tape.nodes) {
      const call = callOf(node);
      const variant = variantOf(node.op, call, traits, options.variants ?? {});
      variants.set(node.id, variant);
      const { op } = node;
      const tensors = new Set(Object.keys(call.tensors));
      const writable = new Set([...op.outputs, ...(op.mutates ?? []), ...Object.keys(op.scratch?.(call) ?? {})]);
      for (const dispatch of op.dispatches(call, variant)) {
        const shader = dispatch.shader ?? op.shader;
        const bindings = bindingsOf(op.name, shader, dispatch, tensors, writable);
        const values = { ...byName(op.inputs, node.inputs), ...byName(op.outputs, node.outputs) };
        const entries = bindings.map(({ tensor, binding }) => ({
          binding,
          resource: tensor === 'step' ? { buffer: resources.step } : locate(node, tensor, values[tensor]),
        }));
        const storage = bindings.filter((b) => b.type !== 'uniform').length;
        checkLimits(device, op.name, storage, entries);
        const layout = pipelines.layout(bindings);
        pending.push(
          pipelines.pipeline(shader, dispatch, bindings).then((pipeline) => ({
            node,
            pipeline,
            bindGroup: device.createBindGroup({ label: nameOf(node), layout, entries }),
            workgroups: dispatch.workgroups,
          })),
        );
      }
    }
    const commands = await Promise.all(pending);
    return new GpuProgram(tape, device, state, plan, resources, commands, variants);
  }

  write(input: Value, data: Uint32Array | Float32Array): void {
    const buffer = this.resources.inputs.get(input.id);
    if (!buffer) throw new Error(`${input.name} is not an input of this program`);
    if (data.length !== elements(input.shape))
      throw new Error(`${input.name} takes ${elements(input.shape)} numbers; got ${data.length}`);
    this.device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
  }

  run(step: StepState = NO_STEP): void {
    this.#writeStep(step);
    this.#submit(this.commands);
  }

  runAll(loads: readonly Load[]): void {
    runInTurn(this, loads);
  }

  async read(value: Value): Promise<Float32Array> {
    const { buffer, offset } = this.#locate(value);
    return readBuffer(this.device, buffer, elements(value.shape), offset);
  }

  async check(step: StepState = NO_STEP): Promise<NonFinite | null> {
    this.#writeStep(step);
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
    this.#writeStep(step);
    const groups = this.tape.nodes.map((node) => this.#commandsOf(node));
    if (this.device.features.has('timestamp-query')) {
      const times = await timePasses(
        this.device,
        groups.map((commands) => (pass) => encode(pass, commands)),
      );
      return this.tape.nodes.map((node, i) => nodeTime(node, times[i]));
    }
    const times: NodeTime[] = [];
    for (const [i, node] of this.tape.nodes.entries()) {
      const start = performance.now();
      this.#submit(groups[i]);
      await this.device.queue.onSubmittedWorkDone();
      times.push(nodeTime(node, performance.now() - start));
    }
    return times;
  }

  describe(): string {
    return this.tape.nodes
      .map((node) => describeNode(node, this.variants.get(node.id) ?? '', this.#commandsOf(node).length))
      .join('\n');
  }

  destroy(): void {
    const { buffers, inputs, constants, step } = this.resources;
    for (const buffer of [...buffers, ...inputs.values(), ...constants.values(), step]) buffer.destroy();
  }

  #commandsOf(node: GraphNode): Command[] {
    return this.commands.filter((command) => command.node === node);
  }

  #locate(value: Value): { buffer: GPUBuffer; offset: number } {
    const { storage } = value;
    if (storage.kind === 'state') return { buffer: this.state.buffer(storage.arena), offset: storage.offset };
    const buffer =
      this.resources.inputs.get(value.id) ??
      this.resources.constants.get(value.id) ??
      this.resources.buffers[this.plan.buffers.get(value.id)!];
    return { buffer, offset: 0 };
  }

  #writeStep(step: StepState): void {
    writeStepState(new Uint32Array(this.#stepData), new Float32Array(this.#stepData), 0, step);
    this.device.queue.writeBuffer(this.resources.step, 0, this.#stepData);
  }

  #submit(commands: readonly Command[]): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass, commands);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }
}

function encode(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  for (const { pipeline, bindGroup, workgroups } of commands) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  }
}

function allocate(device: GPUDevice, tape: Tape, plan: Plan): Resources {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  let bytes = 0;
  const create = (label: string, size: number): GPUBuffer => {
    bytes += size;
    return device.createBuffer({ label, size, usage });
  };
  const buffers = plan.sizes.map((size, i) => create(`activations ${i}`, size));
  const inputs = new Map<number, GPUBuffer>();
  const constants = new Map<number, GPUBuffer>();
  for (const value of tape.values) {
    if (value.storage.kind === 'input') inputs.set(value.id, create(value.name, bytesOf(value)));
    if (value.storage.kind === 'constant') {
      const buffer = create(value.name, bytesOf(value));
      device.queue.writeBuffer(buffer, 0, value.storage.data as Float32Array<ArrayBuffer>);
      constants.set(value.id, buffer);
    }
  }
  const step = device.createBuffer({
    label: 'step state',
    size: STEP_STATE_BYTES,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  return { buffers, inputs, constants, step, bytes };
}

/** Where a tensor of a node is bound: a slice of an arena, or a buffer of the program. Sizes are whole vec4s. */
function locator(state: GpuState, plan: Plan, { buffers, inputs, constants }: Resources) {
  return (node: GraphNode, tensor: string, value: Value | undefined): GPUBufferBinding => {
    if (!value) return { buffer: buffers[plan.scratch.get(scratchKey(node, tensor))!] };
    const { storage } = value;
    if (storage.kind === 'state') {
      const size = Math.ceil(elements(value.shape) / 4) * 4 * BYTES_PER_ELEMENT;
      return { buffer: state.buffer(storage.arena), offset: storage.offset * BYTES_PER_ELEMENT, size };
    }
    const buffer = inputs.get(value.id) ?? constants.get(value.id) ?? buffers[plan.buffers.get(value.id)!];
    return { buffer };
  };
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
