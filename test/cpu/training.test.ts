import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';
import { tinySpec } from '../support/tiny.ts';
import { itTrains, train, trainerOf } from '../support/training.ts';

const runs = KERNEL_MODULES.flatMap((module) => FAMILIES.map((id) => [id, module] as const));

describe.each(runs)('training %s on the cpu with the %s kernels', (id, module) => {
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu(module);
  });
  afterAll(() => cpu?.destroy());

  itTrains(id, () => cpu);

  it('is bit-identical when it is run again, in another memory too', async () => {
    const spec = tinySpec({ train: { dropout: 0.2 } });
    const first = await trainerOf(cpu, spec, id);
    const losses = await train(first, 12);
    const second = await trainerOf(await openTestCpu(module), spec, id);
    expect(await train(second, 12)).toEqual(losses);
    expect(await second.arenas()).toEqual(await first.arenas());
  });

  it('names the first op that is not finite, and keeps the weights from before it', async () => {
    const trainer = await trainerOf(cpu, tinySpec(), id);
    await train(trainer, 1);
    const broken = await trainer.state.read('params');
    // The arena ends with the gain of the last norm.
    broken[broken.length - 64] = Number.POSITIVE_INFINITY;
    trainer.state.write('params', broken);
    for (let i = 0; i < 3; i++) await trainer.advance();
    await expect(trainer.metrics()).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringMatching(/diverged at step 2 .*residualNorm \(head\) is the first op to write/),
    });
    expect(await trainer.state.read('params')).toEqual(broken);
  });
});
