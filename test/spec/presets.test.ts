import { describe, expect, it } from 'vitest';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC, PRESETS, presetOf, SIZES, type SizeId, sizeOf, withSize } from '../../src/spec/presets.ts';

describe('presets', () => {
  it.each(PRESETS.map((preset) => [preset.id, preset] as const))(
    '%s is a valid spec and says what to expect',
    (_, preset) => {
      expect(parseRaceSpec(preset.spec)).toEqual(preset.spec);
      expect(preset.expected).toMatch(/live .* strict .*\./);
    },
  );

  it('have the sizes, budgets and rates that were measured', () => {
    const shape = (id: string) => {
      const { model, train, data } = presetOf(id).spec;
      return [model.layers, model.channels, model.heads, train.learningRate, data.uniqueTokens, train.steps];
    };
    expect(shape('quick')).toEqual([2, 48, 4, 3e-3, 3000, 1000]);
    expect(shape('default')).toEqual([2, 64, 4, 2e-3, 5000, 1000]);
    expect(shape('large')).toEqual([4, 128, 4, 1e-3, 10_000, 1200]);
    expect(DEFAULT_SPEC).toBe(presetOf('default').spec);
  });

  it('leave room for the strict crossing within their steps', () => {
    for (const { expected, spec } of PRESETS) {
      const latest = Math.max(...[...expected.matchAll(/\b(\d{3,})\b/g)].map(([step]) => Number(step)));
      expect(latest).toBeGreaterThan(0);
      expect(spec.train.steps).toBeGreaterThan(latest);
    }
  });

  it('are listed to someone who asks for another', () => {
    expect(() => presetOf('huge')).toThrow('preset must be one of default, quick, large, brackets, world; got "huge"');
  });
});

describe('model sizes', () => {
  it.each(Object.keys(SIZES) as SizeId[])('%s can be put on a spec, is valid there and is recognised', (id) => {
    const spec = withSize({ ...DEFAULT_SPEC, seed: 5, model: { ...DEFAULT_SPEC.model, feedForward: 40 } }, id);
    expect(parseRaceSpec(spec)).toEqual(spec);
    expect(spec.seed).toBe(5);
    expect(sizeOf(spec)).toBe(id);
  });

  it('are not claimed for a shape of one’s own', () => {
    expect(sizeOf({ ...DEFAULT_SPEC, model: { ...DEFAULT_SPEC.model, layers: 3 } })).toBeUndefined();
    expect(sizeOf({ ...DEFAULT_SPEC, model: { ...DEFAULT_SPEC.model, feedForward: 40 } })).toBeUndefined();
  });
});
