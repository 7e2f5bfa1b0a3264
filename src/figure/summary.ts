import { formatFixed, formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import { FAMILY_NAMES } from '../spec/schema.ts';
import type { Across, Curve, FigureMetric } from './curves.ts';
import { type Grid, rowTitle } from './grid.ts';

/** A curve of a figure in numbers. */
export interface SummaryRow {
  row: string;
  column: string;
  family: Curve['family'];
  curve: string;
  /** The best median over the seeds (lowest loss, highest accuracy or ΔNLL), and the range there. */
  best: Spread;
  end: Spread;
}

interface Spread {
  median: string;
  range: string;
}

/** The figure as a table: every curve's best and its end. */
export function summaryOf(grid: Grid): SummaryRow[] {
  const { panels, columns } = grid;
  return panels.flat().flatMap(({ row, column, metric, curves }) =>
    curves.flatMap((curve): SummaryRow[] => {
      const { across, family, label } = curve;
      const last = across.at(-1);
      if (!last) return [];
      const sign = metric === 'loss' ? 1 : -1;
      const best = across.reduce((least, each) => (sign * each.median < sign * least.median ? each : least));
      const name =
        label && !label.startsWith(FAMILY_NAMES[family])
          ? `${FAMILY_NAMES[family]}, ${told(label)}`
          : told(label) || FAMILY_NAMES[family];
      const about = { row: rowTitle(grid, row), column: told(columns[column].label), family, curve: name };
      return [{ ...about, best: spreadOf(best, metric), end: spreadOf(last, metric) }];
    }),
  );
}

function spreadOf({ median, lo, hi }: Across, metric: FigureMetric): Spread {
  const number = (value: number) => (metric === 'accuracy' ? `${formatFixed(100 * value, 1)} %` : formatLoss(value));
  return { median: number(median), range: lo === hi ? '' : `${number(lo)} … ${number(hi)}` };
}
