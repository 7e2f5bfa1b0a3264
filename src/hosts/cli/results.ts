import type { TaskResult } from '../../analysis/accuracy.ts';
import type { Crossing } from '../../analysis/crossing.ts';
import { boundWords, describeCrossing } from '../../analysis/describe.ts';
import { formatLossWithError, formatNumber, formatPower } from '../../analysis/format.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import type { FamilySummary, RaceSummary } from '../../lab/protocol.ts';
import { FAMILIES, FAMILY_NAMES, type RaceSpec } from '../../spec/schema.ts';

/** The result of a race in words and rows, the same in the terminal and in the report. */

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
export function lossRows({ families }: RaceSummary, spec: RaceSpec): string[][] {
  return FAMILIES.map((family) => lossRow(families[family], spec));
}

export function lossRow({ family, best, last, test, ended }: FamilySummary, spec: RaceSpec): string[] {
  return [
    `${FAMILY_NAMES[family]}, ${boundWords(family, spec)}`,
    formatLossWithError(best.value, best.se),
    formatNumber(best.step),
    best.epoch.toFixed(1),
    formatLossWithError(last.value, last.se),
    formatNumber(last.step),
    test ? formatLossWithError(test.value, test.se) : '–',
    { budget: 'the budget', patience: 'patience', stopped: 'being stopped' }[ended satisfies FamilySummary['ended']],
  ];
}

export const TASK_COLUMNS = ['accuracy', 'scoring', 'best', 'at step', 'last', 'chance', 'questions'] as const;

/** A row a family, scoring and part of the questions of every task. */
export function taskRows(results: readonly Pick<TaskResult, 'task' | 'lines'>[]): string[][] {
  return results.flatMap(({ task, lines }) =>
    lines.map(({ family, asked: { category, scoring, chance, questions }, best, last }) => [
      [task, FAMILY_NAMES[family], ...(category ? [category] : [])].join(', '),
      scoring,
      accuracyWords(best),
      formatNumber(best.step),
      accuracyWords(last),
      formatShare(chance),
      formatNumber(questions),
    ]),
  );
}

/** One sentence each for the live and the strict crossing of the accuracy, task by task. */
export function taskVerdicts(results: readonly TaskResult[]): string[] {
  return results.flatMap(({ task, ways }) =>
    ways.flatMap(({ way, live, strict }) =>
      [live, strict].map(
        (crossing) => `${task}${ways.length > 1 ? ` (${WAYS[way]})` : ''}: ${describeCrossing(crossing)}.`,
      ),
    ),
  );
}

const WAYS = { choose: 'chosen', fill: 'filled in' } as const;

export function accuracyWords({ value, se }: Pick<MetricRecord, 'value' | 'se'>): string {
  return se === null ? formatShare(value) : `${formatShare(value)} ± ${formatShare(se)}`;
}

/** A share of 1 with three decimals, or as a power of ten where that would be nought. */
export function formatShare(value: number): string {
  return value === 0 || value >= 5e-4 ? value.toFixed(3) : formatPower(value);
}
