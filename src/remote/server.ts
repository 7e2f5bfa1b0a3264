import type { CpuOptions } from '../cpu/executor.ts';
import type { Executor, Program, State } from '../graph/executor.ts';
import type { Value } from '../graph/tape.ts';
import {
  type Answer,
  errorData,
  type Message,
  type OrderName,
  type Orders,
  type QuestionName,
  type Questions,
} from './protocol.ts';
import { tapeOf } from './tape.ts';

/**
 * The end of a thread that computes: does with an executor of its own what the messages say, in their order. An order
 * that fails cannot be answered: the next question is, with that error.
 */
export class ExecutorServer {
  #executor: Executor | undefined;
  readonly #states = new Map<number, State>();
  readonly #programs = new Map<number, Program>();
  #failure: { error: unknown } | undefined;

  constructor(
    private readonly open: (options: CpuOptions) => Promise<Executor>,
    private readonly post: (answer: Answer, transfer: ArrayBuffer[]) => void,
  ) {}

  hear(message: Message): void {
    if ('order' in message) {
      try {
        const obey = this.#orders[message.order] as (body: Orders[OrderName]) => void;
        obey(message.body);
      } catch (error) {
        this.#failure ??= { error };
      }
      return;
    }
    const { call, question, body } = message;
    this.#answer(question, body).then(
      // What was read is a copy of our own, and can be given away.
      (value) => this.post({ call, value }, value instanceof Float32Array ? [value.buffer as ArrayBuffer] : []),
      (error: unknown) => this.post({ call, error: errorData(error) }, []),
    );
  }

  async #answer(question: QuestionName, body: unknown): Promise<unknown> {
    if (this.#failure) {
      const { error } = this.#failure;
      this.#failure = undefined;
      throw error;
    }
    return (this.#questions[question] as (body: unknown) => Promise<unknown>)(body);
  }

  readonly #orders: { [K in OrderName]: (body: Orders[K]) => void } = {
    createState: ({ state, sizes }) => this.#states.set(state, this.#opened().createState(sizes)),
    writeArena: ({ state, arena, data }) => this.#state(state).write(arena, data as Float32Array),
    copyArena: ({ state, from, to }) => this.#state(state).copy(from, to),
    destroyState: ({ state }) => {
      // One that could not be created is destroyed as well.
      this.#states.get(state)?.destroy();
      this.#states.delete(state);
    },
    write: ({ program, input, data }) => this.#program(program).write(this.#value(program, input), data),
    run: ({ program, step }) => this.#program(program).run(step),
    runAll: ({ program, loads }) =>
      this.#program(program).runAll(
        loads.map(({ inputs, step }) => ({
          inputs: inputs.map(([id, data]) => [this.#value(program, id), data] as const),
          step,
        })),
      ),
    destroyProgram: ({ program }) => {
      this.#program(program).destroy();
      this.#programs.delete(program);
    },
  };

  readonly #questions: {
    [K in QuestionName]: (body: Questions[K]['asked']) => Promise<Questions[K]['answer']>;
  } = {
    open: async (options) => {
      this.#executor = await this.open(options);
      const { info, capacity } = this.#executor;
      return { info, capacity };
    },
    compile: async ({ program: id, state, tape: data, keep, options }) => {
      const tape = tapeOf(data);
      const kept = keep.map((value) => tape.values[value]);
      const program = await this.#opened().compile(tape, this.#state(state), { ...options, keep: kept });
      this.#programs.set(id, program);
      const { dispatches, bytes, flops } = program;
      return { dispatches, bytes, flops, listing: program.describe(), variants: options.variants };
    },
    readArena: ({ state, arena }) => this.#state(state).read(arena),
    read: ({ program, value }) => this.#program(program).read(this.#value(program, value)),
    check: ({ program, step }) => this.#program(program).check(step),
    profile: ({ program, step }) => this.#program(program).profile(step),
    memory: async () => this.#opened().memory(),
    idle: async () => {
      await this.#opened().idle();
      return undefined;
    },
  };

  #opened(): Executor {
    if (!this.#executor) throw new Error('the executor of this thread is not open');
    return this.#executor;
  }

  #state(id: number): State {
    const state = this.#states.get(id);
    if (!state) throw new Error(`there is no state ${id} in this thread`);
    return state;
  }

  #program(id: number): Program {
    const program = this.#programs.get(id);
    if (!program) throw new Error(`there is no program ${id} in this thread`);
    return program;
  }

  #value(program: number, id: number): Value {
    return this.#program(program).tape.values[id];
  }
}
