import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { stream } from '../../src/core/rng.ts';
import { familyOf } from '../../src/families/index.ts';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { Evaluator, windowsOf } from '../../src/train/evaluation.ts';
import { RING_ROWS } from '../../src/train/graphs.ts';
import { Writer } from '../../src/train/sampling.ts';
import { stepState } from '../../src/train/schedule.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { openTestGpu } from '../support/gpu.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';
import { itTrains, train, trainerOf, VARIANTS } from '../support/training.ts';

let gpu: GpuExecutor;
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => gpu?.destroy());

describe.each(FAMILIES)('training %s on the GPU', (id) => {
  itTrains(id, () => gpu);

  it('is bit-identical when it is run again', async () => {
    const spec = tinySpec({ train: { dropout: 0.2 } });
    const first = await train(await trainerOf(gpu, spec, id), 12);
    expect(await train(await trainerOf(gpu, spec, id), 12)).toEqual(first);
  });

  it('evaluates and writes the same on the same weights', async () => {
    const spec = tinySpec();
    const dataset = tinyDataset(spec);
    const trainer = await trainerOf(gpu, spec, id);
    await train(trainer, 5);
    const options = {
      executor: gpu,
      spec,
      family: familyOf(id, spec),
      dataset,
      vocabulary: dataset.vocabulary,
      state: trainer.state,
      variants: VARIANTS,
    };
    const evaluator = await Evaluator.create({ ...options, arena: 'ema' });
    const first = await evaluator.evaluate(windowsOf(dataset, 'validation'));
    expect(await evaluator.evaluate(windowsOf(dataset, 'validation'))).toEqual(first);
    expect(first.windows).toHaveLength(dataset.report.validation.windows);
    const writer = await Writer.create(options);
    const text = await writer.write(5);
    expect(await writer.write(5)).toEqual(text);
    expect([...text!.text]).toHaveLength(spec.model.context);
  });
});

describe('a step', () => {
  it('creates nothing on the device after the first ones, and several are one pass and one submit', async () => {
    const trainer = await trainerOf(gpu, tinySpec({ train: { steps: 200 } }), 'diffusion');
    await train(trainer, 60);
    const calls = countCalls(gpu.device);
    const before = trainer.costs.submissions;
    await train(trainer, 160);
    calls.restore();
    const submits = trainer.costs.submissions - before;
    expect(submits).toBeLessThan(100);
    // The second encoder and submission copy the ring, so that its metrics are on their way at once.
    expect(calls.counts).toEqual({ createCommandEncoder: 2 * submits, submit: 2 * submits, beginComputePass: submits });
  });

  it('makes at most 32·L + 24 dispatches, with dropout and a tied head too', async () => {
    for (const layers of [1, 3]) {
      const spec = tinySpec({ model: { layers, tiedHead: true }, train: { dropout: 0.1 } });
      const trainer = await trainerOf(gpu, spec, 'diffusion');
      expect(trainer.program.dispatches).toBeLessThanOrEqual(32 * layers + 24);
      trainer.destroy();
    }
  });

  it('can be profiled: a time for every node, and the step is taken as in a run', async () => {
    const [timed, plain] = [await trainerOf(gpu, tinySpec(), 'ar'), await trainerOf(gpu, tinySpec(), 'ar')];
    await train(plain, 2);
    await train(timed, 1);
    const spec = tinySpec();
    const batch = familyOf('ar', spec).corrupt(tinyDataset(spec).batch(1), stream(spec.seed, 'noise'), 1);
    writeBatch(timed.program, timed.graph.inputs, batch);
    const times = await timed.program.profile(stepState(spec.train, spec.seed, 1, RING_ROWS));
    expect(times.map(({ op }) => op)).toEqual(timed.graph.tape.nodes.map((node) => node.op.name));
    expect(times.every(({ ms }) => ms >= 0)).toBe(true);
    expect(times.reduce((sum, { flops }) => sum + flops, 0)).toBe(timed.program.flops);
    expect(await timed.state.read('params')).toEqual(await plain.state.read('params'));
  });

  it('can be listed: op, shapes, bytes, FLOPs and variant of every command', async () => {
    const trainer = await trainerOf(gpu, tinySpec(), 'ar');
    const lines = trainer.program.describe().split('\n');
    expect(lines).toHaveLength(trainer.graph.tape.nodes.length);
    expect(lines.find((line) => line.includes('matmulNT'))).toMatch(
      /matmulNT +register +×1 +\d+ KiB +\d+\.\d\d MFLOP +\[36, 24\] \[72, 24\] → \[36, 72\] +· layer 0/,
    );
  });
});

describe('a step that is not finite', () => {
  it('stops the run with the step and the op named, and keeps the weights from before it', async () => {
    const trainer = await trainerOf(gpu, tinySpec(), 'ar');
    await train(trainer, 1);
    const broken = await trainer.state.read('params');
    // The arena ends with the gain of the last norm.
    broken[broken.length - 64] = Number.POSITIVE_INFINITY;
    trainer.state.write('params', broken);
    for (let i = 0; i < 3; i++) await trainer.advance();
    const error = await trainer.metrics().then(
      () => undefined,
      (thrown: unknown) => thrown as CrossoverError,
    );
    expect(error).toBeInstanceOf(CrossoverError);
    expect(error!.code).toBe('diverged');
    expect(error!.message).toMatch(
      /diverged at step 2 .*residualNorm \(head\) is the first op to write (Infinity|NaN|-Infinity)/,
    );
    expect(trainer.step).toBe(1);
    expect(await trainer.state.read('params')).toEqual(broken);
  });
});

/** Counts calls that create or submit something on the device. */
function countCalls(device: GPUDevice) {
  const counts: Record<string, number> = {};
  const restores: (() => void)[] = [];
  const spy = (owner: object, name: string) => {
    const target = owner as Record<string, (...args: unknown[]) => unknown>;
    const own = Object.hasOwn(target, name) ? target[name] : undefined;
    const original = target[name];
    target[name] = function (this: unknown, ...args: unknown[]) {
      counts[name] = (counts[name] ?? 0) + 1;
      const result = original.apply(this, args);
      if (name === 'createCommandEncoder') spy(result as object, 'beginComputePass');
      return result;
    };
    restores.push(() => {
      if (own) target[name] = own;
      else delete target[name];
    });
  };
  const creators = [
    'createBuffer',
    'createBindGroup',
    'createBindGroupLayout',
    'createPipelineLayout',
    'createComputePipeline',
    'createComputePipelineAsync',
    'createShaderModule',
    'createCommandEncoder',
  ];
  for (const name of creators) spy(device, name);
  spy(device.queue, 'submit');
  const restore = () => {
    for (const undo of restores) undo();
  };
  return { counts, restore };
}
