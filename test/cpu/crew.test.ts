import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { LOWERINGS } from '../../src/cpu/lowering.ts';
import { partsOf, split } from '../../src/cpu/split.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { spawnThread } from '../../src/hosts/node/threads.ts';
import { OPS } from '../../src/ops/index.ts';
import { openThreads, threadsOf } from '../../src/remote/threads.ts';
import { runOnExecutor } from '../ops/runCase.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';
import { tinySpec } from '../support/tiny.ts';
import { train, trainerOf } from '../support/training.ts';

describe('a kernel that several threads share', () => {
  const how = { pieces: 10, count: 2, strides: { 0: 100 }, grain: 4, workspaceBytes: 64, work: 1000 };

  it('is cut between groups of pieces, each part with temporary memory of its own', () => {
    expect(split([5000, 7, 10, 9000], 3, how)).toEqual([
      [5000, 7, 4, 9000],
      [5400, 7, 4, 9064],
      [5800, 7, 2, 9128],
    ]);
  });

  it('has no more parts than threads, than groups of pieces, and than its work is worth', () => {
    expect(partsOf(how, { threads: 2, partWork: 1 })).toBe(2);
    expect(partsOf(how, { threads: 8, partWork: 1 })).toBe(3);
    expect(partsOf(how, { threads: 8, partWork: 600 })).toBe(1);
    expect(partsOf(how, { threads: 8 })).toBe(1);
  });

  it('leaves a thread of its own to each model, and no part too short', () => {
    expect([1, 2, 3, 4, 8, 64].map((cores) => threadsOf(cores, 2))).toEqual([1, 1, 1, 2, 4, 8]);
    expect(threadsOf(2, 1)).toBe(2);
  });
});

/** Every part that can be, however short. */
const ALL_PARTS = { threads: 3, partWork: 1, why: 'A test asked for it.' };

describe.each(KERNEL_MODULES)('three threads give, bit for bit, what one gives: the %s kernels', (module) => {
  let one: Executor;
  let three: Executor;
  beforeAll(async () => {
    one = await openTestCpu(module);
    three = await openThreads(spawnThread, 1, { ...ALL_PARTS, module });
    expect(three.info.limits.threads, three.info.why).toBe(3);
  });
  afterAll(() => {
    one?.destroy();
    three?.destroy();
  });

  const shared = OPS.filter(({ name }) => LOWERINGS[name]?.split);
  describe.each(shared.map((op) => [op.name, op] as const))('%s:', (_, op) => {
    it.each(op.cases.map((each) => [each.title, each] as const))('%s', async (_, each) => {
      expect(await runOnExecutor(three, op, each)).toEqual(await runOnExecutor(one, op, each));
    });
  });

  it.each(['ar', 'diffusion'] as const)(
    'steps of %s, whose listing says how many threads share a kernel',
    async (family) => {
      const spec = tinySpec();
      const trainer = await trainerOf(three, spec, family);
      expect(await train(trainer, 3)).toEqual(await train(await trainerOf(one, spec, family), 3));
      expect(trainer.program.describe()).toMatch(/matmulNT .*×3 /);
      expect(trainer.program.bytes).toBe(three.programFootprint(trainer.program.tape, { keep: [] }).bytes);
    },
  );
});

describe('a crew', () => {
  const member = (place: { orders: SharedArrayBuffer }, answers: readonly number[] = []) => {
    new Int32Array(place.orders).set(answers);
    return { ready: Promise.resolve(), end: () => {} };
  };

  it('that cannot be gathered leaves the kernels to one thread, which says why', async () => {
    let started = 0;
    let ended = 0;
    const cpu = await openCpuExecutor({ module: 'simd', threads: 3, why: 'No adapter.' }, () => {
      if (++started === 2) throw new Error('Workers are forbidden here');
      let refuse: (error: Error) => void;
      const ready = new Promise<void>((_, reject) => {
        refuse = reject;
      });
      // As a thread does that is ended before it was ready; nobody may miss it.
      return { ready, end: () => refuse(new Error(`ended ${++ended}`)) };
    });
    expect(cpu.info.limits.threads).toBe(1);
    expect(cpu.info.why).toBe(
      'No adapter. A model’s steps stay on one thread, because 3 could not share them: Workers are forbidden here.',
    );
    expect(ended).toBe(1);
    expect(await train(await trainerOf(cpu, tinySpec(), 'ar'), 1)).toHaveLength(1);
  });

  it('ends with its leader', async () => {
    let ended = 0;
    const cpu = await openCpuExecutor({ module: 'simd', threads: 3 }, (place) => ({
      ...member(place),
      end: () => void ended++,
    }));
    expect(cpu.info.limits.threads).toBe(3);
    cpu.destroy();
    expect(ended).toBe(2);
  });

  it('one of whom fails fails the step: what it should have computed is not there', async () => {
    // The answer to the first order is there before it is given: done, and failed.
    const cpu = await openCpuExecutor({ module: 'simd', threads: 2, partWork: 1 }, (place) => member(place, [0, 1, 1]));
    const trainer = await trainerOf(cpu, tinySpec(), 'ar');
    expect(() => trainer.program.run()).toThrow(
      expect.objectContaining({ code: 'device-lost', message: expect.stringContaining('has failed') }),
    );
  });
});
