import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { familyOf } from '../../src/families/index.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';
import { type CheckpointArenas, Trainer } from '../../src/train/trainer.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';

function trainerOf(
  executor: Executor,
  spec: RaceSpec,
  id: FamilyId,
  resume?: { step: number; arenas: CheckpointArenas },
): Promise<Trainer> {
  const dataset = tinyDataset(spec);
  const family = familyOf(id, spec);
  return Trainer.create({ executor, spec, family, dataset, variants: {}, ...(resume && { resume }) });
}

async function train(trainer: Trainer, until: number): Promise<number[]> {
  while (trainer.step < until) await trainer.advance();
  return (await trainer.metrics()).map(({ loss }) => loss);
}

const runs = KERNEL_MODULES.flatMap((module) => FAMILIES.map((id) => [id, module] as const));

describe.each(runs)('training %s on the cpu with the %s kernels', (id, module) => {
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu(module);
  });
  afterAll(() => cpu?.destroy());

  it('learns: the loss falls by more than half a nat in 40 steps', async () => {
    const losses = await train(await trainerOf(cpu, tinySpec(), id), 40);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)) - 0.5);
  });

  it('is bit-identical when it is run again, in another memory too', async () => {
    const spec = tinySpec({ train: { dropout: 0.2 } });
    const first = await trainerOf(cpu, spec, id);
    const losses = await train(first, 12);
    const second = await trainerOf(await openTestCpu(module), spec, id);
    expect(await train(second, 12)).toEqual(losses);
    expect(await second.arenas()).toEqual(await first.arenas());
  });

  it('resumes bit for bit: 40 steps are 20, a checkpoint, and 20', async () => {
    const spec = tinySpec({ train: { dropout: 0.1 } });
    const whole = await trainerOf(cpu, spec, id);
    const losses = await train(whole, 40);
    const half = await trainerOf(cpu, spec, id);
    const before = await train(half, 20);
    const arenas = await half.arenas();
    half.destroy();
    const resumed = await trainerOf(cpu, spec, id, { step: 20, arenas });
    expect([...before, ...(await train(resumed, 40))]).toEqual(losses);
    expect(await resumed.arenas()).toEqual(await whole.arenas());
  });

  it('follows the f64 interpreter', async () => {
    const spec = tinySpec({ train: { dropout: 0.1 } });
    const losses = await train(await trainerOf(cpu, spec, id), 5);
    const expected = await train(await trainerOf(new Interpreter(), spec, id), 5);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i], 4);
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
