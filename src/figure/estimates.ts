import { told } from '../analysis/language.ts';
import type { Estimate } from '../analysis/laws.ts';
import type { FamilyId } from '../spec/schema.ts';
import { withMinus } from './frame.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import type { Plate } from './plate.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { pathThrough } from './svg.ts';
import { fitText, textWidth } from './text.ts';

/** A number with its interval, on a line of its own. */
export interface EstimateRow {
  label: string;
  /** Whose it is; absent: of both, or of nobody. */
  family?: FamilyId;
  /** `value` and `hi` may be ∞, `lo` −∞: the data set no limit there. Equal ends: no interval. */
  estimate: Estimate;
  /** What it is the mean of. */
  each?: readonly number[];
  /** Somebody else's, to stand beside one's own. */
  published?: boolean;
  /** That the row is the one to look at. */
  strong?: boolean;
}

export interface EstimatesOptions {
  title: string;
  about: string;
  rows: readonly EstimateRow[];
  /** Below the axis. */
  axisTitle: string;
  log?: boolean;
  format(value: number): string;
  /** A band down the rows, to hold them against: an estimate of one of them. */
  against?: { estimate: Estimate; family: FamilyId };
}

const SIZE = 12;
const SMALL = 11;
const AXIS = 40;
const ROW = { beside: 27, above: 41 } as const;
/** The share of the width that labels may take beside the lines; longer ones stand above. */
const LABEL_SHARE = 0.4;

/**
 * Numbers with their intervals on one axis, a row each: a filled mark is one's own (AR a circle, diffusion a square), an open
 * one is published; the means' parts are small and pale. The axis begins where the numbers do: marks, unlike bars, have no
 * length to compare. An end that the data does not limit is an arrow.
 */
export function estimatesPlate(id: string, options: EstimatesOptions): Plate {
  const { title, about, rows, format } = options;
  return {
    id,
    title,
    about,
    table: {
      columns: ['', options.axisTitle, told('95 % interval')],
      rows: rows.map(({ label, estimate }) => [label, valueWords(estimate, format), rangeWords(estimate, format)]),
    },
    height: (width) => Math.round(rows.length * ROW[placing(options, width)] + AXIS + 8),
    draw: ({ width, height }, palette) => drawEstimates(options, { width, height }, palette),
  };
}

/** `302`, or `more than 850` where only a lower limit is known. */
export function valueWords({ value, lo }: Estimate, format: (value: number) => string): string {
  return Number.isFinite(value) ? format(value) : told('more than {0}', format(lo));
}

/** `106 … ∞`; a dash where there is no interval. */
export function rangeWords({ lo, hi }: Estimate, format: (value: number) => string): string {
  if (lo === hi) return '–';
  return `${lo === Number.NEGATIVE_INFINITY ? '−∞' : withMinus(format(lo))} … ${hi === Number.POSITIVE_INFINITY ? '∞' : format(hi)}`;
}

function placing({ rows }: EstimatesOptions, width: number): keyof typeof ROW {
  return labelWidth(rows) > LABEL_SHARE * width ? 'above' : 'beside';
}

function labelWidth(rows: readonly EstimateRow[]): number {
  return rows.reduce((most, { label }) => Math.max(most, textWidth(label, SIZE)), 0) + 12;
}

function drawEstimates(
  options: EstimatesOptions,
  { width, height }: { width: number; height: number },
  palette: Palette,
) {
  const { rows, axisTitle, log = false, format, against } = options;
  const where = placing(options, width);
  const values = rows.map(({ estimate }) => valueWords(estimate, format));
  const room = values.reduce((most, words) => Math.max(most, textWidth(words, SIZE)), 0) + 12;
  const left = where === 'beside' ? labelWidth(rows) : 18;
  const right = where === 'beside' ? width - room : width - 18;
  const x = (log ? logScale : linearScale)(domainOf(options), [left, right]);
  const bottom = height - AXIS;
  const band = against && bandOf(against, x, [left, right], bottom, palette);
  const lines = rows.flatMap((row, i) => {
    const middle = i * ROW[where] + (where === 'beside' ? ROW.beside / 2 : ROW.above - 15);
    const above = where === 'above' ? middle - 12 : middle + 4;
    const text = {
      fill: row.family ? palette[row.family] : palette.ink,
      'font-size': SIZE,
      'font-weight': weightOf(row),
      // Above its line a label stands on the rules of the axis.
      ...(where === 'above' && { stroke: palette.paper, 'stroke-width': 4, 'paint-order': 'stroke' }),
    };
    const label = fitText(row.label, SIZE, where === 'beside' ? left : width - room - 4);
    return [
      markup('text', { ...text, x: 0, y: above }, label),
      markup('text', { ...text, x: width, y: above, 'text-anchor': 'end' }, values[i]),
      ...drawEstimate(row, middle, x, [left, right], palette),
    ];
  });
  return group({}, [
    ...axisBelow(x, { ends: [left, right], bottom, width }, axisTitle, format, palette),
    ...(band ?? []),
    ...lines,
  ]);
}

const weightOf = ({ strong, published }: EstimateRow) => (strong ? 700 : published ? 400 : 500);

