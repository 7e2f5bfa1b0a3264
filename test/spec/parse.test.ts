import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { applySettings, parseRaceSpec, parseRunSpec, runIdOf } from '../../src/spec/parse.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { anySpec } from './arbitrary.ts';

const defaults = parseRaceSpec({});

/** The sentence that a person reads. */
function complaint(about: () => unknown): string {
  try {
    about();
  } catch (error) {
    expect(error).toBeInstanceOf(CrossoverError);
    expect((error as CrossoverError).code).toBe('bad-input');
    return (error as CrossoverError).message;
  }
  return 'no complaint';
}

describe('parsing a spec', () => {
  it('fills in every default', () => {
    expect(defaults).toMatchObject({ schemaVersion: 1, seed: 1, model: { channels: 64 }, train: { batch: 16 } });
    expect(parseRaceSpec({ model: { channels: 128 } }).model).toEqual({ ...defaults.model, channels: 128 });
  });

  it('leaves a valid spec as it is', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(parseRaceSpec(spec)).toEqual(spec);
      }),
    );
  });

  it.each([
    [{ train: { learningrate: 1 } }, 'train.learningrate is not a field; did you mean train.learningRate?'],
    [{ model: { learningRate: 1 } }, 'model.learningRate is not a field; did you mean train.learningRate?'],
    [{ chanels: 8 }, 'chanels is not a field; did you mean model.channels?'],
    [{ sampling: { xyzzy: 8 } }, 'sampling.xyzzy is not a field; the fields of sampling are sampling.every, '],
    [{ xyzzy: 8 }, 'xyzzy is not a field; there are seed, data, model, train, ar, diffusion, evaluation, sampling'],
    [{ model: { channels: 'abc' } }, 'model.channels must be a whole number from 4 to 4096; got "abc"'],
    [{ model: { channels: 6.5 } }, 'model.channels must be a whole number from 4 to 4096; got 6.5'],
    [{ model: { channels: 1e6 } }, 'model.channels must be a whole number from 4 to 4096; got 1000000'],
    [{ train: { dropout: Number.NaN } }, 'train.dropout must be a number from 0 to 0.95; got NaN'],
    [{ train: { dropout: null } }, 'train.dropout must be a number from 0 to 0.95; got null'],
    [{ data: { lowercase: 'no' } }, 'data.lowercase must be true or false; got "no"'],
    [{ data: { windows: 'sliding' } }, 'data.windows must be one of packed, random; got "sliding"'],
    [{ seed: -1 }, 'seed must be a whole number from 0 to 4294967295; got -1'],
    [{ model: [2, 64] }, 'model must be an object with the fields model.layers, '],
    ['fast', 'a spec must be an object with the fields seed, data, model, '],
    [null, 'a spec must be an object with the fields seed, '],
    [{ schemaVersion: 2 }, 'schemaVersion must be 1; got 2'],
  ])('refuses %j in one sentence', (input, sentence) => {
    expect(complaint(() => parseRaceSpec(input))).toContain(sentence);
  });

  it('tells a misspelt name before a wrong value', () => {
    expect(complaint(() => parseRaceSpec({ train: { steps: 'x', stepz: 5 } }))).toContain('train.stepz is not a field');
  });

  it('shortens a long value', () => {
    const message = complaint(() => parseRaceSpec({ seed: 'x'.repeat(500) }));
    expect(message.length).toBeLessThan(130);
  });

  it('throws nothing but a CrossoverError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        try {
          parseRaceSpec(input);
        } catch (error) {
          expect(error).toBeInstanceOf(CrossoverError);
        }
      }),
    );
  });
});

