import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specFromHash, specToHash } from '../../src/spec/hash.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC, presetOf } from '../../src/spec/presets.ts';
import { anySpec } from './arbitrary.ts';

describe('the URL hash of a spec', () => {
  it('carries only what differs from the default', () => {
    expect(specToHash(DEFAULT_SPEC)).toBe('#v=1');
    const spec = { ...DEFAULT_SPEC, data: { ...DEFAULT_SPEC.data, uniqueTokens: 3000 } };
    expect(specToHash(spec)).toBe('#v=1&data.uniqueTokens=3000');
  });

  it('gives back the spec it was made from', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(specFromHash(specToHash(spec))).toEqual({ spec, ignored: [] });
      }),
    );
  });

  it('can be told from another base', () => {
    const { spec } = presetOf('quick');
    const changed = { ...spec, seed: 4 };
    expect(specToHash(changed, spec)).toBe('#v=1&seed=4');
    expect(specFromHash('#v=1&seed=4', spec).spec).toEqual(changed);
  });

  it('is read with or without #, and an empty one is the default', () => {
    expect(specFromHash('v=1&seed=4').spec.seed).toBe(4);
    for (const hash of ['', '#', '#v=1']) expect(specFromHash(hash)).toEqual({ spec: DEFAULT_SPEC, ignored: [] });
  });
});

describe('a hash that is not all understood', () => {
  it.each([
    ['#v=1&seed=4&model.wings=2', ['model.wings=2']],
    ['#v=1&seed=4&model.channels=abc', ['model.channels=abc']],
    ['#v=1&seed=4&model.channels=1e9', ['model.channels=1e9']],
    ['#v=1&seed=4&seed=5', ['seed=5']],
    ['#v=1&seed=4&__proto__.x=1&constructor=2', ['__proto__.x=1', 'constructor=2']],
    ['#v=1&seed=4&%E0%A4%A', ['\ufffd%A=']],
  ])('names what it ignores and keeps the rest: %s', (hash, ignored) => {
    expect(specFromHash(hash)).toEqual({ spec: { ...DEFAULT_SPEC, seed: 4 }, ignored });
  });

  it('ignores fields that cannot go together, but keeps those that can only go together', () => {
    expect(specFromHash('#v=1&model.channels=50&seed=4')).toEqual({
      spec: { ...DEFAULT_SPEC, seed: 4 },
      ignored: ['model.channels=50'],
    });
    expect(specFromHash('#v=1&model.heads=5&model.channels=60').ignored).toEqual([]);
  });

  it('ignores all of another version, whose fields may mean something else', () => {
    expect(specFromHash('#v=2&seed=4')).toEqual({ spec: DEFAULT_SPEC, ignored: ['v=2', 'seed=4'] });
  });

  it('never throws, and what it gives is always valid', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        const { spec } = specFromHash(hash);
        expect(parseRaceSpec(spec)).toEqual(spec);
      }),
    );
  });
});
