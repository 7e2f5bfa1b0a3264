import { describe, expect, it } from 'vitest';
import { familyOf } from '../../src/families/index.ts';
import { lossBound } from '../../src/spec/bound.ts';
import { applySettings, parseRaceSpec } from '../../src/spec/parse.ts';
import { FAMILIES } from '../../src/spec/schema.ts';

const LEFT_TO_RIGHT = 'diffusion.order=left-to-right';
const UNIFORM = ['diffusion.noise=uniform', 'diffusion.objective=inverse-t', 'sampling.every=0'];

describe('what a loss is', () => {
  it.each([
    ['masks anywhere', [], 'upper'],
    ['masks from left to right', [LEFT_TO_RIGHT], 'exact'],
    ['uniform noise', UNIFORM, 'upper'],
  ] as const)('with %s: exact for AR, for diffusion as its evaluation has it', (_, settings, expected) => {
    const spec = applySettings(parseRaceSpec({}), settings);
    expect(lossBound('ar', spec)).toBe('exact');
    expect(lossBound('diffusion', spec)).toBe(expected);
    for (const family of FAMILIES) expect(familyOf(family, spec).bound).toBe(lossBound(family, spec));
  });
});
