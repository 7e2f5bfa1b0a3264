import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import { axisBelow, bandOf, domainOf, drawEstimate, type EstimateRow, type EstimatesOptions } from './estimates.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import { linearScale } from './scale.ts';
import { textWidth } from './text.ts';

/** One setting of several axes, and what each family came to at it. */
export interface PairedRow {
  /** A short text for each axis. */
  cells: readonly string[];
  estimates: Partial<Record<FamilyId, EstimateRow>>;
}

export interface PairedOptions extends Pick<EstimatesOptions, 'axisTitle' | 'format' | 'against'> {
  /** The axes, above the columns of the rows' cells. */
  header: readonly string[];
  rows: readonly PairedRow[];
}

const SIZE = 12;
const HEAD = 24;
const ROW = 34;
const FOOT = 44;
const GAP = 14;
/** Both families' marks in a row stand so far above and below its middle: their intervals may overlap. */
const APART = 6;

export function pairedHeight({ rows }: PairedOptions): number {
  return HEAD + rows.length * ROW + FOOT;
}

/**
 * Settings that both families were trained at, a row each, as a table around one axis: what is set on the left, where it
 * differs from the row above; AR's mark above diffusion's; both values on the right.
 */
export function drawPaired(options: PairedOptions, { width }: { width: number }, palette: Palette): Markup {
  const { header, rows, axisTitle, format, against } = options;
  const all = rows.flatMap(({ estimates }) => FAMILIES.flatMap((family) => estimates[family] ?? []));
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => textWidth(text, SIZE)));
  const columns = header.map((name, i) => widest([name, ...rows.map(({ cells }) => cells[i])]));
  const places = columns.map((_, i) => columns.slice(0, i).reduce((sum, each) => sum + each + GAP, 0));
  const left = columns.reduce((sum, each) => sum + each + GAP, 8);
  const values = FAMILIES.map((family) =>
    widest([
      FAMILY_NAMES[family],
      ...rows.flatMap(({ estimates }) => (estimates[family] ? format(estimates[family].estimate.value) : [])),
    ]),
  );
  const ends = [width - values[1] - GAP, width] as const;
  const right = ends[0] - values[0] - GAP - 6;
  const bottom = HEAD + rows.length * ROW;
  const x = linearScale(domainOf({ rows: all }), [left, right]);
  const heading = { y: 13, 'font-size': SIZE };
  return group({}, [
    ...header.map((name, i) => markup('text', { ...heading, x: places[i], fill: palette.soft }, name)),
    ...FAMILIES.map((family, i) => {
      const style = { ...heading, x: ends[i], fill: palette[family], 'font-weight': 600, 'text-anchor': 'end' };
      return markup('text', style, FAMILY_NAMES[family]);
    }),
    group({ transform: `translate(0 ${HEAD})` }, [
      ...axisBelow(x, { ends: [left, right], bottom: bottom - HEAD, width }, axisTitle, format, palette),
      ...(against ? bandOf(against, x, [left, right], bottom - HEAD, palette) : []),
    ]),
    ...rows.flatMap((row, i) => {
      const from = HEAD + i * ROW;
      const middle = from + ROW / 2;
      const fresh = i === 0 ? 0 : row.cells.findIndex((cell, column) => cell !== rows[i - 1].cells[column]);
      // A thin rule across where a group of rows begins, from the column that begins it.
      const rule = { x1: places[fresh] ?? 0, x2: width, y1: from, y2: from, stroke: palette.grid };
      return [
        markup('line', rule),
        ...row.cells.flatMap((cell, column) =>
          column < fresh
            ? []
            : [markup('text', { x: places[column], y: middle + 4, fill: palette.ink, 'font-size': SIZE }, cell)],
        ),
        ...FAMILIES.flatMap((family, at) => {
          const own = row.estimates[family];
          const style = { fill: palette[family], 'font-size': SIZE, 'font-weight': own?.strong ? 700 : 500 };
          const place = { x: ends[at], y: middle + 4, 'text-anchor': 'end' };
          return own
            ? [
                ...drawEstimate(own, middle + (at === 0 ? -APART : APART), x, [left, right], palette),
                markup('text', { ...place, ...style }, format(own.estimate.value)),
              ]
            : [markup('text', { ...place, fill: palette.soft, 'font-size': SIZE }, '–')];
        }),
      ];
    }),
  ]);
}
