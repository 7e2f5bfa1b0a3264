import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { familyOf } from '../../src/families/index.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { FamilyId, RaceSpec } from '../../src/spec/schema.ts';
import { Evaluator, windowsOf } from '../../src/train/evaluation.ts';
import { openTestCpu } from '../support/cpu.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';
import { train, trainerOf } from '../support/training.ts';

type Changes = { [Section in 'ar' | 'diffusion' | 'train' | 'sampling']?: Partial<RaceSpec[Section]> };

const settings: [string, FamilyId, Changes][] = [
  ['AR with masked inputs', 'ar', { ar: { inputMasking: 0.2 } }],
  ['AR in five orders', 'ar', { ar: { orders: 5 } }],
  ['AR with dropout everywhere', 'ar', { train: { dropout: 0.1, dropoutOn: 'all' } }],
  ['diffusion with dropout in its MLPs', 'diffusion', { train: { dropout: 0.1, dropoutOn: 'mlp' } }],
  ['unweighted diffusion', 'diffusion', { diffusion: { objective: 'unweighted' } }],
  ['diffusion on a cosine schedule', 'diffusion', { diffusion: { objective: 'inverse-t', schedule: 'cosine' } }],
  ['diffusion with frozen masks', 'diffusion', { diffusion: { maskPool: 1 } }],
  [
    'causal diffusion with masks from left to right',
    'diffusion',
    { diffusion: { causal: true, order: 'left-to-right' } },
  ],
  ['uniform noise', 'diffusion', { diffusion: { noise: 'uniform', objective: 'inverse-t' }, sampling: { every: 0 } }],
];

describe.each(settings)('%s', (_, id, changes) => {
  const spec = tinySpec(changes);
  const family = familyOf(id, spec);
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu();
  });
  afterAll(() => cpu?.destroy());

  it('trains alike on the cpu and in the f64 interpreter', async () => {
    const losses = await train(await trainerOf(cpu, spec, id), 4);
    const expected = await train(await trainerOf(new Interpreter(), spec, id), 4);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i], 4);
  });

  it('learns: its evaluation falls, the same number each time it is asked', async () => {
    const dataset = tinyDataset(spec);
    const trainer = await trainerOf(cpu, spec, id);
    const evaluator = await Evaluator.create({
      executor: cpu,
      spec,
      family,
      vocabulary: dataset.vocabulary,
      state: trainer.state,
      arena: 'ema',
      variants: {},
    });
    const evaluate = () => evaluator.evaluate(windowsOf(dataset, 'validation'));
    const before = await evaluate();
    expect((await evaluate()).value).toBe(before.value);
    await train(trainer, 40);
    expect((await evaluate()).value).toBeLessThan(before.value - 0.1);
  });
});
