import { CrossoverError } from '../core/errors.ts';
import { fieldAt } from '../spec/fields.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { DoesNotFit } from '../train/capacity.ts';
import type { Offer } from './protocol.ts';

/** The race that an error has ended, as far as it came. */
export interface Ended {
  spec: RaceSpec;
  /** Where it is kept. */
  id: string | undefined;
  /** Optimizer steps of its last checkpoint; absent where there is none. */
  step: number | undefined;
}

/** What one click can do after an error: the first is the way that loses least. */
export function offersAfter(error: unknown, { spec, id, step }: Ended): Offer[] {
  if (error instanceof DoesNotFit) return error.fits.map((fitting) => ({ type: 'use', spec: fitting }));
  if (!(error instanceof CrossoverError)) return [];
  if (error.code === 'device-lost') return id === undefined ? [] : [{ type: 'continue', id, step: step ?? 0 }];
  if (error.code !== 'diverged') return [];
  const calmer = withHalfTheRate(spec);
  if (!calmer) return [];
  const back: Offer[] = id !== undefined && step ? [{ type: 'branch', id, step, spec: calmer }] : [];
  return [...back, { type: 'start', spec: calmer }];
}

/** The race at half its learning rate; undefined where that would be below what the schema allows. */
function withHalfTheRate(spec: RaceSpec): RaceSpec | undefined {
  const field = fieldAt('train.learningRate');
  const learningRate = spec.train.learningRate / 2;
  if (field?.type !== 'number' || learningRate < field.min) return undefined;
  return { ...spec, train: { ...spec.train, learningRate } };
}
