import { CrossoverError, messageOf } from '../core/errors.ts';
import type {
  ArenaSizes,
  Capacity,
  CompileListener,
  CompileOptions,
  Executor,
  ExecutorInfo,
  Footprint,
  State,
} from '../graph/executor.ts';
import { arenaFootprint, shortage } from '../graph/footprint.ts';
import { NoGpuError } from '../graph/noGpu.ts';
import type { KernelTraits } from '../graph/op.ts';
import type { MemoryUse, TuningRow } from '../graph/profile.ts';
import type { Tape } from '../graph/tape.ts';
import { PipelineCache } from './pipelines.ts';
import { GpuProgram } from './program.ts';
import { programFootprint } from './resources.ts';
import { GpuState } from './state.ts';
import { Trial } from './trial.ts';
import { Tuner, type TuningCache, tuningTable } from './tune.ts';

const WANTED_LIMITS = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

/** Timestamps for profiles; the others for kernel variants. Nothing depends on any of them. */
const WANTED_FEATURES = ['timestamp-query', 'subgroups', 'shader-f16'] as const;

export interface GpuOptions {
  /** One sentence: why this adapter. */
  why: string;
  /** Known to compute on the CPU, when the adapter's own `isFallbackAdapter` cannot be trusted to say so. */
  software?: boolean;
  /** Matrix products keep 16-bit copies of their operands; refused where the device has no such numbers. */
  half?: boolean;
  /** Where choices of kernel variants outlive the session. */
  tuning?: TuningCache;
}

/** Asks for the adapter and the device; says in words what is missing. */
export async function openGpuExecutor(gpu: GPU, options: GpuOptions): Promise<GpuExecutor> {
  const found = gpu.requestAdapter({ powerPreference: 'high-performance' });
  const adapter = await found.catch((error: unknown) => messageOf(error));
  if (!adapter || typeof adapter === 'string')
    throw new NoGpuError(
      'no-adapter',
      `WebGPU is here, but it found no adapter (requestAdapter ${adapter ? `failed: ${adapter}` : 'gave null'}).`,
      'The browser may block this graphics driver: see chrome://gpu, or try another browser.',
    );
  if (options.half && !adapter.features.has('shader-f16'))
    throw new CrossoverError(
      'no-adapter',
      `The adapter ${describeAdapter(adapter.info)} has no 16-bit numbers (the WebGPU feature shader-f16), which gpu-f16 needs.`,
      'Choose gpu, which computes in f32.',
    );
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]]));
  let device: GPUDevice;
  try {
    const requiredFeatures = WANTED_FEATURES.filter((name) => adapter.features.has(name));
    device = await adapter.requestDevice({ label: 'crossover', requiredLimits, requiredFeatures });
  } catch (error) {
    throw new NoGpuError(
      'refused',
      `The adapter ${describeAdapter(adapter.info)} refused a device: ${messageOf(error)}`,
      'Close other tabs that use the GPU and reload, or restart the browser.',
    );
  }
  return new GpuExecutor(device, adapter, options);
}

function describeAdapter(info: GPUAdapterInfo): string {
  return info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ') || 'unnamed';
}

