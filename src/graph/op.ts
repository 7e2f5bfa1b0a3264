import type { DType, Shape } from '../core/shape.ts';
import type { Cotangent, Value } from './tape.ts';

export interface TensorSpec {
  shape: Shape;
  dtype: DType;
}

export const f32 = (...shape: number[]): TensorSpec => ({ shape, dtype: 'f32' });
export const u32 = (...shape: number[]): TensorSpec => ({ shape, dtype: 'u32' });

/** WGSL text under `shaders/`, with the shared snippets it needs already in front. */
export interface Shader {
  /** `rmsNorm.wgsl` */
  file: string;
  source: string;
}

export type Attributes = Readonly<Record<string, number>>;

/** One use of an op: the spec of every tensor it touches, by the op's own names, and its attributes. */
export interface Call<A extends Attributes = Attributes> {
  tensors: Readonly<Record<string, TensorSpec>>;
  attrs: A;
}

/**
 * One dispatch of a compute shader. The bindings need no declaration: each resource that the entry point uses is
 * named after an input, an output, a scratch tensor of the op, or `step` (the StepState uniform). A suffix
 * `_vec4` on the WGSL name binds the same tensor as an array of vec4<f32>.
 */
export interface Dispatch {
  entry: string;
  /** Every `override` that the entry point uses. */
  constants: Readonly<Record<string, number>>;
  /** Another composition of the op's shader, for ops that choose among snippets by shape. */
  shader?: Shader;
  /** Workgroups along x and y; x above 65,535 is folded by `workgroups`. */
  workgroups: readonly [number, number];
}

/** What a device offers to a kernel beyond the least that every WebGPU device has. */
export interface KernelTraits {
  /** Lanes of a subgroup, the fewest and the most that a pipeline of this device may get; absent: no subgroups. */
  subgroups?: { min: number; max: number };
  /** Matrix products may keep 16-bit copies of their operands: the device has them, and the user asked for them. */
  half: boolean;
  /** Bytes of memory that the invocations of a workgroup share. */
  workgroupBytes: number;
  /** Invocations in a workgroup. */
  workgroupThreads: number;
}

/** What every WebGPU device has. */
export const PLAIN_TRAITS: KernelTraits = { half: false, workgroupBytes: 16_384, workgroupThreads: 256 };

/** The scalars that change from step to step: the one uniform, `shaders/lib/stepState.wgsl`. */
export interface StepState {
  /** 0-based optimizer step. */
  step: number;
  seed: number;
  /** Row of the metrics ring that this step writes. */
  slot: number;
  /** Global gradient norm above which the gradient is scaled down; 0: off. */
  clipNorm: number;
  learningRate: number;
  /** 1 − β₁^(step+1) and 1 − β₂^(step+1). */
  correction1: number;
  correction2: number;
  emaDecay: number;
}

/** Inputs of a test case: drawn normal(0, scale), uniform integers below a bound, or given. */
export type Fill = { normal: number } | { below: number } | { values: readonly number[] } | { constant: number };

export interface OpCase<A extends Attributes = Attributes> {
  title: string;
  inputs: Readonly<Record<string, { shape: Shape; fill?: Fill }>>;
  attrs: A;
  step?: Partial<StepState>;
}

/**
 * An op: everything that a test, the interpreter and the compiler need to know about one kind of node.
 * A backward kernel is an ordinary op without a VJP of its own.
 */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** Names of the tensors, in the order of `Tape.apply`. Dtype f32 unless listed in `integer`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly integer?: readonly string[];
  /** Inputs that are updated in place (optimizer state, the metrics ring). */
  readonly mutates?: readonly string[];
  readonly shader: Shader;
  /** Shapes of the outputs; refuses inputs that do not fit, in words (`expectShape`). */
  infer(call: Call<A>): Record<string, TensorSpec>;
  /** Temporary tensors that live only during this node. */
  scratch?(call: Call<A>): Record<string, TensorSpec>;
  /**
   * Names of the interchangeable implementations that run on such a device, best guess first, in the order to time
   * them; the first runs on every device. Absent: only one.
   */
  variants?(call: Call<A>, traits: KernelTraits): readonly string[];
  dispatches(call: Call<A>, variant: string): Dispatch[];
  /** What integer inputs hold while variants are timed, where zeros would be no work. */
  typical?(call: Call<A>): Record<string, Uint32Array<ArrayBuffer>>;
  /**
   * Vector–Jacobian product: given the cotangent of each output (undefined: not needed; 'ones': the root of the
   * differentiation), the cotangent of each input (undefined: none).
   */
  vjp?(node: VjpNode<A>): Record<string, Value | undefined>;
  /** The f64 oracle: reads inputs and writes outputs (zero-filled) or updates mutated inputs, in plain loops. */
  reference(t: Record<string, Float64Array>, call: Call<A>, step: StepState): void;
  /** Useful arithmetic, counted 2 per multiply-add; elementwise work may be left at 0. */
  flops?(call: Call<A>): number;
  readonly cases: readonly OpCase<A>[];
  /** Largest |gpu − reference| allowed, relative to max(1, largest |reference|) of the tensor. Default 1e-4. */
  readonly tolerance?: number;
}

export interface VjpNode<A extends Attributes = Attributes> {
  inputs: Readonly<Record<string, Value>>;
  outputs: Readonly<Record<string, Value>>;
  attrs: A;
  cotangents: Readonly<Record<string, Cotangent | undefined>>;
}
