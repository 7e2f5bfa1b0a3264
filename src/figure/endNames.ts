import { formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import { FAMILY_NAMES } from '../spec/schema.ts';
import type { Curve } from './curves.ts';
import type { Frame } from './frame.ts';
import { spread } from './labels.ts';
import { lineKey } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import { fitText, textWidth } from './text.ts';

/** The names of lines where these end. */

export const NAME_SIZE = 11;
export const NAME_GAP = 7;
const HEIGHT = 13;
/** Between the columns of a name, and the width of the piece of line before it. */
const COLUMN_GAP = 8;
const KEY = 18;
/** The share of a panel's width that names may take. */
const MOST_SHARE = 0.45;

/** A line's name; one that leaves through the top has its last value with it. */
function endName(curve: Curve, top: number): string {
  const out = leaving(curve, top);
  return out ? `${nameOf(curve)} ${out}` : nameOf(curve);
}

function leaving({ across }: Curve, top: number): string {
  const last = across.at(-1)?.median ?? Number.NaN;
  return last > top ? `↑ ${formatLoss(last)}` : '';
}

/** The colour says the family, so a label need not begin with it. */
function nameOf({ family, label }: Curve): string {
  const prefix = `${FAMILY_NAMES[family]}, `;
  return told(label.startsWith(prefix) ? label.slice(prefix.length) : label) || FAMILY_NAMES[family];
}

interface End {
  curve: Curve;
  words: string;
  x: number;
  y: number;
}

/** The names of a panel's lines as they stand at its right edge: a table where they are numbers of the same axes. */
export interface EdgeNames {
  /** The axes, above the columns; empty where a name is one column of words. */
  header: readonly string[];
  /** The columns of each curve's name. */
  cells: ReadonlyMap<Curve, readonly string[]>;
  widths: readonly number[];
  /** Whether a piece of its line stands before a name: where a family has several, or where no name says which it is. */
  keyed: boolean;
  /** With the gap before them. */
  width: number;
}

/** How the names of these curves, of which those above `top` leave the panel, fit into one of this width. */
export function edgeNames(curves: readonly Curve[], top: number, width: number): EdgeNames {
  const named = curves.filter(({ inFull, across }) => inFull && across.length > 0);
  const axes = named[0]?.numbers?.map(({ axis }) => axis) ?? [];
  const table = axes.length > 0 && named.every(({ numbers }) => sameAxes(numbers, axes));
  const families = new Set(named.map(({ family }) => family));
  const keyed = table || named.length > families.size;
  const laidOut = (cellsOf: (curve: Curve) => string[]): EdgeNames => {
    const header = table ? axes.map((axis) => told(axis)) : [];
    const cells = new Map(named.map((curve) => [curve, cellsOf(curve)]));
    const columns = Math.max(0, ...[...cells.values()].map(({ length }) => length));
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...[header, ...cells.values()].map((all) => textWidth(all[column] ?? '', NAME_SIZE))),
    );
    const filled = widths.filter((each) => each > 0);
    const text = filled.reduce((sum, each) => sum + each + COLUMN_GAP, -COLUMN_GAP);
    const all = filled.length > 0 ? NAME_GAP + (keyed ? KEY : 0) + text + 4 : 0;
    return { header, cells, widths, keyed, width: all };
  };
  const numbers = (curve: Curve) => curve.numbers!.map(({ number }) => told(number));
  const whole = laidOut((curve) => (table ? [...numbers(curve), leaving(curve, top)] : [endName(curve, top)]));
  const room = width * MOST_SHARE;
  if (whole.width <= room || named.length === 0) return whole;
  // What a line leaves for is also in the table of the figure: a name is not.
  const short = (curve: Curve) => (leaving(curve, top) ? '↑' : '');
  const bare = laidOut((curve) =>
    table ? [...numbers(curve), short(curve)] : [[nameOf(curve), short(curve)].filter(Boolean).join(' ')],
  );
  return table ? bare : { ...bare, width: Math.min(bare.width, room) };
}

function sameAxes(numbers: Curve['numbers'], axes: readonly string[]): boolean {
  return numbers?.length === axes.length && numbers.every(({ axis }, i) => axis === axes[i]);
}

