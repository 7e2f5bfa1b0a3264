import { relaxed, relaxedShared, simd, simdShared } from 'virtual:cpu-kernels';

export type KernelModule = 'simd' | 'relaxed';

/** Names that src/cpu/assembly/index.ts exports. */
export const KERNELS = [
  'add',
  'adamw',
  'assign',
  'attention',
  'attentionGrad',
  'chooseTokens',
  'combine',
  'combineGrad',
  'countDropped',
  'crossEntropy',
  'dropout',
  'ema',
  'embedding',
  'embeddingGrad',
  'expertsRows',
  'expertsSums',
  'gatherRows',
  'gradNorm',
  'matmul',
  'metrics',
  'qkRope',
  'qkRopeGrad',
  'residualNorm',
  'rmsNorm',
  'rmsNormGrad',
  'route',
  'routeGrad',
  'routerLoss',
  'softmax',
  'softmaxGrad',
  'swiglu',
  'swigluGrad',
  'uniformBound',
] as const;
export type KernelName = (typeof KERNELS)[number];
/** A kernel takes addresses, sizes and scalars, in the order of its AssemblyScript declaration. */
export type Kernel = (...args: number[]) => void;

export interface Kernels {
  functions: Readonly<Record<KernelName, Kernel>>;
  /** The first byte of the memory that the module leaves free. */
  heapBase: number;
}

const BINARIES = { simd, relaxed } as const;
const SHARED = { simd: simdShared, relaxed: relaxedShared } as const;

/** The modules, the faster one first. */
export const MODULES: readonly KernelModule[] = ['relaxed', 'simd'];

/** What a module needs of WebAssembly, in words. */
export const SIMD: Readonly<Record<KernelModule, string>> = { relaxed: 'relaxed SIMD', simd: 'SIMD' };

/** Whether this engine accepts the module. */
export function supports(module: KernelModule): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(BINARIES[module]);
}

/**
 * The kernels of a module over a memory, which threads share or not. Throws what the engine throws when it does not
 * start the module.
 */
export async function loadKernels(
  module: KernelModule,
  memory: WebAssembly.Memory,
  { shared = false } = {},
): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate((shared ? SHARED : BINARIES)[module], { env: { memory } });
  const { heapBase } = instance.exports as { heapBase: WebAssembly.Global<'i32'> } & WebAssembly.Exports;
  return { functions: instance.exports as unknown as Record<KernelName, Kernel>, heapBase: heapBase.value };
}
