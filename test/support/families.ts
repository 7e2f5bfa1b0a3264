import type { Family } from '../../src/families/family.ts';
import { familyOf } from '../../src/families/index.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import type { RaceSpec } from '../../src/spec/schema.ts';

/** The autoregressive family with some settings of its own. */
export function arWith(changes: Partial<RaceSpec['ar']> = {}): Family {
  return familyOf('ar', { ...DEFAULT_SPEC, ar: { ...DEFAULT_SPEC.ar, ...changes } });
}

/** The diffusion family with some settings of its own. */
export function diffusionWith(changes: Partial<RaceSpec['diffusion']> = {}): Family {
  return familyOf('diffusion', { ...DEFAULT_SPEC, diffusion: { ...DEFAULT_SPEC.diffusion, ...changes } });
}