/** Hand-written WGSL on a WebGPU device. */
export class GpuExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly traits: KernelTraits;
  readonly pipelines: PipelineCache;
  readonly tuner: Tuner;
  readonly lost: Promise<never>;
  #closed = false;
  /** Bytes of the states and programs that there are. */
  #used = 0;
  /** Ends with the compilations that were asked for so far. */
  #compiled: Promise<unknown> = Promise.resolve();

  constructor(
    readonly device: GPUDevice,
    adapter: GPUAdapter,
    { why, software, half = false, tuning }: GpuOptions,
  ) {
    const { info } = adapter;
    const onCpu =
      software ??
      (info.isFallbackAdapter ||
        /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${info.architecture} ${info.description}`));
    this.info = {
      kind: 'gpu',
      adapter: onCpu ? `${describeAdapter(info)} (software, on the CPU)` : describeAdapter(info),
      vendor: info.vendor,
      architecture: info.architecture,
      software: onCpu,
      limits: Object.fromEntries(WANTED_LIMITS.map((name) => [name, device.limits[name]])),
      features: [...adapter.features].sort(),
      why,
      ...(half && { half }),
      ...(tuning && { tuning: tuning.place }),
    };
    const { limits, features } = device;
    this.traits = {
      ...(features.has('subgroups') && { subgroups: { min: info.subgroupMinSize, max: info.subgroupMaxSize } }),
      half,
      workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      workgroupThreads: limits.maxComputeInvocationsPerWorkgroup,
    };
    this.pipelines = new PipelineCache(device);
    this.tuner = new Tuner({
      traits: this.traits,
      device: [info.vendor, info.architecture, info.device, info.description].join(' / '),
      ...(tuning && { cache: tuning }),
      // Compiling a kernel with barriers takes a software adapter longer than it could gain in a race.
      timing: !onCpu,
      trial: (op, call) => new Trial(device, this.pipelines, op, call),
      now: () => performance.now(),
    });
    this.lost = device.lost.then((loss) => {
      if (this.#closed) return new Promise<never>(() => {});
      throw new CrossoverError('device-lost', `The GPU device was lost: ${loss.message || loss.reason}`);
    });
    this.lost.catch(() => {});
  }

  get capacity(): Capacity {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    return { buffer: Math.min(maxStorageBufferBindingSize, maxBufferSize) };
  }

  stateFootprint(sizes: ArenaSizes): Footprint {
    return arenaFootprint(sizes);
  }

  programFootprint(tape: Tape, options?: CompileOptions): Footprint {
    return programFootprint(tape, options);
  }

  createState(sizes: ArenaSizes): GpuState {
    const problem = shortage(this.stateFootprint(sizes), this.capacity);
    if (problem) throw new CrossoverError('device-limit', `This model ${problem}.`, 'Choose a smaller model.');
    return new GpuState(this.device, sizes, this.#take(this.stateFootprint(sizes).bytes));
  }

  /** One at a time, in the order asked for: kernels that are timed side by side would time each other. */
  compile(tape: Tape, state: State, options: CompileOptions = {}): Promise<GpuProgram> {
    const program = this.#compiled.then(() => this.#compile(tape, state as GpuState, options));
    this.#compiled = program.catch(() => {});
    return program;
  }

  watchCompiling(listen: CompileListener | null): void {
    this.pipelines.watch(listen);
  }

  /** Of states and programs; what readings are copied through, a few MB at most, is left out. */
  async memory(): Promise<MemoryUse> {
    return { used: this.#used };
  }

  tuning(): TuningRow[] {
    return tuningTable(this.tuner.tuned);
  }

  /**
   * Validation and out-of-memory errors of the compilation are caught here rather than lost in the console. The scopes
   * are closed before anything is waited for: one that stays open takes the errors of whoever else uses the device.
   */
  async #compile(tape: Tape, state: GpuState, options: CompileOptions): Promise<GpuProgram> {
    const { device, traits, pipelines } = this;
    const variants = options.variants ?? {};
    await this.tuner.choose(tape, variants);
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const compiling = GpuProgram.compile(device, traits, pipelines, tape, state, { ...options, variants });
    const scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
    // Where the compilation fails by itself, its own error says more.
    scopes.catch(() => {});
    const program = await compiling;
    try {
      const [invalid, full] = await scopes;
      const exhausted = full ?? (await state.exhausted);
      if (exhausted)
        throw new CrossoverError(
          'device-limit',
          `The device is out of memory: ${exhausted.message}`,
          'Choose a smaller model or batch.',
        );
      if (invalid) throw new Error(invalid.message);
    } catch (error) {
      program.destroy();
      throw error;
    }
    program.released = this.#take(program.bytes);
    return program;
  }

  async idle(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
  }

  destroy(): void {
    this.#closed = true;
    this.device.destroy();
  }

  /** Counts bytes as used until the function that it returns is called. */
  #take(bytes: number): () => void {
    this.#used += bytes;
    return () => {
      this.#used -= bytes;
    };
  }
}
