import { stream } from '../../src/core/rng.ts';
import { type Sampler, type SamplerOptions, samplerOf } from '../../src/families/sampling.ts';
import { type FamilyId, raceSchema } from '../../src/spec/schema.ts';
import type { SamplingSettings } from '../../src/spec/writing.ts';

export const V = 6;
export const EXTRA = 5;
export const settings: SamplingSettings = {
  temperature: 1,
  topK: 0,
  topP: 1,
  reveal: 'confidence',
  revealSteps: 4,
  threshold: 0.5,
  block: 0,
  remask: 0,
};
export const reveals = raceSchema.shape.sampling.unwrap().shape.reveal.unwrap().options;

/** Logits that depend on what is read, so that a mistake in what is shown to the model shows. */
export function pretendModel(inputs: Uint32Array): Float32Array {
  const noise = stream(9, 'logits');
  const state = inputs.reduce((hash, id) => (Math.imul(hash, 31) + id) >>> 0, 1);
  return Float32Array.from({ length: inputs.length * V }, (_, i) => 3 * noise.normal(state, i));
}

type Options = Partial<SamplerOptions> & { start: Uint32Array };

/** A sampler that has not yet written anything. */
export function begin(family: FamilyId, options: Options): Sampler {
  return samplerOf(family, { extra: EXTRA, settings, noise: stream(1, 'sampling'), sample: 0, ...options });
}

/** A sampler that has written all it was to write. */
export function run(family: FamilyId, options: Options): Sampler {
  const sampler = begin(family, options);
  while (!sampler.done) sampler.next(pretendModel(sampler.inputs));
  return sampler;
}
