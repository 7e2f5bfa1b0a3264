import { join } from 'node:path';
import { cellsOf } from '../../experiments/index.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import { figureCsv } from '../../figure/csv.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import { gridOf } from '../../figure/grid.ts';
import { figureSheet } from '../../figure/sheet.ts';
import { makeFolder, writeAtomically } from '../node/files.ts';
import { renderPng } from '../node/png.ts';
import { optionsOf, type SweepFolder } from '../node/sweepFolder.ts';

export const FIGURE_FORMATS = ['svg', 'png', 'csv'] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

/** `--x`, as people say it. */
export const FIGURE_X = { epochs: 'epoch', tokens: 'tokens', steps: 'step', flops: 'flops' } as const satisfies Record<
  string,
  FigureAxis
>;
export type FigureX = keyof typeof FIGURE_X;

export interface FigureOptions {
  x: FigureX;
  formats: readonly FigureFormat[];
  /** Where the files go. */
  out: string;
}

/** Pixels of the PNG for a unit of the SVG: sharp in print at the width of a page. */
const ZOOM = 2;

/**
 * Draws a sweep as far as it has come: `figure.svg`, `figure.png` and `figure.csv`, the axis in the name where it is not
 * epochs. Resolves to the paths of what was written.
 */
export async function writeFigure(
  { about, results }: Pick<SweepFolder, 'about' | 'results'>,
  verdict: Verdict,
  { x, formats, out }: FigureOptions,
): Promise<string[]> {
  const cells = cellsOf(about.experiment, about.scale, optionsOf(about));
  const planned = new Set(cells.map(({ id }) => id));
  const own = results.filter(({ id }) => planned.has(id));
  const svg = figureSheet(gridOf(about.experiment, cells, own, FIGURE_X[x]), verdict);
  const name = x === 'epochs' ? 'figure' : `figure-${x}`;
  const contents: Readonly<Record<FigureFormat, () => string | Promise<Uint8Array>>> = {
    svg: () => svg,
    png: () => renderPng(svg, ZOOM),
    csv: () => figureCsv(own),
  };
  await makeFolder(out);
  const paths: string[] = [];
  for (const format of formats) {
    const path = join(out, `${format === 'csv' ? 'figure' : name}.${format}`);
    await writeAtomically(path, await contents[format]());
    paths.push(path);
  }
  return paths;
}
