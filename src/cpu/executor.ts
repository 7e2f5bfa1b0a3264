import { CrossoverError, messageOf } from '../core/errors.ts';
import type {
  ArenaSizes,
  Capacity,
  CompileOptions,
  Executor,
  ExecutorInfo,
  Footprint,
  State,
} from '../graph/executor.ts';
import { Interpreter } from '../graph/interpreter.ts';
import type { NoGpu } from '../graph/noGpu.ts';
import type { MemoryUse } from '../graph/profile.ts';
import type { Tape } from '../graph/tape.ts';
import { Heap, MOST_BYTES } from './heap.ts';
import { type KernelModule, type Kernels, loadKernels, MODULES, SIMD, supports } from './kernels.ts';
import { CpuProgram, programFootprint } from './program.ts';
import { CpuState, stateFootprint } from './state.ts';

export interface CpuOptions {
  /** Which kernels; without it the fastest that this engine runs. */
  module?: KernelModule;
  /** One sentence: why this executor. */
  why?: string;
  /** Why it is not the GPU, where there is none. */
  noGpu?: NoGpu;
  /** Memory that may be used, in bytes; 4 GiB without it, which is all that there can be. */
  memoryBytes?: number;
}

/** Why this executor, when nothing else is said. */
export const WHY = 'The cpu executor was asked for.';

/**
 * Loads the kernels into a memory of their own: the fastest module that this engine accepts and starts. A module that
 * was passed over is told in the executor's `why`.
 * @throws CrossoverError 'no-adapter' when no module runs here, or not the one that was asked for.
 */
export async function openCpuExecutor(options: CpuOptions = {}): Promise<CpuExecutor> {
  const { memoryBytes = MOST_BYTES, why = WHY } = options;
  const passedOver: string[] = [];
  for (const module of options.module ? [options.module] : MODULES) {
    if (!supports(module)) {
      passedOver.push(`This engine does not accept WebAssembly ${SIMD[module]}.`);
      continue;
    }
    try {
      const heap = new Heap(memoryBytes);
      const kernels = await loadKernels(module, heap.memory);
      heap.begin(kernels.heapBase);
      return new CpuExecutor(heap, kernels, module, {
        memoryBytes,
        why: [why, ...passedOver].join(' '),
        ...(options.noGpu && { noGpu: options.noGpu }),
      });
    } catch (error) {
      passedOver.push(`The ${SIMD[module]} kernels do not start: ${messageOf(error)}.`);
    }
  }
  throw new CrossoverError(
    'no-adapter',
    `The cpu executor cannot run here. ${passedOver.join(' ')}`,
    'Use a current browser, or Node 20.19 or newer.',
  );
}

/** For an engine that runs none of the kernels, which `error` says: the interpreter. Other errors are thrown again. */
export function interpretInstead(error: unknown): Interpreter {
  if (!(error instanceof CrossoverError && error.code === 'no-adapter')) throw error;
  return new Interpreter(`${error.message} The interpreter computes instead: exact, and very slow.`);
}

/** SIMD kernels in WebAssembly on this thread. A run is over when `run` returns. */
export class CpuExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly lost = new Promise<never>(() => {});

  constructor(
    private readonly heap: Heap,
    private readonly kernels: Kernels,
    readonly module: KernelModule,
    { why, memoryBytes, noGpu }: { why: string; memoryBytes: number; noGpu?: NoGpu },
  ) {
    this.info = {
      kind: 'cpu',
      adapter: `CPU, WebAssembly ${SIMD[module]}`,
      vendor: '',
      architecture: '',
      software: true,
      limits: { memoryBytes },
      features: module === 'relaxed' ? ['simd', 'relaxed-simd'] : ['simd'],
      why,
      ...(noGpu && { noGpu }),
    };
  }

  /** Bytes of memory that states and programs take up, gaps between them included. */
  get memoryBytes(): number {
    return this.heap.used;
  }

  async memory(): Promise<MemoryUse> {
    return { used: this.heap.used, held: this.heap.memory.buffer.byteLength };
  }

  get capacity(): Capacity {
    return { total: this.heap.left };
  }

  stateFootprint(sizes: ArenaSizes): Footprint {
    return stateFootprint(sizes);
  }

  programFootprint(tape: Tape, options?: CompileOptions): Footprint {
    return programFootprint(tape, options);
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
