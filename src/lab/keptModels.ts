import { badInput } from '../core/errors.ts';
import { buildDataset } from '../data/buildDataset.ts';
import type { Corpus } from '../data/dataset.ts';
import { FAMILIES } from '../spec/schema.ts';
import type { HeldRace } from './questions.ts';
import type { KeptModels } from './shelf.ts';

/**
 * The models of a kept race as they were at their last checkpoints, and at their best before, to be asked; `id`: what it is kept under.
 * @throws CrossoverError where its text is no longer what they were trained on.
 */
export function heldAgain(id: string, kept: KeptModels, corpus: Corpus): HeldRace {
  const { spec, executor, textHash, checkpoints, best } = kept;
  const dataset = buildDataset(corpus, spec);
  if (dataset.report.corpus.sha256 !== textHash)
    throw badInput(`“${corpus.title}” is no longer the text that the models of this race were trained on.`);
  const models = FAMILIES.flatMap((family) => {
    const checkpoint = checkpoints[family];
    if (!checkpoint) return [];
    const { step, arenas, variants } = checkpoint;
    const bestStep = best[family];
    const weights = {
      last: { step, values: arenas.ema },
      ...(bestStep !== undefined && { best: { step: bestStep, values: arenas.best } }),
    };
    return [{ family, weights, variants }];
  });
  return { id, spec, dataset, executor, models };
}
