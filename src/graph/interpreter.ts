import { elements } from '../core/shape.ts';
import { describeNode, flopsOf, nameOf } from './describe.ts';
import {
  type ArenaSizes,
  type Capacity,
  type CompileOptions,
  type Executor,
  type ExecutorInfo,
  type Footprint,
  type Load,
  type NonFinite,
  type Program,
  runInTurn,
  type State,
} from './executor.ts';
import { arenaFootprint, bufferFootprint, together } from './footprint.ts';
import type { StepState } from './op.ts';
import { type MemoryUse, type NodeTime, nodeTime } from './profile.ts';
import { callOf, type GraphNode, type Tape, type Value } from './tape.ts';

export const NO_STEP: StepState = {
  step: 0,
  seed: 0,
  slot: 0,
  clipNorm: 0,
  learningRate: 0,
  correction1: 1,
  correction2: 1,
  emaDecay: 0,
};

export class InterpreterState implements State {
  readonly arenas = new Map<string, Float64Array>();
  constructor(
    readonly sizes: ArenaSizes,
    private readonly living: Living,
  ) {
    for (const [name, size] of Object.entries(sizes)) this.arenas.set(name, new Float64Array(size));
    living.set(
      this,
      [...this.arenas.values()].reduce((bytes, { byteLength }) => bytes + byteLength, 0),
    );
  }
  async read(arena: string): Promise<Float32Array> {
    return Float32Array.from(this.arenas.get(arena)!);
  }
  write(arena: string, data: Float32Array): void {
    this.arenas.get(arena)!.set(data);
  }
  copy(from: string, to: string): void {
    this.arenas.get(to)!.set(this.arenas.get(from)!);
  }
  destroy(): void {
    this.arenas.clear();
    this.living.delete(this);
  }
}

export class InterpreterProgram implements Program {
  readonly dispatches: number;
  readonly bytes: number;
  readonly flops: number;
  readonly #data = new Map<number, Float64Array>();

  constructor(
    readonly tape: Tape,
    state: InterpreterState,
    private readonly living: Living,
  ) {
    this.dispatches = tape.nodes.length;
    this.flops = flopsOf(tape.nodes);
    let bytes = 0;
    for (const value of tape.values) {
      const { storage } = value;
      const n = elements(value.shape);
      bytes += bytesOfValue(value);
      if (storage.kind === 'state') {
        this.#data.set(value.id, state.arenas.get(storage.arena)!.subarray(storage.offset, storage.offset + n));
      } else {
        this.#data.set(value.id, storage.kind === 'constant' ? Float64Array.from(storage.data) : new Float64Array(n));
      }
    }
    this.bytes = bytes;
    living.set(this, bytes);
  }

  write(input: Value, data: Uint32Array | Float32Array): void {
    this.#data.get(input.id)!.set(data);
  }

  run(step: StepState = NO_STEP): void {
    for (const node of this.tape.nodes) this.#execute(node, step);
  }

  runAll(loads: readonly Load[]): void {
    runInTurn(this, loads);
  }

  async read(value: Value): Promise<Float32Array> {
    return Float32Array.from(this.#data.get(value.id)!);
  }

  /** The f64 contents, for tests. */
  exact(value: Value): Float64Array {
    return this.#data.get(value.id)!;
  }

  async check(step: StepState = NO_STEP): Promise<NonFinite | null> {
    for (const node of this.tape.nodes) {
      this.#execute(node, step);
      for (const value of node.outputs) {
        const data = this.#data.get(value.id)!;
        const index = data.findIndex((x) => !Number.isFinite(x));
        if (index >= 0) return { op: nameOf(node), output: value.name, index, value: data[index] };
      }
    }
    return null;
  }

  async profile(step: StepState = NO_STEP): Promise<NodeTime[]> {
    return this.tape.nodes.map((node) => {
      const start = performance.now();
      this.#execute(node, step);
      return nodeTime(node, performance.now() - start);
    });
  }

  describe(): string {
    return this.tape.nodes.map((node) => describeNode(node, 'f64', 1)).join('\n');
  }

  destroy(): void {
    this.#data.clear();
    this.living.delete(this);
  }

  #execute(node: GraphNode, step: StepState): void {
    const t: Record<string, Float64Array> = {};
    node.op.inputs.forEach((name, i) => {
      t[name] = this.#data.get(node.inputs[i].id)!;
    });
    node.op.outputs.forEach((name, i) => {
      t[name] = this.#data.get(node.outputs[i].id)!.fill(0);
    });
    node.op.reference(t, callOf(node), step);
  }
}

/** Bytes that a value has for itself; state lies in its arena. */
function bytesOfValue({ storage, shape }: Value): number {
  return storage.kind === 'state' ? 0 : Float64Array.BYTES_PER_ELEMENT * elements(shape);
}

/** Bytes of what there is, each counted until it is destroyed. */
type Living = Map<InterpreterState | InterpreterProgram, number>;

/** The f64 oracle: every op's reference, in order, on Float64Array. Slow, and right. */
export class Interpreter implements Executor {
  readonly info: ExecutorInfo;
  readonly lost = new Promise<never>(() => {});

  readonly capacity: Capacity = {};
  readonly #living: Living = new Map();

  constructor(why = 'The reference interpreter was asked for; it is exact and slow.') {
    this.info = {
      kind: 'interpret',
      adapter: 'none (f64 reference in TypeScript)',
      vendor: '',
      architecture: '',
      software: true,
      limits: {},
      features: [],
      why,
    };
  }

  /** Numbers are f64 here: two elements of what `arenaFootprint` counts. */
  stateFootprint(sizes: ArenaSizes): Footprint {
    const { bytes, largest } = arenaFootprint(sizes);
    return { bytes: 2 * bytes, largest: { ...largest, bytes: 2 * largest.bytes } };
  }

  programFootprint(tape: Tape): Footprint {
    return together(tape.values.map((value) => bufferFootprint(value.name, bytesOfValue(value))));
  }

  createState(sizes: ArenaSizes): InterpreterState {
    return new InterpreterState(sizes, this.#living);
  }
  async compile(tape: Tape, state: State, _options?: CompileOptions): Promise<InterpreterProgram> {
    return new InterpreterProgram(tape, state as InterpreterState, this.#living);
  }
  async memory(): Promise<MemoryUse> {
    return { used: [...this.#living.values()].reduce((sum, bytes) => sum + bytes, 0) };
  }
  async idle(): Promise<void> {}
  destroy(): void {}
}
