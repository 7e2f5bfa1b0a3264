import { bestOf, evaluationsOf, gapOf, isClear, pairsAtEqualStep } from '../../analysis/compare.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import { type LossBound, lossBound } from '../../spec/bound.ts';
import type { FamilyId, RaceSpec } from '../../spec/schema.ts';
import type { RaceLog } from '../race.ts';
import type { OnChart } from '../shown/onChart.ts';
import { epochsOfStep } from '../shown/places.ts';

/** What the guided text says of the race on the chart, as it was measured. */
export interface Facts {
  spec: RaceSpec;
  /** Whether more may still be measured. */
  over: boolean;
  /** How often the budget goes through the text. */
  epochs: number;
  /** Best and last validation loss of each family. */
  families: Record<FamilyId, { best: MetricRecord; last: MetricRecord }>;
  /** Whether AR's last loss is clearly above its best: it has turned up. */
  turned: boolean;
  /** AR's training loss around its best evaluation and at its end, where it was recorded. */
  training: { atBest: number; last: number } | null;
  /** What diffusion's evaluated loss is, and its distance from AR's at AR's best: positive where it is above. */
  bound: LossBound;
  aboveAtBest: number | null;
  crossings: OnChart['crossings'];
  /** FLOPs of a step of diffusion for one of AR. */
  costOfStep: number | null;
  wrote: boolean;
}

/** Null before both families were evaluated. */
export function factsOf({ spec, plan, crossings, lab }: OnChart, log: RaceLog): Facts | null {
  const finite = (family: FamilyId) =>
    evaluationsOf(log.validation[family]).filter(({ value }) => Number.isFinite(value));
  const [ar, diffusion] = [finite('ar'), finite('diffusion')];
  const [best, own] = [bestOf(ar), bestOf(diffusion)];
  if (!best || !own) return null;
  const last = ar[ar.length - 1];
  const rise = gapOf({ ar: last, diffusion: best });
  const level = pairsAtEqualStep(ar, diffusion).find((pair) => pair.ar.step === best.step);
  const [atBest, atEnd] = [trainingLossAt(log, best.step), trainingLossAt(log, last.step)];
  return {
    spec,
    over: lab === 'finished' || lab === 'stopped' || lab === 'failed',
    epochs: epochsOfStep(spec, spec.train.steps),
    families: { ar: { best, last }, diffusion: { best: own, last: diffusion[diffusion.length - 1] } },
    // Where no standard error is known, any rise counts.
    turned: isClear({ value: rise.value, se: Number.isNaN(rise.se) ? 0 : rise.se }),
    training: atBest !== null && atEnd !== null ? { atBest, last: atEnd } : null,
    bound: lossBound('diffusion', spec),
    aboveAtBest: level ? level.diffusion.value - level.ar.value : null,
    crossings,
    costOfStep: plan ? plan.flopsPerStep.diffusion / plan.flopsPerStep.ar : null,
    wrote: log.samples.ar.length > 0 && log.samples.diffusion.length > 0,
  };
}

/** Batches are noisy: the training loss is the mean of so many of them. */
const BATCHES = 10;

/** AR's mean training loss over the batches before and at a step; null where none was recorded. */
function trainingLossAt(log: RaceLog, step: number): number | null {
  const track = log.track('ar', 'train');
  if (!track) return null;
  const end = 1 + track.axes.step.values().findLastIndex((each) => each <= step);
  const losses = track.value
    .values()
    .slice(Math.max(0, end - BATCHES), end)
    .filter(Number.isFinite);
  return losses.length > 0 ? losses.reduce((sum, each) => sum + each, 0) / losses.length : null;
}
