import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import { describeCrossing } from '../analysis/describe.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import { formatLossWithError, formatNumber } from './format.ts';
import type { RaceLog } from './race.ts';
import { words } from './words.ts';

/** The chart as text: where both stand, and the live crossing if there is one. */
export function summaryOf(race: RaceLog, crossings: Partial<Record<CrossingKind, Crossing>>, draws: number): string {
  const [latest] = race.evaluations();
  if (!latest) return words.verdict.waiting;
  const bound: Record<FamilyId, string> = { ar: words.exact, diffusion: words.upperBound(draws) };
  const parts = FAMILIES.flatMap((family) => {
    const value = latest.values[family];
    return value ? [`${words.families[family].name} ${formatLossWithError(value.value, value.se)} (${bound[family]})`] : [];
  });
  const sentences = [`${words.log.evaluation(formatNumber(latest.step, 9), parts.join(', '))}.`];
  for (const crossing of [crossings.live, crossings.strict]) {
    if (crossing?.at) sentences.push(`${describeCrossing(crossing, 'so far')}.`);
  }
  return sentences.join(' ');
}