describe('impossible combinations', () => {
  it.each([
    [['model.channels=50'], 'model.channels must be divisible by model.heads; got 50 channels and 4 heads'],
    [['model.channels=60'], 'the head size (model.channels / model.heads) must be a multiple of 4 up to 128'],
    [
      ['data.uniqueTokens=1000'],
      'data.uniqueTokens must hold at least one batch: train.batch · model.context = 16 · 64 = 1024 tokens; got 1000',
    ],
    [
      ['diffusion.schedule=cosine'],
      'diffusion.schedule must be linear with diffusion.objective exact-count, which draws no t to schedule; got cosine',
    ],
    [
      ['sampling.every=0', 'diffusion.noise=uniform'],
      'diffusion.objective must be inverse-t with diffusion.noise uniform, whose bound is an integral over t; got exact-count',
    ],
    [
      ['diffusion.noise=uniform', 'diffusion.objective=inverse-t'],
      'sampling.every must be 0 with diffusion.noise uniform: only a model that reads masks can write; got 100',
    ],
    [
      ['sampling.every=0', 'diffusion.noise=uniform', 'diffusion.objective=inverse-t', 'diffusion.order=left-to-right'],
      'diffusion.order must be any with diffusion.noise uniform, which masks nothing; got left-to-right',
    ],
    [
      ['data.corruptionRate=0.3'],
      'data.corruptionRate must be 0 with data.corruption none, which spoils nothing; got 0.3',
    ],
    [
      ['data.corruption=words'],
      'data.corruptionRate must be above 0 with data.corruption words, or nothing is spoilt; got 0',
    ],
    [['data.bothWays=0.5'], 'data.bothWays must be 0 with data.corpus moby-dick: only reversal has pairs; got 0.5'],
  ])('%j is refused, naming the fields', (settings, sentence) => {
    expect(complaint(() => applySettings(defaults, settings))).toContain(sentence);
  });

  it('are judged after all settings are applied', () => {
    const spec = applySettings(defaults, ['model.channels=60', 'model.heads=5']);
    expect([spec.model.channels, spec.model.heads]).toEqual([60, 5]);
    expect(applySettings(defaults, ['data.uniqueTokens=1024']).data.uniqueTokens).toBe(1024);
  });
});

describe('--set', () => {
  it('reads numbers, booleans and names', () => {
    const spec = applySettings(defaults, [
      'data.uniqueTokens=3000',
      'train.learningRate = 1e-3',
      'data.lowercase=false',
      'data.corpus=sotu',
      'sampling.reveal="random"',
      'seed=7',
    ]);
    expect(spec).toMatchObject({
      seed: 7,
      data: { uniqueTokens: 3000, lowercase: false, corpus: 'sotu' },
      train: { learningRate: 1e-3 },
      sampling: { reveal: 'random' },
    });
  });

  it('leaves the spec that it was given alone; the last of two settings holds', () => {
    expect(applySettings(defaults, ['seed=2', 'seed=3']).seed).toBe(3);
    expect(defaults.seed).toBe(1);
  });

  it.each([
    ['data.uniqueToken=5', 'data.uniqueToken is not a field; did you mean data.uniqueTokens?'],
    ['data=5', 'data is a section, not a field; its fields are data.corpus, data.uniqueTokens, '],
    ['seed', 'a setting must have the form section.field=value; got "seed"'],
    ['=5', 'a setting must have the form section.field=value; got "=5"'],
    ['__proto__.polluted=1', '__proto__.polluted is not a field'],
    ['seed=', 'seed must be a whole number from 0 to 4294967295; got ""'],
    ['train.steps=many', 'train.steps must be a whole number from 1 to 10000000; got "many"'],
  ])('refuses %s', (setting, sentence) => {
    expect(complaint(() => applySettings(defaults, [setting]))).toContain(sentence);
  });
});

describe('a run', () => {
  const run: RunSpec = { ...defaults, family: 'ar' };

  it('is a race spec and a family', () => {
    expect(parseRunSpec(JSON.parse(JSON.stringify(run)))).toEqual(run);
    expect(complaint(() => parseRunSpec(defaults))).toBe('family must be one of ar, diffusion; got undefined');
    expect(complaint(() => parseRunSpec([]))).toContain('a run must be an object with the fields family, seed, ');
  });

  it('has an id that depends on every field but not on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(run).reverse()) as unknown as RunSpec;
    expect(runIdOf(reversed)).toBe(runIdOf(run));
    expect(runIdOf(run)).toMatch(/^[0-9a-f]{12}$/);
    expect(runIdOf({ ...run, family: 'diffusion' })).not.toBe(runIdOf(run));
    expect(runIdOf({ ...run, train: { ...run.train, dropout: 0.1 } })).not.toBe(runIdOf(run));
  });
});
