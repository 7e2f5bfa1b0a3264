import { badInput } from '../../core/errors.ts';
import type { Experiment } from '../experiment.ts';
import { anyOrder, monteCarlo, superDense } from './causes.ts';
import { dataBudget, dataQuality, longRepetition, repeats } from './data.ts';
import { code, modelSize, sparse } from './models.ts';
import { objectives, risingValidation } from './objectives.ts';
import { arDropout, arInputMasking, arWeightDecay, closeTheGap } from './regularisation.ts';

/** Every experiment, in the order of the table of claims. */
export const EXPERIMENTS: readonly Experiment[] = [
  dataBudget,
  repeats,
  dataQuality,
  modelSize,
  sparse,
  arInputMasking,
  arDropout,
  arWeightDecay,
  closeTheGap,
  anyOrder,
  monteCarlo,
  superDense,
  objectives,
  code,
  risingValidation,
  longRepetition,
];

/** An experiment by its id; a CrossoverError that lists them for any other. */
export function experimentOf(id: string): Experiment {
  const found = EXPERIMENTS.find((experiment) => experiment.id === id);
  if (found) return found;
  throw badInput(
    `experiment must be one of ${EXPERIMENTS.map((each) => each.id).join(', ')}; got ${JSON.stringify(id)}`,
  );
}
