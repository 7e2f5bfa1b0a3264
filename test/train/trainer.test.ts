import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Executor, Load, Program } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { tinySpec } from '../support/tiny.ts';
import { itRunsTogether, trainerOf } from '../support/training.ts';

/** A model that the interpreter takes a step of in no time. */
const MINUTE = { model: { layers: 1, channels: 8, context: 4 }, train: { batch: 1 } };

describe('the interpreter', () => {
  itRunsTogether('ar', () => new Interpreter(), MINUTE);
});

describe('a trainer on a device that takes its time', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('puts as many short steps into a submission as last 20 ms, never more than it was asked for', async () => {
    const { trainer, submissions } = await slowTrainer(() => 4);
    await trainTo(trainer, 40);
    // The first is measured while the second waits; then twice as many each time.
    expect(submissions.slice(0, 4)).toEqual([1, 1, 2, 4]);
    for (const count of submissions.slice(4, -1)) expect([4, 5, 6]).toContain(count);
    expect(submissions.reduce((a, b) => a + b)).toBe(40);
  });

  it('goes back to fewer when steps become longer', async () => {
    const { trainer, submissions } = await slowTrainer((step) => (step < 20 ? 2 : 12));
    await trainTo(trainer, 80);
    expect(Math.max(...submissions)).toBeGreaterThanOrEqual(4);
    expect(submissions.at(-1)).toBe(1);
  });

  it.each([
    [0.5, 60],
    [4, 60],
    [19, 60],
    [30, 60],
  ])('with steps of %d ms has at most %d ms of work on its way, so that a pause is quick', async (ms, most) => {
    const { trainer, queued } = await slowTrainer(() => ms);
    while (trainer.step < 40) {
      await settled(trainer.advance(40 - trainer.step));
      expect(queued()).toBeLessThanOrEqual(most);
    }
  });

  it('keeps the device busy: the next submission is there before the last one is done', async () => {
    const { trainer, queued } = await slowTrainer(() => 4);
    await trainTo(trainer, 20);
    while (trainer.step < 40) {
      await settled(trainer.advance(40 - trainer.step));
      expect(queued()).toBeGreaterThan(0);
    }
  });

  it('reports every step once, in order, however they were put together', async () => {
    const { trainer } = await slowTrainer(() => 3);
    await trainTo(trainer, 25);
    const first = await settled(trainer.metrics());
    await trainTo(trainer, 40);
    const second = await settled(trainer.metrics());
    expect([...first, ...second].map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(await trainer.metrics()).toEqual([]);
  });

  it('lets a lost device be known to whoever waits', async () => {
    const { trainer } = await slowTrainer(() => 4, new Error('lost'));
    await settled(trainer.advance());
    await expect(settled(trainer.metrics())).rejects.toThrow('lost');
  });
});

/** Time passes until the promise is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  promise.then(end, end);
  while (!done) await vi.advanceTimersByTimeAsync(0.25);
  return promise;
}

async function trainTo(trainer: Trainer, step: number): Promise<void> {
  while (trainer.step < step) await settled(trainer.advance(step - trainer.step));
}

/** The interpreter behind a queue like a device's: a step takes `msOf` its number, and a reading waits for the queue. */
async function slowTrainer(msOf: (step: number) => number, failure?: Error) {
  const submissions: number[] = [];
  let busyUntil = 0;
  const slow = (program: Program): Program =>
    Object.assign(Object.create(program) as Program, {
      runAll(loads: readonly Load[]) {
        submissions.push(loads.length);
        busyUntil = Math.max(busyUntil, performance.now());
        for (const { step } of loads) busyUntil += msOf(step.step);
        program.runAll(loads);
      },
      async read(value: Parameters<Program['read']>[0]) {
        const data = await program.read(value);
        await new Promise((resolve) => setTimeout(resolve, busyUntil - performance.now()));
        if (failure) throw failure;
        return data;
      },
    });
  const interpreter = new Interpreter();
  const compile = interpreter.compile.bind(interpreter);
  const executor: Executor = Object.assign(interpreter, {
    compile: async (...args: Parameters<Interpreter['compile']>) => slow(await compile(...args)),
  });
  const trainer = await trainerOf(executor, tinySpec(MINUTE), 'ar');
  return { trainer, submissions, queued: () => Math.max(0, busyUntil - performance.now()) };
}
