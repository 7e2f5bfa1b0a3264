import { describe, expect, it } from 'vitest';
import type { Executor, Program, State } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { f32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { Clock, Share } from '../../src/lab/clock.ts';

/** An executor whose runs take as long as the first number of their load says, on a clock that only they move. */
class TimedExecutor extends Interpreter {
  time = 0;
  #queue: { ms: number; done: () => void }[] = [];

  constructor(private readonly queued: boolean) {
    super();
  }

  readonly now = () => this.time;

  override async compile(tape: Tape, state: State) {
    const program = await super.compile(tape, state as never);
    let last = Promise.resolve();
    program.runAll = (loads) => {
      for (const { inputs } of loads) {
        const ms = inputs[0][1][0];
        if (!this.queued) this.time += ms;
        else
          last = new Promise((done) => {
            this.#queue.push({ ms, done });
          });
      }
    };
    const { read } = program;
    program.read = async (value) => {
      await last;
      return read.call(program, value);
    };
    return program;
  }

  /** Completes what was enqueued, in order. */
  async complete(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.time += next.ms;
      next.done();
      // The host hears of each completion before the next.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** One user: its share, and steps of so many milliseconds. */
async function userOf(executor: TimedExecutor, clock: Clock, ms: number) {
  const share = new Share(clock);
  const metered: Executor = share.meter(executor);
  const tape = new Tape();
  const x = tape.input('x', f32(1));
  const program: Program = await metered.compile(tape, metered.createState({}));
  const step = { step: 0, seed: 0, slot: 0, clipNorm: 0, learningRate: 0, correction1: 1, correction2: 1, emaDecay: 0 };
  const take = async (steps: number) => {
    const pending: Promise<unknown>[] = [];
    for (let i = 0; i < steps; i++) {
      program.runAll([{ inputs: [[x, Float32Array.of(ms)]], step }]);
      pending.push(program.read(x));
      await Promise.resolve();
    }
    await Promise.all(pending);
  };
  return { share, time: async (steps: number) => (await share.time(() => take(steps))).ms, metered };
}

describe('the time of an executor that two share', () => {
  it.each([
    ['that computes on a queue', true],
    ['that computes while it is handed the work', false],
  ])('%s is shared out by what each has computed', async (_, queued) => {
    const executor = new TimedExecutor(queued);
    const clock = new Clock(executor.now);
    const [slow, fast] = [await userOf(executor, clock, 30), await userOf(executor, clock, 10)];
    const both = Promise.all([slow.time(4), fast.time(4)]);
    await executor.complete();
    expect(await both).toEqual([120, 40]);
    expect(executor.time).toBe(160);
  });

  it('goes on for one when the other has done its part', async () => {
    const executor = new TimedExecutor(true);
    const clock = new Clock(executor.now);
    const [long, short] = [await userOf(executor, clock, 30), await userOf(executor, clock, 10)];
    const both = Promise.all([long.time(5), short.time(1)]);
    await executor.complete();
    expect(await both).toEqual([150, 10]);
  });

  it('belongs to nobody while nobody uses it', async () => {
    const executor = new TimedExecutor(true);
    const user = await userOf(executor, new Clock(executor.now), 10);
    const first = user.time(1);
    await executor.complete();
    expect(await first).toBe(10);
    executor.time += 1000;
    const second = user.time(2);
    await executor.complete();
    expect(await second).toBe(20);
  });

  it('is wall time for who has an executor alone', async () => {
    const executor = new TimedExecutor(true);
    const { share } = await userOf(executor, new Clock(executor.now), 10);
    const { ms, result } = await share.time(async () => {
      executor.time += 70;
      return 'done';
    });
    expect([ms, result]).toEqual([70, 'done']);
  });

  it('is not lost when work fails', async () => {
    const executor = new TimedExecutor(true);
    const user = await userOf(executor, new Clock(executor.now), 10);
    await expect(user.share.time(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    executor.time += 1000;
    const after = user.time(1);
    await executor.complete();
    expect(await after).toBe(10);
  });

  it('is measured through an executor that is the same in everything else', async () => {
    const executor = new TimedExecutor(false);
    const { metered } = await userOf(executor, new Clock(executor.now), 10);
    expect(metered.info).toBe(executor.info);
    expect(metered.stateFootprint({ a: 1 })).toEqual(executor.stateFootprint({ a: 1 }));
    await metered.idle();
  });
});
