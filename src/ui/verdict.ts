import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import { formatLoss, formatNumber } from '../analysis/format.ts';
import type { LabState } from '../lab/protocol.ts';
import { words } from './words.ts';

interface Standing {
  lab: LabState;
  /** The budget, in steps. */
  steps: number;
  crossings: Partial<Record<CrossingKind, Crossing>>;
}

const text = words.verdict;

/** The one sentence of the verdict: the strongest thing that the evaluations allow to be said. */
export function headlineOf({ lab, steps, crossings: { live, strict } }: Standing): string {
  const place = (crossing: Crossing) => [formatNumber(crossing.at!.step, 9), formatNumber(crossing.at!.epoch)] as const;
  if (strict?.status === 'confirmed' && strict.at) return text.beaten(...place(strict));
  if (live?.status === 'confirmed' && live.at) return text.passed(...place(live));
  if (live?.status === 'reverted' && live.at) return text.reverted(...place(live));
  if (live?.status === 'possible' && live.at) return text.possible(...place(live));
  if (strict?.status === 'possible' && strict.at) return text.possible(...place(strict));
  if (lab === 'finished') return text.noCrossing(formatNumber(steps, 9));
  if (lab === 'stopped') return text.noCrossingStopped;
  const gap = live?.gap;
  if (!gap || !Number.isFinite(gap.value)) return text.waiting;
  if (Math.abs(gap.value) <= 2 * gap.se) return text.level;
  return gap.value > 0 ? text.diffusionAhead(formatLoss(gap.value)) : text.arAhead(formatLoss(-gap.value), live.bound);
}
