import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyOf } from '../../src/families/index.ts';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { presetOf } from '../../src/spec/presets.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { familyFootprint } from '../../src/train/capacity.ts';
import { Evaluator, windowsOf } from '../../src/train/evaluation.ts';
import { arenaBytes } from '../../src/train/graphs.ts';
import { Writer } from '../../src/train/sampling.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { openTestGpu } from '../support/gpu.ts';
import { watchBuffers } from '../support/gpuBuffers.ts';
import { tinyDataset } from '../support/tiny.ts';
import { VARIANTS } from '../support/training.ts';

let gpu: GpuExecutor;
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => gpu?.destroy());

describe.each(FAMILIES)('the device memory of %s', (id) => {
  const spec = parseRaceSpec({
    ...presetOf('default').spec,
    data: { corpus: 'own', uniqueTokens: 1500 },
    evaluation: { windows: 5, draws: 1, testWindows: 4 },
  });
  const dataset = tinyDataset(spec);

  it('is what was planned and shown, within 5 %, all buffers of a family of a race counted', async () => {
    const family = familyOf(id, spec);
    const buffers = watchBuffers(gpu.device);
    const options = { executor: gpu, spec, family, dataset, vocabulary: dataset.vocabulary, variants: { ...VARIANTS } };
    const trainer = await Trainer.create(options);
    const evaluator = await Evaluator.create({ ...options, state: trainer.state, arena: 'ema' });
    const writer = await Writer.create({ ...options, state: trainer.state });
    while (trainer.step < 2) await trainer.advance(2);
    await trainer.metrics();
    await evaluator.evaluate(windowsOf(dataset, 'validation'));
    buffers.stop();

    const programs = [trainer, evaluator, writer].reduce((sum, { program }) => sum + program.bytes, 0);
    const shown = arenaBytes(parameterLayout(spec.model, dataset.vocabulary)) + programs;
    const estimate = familyFootprint(gpu, spec, dataset.vocabulary, family);
    expect(estimate.bytes).toBe(shown);
    expect(Math.abs(buffers.bytes - shown) / shown).toBeLessThan(0.05);
    for (const each of [writer, evaluator, trainer]) each.destroy();
    // What is left is staging for readings, which the device's other programs go on using.
    expect(buffers.bytes / shown).toBeLessThan(0.05);
  });
});
