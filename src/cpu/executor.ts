import { CrossoverError } from '../core/errors.ts';
import type { ArenaSizes, CompileOptions, Executor, ExecutorInfo, State } from '../graph/executor.ts';
import type { Tape } from '../graph/tape.ts';
import { Heap, MOST_BYTES } from './heap.ts';
import { type KernelModule, type Kernels, loadKernels, supportedModules } from './kernels.ts';
import { CpuProgram } from './program.ts';
import { CpuState, STATE, stateBytes } from './state.ts';

export interface CpuOptions {
  /** Which kernels; without it the fastest that this engine runs. */
  module?: KernelModule;
  /** One sentence: why this executor. */
  why?: string;
  /** Memory that may be used, in bytes; 4 GiB without it, which is all that there can be. */
  memoryBytes?: number;
}

/**
 * Loads the kernels into a memory of their own.
 * @throws CrossoverError 'no-adapter' when this engine has no WebAssembly SIMD, or not the module that was asked for.
 */
export async function openCpuExecutor(options: CpuOptions = {}): Promise<CpuExecutor> {
  const supported = supportedModules();
  const module = options.module ?? supported[0];
  if (!module || !supported.includes(module))
    throw new CrossoverError(
      'no-adapter',
      `The cpu executor needs WebAssembly ${options.module === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, ` +
        `which this engine does not have${supported.length ? `; it has ${supported.join(', ')}` : ''}.`,
      supported.length ? `Choose the module ${supported[0]}.` : 'Use a current browser, or Node 20.19 or newer.',
    );
  const heap = new Heap(options.memoryBytes ?? MOST_BYTES);
  const kernels = await loadKernels(module, heap.memory);
  heap.begin(kernels.heapBase);
  return new CpuExecutor(heap, kernels, module, options);
}

/** SIMD kernels in WebAssembly on this thread. A run is over when `run` returns. */
export class CpuExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly lost = new Promise<never>(() => {});

  constructor(
    private readonly heap: Heap,
    private readonly kernels: Kernels,
    readonly module: KernelModule,
    { why, memoryBytes = MOST_BYTES }: CpuOptions,
  ) {
    this.info = {
      kind: 'cpu',
      adapter: `CPU, WebAssembly ${module === 'relaxed' ? 'relaxed ' : ''}SIMD`,
      vendor: '',
      architecture: '',
      software: true,
      limits: { memoryBytes },
      features: module === 'relaxed' ? ['simd', 'relaxed-simd'] : ['simd'],
      why: why ?? 'The cpu executor was asked for.',
    };
  }

  /** Bytes of memory that states and programs take up, gaps between them included. */
  get memoryBytes(): number {
    return this.heap.used;
  }

  checkCapacity(sizes: ArenaSizes): void {
    this.heap.check(stateBytes(sizes), STATE);
  }

  createState(sizes: ArenaSizes): CpuState {
    return new CpuState(this.heap, sizes);
  }

  async compile(tape: Tape, state: State, options: CompileOptions = {}): Promise<CpuProgram> {
    return new CpuProgram(tape, this.heap, state as CpuState, this.kernels, this.module, options);
  }

  async idle(): Promise<void> {}

  /** The memory itself goes when nothing refers to the executor any more. */
  destroy(): void {}
}
