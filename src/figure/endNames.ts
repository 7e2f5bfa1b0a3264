import { formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import { FAMILY_NAMES } from '../spec/schema.ts';
import type { Curve } from './curves.ts';
import type { Frame } from './frame.ts';
import { spread } from './labels.ts';
import { type Markup, markup } from './markup.ts';
import { fitText, textWidth } from './text.ts';

/** The names of lines where these end. */

export const NAME_SIZE = 11;
export const NAME_GAP = 7;
const HEIGHT = 13;

/** A line's name; one that leaves through the top has its last value with it. */
export function endName(curve: Curve, top: number): string {
  const last = curve.across.at(-1)?.median ?? Number.NaN;
  return last > top ? `${nameOf(curve)} ↑ ${formatLoss(last)}` : nameOf(curve);
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

/** Every name in a column at the right edge, moved apart. */
export function namesAtEdge(curves: readonly Curve[], frame: Frame, width: number): Markup[] {
  const { right } = frame;
  const ends = endsOf(curves, frame).map((end) => ({ ...end, x: right + NAME_GAP }));
  return placed(ends, frame, width, {});
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
  const { paper } = frame.palette;
  // Lines may run below a name.
  const halo = { stroke: paper, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };
  return columns.flatMap((column) => placed(column, frame, width, halo));
}

const EDGE_REACH = 24;

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

function placed(
  ends: readonly End[],
  { top, bottom, palette }: Frame,
  width: number,
  halo: Markup['attributes'],
): Markup[] {
  const places = spread(
    ends.map(({ y }) => y),
    HEIGHT,
    [top, bottom],
  );
  return ends.map(({ curve, words, x }, i) =>
    markup(
      'text',
      {
        x,
        y: places[i] + 4,
        fill: palette[curve.family],
        ...halo,
        'font-size': NAME_SIZE,
        'font-weight': 600,
      },
      fitText(words, NAME_SIZE, width - x),
    ),
  );
}
