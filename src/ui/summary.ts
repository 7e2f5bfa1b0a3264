import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import { boundWords, describeCrossing } from '../analysis/describe.ts';
import { formatLossWithError, formatNumber } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import { FAMILIES, type RaceSpec } from '../spec/schema.ts';
import type { RaceLog } from './race.ts';
import { words } from './words.ts';

/** Where both stand, in a sentence. */
export function standingOf(race: RaceLog, spec: Pick<RaceSpec, 'diffusion' | 'evaluation'>): string {
  const [latest] = race.evaluations();
  if (!latest) return words.verdict.waiting;
  const parts = FAMILIES.flatMap((family) => {
    const value = latest.values[family];
    return value
      ? [
          `${words.families[family].inText} ${formatLossWithError(value.value, value.se)} (${told(boundWords(family, spec))})`,
        ]
      : [];
  });
  return `${words.log.evaluation(formatNumber(latest.step, 9), parts.join(', '))}.`;
}

/** The crossings that were seen, in a sentence each. */
export function crossingsInWords(crossings: Partial<Record<CrossingKind, Crossing>>): string {
  return [crossings.live, crossings.strict]
    .flatMap((crossing) => (crossing?.at ? [told(`${describeCrossing(crossing, 'so far')}.`)] : []))
    .join(' ');
}
