import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { f32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { spawnThread } from '../../src/hosts/node/threads.ts';
import { add } from '../../src/ops/add.ts';
import { linear } from '../../src/ops/matmul.ts';
import { RemoteExecutor } from '../../src/remote/executor.ts';
import type { Spawn } from '../../src/remote/protocol.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { localThreads } from '../support/threads.ts';
import { tinySpec } from '../support/tiny.ts';
import { train, trainerOf } from '../support/training.ts';

const open: Executor[] = [];
afterEach(() => {
  for (const executor of open.splice(0)) executor.destroy();
});

async function opened(spawn: Spawn = spawnThread, memoryBytes?: number): Promise<RemoteExecutor> {
  const executor = await RemoteExecutor.open(spawn, {
    why: 'A test asked for it.',
    ...(memoryBytes && { memoryBytes }),
  });
  open.push(executor);
  return executor;
}

/** y = x · wᵀ + x, w in an arena. */
function graph(n: number) {
  const tape = new Tape();
  const x = tape.input('x', f32(n, n));
  const w = tape.state('w', f32(n, n), 'params', 0);
  return { tape, x, y: add(linear(x, w), x) };
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe('the cpu executor in a worker thread', () => {
  it('is the cpu executor: it says the same of itself and of what it compiles', async () => {
    const [remote, local] = [await opened(), await openCpuExecutor({ why: 'A test asked for it.' })];
    expect(remote.info).toEqual(local.info);
    expect(remote.capacity).toEqual(local.capacity);
    const { tape, y } = graph(8);
    const sizes = { params: 64 };
    const [states, options] = [[remote.createState(sizes), local.createState(sizes)], { keep: [y] }];
    const there = await remote.compile(tape, states[0], options);
    const here = await local.compile(tape, states[1], options);
    for (const of of ['dispatches', 'bytes', 'flops'] as const) expect(there[of]).toBe(here[of]);
    expect(there.describe()).toBe(here.describe());
    expect(remote.stateFootprint(sizes)).toEqual(local.stateFootprint(sizes));
    expect(remote.programFootprint(tape, options)).toEqual(local.programFootprint(tape, options));
    // What the memory loses to alignment is not counted.
    expect(Math.abs(remote.capacity.total! - local.capacity.total!)).toBeLessThan(64);
    expect((await there.profile()).map(({ op }) => op)).toEqual(['matmulNT', 'add']);
    for (const each of [there, here, ...states]) each.destroy();
    expect(remote.capacity).toEqual(local.capacity);
  });

  it.each(FAMILIES)('trains %s to the same bits as the one of this thread, dropout included', async (id) => {
    const spec = tinySpec({ train: { dropout: 0.2 } });
    const there = await trainerOf(await opened(), spec, id);
    const here = await trainerOf(await openCpuExecutor(), spec, id);
    expect(await train(there, 12)).toEqual(await train(here, 12));
    expect(await there.arenas()).toEqual(await here.arenas());
  });

  it('keeps the order of writes, runs, copies and reads, and leaves the arrays to the caller', async () => {
    const cpu = await opened();
    const { tape, x, y } = graph(2);
    const state = cpu.createState({ params: 4, copy: 4 });
    const program = await cpu.compile(tape, state, { keep: [y] });
    const identity = Float32Array.of(9, 1, 0, 0, 1, 9).subarray(1, 5);
    state.write('params', identity);
    const input = Float32Array.of(1, 2, 3, 4);
    program.write(x, input);
    program.run();
    const first = program.read(y);
    input[0] = 5;
    const step = {
      step: 0,
      seed: 0,
      slot: 0,
      clipNorm: 0,
      learningRate: 0,
      correction1: 1,
      correction2: 1,
      emaDecay: 0,
    };
    program.runAll([
      { inputs: [[x, Float32Array.of(0, 0, 0, 0)]], step },
      { inputs: [[x, input]], step },
    ]);
    state.copy('params', 'copy');
    expect(await first).toEqual(Float32Array.of(2, 4, 6, 8));
    expect(await program.read(y)).toEqual(Float32Array.of(10, 4, 6, 8));
    expect(await state.read('copy')).toEqual(Float32Array.of(1, 0, 0, 1));
    expect([input.length, identity.length]).toEqual([4, 4]);
  });

  it('computes while this thread does something else, and idle waits for all of it', async () => {
    const cpu = await opened();
    const n = 512;
    const { tape, y } = graph(n);
    const program = await cpu.compile(tape, cpu.createState({ params: n * n }), { keep: [y] });
    let idle = false;
    for (let i = 0; i < 40; i++) program.run();
    const all = cpu.idle().then(() => {
      idle = true;
    });
    // Forty large products are not done within one turn of this thread's event loop, which is free to make it.
    await new Promise((done) => setImmediate(done));
    expect(idle).toBe(false);
    await all;
    expect(idle).toBe(true);
  });

  it('names the first op that is not finite', async () => {
    const cpu = await opened();
    const { tape, x } = graph(2);
    const program = await cpu.compile(tape, cpu.createState({ params: 4 }));
    program.write(x, new Float32Array(4).fill(Number.NaN));
    expect(await program.check()).toMatchObject({ op: 'matmulNT', index: 0, value: Number.NaN });
  });
});

describe('errors of a thread', () => {
  it('keep their code and words: what does not fit is refused as it is here, and the executor stays usable', async () => {
    const cpu = await opened(spawnThread, 2 ** 20);
    const { tape } = graph(2);
    const tooLarge = cpu.createState({ params: 2 ** 18 });
    const error = await refusal(cpu.compile(tape, tooLarge));
    expect(error).toBeInstanceOf(CrossoverError);
    expect(error).toMatchObject({ code: 'device-limit', message: expect.stringContaining('needs 1.0 MiB') });
    expect((error as CrossoverError).hint).toMatch(/smaller model/);
    tooLarge.destroy();
    const state = cpu.createState({ params: 4 });
    await cpu.compile(tape, state);
    expect(await state.read('params')).toEqual(new Float32Array(4));
  });

  it('of an order are told by the next answer', async () => {
    const cpu = await opened();
    const { tape, x } = graph(2);
    const program = await cpu.compile(tape, cpu.createState({ params: 4 }));
    program.write(x, new Float32Array(5));
    await expect(cpu.idle()).rejects.toThrow('x takes 4 numbers; got 5');
    await cpu.idle();
  });

  it('of an executor that cannot be opened end the thread', async () => {
    const { spawn } = localThreads(async () => {
      throw new CrossoverError('no-adapter', 'No kernels here.', 'Look elsewhere.');
    });
    expect(await refusal(RemoteExecutor.open(spawn, {}))).toMatchObject({
      code: 'no-adapter',
      message: 'No kernels here.',
      hint: 'Look elsewhere.',
    });
  });
});

describe('a thread that ends unasked', () => {
  it('is a lost device: everything that waits for it learns why, and so does whoever asks later', async () => {
    const { spawn, kill } = localThreads();
    const cpu = await opened(spawn);
    const { tape, y } = graph(2);
    const state = cpu.createState({ params: 4 });
    const program = await cpu.compile(tape, state);
    const waiting = [program.read(y), cpu.idle(), state.read('params'), cpu.lost].map(refusal);
    kill(0, 'out of memory');
    for (const error of [...(await Promise.all(waiting)), await refusal(cpu.idle())])
      expect(error).toMatchObject({
        code: 'device-lost',
        message: 'A thread of the cpu executor ended: out of memory.',
      });
    // Nobody waits for these: they must not throw.
    program.run();
    program.destroy();
  });

  it('is noticed in Node by its exit', async () => {
    const started: { end(): void }[] = [];
    const cpu = await opened((events) => {
      const thread = spawnThread(events);
      started.push(thread);
      return thread;
    });
    started[0].end();
    await expect(cpu.lost).rejects.toMatchObject({
      code: 'device-lost',
      message: expect.stringContaining('exit code'),
    });
  });

  it('is not lost when it was closed', async () => {
    const cpu = await opened();
    const idle = refusal(cpu.idle());
    cpu.destroy();
    expect(await idle).toMatchObject({ message: 'this thread of the cpu executor was closed' });
    expect(await Promise.race([refusal(cpu.lost), setTimeout(50, 'nothing')])).toBe('nothing');
  });
});
