import type { Dataset } from '../data/dataset.ts';
import { activeParameterCount, parameterCount, trainingFlops } from '../model/counts.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { Contender } from './contender.ts';
import type { RacePlan } from './protocol.ts';

/** Counts and costs of a race whose models are compiled. */
export function planOf(
  spec: RaceSpec,
  { vocabulary, report }: Dataset,
  contenders: readonly Contender[],
  variants: Record<string, string>,
): RacePlan {
  const perFamily = (of: (c: Contender) => number) =>
    Object.fromEntries(contenders.map((c) => [c.family.id, of(c)])) as Record<FamilyId, number>;
  return {
    parameters: parameterCount(spec.model, vocabulary),
    activeParameters: activeParameterCount(spec.model, vocabulary),
    flopsPerStep: perFamily((c) => trainingFlops(spec.model, vocabulary, spec.train.batch, c.family.causal)),
    bytes: contenders.reduce((n, c) => n + c.bytes, 0),
    dispatches: perFamily((c) => c.dispatches),
    tokensPerStep: spec.train.batch * spec.model.context,
    vocabulary,
    variants,
    dataset: report,
  };
}
