import type { FamilyId, RaceSpec } from './schema.ts';

/** Exact: the NLL, or an unbiased estimate of it. Upper: an upper bound of it. */
export type LossBound = 'exact' | 'upper';

/**
 * What the evaluated loss of a family is. That of AR is exact; that of diffusion is an upper bound, over masks or over
 * noise, but where its masks come from left to right: then the chain rule is exact.
 */
export function lossBound(family: FamilyId, { diffusion }: Pick<RaceSpec, 'diffusion'>): LossBound {
  return family === 'diffusion' && diffusion.order === 'any' ? 'upper' : 'exact';
}
