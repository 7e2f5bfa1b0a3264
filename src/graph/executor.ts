import type { NoGpu } from './noGpu.ts';
import type { StepState } from './op.ts';
import type { HostTimes, MemoryUse, NodeTime, TuningRow } from './profile.ts';
import type { Tape, Value } from './tape.ts';

export type ExecutorKind = 'gpu' | 'cpu' | 'interpret';

/**
 * What a user may ask for. `auto`: a GPU where there is one, else the CPU. `gpu-f16`: the GPU, with the operands of
 * matrix products rounded to 16 bits.
 */
export const EXECUTOR_CHOICES = ['auto', 'gpu', 'gpu-f16', 'cpu', 'interpret'] as const;
export type ExecutorChoice = (typeof EXECUTOR_CHOICES)[number];

export interface ExecutorInfo {
  kind: ExecutorKind;
  /** For people: "NVIDIA GeForce RTX 3060", "SwiftShader (software, on the CPU)". */
  adapter: string;
  vendor: string;
  architecture: string;
  /** True when the adapter computes on the CPU; it is never called a GPU. */
  software: boolean;
  limits: Record<string, number>;
  features: string[];
  /** Matrix products round their operands to 16 bits. */
  half?: boolean;
  /** Where choices of kernels are kept from session to session, in words. */
  tuning?: string;
  /** One sentence: why this executor. */
  why: string;
  /** Where it is not the GPU because there is none: why. */
  noGpu?: NoGpu;
}

/** Sizes, in elements, of the f32 arenas that outlive a program: params, grads, m, v, ema, ring … */
export type ArenaSizes = Readonly<Record<string, number>>;

/** The memory that several programs share (training, evaluation on the EMA, sampling). */
export interface State {
  readonly sizes: ArenaSizes;
  read(arena: string): Promise<Float32Array>;
  write(arena: string, data: Float32Array): void;
  /** Copies a whole arena onto another of the same size, in order with the programs' runs. */
  copy(from: string, to: string): void;
  destroy(): void;
}

/** What a checked run found. */
export interface NonFinite {
  /** Op and scope of the first command that wrote a NaN or an infinity: `attention (layer 2)`. */
  op: string;
  output: string;
  index: number;
  value: number;
}

/** What one run is made with: its inputs, and the scalars of its step. */
export interface Load {
  inputs: readonly (readonly [Value, Uint32Array | Float32Array])[];
  step: StepState;
}

/** A graph compiled for one executor: run again and again, in order with every other program of the executor. */
export interface Program {
  readonly tape: Tape;
  /** Number of GPU dispatches of a run (commands, for executors that have none). */
  readonly dispatches: number;
  /** Bytes of device memory of its own: activations, inputs, constants; not the shared arenas. */
  readonly bytes: number;
  readonly flops: number;
  /** What the host has spent on the runs so far; absent where the host computes them itself. */
  readonly hostTimes?: Readonly<HostTimes>;
  /** Sets an input. Takes effect for the runs that are enqueued afterwards. */
  write(input: Value, data: Uint32Array | Float32Array): void;
  /** Enqueues one run; does not wait for it. */
  run(step?: StepState): void;
  /** Enqueues one run a load, in order and in one submission where the executor has such a thing; does not wait. */
  runAll(loads: readonly Load[]): void;
  /** The contents of a value after the runs enqueued so far. */
  read(value: Value): Promise<Float32Array>;
  /** Runs command by command and names the first non-finite output; null when all are finite. */
  check(step?: StepState): Promise<NonFinite | null>;
  /**
   * One run, each node timed by itself: on the device's clock where it has one, else by wall clock. Slower than a run,
   * and a real one: it changes the state as a run does.
   */
  profile(step?: StepState): Promise<NodeTime[]>;
  /** The flat list of commands as text: op, shapes, bytes, FLOPs, variant. */
  describe(): string;
  destroy(): void;
}

export interface CompileOptions {
  /** Values that are read after a run: they keep a buffer of their own. */
  keep?: readonly Value[];
  /** Kernel variants to use, by tuning key; what is missing is chosen and added. */
  variants?: Record<string, string>;
  /** Runs that `runAll` is to put into one submission at most; more are split. 1 without it. */
  loads?: number;
}

/** How many kernels are compiled, of those that were asked for so far. */
export type CompileListener = (done: number, asked: number) => void;

/** Device memory that something takes up, in bytes. */
export interface Footprint {
  bytes: number;
  /** The largest piece that must lie in one buffer, and what it is, in words: "the logits". */
  largest: { bytes: number; what: string };
}

/** Device memory that there is, in bytes; what a device does not tell is absent. */
export interface Capacity {
  /** In all, for what is not yet allocated. */
  total?: number;
  /** In one buffer. */
  buffer?: number;
}

/** One graph, one op table, several executors. */
export interface Executor {
  readonly info: ExecutorInfo;
  /**
   * Executors of this kind that compute at the same time, each in a memory of its own: what is to run in parallel goes
   * to different ones. Absent: everything shares this one. They end with this one.
   */
  readonly lanes?: readonly Executor[];
  readonly capacity: Capacity;
  /** What a state of these sizes will take; allocates nothing. */
  stateFootprint(sizes: ArenaSizes): Footprint;
  /** What `compile` will take on such a tape, the state left out; allocates nothing. */
  programFootprint(tape: Tape, options?: CompileOptions): Footprint;
  createState(sizes: ArenaSizes): State;
  compile(tape: Tape, state: State, options?: CompileOptions): Promise<Program>;
  /** Has somebody told of every kernel that is compiled from now on; absent where that takes no time. */
  watchCompiling?(listen: CompileListener | null): void;
  /** What its states and programs take up now. */
  memory(): Promise<MemoryUse>;
  /** Kernel variants that were timed in this session, or are remembered of an earlier one; absent where none are. */
  tuning?(): TuningRow[];
  /** Resolves when everything enqueued so far is done. */
  idle(): Promise<void>;
  /** Rejects when the device is lost; never resolves otherwise. */
  readonly lost: Promise<never>;
  destroy(): void;
}

/** `Program.runAll` of an executor that has no submissions: one run after the other. */
export function runInTurn(program: Program, loads: readonly Load[]): void {
  for (const { inputs, step } of loads) {
    for (const [input, data] of inputs) program.write(input, data);
    program.run(step);
  }
}

/** What `Program.read` gives of a value: the numbers, for integers (exact up to 2²⁴) too, of words as they lie in memory. */
export function numbersOf({ dtype }: Value, words: Float32Array): Float32Array {
  return dtype === 'f32' ? words : Float32Array.from(new Uint32Array(words.buffer, words.byteOffset, words.length));
}
