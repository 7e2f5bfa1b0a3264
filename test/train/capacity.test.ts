import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import { familyOf } from '../../src/families/index.ts';
import { programFootprint } from '../../src/gpu/resources.ts';
import type { Capacity } from '../../src/graph/executor.ts';
import { arenaFootprint } from '../../src/graph/footprint.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { planBuffers } from '../../src/graph/liveness.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC, PRESETS, presetOf } from '../../src/spec/presets.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { checkCapacity, familyFootprint, type Measuring, raceFootprint } from '../../src/train/capacity.ts';
import { Evaluator } from '../../src/train/evaluation.ts';
import { arenaBytes, trainingGraph } from '../../src/train/graphs.ts';
import { Writer } from '../../src/train/sampling.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';

const V = 60;
const BOTH = FAMILIES.map((id) => familyOf(id, DEFAULT_SPEC));

/** A GPU, as far as an estimate asks for one. */
const gpuWith = (capacity: Capacity): Measuring => ({ capacity, stateFootprint: arenaFootprint, programFootprint });

describe.each(PRESETS)('the memory of the preset $id', ({ spec }) => {
  const layout = parameterLayout(spec.model, V);

  it.each(FAMILIES)('has a peak of at most 1.3 times what no training can do without: %s', (id) => {
    const plan = planBuffers(trainingGraph(spec, V, familyOf(id, spec)).tape);
    // Parameters, gradients, two moments and their average; the best weights are a choice of this lab and not counted.
    const needed = 5 * 4 * layout.size + plan.peak;
    const planned = arenaBytes(layout) + plan.sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(planned).toBeLessThanOrEqual(1.3 * needed);
  });
});

describe('the estimate', () => {
  it.each(FAMILIES)('is what the cpu executor then takes up for %s', async (id) => {
    const spec = tinySpec({ model: { channels: 48 } });
    const dataset = tinyDataset(spec);
    const cpu = await openCpuExecutor();
    const before = cpu.memoryBytes;
    const family = familyOf(id, spec);
    const estimate = familyFootprint(cpu, spec, dataset.vocabulary, family);
    expect(cpu.memoryBytes).toBe(before);
    const options = { executor: cpu, spec, family, dataset, vocabulary: dataset.vocabulary, variants: {} };
    const { state } = await Trainer.create(options);
    await Evaluator.create({ ...options, state, arena: 'ema' });
    await Writer.create({ ...options, state });
    const taken = cpu.memoryBytes - before;
    expect(Math.abs(estimate.bytes - taken) / taken).toBeLessThan(0.05);
  });

  it('names the largest piece in words', () => {
    const wide = parseRaceSpec({ model: { channels: 512, heads: 8 }, train: { batch: 1 }, data: { uniqueTokens: 64 } });
    expect(familyFootprint(gpuWith({}), wide, V, BOTH[0]).largest.what).toBe('the arena params');
    const long = parseRaceSpec({
      model: { channels: 8, heads: 2 },
      train: { batch: 256 },
      data: { uniqueTokens: 1e5 },
    });
    expect(familyFootprint(gpuWith({}), long, V, BOTH[0]).largest.what).toMatch(/^\w+ of \w+ \((layer \d+|head)\)$/);
  });
});

describe('a race that is too large for the device', () => {
  const spec = parseRaceSpec({
    model: { layers: 12, channels: 768, heads: 12, context: 256 },
    train: { batch: 16 },
    data: { uniqueTokens: 100_000 },
  });

  it('is refused with what it needs, what is allowed and the nearest sizes that fit', () => {
    const error = refusal(gpuWith({ buffer: 2 ** 27 }), spec);
    expect(error.code).toBe('device-limit');
    expect(error.message).toMatch(
      /^This race needs [\d.]+ GiB, 3\d\d\.\d MiB of it in one buffer \(the arena params\), where this device allows 128\.0 MiB; the nearest size that fits: model\.channels \d+, or model\.layers \d+\.$/,
    );
  });

  it('is told sizes that do fit, each the largest of its kind', () => {
    for (const capacity of [{ buffer: 2 ** 27 }, { total: 2 ** 31 }]) {
      const executor = gpuWith(capacity);
      const said = [...refusal(executor, spec).message.matchAll(/(model|train)\.(\w+) (\d+)/g)];
      expect(said.length).toBeGreaterThan(0);
      for (const [, section, key, value] of said) {
        checkCapacity(executor, changed(spec, section, key, Number(value)), V, BOTH);
        const next = { channels: 4 * spec.model.heads, layers: 1, batch: Number(value), context: Number(value) }[key]!;
        expect(() => checkCapacity(executor, changed(spec, section, key, Number(value) + next), V, BOTH)).toThrow();
      }
    }
  });

  it('counts activations as well: a batch too large is told a smaller one', () => {
    const wide = changed(changed(presetOf('default').spec, 'train', 'batch', 1024), 'data', 'uniqueTokens', 1e5);
    const { message } = refusal(gpuWith({ buffer: 2 ** 25 }), wide);
    expect(message).toMatch(/88\.0 MiB of it in one buffer \(\w+ of \w+ \(layer 0\)\).*train\.batch 256/);
  });

  it('is told several settings together where none alone is enough', () => {
    const executor = gpuWith({ buffer: 2 ** 20 });
    const { message } = refusal(executor, spec);
    const said = [...message.matchAll(/(model|train)\.(\w+) (\d+)/g)];
    expect(said.map(([, , key]) => key)).toEqual(['channels', 'layers', 'batch', 'context']);
    const small = said.reduce((each, [, section, key, value]) => changed(each, section, key, Number(value)), spec);
    checkCapacity(executor, small, V, BOTH);
  });

  it('is told so where nothing fits at all', () => {
    expect(refusal(gpuWith({ buffer: 1024 }), spec).message).toContain('no smaller size of it fits either');
  });

  it('is refused by the cpu executor by the memory that it has left', async () => {
    const cpu = await openCpuExecutor({ memoryBytes: 2 ** 25 });
    const small = presetOf('quick').spec;
    const { bytes } = raceFootprint(cpu, small, V, BOTH);
    expect(bytes).toBeGreaterThan(2 ** 20);
    checkCapacity(cpu, small, V, BOTH);
    const before = cpu.memoryBytes;
    expect(refusal(cpu, spec).message).toMatch(/needs [\d.]+ GiB of memory, of which there are 3\d\.\d MiB left; /);
    expect(cpu.memoryBytes).toBe(before);
  });

  it('is never refused by the interpreter, which knows no limit', () => {
    checkCapacity(new Interpreter(), spec, V, BOTH);
  });
});

function changed(spec: RaceSpec, section: string, key: string, value: number): RaceSpec {
  const held = spec[section as 'model' | 'train' | 'data'];
  return { ...spec, [section]: { ...held, [key]: value } };
}

function refusal(executor: Measuring, spec: RaceSpec): CrossoverError {
  try {
    checkCapacity(executor, spec, V, BOTH);
  } catch (error) {
    expect(error).toBeInstanceOf(CrossoverError);
    return error as CrossoverError;
  }
  throw new Error('it was not refused');
}
