import { lossBound } from '../spec/bound.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { Crossing } from './crossing.ts';

/** What a family's evaluated loss is: `exact`, `upper bound, 4 draws`, or with masks from left to right `exact chain rule, 4 draws`. */
export function boundWords(family: FamilyId, spec: Pick<RaceSpec, 'diffusion' | 'evaluation'>): string {
  if (family === 'ar') return 'exact';
  const { draws } = spec.evaluation;
  const kind = { exact: 'exact chain rule', upper: 'upper bound' }[lossBound(family, spec)];
  return `${kind}, ${draws} ${draws === 1 ? 'draw' : 'draws'}`;
}

/**
 * A crossing in one sentence. `when` says how far the evidence reaches: a race that goes on has no crossing so far,
 * a finished one none within its budget.
 */
export function describeCrossing(
  crossing: Crossing,
  when: 'so far' | 'within the budget' = 'within the budget',
): string {
  const { kind, status, at, metric } = crossing;
  if (status === 'none' || !at) return describeNone(crossing, when);
  const by = metric === 'accuracy' ? ' in accuracy' : '';
  const passed = kind === 'live' ? `passed AR${by} (live)` : `passed AR’s best${by} (strict)`;
  const place = `at step ${count(at.step)}, epoch ${at.epoch.toFixed(1)}`;
  switch (status) {
    case 'possible':
      return `Diffusion may have ${passed} ${place} — ${doubt(crossing)}`;
    case 'confirmed':
      return `Diffusion ${passed} ${place} — confirmed by ${count(crossing.held)} evaluations${gapWords(crossing, ', ')}`;
    case 'reverted':
      return kind === 'live'
        ? `Diffusion ${passed} ${place}, but AR was ahead again afterwards — reverted`
        : `Diffusion ${passed} ${place}, but AR reached a better best afterwards — reverted`;
  }
}

function describeNone(crossing: Crossing, when: string): string {
  const { kind, held, gap, metric, bound } = crossing;
  if (metric === 'accuracy') return describeNoAccuracy(crossing, when);
  if (held > 0) {
    return kind === 'live'
      ? 'No live crossing: diffusion is ahead, but AR was never clearly ahead, so there was nothing to pass'
      : 'No strict crossing: diffusion was below AR’s best before AR was clearly ahead, so there was nothing to pass';
  }
  const none = `No ${kind} crossing ${when}`;
  if (!gap || !(gap.value < 0)) return none;
  const above = kind === 'live' ? 'AR' : 'AR’s best';
  const distance = `${(-gap.value).toFixed(3)} nats per token above ${above}`;
  if (bound === 'exact') return `${none}: diffusion is ${distance}`;
  // An upper bound above an exact value proves nothing about the value that it bounds.
  return `${none}: diffusion’s upper bound is ${distance}, which is inconclusive`;
}

function describeNoAccuracy({ kind, held, gap }: Crossing, when: string): string {
  if (held > 0) return `No ${kind} crossing in accuracy: AR was never clearly ahead, so there was nothing to pass`;
  const none = `No ${kind} crossing in accuracy ${when}`;
  return gap && gap.value < 0
    ? `${none}: diffusion is ${(-gap.value).toFixed(3)} below AR${kind === 'strict' ? '’s best' : ''}`
    : none;
}

/** What a possible crossing still lacks. */
function doubt({ held, needed, gap, metric }: Crossing): string {
  if (held < needed) return `seen at ${count(held)} of ${needed} evaluations in a row`;
  if (gap && !(gap.se >= 0)) return 'the standard error of the gap is not known';
  return `the gap is not above two standard errors${gap ? ` (${gap.value.toFixed(3)} ± ${gap.se.toFixed(3)}${unitOf(metric)})` : ''}`;
}

function gapWords({ gap, metric }: Crossing, lead: string): string {
  return gap ? `${lead}now ${gap.value.toFixed(3)} ± ${gap.se.toFixed(3)}${unitOf(metric)}` : '';
}

function unitOf(metric: Crossing['metric']): string {
  return metric === 'loss' ? ' nats per token' : '';
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
