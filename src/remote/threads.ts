import { messageOf } from '../core/errors.ts';
import { type CpuOptions, openCpuExecutor, WHY } from '../cpu/executor.ts';
import type {
  ArenaSizes,
  Capacity,
  CompileOptions,
  Executor,
  ExecutorInfo,
  Footprint,
  Program,
  State,
} from '../graph/executor.ts';
import type { MemoryUse } from '../graph/profile.ts';
import type { Tape } from '../graph/tape.ts';
import { RemoteExecutor } from './executor.ts';
import type { Spawn } from './protocol.ts';

/** Cpu executors in threads of their own. Whoever does not ask for a lane computes on the first. */
export class ThreadedExecutor implements Executor {
  readonly info: ExecutorInfo;
  readonly lost: Promise<never>;
  readonly #first: Executor;

  constructor(readonly lanes: readonly [RemoteExecutor, ...RemoteExecutor[]]) {
    [this.#first] = lanes;
    const { info } = this.#first;
    const all = lanes.reduce((sum, lane) => sum + lane.info.limits.threads, 0);
    this.info = {
      ...info,
      adapter: `${info.adapter}, ${all === 1 ? '1 thread' : `${all} threads`}`,
      why: `${info.why} ${howTrained(lanes.length, all)}`,
    };
    this.lost = Promise.race(lanes.map((lane) => lane.lost));
    // Half of the threads are of no use, and would keep the process from ending.
    this.lost.catch(() => this.destroy());
  }

  /** Of all threads together; each has a memory of its own. */
  get capacity(): Capacity {
    const totals = this.lanes.map((lane) => lane.capacity.total ?? Number.POSITIVE_INFINITY);
    return { total: totals.reduce((sum, total) => sum + total, 0), buffer: Math.min(...totals) };
  }

  stateFootprint(sizes: ArenaSizes): Footprint {
    return this.#first.stateFootprint(sizes);
  }

  programFootprint(tape: Tape, options?: CompileOptions): Footprint {
    return this.#first.programFootprint(tape, options);
  }

  createState(sizes: ArenaSizes): State {
    return this.#first.createState(sizes);
  }

  compile(tape: Tape, state: State, options?: CompileOptions): Promise<Program> {
    return this.#first.compile(tape, state, options);
  }

  /** Of all threads together. */
  async memory(): Promise<MemoryUse> {
    const uses = await Promise.all(this.lanes.map((lane) => lane.memory()));
    const held = uses.reduce((sum, use) => sum + (use.held ?? use.used), 0);
    return { used: uses.reduce((sum, { used }) => sum + used, 0), held };
  }

  async idle(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.idle()));
  }

  destroy(): void {
    for (const lane of this.lanes) lane.destroy();
  }
}

function howTrained(models: number, threads: number): string {
  if (models > 1) return `The models train in parallel, on ${threads} threads.`;
  return threads === 1 ? 'The model trains in a thread of its own.' : `The model trains on ${threads} threads.`;
}

/** Beyond it the parts of a small model's kernels are too short to pay. */
export const MOST_THREADS = 8;

/** How many threads each of `models` gets where the machine has so many cores. */
export function threadsOf(cores: number, models: number): number {
  return Math.max(1, Math.min(MOST_THREADS, Math.floor(cores / models)));
}

/**
 * The cpu executor in `count` threads, each of which shares its kernels with others where `threads` of the options says so. Where they cannot be started it computes on the caller's own thread, and says
 * so in its `why`. Errors: those of `openCpuExecutor`.
 */
export async function openThreads(spawn: Spawn, count: number, options: CpuOptions = {}): Promise<Executor> {
  const started = await Promise.allSettled(Array.from({ length: count }, () => RemoteExecutor.open(spawn, options)));
  const lanes = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const [first, ...others] = lanes;
  const failed = started.find((each) => each.status === 'rejected');
  if (!failed && first) return new ThreadedExecutor([first, ...others]);
  for (const lane of lanes) lane.destroy();
  return openCpuExecutor({
    ...options,
    why: `${options.why ?? WHY} Everything shares one thread, because no others could be started: ${messageOf(failed?.reason)}`,
  });
}
