import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import { AR } from './ar.ts';
import { diffusion } from './diffusion.ts';
import type { Family } from './family.ts';

/** The family of a run, with the objective that its spec asks for. */
export function familyOf(id: FamilyId, spec: Pick<RaceSpec, 'diffusion'>): Family {
  return id === 'ar' ? AR : diffusion(spec.diffusion);
}
