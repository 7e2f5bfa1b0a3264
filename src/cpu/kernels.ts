import { relaxed, simd } from 'virtual:cpu-kernels';
import { CrossoverError, messageOf } from '../core/errors.ts';

export type KernelModule = 'simd' | 'relaxed';

/** Names that src/cpu/assembly/index.ts exports. */
export const KERNELS = [
  'add',
  'adamw',
  'attention',
  'attentionGrad',
  'crossEntropy',
  'dropout',
  'ema',
  'embedding',
  'embeddingGrad',
  'gradNorm',
  'matmul',
  'metrics',
  'qkRope',
  'qkRopeGrad',
  'residualNorm',
  'rmsNorm',
  'rmsNormGrad',
  'swiglu',
  'swigluGrad',
] as const;
export type KernelName = (typeof KERNELS)[number];
/** A kernel takes addresses, sizes and scalars, in the order of its AssemblyScript declaration. */
export type Kernel = (...args: number[]) => void;

export interface Kernels {
  functions: Readonly<Record<KernelName, Kernel>>;
  /** The first byte of the memory that the module leaves free. */
  heapBase: number;
}

const MODULES = { simd, relaxed } as const;

/** Whether this engine can run the module. */
export function supports(module: KernelModule): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(MODULES[module]);
}

/** The modules that this engine can run, the faster one first. */
export function supportedModules(): KernelModule[] {
  return (['relaxed', 'simd'] as const).filter(supports);
}

/** The kernels of a module over a memory. Throws 'no-adapter' when the engine refuses the module. */
export async function loadKernels(module: KernelModule, memory: WebAssembly.Memory): Promise<Kernels> {
  try {
    const { instance } = await WebAssembly.instantiate(MODULES[module], { env: { memory } });
    const { heapBase } = instance.exports as { heapBase: WebAssembly.Global<'i32'> } & WebAssembly.Exports;
    return { functions: instance.exports as unknown as Record<KernelName, Kernel>, heapBase: heapBase.value };
  } catch (error) {
    throw new CrossoverError(
      'no-adapter',
      `The ${module} kernels of the cpu executor cannot start: ${messageOf(error)}`,
    );
  }
}
