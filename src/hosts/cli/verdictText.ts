import { formatCount, formatNumber, formatPower } from '../../analysis/format.ts';
import type { CrossingLine, Effect, Spread, Status, Verdict } from '../../experiments/verdict.ts';
import { decidingWords } from '../../experiments/words.ts';
import { type Style, table } from './terminal.ts';

export const COLOURS: Readonly<Record<Status, 'green' | 'red' | 'yellow'>> = {
  reproduced: 'green',
  'not reproduced at this scale': 'red',
  inconclusive: 'yellow',
};

/** A verdict as a terminal shows it: claim, status, what it rests on, the crossings and how to run it again. */
export function verdictLines(verdict: Verdict, style: Style): string[] {
  const { title, claim, source, scale, status, words, parts, crossings, cells, ranOn, command, toDecide } = verdict;
  return [
    style('bold', `${title} (${scale})`),
    `${claim} (${source})`,
    '',
    `${style(['bold', COLOURS[status]], status.toUpperCase())}  ${words}`,
    ...(parts.length > 1
      ? parts.flatMap(({ status: own, says, words: found, counts }) => [
          `  ${style(COLOURS[own], own)}${counts ? '' : ' (does not count)'}: ${says}`,
          style('dim', `    ${found}`),
        ])
      : []),
    ...(verdict.effect ? [`effect  ${effectWords(verdict.effect)}`] : []),
    `seeds   ${verdict.seeds.join(', ')}; ${formatNumber(cells.done)} of ${formatNumber(cells.planned)} cells${
      cells.diverged.length > 0 ? `, ${cells.diverged.length} with a family that diverged` : ''
    }`,
    ...ranOn.map((where) => `ran on  ${where}`),
    ...(crossings.length > 0 ? ['', ...crossingTable(crossings, style)] : []),
    ...(toDecide ? ['', decidingWords(toDecide)] : []),
    '',
    style('dim', command),
  ];
}

/** `0.21 nats per token (95 % interval 0.15 to 0.27)` */
export function effectWords({ value, lo, hi, unit }: Effect): string {
  const interval =
    lo === null || hi === null ? 'no interval' : `95 % interval ${formatNumber(lo)} to ${formatNumber(hi)}`;
  return `${[formatNumber(value), unit].filter(Boolean).join(' ')} (${interval})`;
}

function crossingTable(crossings: readonly CrossingLine[], style: Style): string[] {
  const rows = crossings.map(({ levels, which, metric, seeds, confirmed, step, epoch, flops }) => [
    [...Object.values(levels), `${which}, ${metric}`].join(' · '),
    `${confirmed} of ${seeds}`,
    spreadWords(step, formatCount),
    spreadWords(epoch, (value) => formatNumber(value)),
    spreadWords(flops, formatPower),
  ]);
  const [head, ...body] = table([['crossing', 'seeds', 'step', 'epoch', 'FLOPs'], ...rows]);
  return [style('dim', head), ...body];
}

/** Median and range over the seeds that cross. */
function spreadWords(spread: Spread | null, format: (value: number) => string): string {
  if (!spread) return '–';
  const { median, least, most } = spread;
  return least === most ? format(median) : `${format(median)} (${format(least)}–${format(most)})`;
}
