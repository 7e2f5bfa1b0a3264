import { parameterCount } from '../../src/model/counts.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';
import table from './sizes.json' with { type: 'json' };

/** One table for every benchmark here, the one in Python included. */
export type SizeName = keyof typeof table.sizes;
export const SIZES = Object.keys(table.sizes) as SizeName[];

/** What a device that computes on the CPU is asked unless sizes are named. */
export const PEER_SIZES = ['small', 'big'] as const satisfies readonly SizeName[];

/** V, the extra token included. */
export const VOCABULARY = table.vocabulary;
/** B, sequences in a batch. */
export const BATCH = table.batch;
/** Steps after which a run that is timed as a whole reads its metrics. */
export const READ_EVERY = table.readEvery;

/**
 * A short warm-up with large rates, so that losses would part within a few steps if anything differed. `more`: sections
 * of a spec with what else is to differ from the defaults; `families`: who is to train on it.
 */
export function specOf(
  size: SizeName,
  more: { [S in 'model' | 'train' | 'ar' | 'diffusion']?: Partial<RaceSpec[S]> } = {},
  families: readonly FamilyId[] = FAMILIES,
) {
  const { model, train, ...sections } = more;
  const input = {
    ...sections,
    // Nothing is written here, and not every model could.
    sampling: { every: 0 },
    model: { ...table.sizes[size], ...model },
    train: { batch: BATCH, warmupSteps: 4, learningRate: 2e-3, ...train },
  };
  return parseRaceSpec(input, families);
}

/** Trainable parameters, the embedding and the untied head included. */
export function parametersOf(size: SizeName): number {
  return parameterCount(specOf(size).model, VOCABULARY);
}
