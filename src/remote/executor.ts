import type { CpuOptions } from '../cpu/executor.ts';
import { programFootprint } from '../cpu/program.ts';
import type { Sharing } from '../cpu/split.ts';
import { stateFootprint } from '../cpu/state.ts';
import type {
  ArenaSizes,
  Capacity,
  CompileOptions,
  Executor,
  ExecutorInfo,
  Footprint,
  Load,
  NonFinite,
  Program,
  State,
} from '../graph/executor.ts';
import type { StepState } from '../graph/op.ts';
import type { MemoryUse, NodeTime } from '../graph/profile.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { Channel } from './channel.ts';
import type { CompiledData, LoadData, Numbers, Spawn } from './protocol.ts';
import { tapeData } from './tape.ts';

/** A copy that a message can give away: exactly these numbers, whatever buffer they are a part of. */
const copyOf = (data: Uint32Array | Float32Array): Numbers => data.slice() as Numbers;

class RemoteState implements State {
  constructor(
    private readonly channel: Channel,
    readonly id: number,
    readonly sizes: ArenaSizes,
    private readonly destroyed: () => void,
  ) {
    channel.order('createState', { state: id, sizes });
  }

  read(arena: string): Promise<Float32Array> {
    return this.channel.ask('readArena', { state: this.id, arena });
  }

  write(arena: string, numbers: Float32Array): void {
    const data = copyOf(numbers);
    this.channel.order('writeArena', { state: this.id, arena, data }, [data.buffer]);
  }

  copy(from: string, to: string): void {
    this.channel.order('copyArena', { state: this.id, from, to });
  }

  destroy(): void {
    this.channel.order('destroyState', { state: this.id });
    this.destroyed();
  }
}

class RemoteProgram implements Program {
  readonly dispatches: number;
  readonly bytes: number;
  readonly flops: number;
  readonly #listing: string;

  constructor(
    private readonly channel: Channel,
    private readonly id: number,
    readonly tape: Tape,
    { dispatches, bytes, flops, listing }: CompiledData,
    private readonly destroyed: () => void,
  ) {
    this.dispatches = dispatches;
    this.bytes = bytes;
    this.flops = flops;
    this.#listing = listing;
  }

  write(input: Value, numbers: Uint32Array | Float32Array): void {
    const data = copyOf(numbers);
    this.channel.order('write', { program: this.id, input: input.id, data }, [data.buffer]);
  }

  run(step?: StepState): void {
    this.channel.order('run', { program: this.id, step });
  }

  runAll(loads: readonly Load[]): void {
    const copies = loads.map(
      ({ inputs, step }): LoadData => ({ inputs: inputs.map(([input, data]) => [input.id, copyOf(data)]), step }),
    );
    const buffers = copies.flatMap(({ inputs }) => inputs.map(([, { buffer }]) => buffer));
    this.channel.order('runAll', { program: this.id, loads: copies }, buffers);
  }

  read(value: Value): Promise<Float32Array> {
    return this.channel.ask('read', { program: this.id, value: value.id });
  }

  check(step?: StepState): Promise<NonFinite | null> {
    return this.channel.ask('check', { program: this.id, step });
  }

  profile(step?: StepState): Promise<NodeTime[]> {
    return this.channel.ask('profile', { program: this.id, step });
  }

  describe(): string {
    return this.#listing;
  }

  destroy(): void {
    this.channel.order('destroyProgram', { program: this.id });
    this.destroyed();
  }
}

/**
 * The cpu executor of another thread. Writes and runs are messages that nobody waits for; whatever is read, and
 * `idle`, is answered after them. An error of something that is not waited for is told by the next answer.
 */
export class RemoteExecutor implements Executor {
  readonly lost: Promise<never>;
  #ids = 0;
  /** Bytes of the states and programs that there are. */
  #taken = 0;

  private constructor(
    private readonly channel: Channel,
    readonly info: ExecutorInfo,
    private readonly whole: Capacity,
    private readonly sharing: Sharing,
  ) {
    this.lost = channel.lost;
  }

  /**
   * Starts the thread and its executor.
   * @throws CrossoverError 'device-lost' when the thread does not start, or what `openCpuExecutor` throws there.
   */
  static async open(spawn: Spawn, options: CpuOptions): Promise<RemoteExecutor> {
    const channel = new Channel(spawn);
    try {
      const { info, capacity } = await channel.ask('open', options);
      return new RemoteExecutor(channel, info, capacity, { ...options, threads: info.limits.threads });
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  get capacity(): Capacity {
    const { total } = this.whole;
    return total === undefined ? this.whole : { ...this.whole, total: total - this.#taken };
  }

  stateFootprint(sizes: ArenaSizes): Footprint {
    return stateFootprint(sizes);
  }

  programFootprint(tape: Tape, options?: CompileOptions): Footprint {
    return programFootprint(tape, options, this.sharing);
  }

  createState(sizes: ArenaSizes): State {
    return new RemoteState(this.channel, this.#ids++, sizes, this.#take(stateFootprint(sizes).bytes));
  }

  async compile(tape: Tape, state: State, { keep = [], ...options }: CompileOptions = {}): Promise<Program> {
    const id = this.#ids++;
    const compiled = await this.channel.ask('compile', {
      program: id,
      state: (state as RemoteState).id,
      tape: tapeData(tape),
      keep: keep.map((value) => value.id),
      options,
    });
    if (options.variants) Object.assign(options.variants, compiled.variants);
    return new RemoteProgram(this.channel, id, tape, compiled, this.#take(compiled.bytes));
  }

  memory(): Promise<MemoryUse> {
    return this.channel.ask('memory', null);
  }

  async idle(): Promise<void> {
    await this.channel.ask('idle', null);
  }

  destroy(): void {
    this.channel.close();
  }

  /** Counts bytes as taken until the function that it returns is called. */
  #take(bytes: number): () => void {
    this.#taken += bytes;
    return () => {
      this.#taken -= bytes;
    };
  }
}
