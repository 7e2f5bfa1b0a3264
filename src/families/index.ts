import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import { autoregressive } from './ar.ts';
import { diffusion } from './diffusion.ts';
import type { Family } from './family.ts';
import { uniformDiffusion } from './uniform.ts';

/** The family of a run, with the objective that its spec asks for. */
export function familyOf(id: FamilyId, spec: Pick<RaceSpec, 'seed' | 'ar' | 'diffusion'>): Family {
  if (id === 'ar') return autoregressive(spec.ar, spec.seed);
  return spec.diffusion.noise === 'uniform' ? uniformDiffusion(spec.diffusion) : diffusion(spec.diffusion);
}
