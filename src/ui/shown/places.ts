import type { Axis } from '../../analysis/record.ts';
import type { RacePlan } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import type { RaceLog } from '../race.ts';
import { placeOfStep, stepAtPlace } from './moment.ts';

/** Places on the axes that follow from a setup alone. */

type Setup = { spec: RaceSpec; plan?: RacePlan };

export const epochsOfStep = ({ data, train, model }: RaceSpec, step: number): number =>
  (step * train.batch * model.context) / data.uniqueTokens;

const stepOfEpoch = ({ data, train, model }: RaceSpec, epoch: number): number =>
  (epoch * data.uniqueTokens) / (train.batch * model.context);

/** Where an epoch lies on an axis; undefined where that cannot be known before it was reached. */
export function placeOfEpoch({ spec, plan }: Setup, log: RaceLog, epoch: number, axis: Axis): number | undefined {
  const step = stepOfEpoch(spec, epoch);
  switch (axis) {
    case 'epoch':
      return epoch;
    case 'step':
      return step;
    case 'tokens':
      return epoch * spec.data.uniqueTokens;
    case 'flops':
      return plan ? step * plan.flopsPerStep.diffusion : placeOfStep(log, step, axis);
    case 'seconds':
      return placeOfStep(log, step, axis);
  }
}

/** The epoch at a place of an axis; undefined where that is not known. */
export function epochAtPlace({ spec, plan }: Setup, log: RaceLog, place: number, axis: Axis): number | undefined {
  switch (axis) {
    case 'epoch':
      return place;
    case 'tokens':
      return place / spec.data.uniqueTokens;
    case 'step':
      return epochsOfStep(spec, place);
    case 'flops':
      if (plan) return epochsOfStep(spec, place / plan.flopsPerStep.diffusion);
  }
  const step = stepAtPlace(log, place, axis);
  return step === undefined ? undefined : epochsOfStep(spec, step);
}

/** The end of the budget on an axis; undefined where it is not known. */
export function endOfBudget(setup: Setup, log: RaceLog, axis: Axis): number | undefined {
  return placeOfEpoch(setup, log, epochsOfStep(setup.spec, setup.spec.train.steps), axis);
}