type Ends = readonly [left: number, right: number];

/** Rules up from the ticks of an axis, their numbers below it, and its name. */
export function axisBelow(
  x: Scale,
  { ends: [left, right], bottom, width }: { ends: Ends; bottom: number; width: number },
  title: string,
  format: (value: number) => string,
  { grid, rule, soft }: Palette,
): Markup[] {
  const text = { fill: soft, 'font-size': SMALL, 'text-anchor': 'middle' };
  // A title that is wider than its axis stays on the sheet.
  const half = textWidth(title, SMALL) / 2;
  return [
    ...fittingTicks(x, [left, right], (tick) => textWidth(format(tick), SMALL)).map((tick) =>
      group({}, [
        markup('line', { x1: x(tick), x2: x(tick), y1: 0, y2: bottom, stroke: grid }),
        markup('text', { ...text, x: x(tick), y: bottom + 15 }, withMinus(format(tick))),
      ]),
    ),
    markup('line', { x1: left, x2: right, y1: bottom, y2: bottom, stroke: rule }),
    markup('text', { ...text, x: Math.min(Math.max((left + right) / 2, half), width - half), y: bottom + 32 }, title),
  ];
}

/** As many ticks as have room for their numbers. */
function fittingTicks(x: Scale, [left, right]: Ends, widthOf: (tick: number) => number): number[] {
  for (let count = Math.max(3, Math.floor((right - left) / 42)); count > 1; count--) {
    const ticks = x.ticks(count);
    const apart = (tick: number, i: number) =>
      i === 0 || x(tick) - x(ticks[i - 1]) > 6 + (widthOf(tick) + widthOf(ticks[i - 1])) / 2;
    if (ticks.every(apart)) return ticks;
  }
  return x.ticks(1);
}

/** The estimate that rows are held against, down all of them. */
export function bandOf(
  { estimate: { value, lo, hi }, family }: NonNullable<EstimatesOptions['against']>,
  x: Scale,
  [left, right]: Ends,
  bottom: number,
  palette: Palette,
): Markup[] {
  const [from, to] = [lo, hi].map((end) => Math.min(right, Math.max(left, x(end))));
  const line = { x1: x(value), x2: x(value), y1: 0, y2: bottom, stroke: palette[family], 'stroke-dasharray': '4 3' };
  return [
    markup('rect', { x: from, y: 0, width: to - from, height: bottom, fill: palette[family], opacity: 0.1 }),
    markup('line', { ...line, opacity: 0.7 }),
  ];
}

/** The mark of an estimate with its interval and its parts, at this height. */
export function drawEstimate(row: EstimateRow, y: number, x: Scale, [left, right]: Ends, palette: Palette): Markup[] {
  const { family, estimate, each = [], published = false } = row;
  const { value, lo, hi } = estimate;
  const colour = family ? palette[family] : palette.ink;
  const open = { low: !Number.isFinite(lo) || x(lo) < left, high: !Number.isFinite(hi) || x(hi) > right };
  const from = open.low ? left : x(lo);
  const to = open.high ? right : x(hi);
  const stroke = {
    fill: 'none',
    stroke: colour,
    'stroke-width': 1.6,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  };
  const end = (at: number, isOpen: boolean, side: 1 | -1) =>
    isOpen
      ? pathThrough([
          [at - 5 * side, y - 4],
          [at, y],
          [at - 5 * side, y + 4],
        ])
      : pathThrough([
          [at, y - 4],
          [at, y + 4],
        ]);
  const whisker =
    lo === hi
      ? []
      : [
          markup('path', {
            ...stroke,
            d: `${pathThrough([
              [from, y],
              [to, y],
            ])}${end(from, open.low, -1)}${end(to, open.high, 1)}`,
          }),
        ];
  const parts = each
    .filter((part) => Number.isFinite(part))
    .map((part) => markup('circle', { cx: x(part), cy: y, r: 2.4, fill: colour, opacity: 0.35 }));
  return [
    ...whisker,
    ...parts,
    ...(Number.isFinite(value) ? [mark(x(value), y, family, published, colour, palette)] : []),
  ];
}

function mark(
  x: number,
  y: number,
  family: FamilyId | undefined,
  published: boolean,
  colour: string,
  palette: Palette,
): Markup {
  const paint = { fill: published ? palette.paper : colour, stroke: colour, 'stroke-width': 1.6 };
  return family === 'diffusion'
    ? markup('rect', { x: x - 4.2, y: y - 4.2, width: 8.4, height: 8.4, ...paint })
    : markup('circle', { cx: x, cy: y, r: 4.6, ...paint });
}

/** All that is finite, with some air; from its own least to its own most. */
export function domainOf({ rows, log = false }: Pick<EstimatesOptions, 'rows' | 'log'>): [number, number] {
  const all = rows
    .flatMap(({ estimate: { value, lo, hi }, each = [] }) => [value, lo, hi, ...each])
    .filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (all.length === 0) return log ? [1, 10] : [0, 1];
  const low = Math.min(...all);
  const high = Math.max(...all);
  if (log) return [low / 1.5, high * 1.8];
  const pad = 0.06 * (high - low) || 0.1;
  return [low - pad, high + pad];
}
