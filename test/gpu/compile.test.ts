import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { f32, type Op } from '../../src/graph/op.ts';
import { Tape, type Value } from '../../src/graph/tape.ts';
import { addOp } from '../../src/ops/add.ts';
import { openTestGpu } from '../support/gpu.ts';

let gpu: GpuExecutor;
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => gpu?.destroy());

/** x[n] + y[n]. */
function sum(n: number, op: Op = addOp): { tape: Tape; inputs: Value[]; output: Value } {
  const tape = new Tape();
  const inputs = ['x', 'y'].map((name) => tape.input(name, f32(n)));
  const [output] = tape.apply(op, inputs, {});
  return { tape, inputs, output };
}

/** With an output that no kernel writes and no buffer holds: the device tells of it through an error scope alone. */
const tooLarge: Op = {
  ...addOp,
  outputs: ['y', 'z'],
  infer: (call) => ({ ...addOp.infer(call), z: f32(2 ** 40) }),
};
/** An op whose shader names what does not exist: its pipeline is refused. */
const broken: Op = {
  ...addOp,
  shader: { file: 'broken.wgsl', source: `${addOp.shader.source}\nfn wrong() -> f32 { return missing; }` },
};

/** Whether no error scope is open: closing one is then itself an error. */
const noScopeIsOpen = () => expect(gpu.device.popErrorScope()).rejects.toThrow();

describe('compilations at the same time', () => {
  it('each hear their own errors: a good one beside a bad one is not blamed for it', async () => {
    const state = gpu.createState({});
    const good = sum(4);
    for (const order of ['bad first', 'good first']) {
      const tapes = [sum(4, tooLarge).tape, good.tape];
      if (order === 'good first') tapes.reverse();
      const ended = await Promise.allSettled(tapes.map((tape) => gpu.compile(tape, state)));
      if (order === 'good first') ended.reverse();
      const [bad, fine] = ended;
      expect(bad.status, order).toBe('rejected');
      expect(fine.status, order).toBe('fulfilled');
      if (fine.status === 'fulfilled') fine.value.destroy();
    }
    await noScopeIsOpen();
    state.destroy();
  });

  it('choose their kernels one after the other', async () => {
    const state = gpu.createState({});
    const { tuner } = gpu;
    const choose = tuner.choose.bind(tuner);
    let choosing = 0;
    let most = 0;
    tuner.choose = async (...args) => {
      most = Math.max(most, ++choosing);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await choose(...args);
      choosing--;
    };
    const programs = await Promise.all([gpu.compile(sum(4).tape, state), gpu.compile(sum(8).tape, state)]);
    tuner.choose = choose;
    expect(most).toBe(1);
    for (const program of programs) program.destroy();
    state.destroy();
  });
});

describe('a compilation that fails', () => {
  it('says why in the words of the compiler, and leaves neither memory nor an error scope behind', async () => {
    const state = gpu.createState({});
    const { used } = await gpu.memory();
    await expect(gpu.compile(sum(4, broken).tape, state)).rejects.toThrow(/broken\.wgsl, .*line \d+/s);
    expect(await gpu.memory()).toEqual({ used });
    await noScopeIsOpen();
    state.destroy();
  });

  it('is not the end of the next', async () => {
    const state = gpu.createState({});
    const { tape, inputs, output } = sum(4);
    const first = gpu.compile(sum(4, broken).tape, state);
    const second = gpu.compile(tape, state, { keep: [output] });
    await expect(first).rejects.toThrow();
    const program = await second;
    for (const input of inputs) program.write(input, Float32Array.of(1, 2, 3, 4));
    program.run();
    expect([...(await program.read(output))]).toEqual([2, 4, 6, 8]);
    program.destroy();
    state.destroy();
  });
});