/** Every name in a column at the right edge, moved apart. */
export function namesAtEdge(curves: readonly Curve[], names: EdgeNames, frame: Frame, width: number): Markup[] {
  const { top, bottom, right, palette } = frame;
  const { header, cells, widths, keyed } = names;
  const ends = endsOf(curves, frame);
  const left = right + NAME_GAP + (keyed ? KEY : 0);
  const places = spread(
    ends.map(({ y }) => y),
    HEIGHT,
    [top + (header.length > 0 ? HEIGHT + 3 : 0), bottom],
  );
  const columns = widths.map((_, i) => left + widths.slice(0, i).reduce((sum, each) => sum + each + COLUMN_GAP, 0));
  const soft = { fill: palette.soft, 'font-size': NAME_SIZE };
  return [
    ...header.map((words, i) => markup('text', { x: columns[i], y: top + 4, ...soft }, words)),
    ...ends.flatMap(({ curve }, i) => {
      const style = { fill: palette[curve.family], 'font-size': NAME_SIZE, 'font-weight': 600 };
      const words = (cells.get(curve) ?? []).flatMap((cell, column) =>
        cell === ''
          ? []
          : [
              markup(
                'text',
                { x: columns[column], y: places[i] + 4, ...style },
                fitText(cell, NAME_SIZE, width - columns[column]),
              ),
            ],
      );
      const key = { transform: `translate(${right + NAME_GAP} ${places[i]})` };
      return keyed ? [group(key, [lineKey(curve, KEY - 4, palette)]), ...words] : words;
    }),
  ];
}

/**
 * Each name beside the last point of its line that can be seen; at the right edge only where the line comes near it. For
 * lines of very different lengths.
 */
export function namesAtEnds(curves: readonly Curve[], frame: Frame, width: number): Markup[] {
  const { right } = frame;
  const atEdge = (x: number) => x > right - EDGE_REACH;
  const ends = endsOf(curves, frame).map((end) => ({ ...end, x: (atEdge(end.x) ? right : end.x) + NAME_GAP }));
  const columns: End[][] = [];
  for (const end of ends.sort((a, b) => a.x - b.x)) {
    const column = columns.at(-1);
    // Names that would run into each other make one column.
    if (column && end.x - column[0].x < textWidth(column[0].words, NAME_SIZE) && end.x <= right) column.push(end);
    else if (column && end.x > right && column[0].x > right) column.push(end);
    else columns.push([end]);
  }
  return columns.flatMap((column) => placed(column, frame, width));
}

const EDGE_REACH = 24;

/** The room that names at the lines' ends need beside a panel of this width. */
export function endNamesWidth(curves: readonly Curve[], top: number, width: number): number {
  const named = curves.filter(({ inFull }) => inFull);
  const longest = Math.max(0, ...named.map((curve) => textWidth(endName(curve, top), NAME_SIZE)));
  return Math.min(NAME_GAP + longest + 4, width * MOST_SHARE);
}

/** Where each line ends, or where it leaves through the top. */
function endsOf(curves: readonly Curve[], { x, y }: Frame): End[] {
  const [, top] = y.domain;
  return curves.flatMap((curve): End[] => {
    const { across, inFull } = curve;
    const last = across.at(-1);
    if (!last || !inFull) return [];
    const place = last.median > top ? leavingAt(across, top) : last.x;
    return [{ curve, words: endName(curve, top), x: x(place), y: y(last.median) }];
  });
}

/** Where a line that ends above `top` leaves through it for good. */
function leavingAt(across: Curve['across'], top: number): number {
  const i = across.findLastIndex(({ median }) => median <= top);
  if (i < 0) return across[0].x;
  const [a, b] = [across[i], across[i + 1]];
  return a.x + ((top - a.median) / (b.median - a.median)) * (b.x - a.x);
}

function placed(ends: readonly End[], { top, bottom, palette }: Frame, width: number): Markup[] {
  const places = spread(
    ends.map(({ y }) => y),
    HEIGHT,
    [top, bottom],
  );
  // Lines may run below a name.
  const halo = { stroke: palette.paper, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };
  return ends.map(({ curve, words, x }, i) => {
    const style = { fill: palette[curve.family], ...halo, 'font-size': NAME_SIZE, 'font-weight': 600 };
    return markup('text', { x, y: places[i] + 4, ...style }, fitText(words, NAME_SIZE, width - x));
  });
}
