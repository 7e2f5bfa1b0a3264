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
import { Crew, type Hire } from './crew.ts';
import { Heap, MOST_BYTES } from './heap.ts';
import { type KernelModule, loadKernels, MODULES, SIMD, supports } from './kernels.ts';
import { type Computing, CpuProgram, programFootprint } from './program.ts';
import type { Sharing } from './split.ts';
import { CpuState, stateFootprint } from './state.ts';

export interface CpuOptions {
  /** Which kernels; without it the fastest that this engine runs. */
  module?: KernelModule;
  /** One sentence: why this executor. */
  why?: string;
  /** Why it is not the GPU, where there is none. */
  noGpu?: NoGpu;
  /** Threads that share the kernels of a step, this one included; 1 without it. Which there are changes no number. */
  threads?: number;
  /** The least work of a thread's part of a kernel, in multiplications; what pays without it. */
  partWork?: number;
  /** Memory that may be used, in bytes; 4 GiB without it, which is all that there can be. */
  memoryBytes?: number;
}

/** Why this executor, when nothing else is said. */
export const WHY = 'The cpu executor was asked for.';

/**
 * Loads the kernels into a memory of their own: the fastest module that this engine accepts and starts. A module that
 * was passed over is told in the executor's `why`, and so are threads that `hire` could not start.
 * @throws CrossoverError 'no-adapter' when no module runs here, or not the one that was asked for.
 */
export async function openCpuExecutor(options: CpuOptions = {}, hire?: Hire): Promise<CpuExecutor> {
  const { memoryBytes = MOST_BYTES, threads = 1, partWork, why = WHY, noGpu } = options;
  const passedOver: string[] = [];
  for (const module of options.module ? [options.module] : MODULES) {
    if (!supports(module)) {
      passedOver.push(`This engine does not accept WebAssembly ${SIMD[module]}.`);
      continue;
    }
    const open = async (start: () => Promise<Opened>, failure: string): Promise<CpuExecutor | undefined> => {
      try {
        const { heap, computing } = await start();
        return new CpuExecutor(heap, computing, { memoryBytes, why: [why, ...passedOver].join(' '), noGpu });
      } catch (error) {
        passedOver.push(`${failure}: ${messageOf(error)}.`);
        return undefined;
      }
    };
    const opened =
      (hire &&
        threads > 1 &&
        (await open(
          () => openTogether(module, memoryBytes, { threads, ...(partWork && { partWork }) }, hire),
          `A model’s steps stay on one thread, because ${threads} could not share them`,
        ))) ||
      (await open(() => openAlone(module, memoryBytes), `The ${SIMD[module]} kernels do not start`));
    if (opened) return opened;
  }
  throw new CrossoverError(
    'no-adapter',
    `The cpu executor cannot run here. ${passedOver.join(' ')}`,
    'Use a current browser, or Node 20.19 or newer.',
  );
}

interface Opened {
  heap: Heap;
  computing: Computing;
}

async function openAlone(module: KernelModule, memoryBytes: number): Promise<Opened> {
  const heap = new Heap(memoryBytes);
  const kernels = await loadKernels(module, heap.memory);
  heap.begin(kernels.heapBase);
  return { heap, computing: { kernels, module, sharing: { threads: 1 } } };
}

async function openTogether(module: KernelModule, memoryBytes: number, sharing: Sharing, hire: Hire): Promise<Opened> {
  const heap = new Heap(memoryBytes, { shared: true });
  const { memory } = heap;
  const kernels = await loadKernels(module, memory, { shared: true });
  heap.begin(kernels.heapBase);
  const crew = await Crew.gather(hire, sharing.threads - 1, { module, memory, kernels });
  return { heap, computing: { kernels, module, crew, sharing } };
}

/** For an engine that runs none of the kernels, which `error` says: the interpreter. Other errors are thrown again. */
export function interpretInstead(error: unknown): Interpreter {
  if (!(error instanceof CrossoverError && error.code === 'no-adapter')) throw error;
  return new Interpreter(`${error.message} The interpreter computes instead: exact, and very slow.`);
}

/** SIMD kernels in WebAssembly, led by this thread. A run is over when `run` returns. */
export class CpuExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly lost = new Promise<never>(() => {});

  constructor(
    private readonly heap: Heap,
    private readonly computing: Computing,
    { why, memoryBytes, noGpu }: { why: string; memoryBytes: number; noGpu: NoGpu | undefined },
  ) {
    const { module } = computing;
    this.info = {
      kind: 'cpu',
      adapter: `CPU, WebAssembly ${SIMD[module]}`,
      vendor: '',
      architecture: '',
      software: true,
      limits: { memoryBytes, threads: computing.sharing.threads },
      features: module === 'relaxed' ? ['simd', 'relaxed-simd'] : ['simd'],
      why,
      ...(noGpu && { noGpu }),
    };
  }

  get module(): KernelModule {
    return this.computing.module;
  }

  /** Bytes of memory that states and programs take up, gaps between them included. */
  get memoryBytes(): number {
    return this.heap.used;
  }

  async memory(): Promise<MemoryUse> {
    return { used: this.heap.taken, held: this.heap.memory.buffer.byteLength };
  }

  get capacity(): Capacity {
    return { total: this.heap.left };
  }

  stateFootprint(sizes: ArenaSizes): Footprint {
    return stateFootprint(sizes);
  }

  programFootprint(tape: Tape, options?: CompileOptions): Footprint {
    return programFootprint(tape, options, this.computing.sharing);
  }

  createState(sizes: ArenaSizes): CpuState {
    return new CpuState(this.heap, sizes);
  }

  async compile(tape: Tape, state: State, options: CompileOptions = {}): Promise<CpuProgram> {
    return new CpuProgram(tape, this.heap, state as CpuState, this.computing, options);
  }

  async idle(): Promise<void> {}

  /** The memory itself goes when nothing refers to the executor any more. */
  destroy(): void {
    this.computing.crew?.end();
  }
}
