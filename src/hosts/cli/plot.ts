import type { Crossing } from '../../analysis/crossing.ts';
import { formatNumber } from '../../analysis/format.ts';
import { linearScale, lossDomain, ticksOf } from '../../figure/scale.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../../spec/schema.ts';
import type { Style } from './terminal.ts';

export interface PlotPoint {
  epoch: number;
  value: number;
}

export interface PlotOptions {
  /** Characters of the whole plot, labels included. */
  width: number;
  height: number;
  style: Style;
  /** Braille dots and diamonds; else plain ASCII. */
  unicode: boolean;
}

/** Dots of a braille character by column and row, as bits of its code point. */
const BRAILLE = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const COLOURS = { ar: 'blue', diffusion: 'red' } as const;
const ASCII = { ar: '*', diffusion: 'o' } as const;
const MARKS = { live: ['◆', 'X'], strict: ['◇', '#'] } as const;
const LEFT = 6;
const RIGHT = 11;

interface Cell {
  text: string;
  family?: FamilyId;
}

/**
 * The validation loss of both families against epochs, as lines of text: AR solid, diffusion dashed (or * and o), the
 * crossings as diamonds. Linear between evaluations; what leaves through the top ends there.
 */
export function terminalPlot(
  series: Readonly<Record<FamilyId, readonly PlotPoint[]>>,
  crossings: readonly Crossing[],
  { width, height, style, unicode }: PlotOptions,
): string[] {
  const points = FAMILIES.flatMap((family) => series[family]);
  const columns = width - LEFT - RIGHT;
  const rows = height - 2;
  const [dotsX, dotsY] = unicode ? [2, 4] : [1, 1];
  const lastEpoch = Math.max(1e-9, ...points.map(({ epoch }) => epoch));
  const x = linearScale([0, lastEpoch], [0, columns * dotsX - 1]);
  const y = linearScale(lossDomain(points.map(({ value }) => value)), [rows * dotsY - 1, 0]);
  const grid: Cell[][] = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ text: ' ' })));

  const dot = (family: FamilyId, px: number, py: number) => {
    const row = grid[Math.floor(py / dotsY)];
    const cell = row?.[Math.floor(px / dotsX)];
    if (!cell) return;
    const before = unicode && cell.text !== ' ' ? cell.text.charCodeAt(0) : 0x2800;
    cell.text = unicode ? String.fromCharCode(before | BRAILLE[px % 2][py % 4]) : ASCII[family];
    cell.family = family;
  };
  for (const family of FAMILIES) {
    const place = ({ epoch, value }: PlotPoint): [number, number] => [Math.round(x(epoch)), Math.round(y(value))];
    const dashed = unicode && family === 'diffusion';
    const line = series[family].filter(({ value }) => Number.isFinite(value)).map(place);
    line.forEach((to, i) => {
      for (const [px, py] of segment(line[i - 1] ?? to, to)) if (!dashed || px % 6 < 4) dot(family, px, py);
    });
  }
  for (const { kind, at, value } of crossings) {
    if (!at || !value) continue;
    const cell = grid[Math.floor(y(value.diffusion) / dotsY)]?.[Math.floor(x(at.epoch) / dotsX)];
    if (cell) Object.assign(cell, { text: MARKS[kind][unicode ? 0 : 1], family: undefined });
  }

  const paint = ({ text, family }: Cell) => (family ? style(COLOURS[family], text) : text);
  const names = endLabels(series, (value) => Math.floor(y(value) / dotsY), rows);
  const ticks = new Map(
    ticksOf(y.domain, 4).map((tick) => [Math.floor(y(tick) / dotsY), formatNumber(tick).padStart(LEFT - 1)]),
  );
  const body = grid.map((row, i) => {
    const name = names.get(i);
    return `${ticks.get(i) ?? ' '.repeat(LEFT - 1)}${unicode ? '│' : '|'}${row.map(paint).join('')}${
      name ? ` ${style(COLOURS[name], FAMILY_NAMES[name])}` : ''
    }`;
  });
  const axis = (unicode ? '─' : '-').repeat(columns);
  const epochs = `epoch ${formatNumber(lastEpoch)}`;
  return [
    ...body,
    `${' '.repeat(LEFT - 1)}${unicode ? '└' : '+'}${axis}`,
    `${' '.repeat(LEFT)}0${epochs.padStart(columns - 1)}`,
  ];
}

/** The row beside which each family's name stands: where its line ends, kept inside the plot and off the other name. */
function endLabels(
  series: Readonly<Record<FamilyId, readonly PlotPoint[]>>,
  rowOf: (value: number) => number,
  rows: number,
): Map<number, FamilyId> {
  const ends = FAMILIES.flatMap((family) => {
    const last = series[family].filter(({ value }) => Number.isFinite(value)).at(-1);
    return last ? [{ family, row: Math.max(0, Math.min(rows - 1, rowOf(last.value))) }] : [];
  }).sort((a, b) => a.row - b.row);
  if (ends.length === 2 && ends[0].row === ends[1].row) {
    if (ends[1].row < rows - 1) ends[1].row++;
    else ends[0].row--;
  }
  return new Map(ends.map(({ family, row }) => [row, family]));
}

/** The dots of a straight line, one a column or one a row, whichever is denser. */
function segment([x0, y0]: [number, number], [x1, y1]: [number, number]): [number, number][] {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(x0 + ((x1 - x0) * i) / steps),
    Math.round(y0 + ((y1 - y0) * i) / steps),
  ]);
}
