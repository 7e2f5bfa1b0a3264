import { evaluationsOf, improvementsOf } from '../analysis/compare.ts';
import type { Crossing } from '../analysis/crossing.ts';
import { formatFixed, formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { FAMILIES, FAMILY_NAMES } from '../spec/schema.ts';
import { AXIS_TITLES } from './frame.ts';
import { type Markup, svgFile } from './markup.ts';
import { type Palette, PRINT } from './palette.ts';
import { drawRace, lossPanel, type RaceOptions } from './race.ts';

/** All that the figure of a race is drawn from. */
export interface FigureData extends Pick<RaceOptions, 'axis' | 'bounds'> {
  records: readonly MetricRecord[];
  crossings: readonly Crossing[];
  /** The entropy of the language in nats per token, where it is known. */
  trueLoss?: number;
}

export const RACE_SIZE = { width: 760, height: 430 } as const;

/**
 * Validation loss of both families against an axis: raw evaluations joined by straight lines, with one standard error
 * around them, the best so far dotted, the live crossing ◆ and the strict one ◇. A pure function of the records.
 */
export function raceDrawing(data: FigureData, palette: Palette): Markup {
  const { records, crossings, axis, bounds, trueLoss } = data;
  return drawRace(lossPanel(records, crossings, axis, trueLoss), { ...RACE_SIZE, axis, palette, id: 'race', bounds });
}

/** The figure as an SVG file of its own, for print. */
export function raceFile(data: FigureData): string {
  return svgFile(RACE_SIZE, PRINT.paper, { 'aria-label': aboutRace(data) }, [raceDrawing(data, PRINT)]);
}

/** The figure in words, for those who cannot see it. */
export function aboutRace({ records, crossings, axis }: FigureData): string {
  const bests = FAMILIES.flatMap((family) => {
    const best = improvementsOf(evaluationsOf(records.filter((record) => record.family === family))).at(-1);
    return best
      ? [told('{0}: best {1} at epoch {2}', FAMILY_NAMES[family], formatLoss(best.value), formatFixed(best.epoch, 1))]
      : [];
  });
  const marks = crossings.flatMap(({ kind, at }) =>
    at ? [told(`${kind} crossing at epoch {0}`, formatFixed(at.epoch, 1))] : [],
  );
  return told(
    'Validation loss of both models against {0}. {1}.',
    told(AXIS_TITLES[axis]),
    [...bests, ...marks].join('; '),
  );
}
