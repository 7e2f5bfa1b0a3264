import { elements } from '../core/shape.ts';
import { describeNode, flopsOf, nameOf } from '../graph/describe.ts';
import {
  type CompileOptions,
  type Footprint,
  type Load,
  type NonFinite,
  numbersOf,
  type Program,
  runInTurn,
} from '../graph/executor.ts';
import { planFootprint } from '../graph/footprint.ts';
import { NO_STEP } from '../graph/interpreter.ts';
import { BYTES_PER_ELEMENT, bytesOf, type Plan, planBuffers, scratchKey } from '../graph/liveness.ts';
import { f32, type StepState } from '../graph/op.ts';
import { type NodeTime, nodeTime } from '../graph/profile.ts';
import { STEP_STATE_BYTES, writeStepState } from '../graph/stepState.ts';
import { byName, callOf, type GraphNode, type Tape, type Value } from '../graph/tape.ts';
import type { Crew } from './crew.ts';
import type { Block, Heap } from './heap.ts';
import type { KernelModule, KernelName, Kernels } from './kernels.ts';
import { LOWERINGS } from './lowering.ts';
import { partsOf, type Sharing, type Split, split } from './split.ts';
import type { CpuState } from './state.ts';

/** One call of a kernel, with every address and size resolved. */
interface Command {
  readonly node: GraphNode;
  readonly kernel: KernelName;
  /** The arguments of each part, which threads compute at once; most often of the whole. */
  readonly parts: readonly (readonly number[])[];
}

/** Who computes. */
export interface Computing {
  kernels: Kernels;
  module: KernelModule;
  /** Absent where there is one thread. */
  crew?: Crew;
  sharing: Sharing;
}

const WORKSPACE = 'workspace';
/** Numbers in a line of the cache. */
const LINE = 16;

/** Where everything of a program lies, relative to its block. */
interface Layout {
  plan: Plan;
  buffers: number[];
  /** Inputs and constants by value id. */
  values: Map<number, number>;
  step: number;
  bytes: number;
}

/** A graph as a flat list of kernel calls. A run replays the list, there and then; nothing is allocated. */
export class CpuProgram implements Program {
  readonly dispatches: number;
  readonly flops: number;
  readonly bytes: number;
  /** In the order they run. */
  readonly commands: readonly Command[];
  readonly #layout: Layout;
  readonly #block: Block;

  constructor(
    readonly tape: Tape,
    private readonly heap: Heap,
    private readonly state: CpuState,
    private readonly computing: Computing,
    options: CompileOptions = {},
  ) {
    const { sharing } = computing;
    this.#layout = layOut(tape, options.keep, sharing);
    this.bytes = this.#layout.bytes;
    this.flops = flopsOf(tape.nodes);
    this.#block = heap.allocate(this.bytes, 'A compiled graph of this model');
    for (const value of tape.values) if (value.storage.kind === 'constant') this.#set(value, value.storage.data);
    this.commands = tape.nodes.map((node) => {
      const lowering = LOWERINGS[node.op.name];
      if (!lowering) throw new Error(`the cpu executor has no kernel for ${node.op.name}`);
      const tensors = { ...byName(node.op.inputs, node.inputs), ...byName(node.op.outputs, node.outputs) };
      const at = (name: string): number => {
        if (name === 'step') return this.#block.address + this.#layout.step;
        return name === WORKSPACE ? this.#workspace(node) : this.#address(tensors[name]);
      };
      const args = lowering.args(callOf(node), at, node);
      const how = splitOf(node);
      const parts = how ? split(args, partsOf(how, sharing), how) : [args];
      return { node, kernel: lowering.kernel, parts };
    });
    this.dispatches = this.commands.length;
  }

  write(input: Value, data: Uint32Array | Float32Array): void {
    if (input.storage.kind !== 'input') throw new Error(`${input.name} is not an input of this program`);
    if (data.length !== elements(input.shape))
      throw new Error(`${input.name} takes ${elements(input.shape)} numbers; got ${data.length}`);
    this.#set(input, data);
  }

  run(step: StepState = NO_STEP): void {
    this.#writeStep(step);
    for (const command of this.commands) this.#call(command);
  }

  runAll(loads: readonly Load[]): void {
    runInTurn(this, loads);
  }

