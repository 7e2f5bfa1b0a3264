import type { Crossing } from '../../analysis/crossing.ts';
import { describeCrossing } from '../../analysis/describe.ts';
import { formatLossWithError, formatNumber, formatPower } from '../../analysis/format.ts';
import type { FamilySummary, RaceSummary } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';

/** The result of a race in words and rows, the same in the terminal and in the report. */
export const FAMILY_NAMES: Readonly<Record<FamilyId, string>> = { ar: 'AR', diffusion: 'diffusion' };

/** What the loss of a family is: `exact`, or `upper bound (K = 2 draws)`. */
export function boundWords(family: FamilyId, draws: number): string {
  return family === 'ar' ? 'exact' : `upper bound (K = ${draws} ${draws === 1 ? 'draw' : 'draws'})`;
}

/** One sentence each for the live and the strict crossing. */
export function verdict({ crossings, families }: RaceSummary): string[] {
  const stopped = FAMILIES.some((family) => families[family].ended === 'stopped');
  const when = stopped ? 'so far' : 'within the budget';
  return [crossings.live, crossings.strict].map((crossing) => `${describeCrossing(crossing, when)}.`);
}

export const CROSSING_COLUMNS = ['validation loss', 'status', 'epoch', 'step', 'tokens', 'FLOPs', 'seconds'] as const;

/** A row a crossing: where diffusion stood on every axis. */
export function crossingRows({ crossings }: RaceSummary): string[][] {
  return [crossings.live, crossings.strict].map(({ kind, status, at }: Crossing) => [
    `${kind} crossing`,
    status,
    ...(at
      ? [
          at.epoch.toFixed(1),
          formatNumber(at.step),
          formatNumber(at.tokens),
          formatPower(at.flops),
          formatNumber(at.seconds),
        ]
      : ['–', '–', '–', '–', '–']),
  ]);
}

export const LOSS_COLUMNS = [
  'nats per token',
  'best',
  'at step',
  'epoch',
  'last',
  'at step',
  'test',
  'ended by',
] as const;

/** A row a family: its losses, and why it ended. */
export function lossRows({ families }: RaceSummary, draws: number): string[][] {
  return FAMILIES.map((family) => {
    const { best, last, test, ended } = families[family];
    return [
      `${FAMILY_NAMES[family]}, ${boundWords(family, draws)}`,
      formatLossWithError(best.value, best.se),
      formatNumber(best.step),
      best.epoch.toFixed(1),
      formatLossWithError(last.value, last.se),
      formatNumber(last.step),
      test ? formatLossWithError(test.value, test.se) : '–',
      { budget: 'the budget', patience: 'patience', stopped: 'being stopped' }[ended satisfies FamilySummary['ended']],
    ];
  });
}