  async read(value: Value): Promise<Float32Array> {
    return numbersOf(value, this.#view(value).slice());
  }

  async check(step: StepState = NO_STEP): Promise<NonFinite | null> {
    this.#writeStep(step);
    for (const command of this.commands) {
      this.#call(command);
      const { node } = command;
      for (const value of node.outputs) {
        const data = numbersOf(value, this.#view(value));
        const index = data.findIndex((x) => !Number.isFinite(x));
        if (index >= 0) return { op: nameOf(node), output: value.name, index, value: data[index] };
      }
    }
    return null;
  }

  async profile(step: StepState = NO_STEP): Promise<NodeTime[]> {
    this.#writeStep(step);
    return this.commands.map((command) => {
      const start = performance.now();
      this.#call(command);
      return nodeTime(command.node, performance.now() - start);
    });
  }

  describe(): string {
    return this.commands.map(({ node, parts }) => describeNode(node, this.computing.module, parts.length)).join('\n');
  }

  destroy(): void {
    this.heap.free(this.#block);
  }

  #call({ kernel, parts }: Command): void {
    const { kernels, crew } = this.computing;
    if (crew && parts.length > 1) crew.call(kernel, parts);
    else kernels.functions[kernel](...parts[0]);
  }

  #address(value: Value): number {
    const { storage } = value;
    if (storage.kind === 'state') return this.state.address(storage.arena) + storage.offset * BYTES_PER_ELEMENT;
    const { values, buffers, plan } = this.#layout;
    return this.#block.address + (values.get(value.id) ?? buffers[plan.buffers.get(value.id)!]);
  }

  #workspace(node: GraphNode): number {
    const { buffers, plan } = this.#layout;
    return this.#block.address + buffers[plan.scratch.get(scratchKey(node, WORKSPACE))!];
  }

  #view(value: Value): Float32Array {
    const first = this.#address(value) / BYTES_PER_ELEMENT;
    return this.heap.f32.subarray(first, first + elements(value.shape));
  }

  #set(value: Value, data: Uint32Array | Float32Array): void {
    const memory = data instanceof Uint32Array ? this.heap.u32 : this.heap.f32;
    memory.set(data, this.#address(value) / BYTES_PER_ELEMENT);
  }

  #writeStep(step: StepState): void {
    const first = (this.#block.address + this.#layout.step) / BYTES_PER_ELEMENT;
    writeStepState(this.heap.u32, this.heap.f32, first, step);
  }
}

/** How the node's call falls into parts; undefined where it does not. */
function splitOf(node: GraphNode): Split | undefined {
  const how = LOWERINGS[node.op.name]?.split?.(callOf(node));
  return how && { ...how, workspaceBytes: BYTES_PER_ELEMENT * workspaceSize(node) };
}

/** Numbers of temporary memory of one call, in whole lines of the cache; the op's own scratch is for its shader. */
function workspaceSize(node: GraphNode): number {
  return Math.ceil((LOWERINGS[node.op.name]?.workspace?.(callOf(node)) ?? 0) / LINE) * LINE;
}

/** What a program of this tape takes up, without taking it. */
export function programFootprint(
  tape: Tape,
  { keep }: CompileOptions = {},
  sharing: Sharing = { threads: 1 },
): Footprint {
  const { plan, bytes } = layOut(tape, keep, sharing);
  return { ...planFootprint(plan), bytes };
}

function layOut(tape: Tape, keep: readonly Value[] | undefined, sharing: Sharing): Layout {
  const plan = planBuffers(tape, keep, (node) => {
    const size = workspaceSize(node);
    const how = splitOf(node);
    return size === 0 ? {} : { [WORKSPACE]: f32(size * (how ? partsOf(how, sharing) : 1)) };
  });
  let bytes = 0;
  const place = (size: number): number => {
    const offset = bytes;
    bytes += size;
    return offset;
  };
  const buffers = plan.sizes.map(place);
  const values = new Map<number, number>();
  for (const value of tape.values)
    if (value.storage.kind === 'input' || value.storage.kind === 'constant')
      values.set(value.id, place(bytesOf(value)));
  const step = place(STEP_STATE_BYTES);
  return { plan, buffers, values, step, bytes };
}
