import { join } from 'node:path';
import { cellsOf } from '../../experiments/index.ts';
import type { CrossingLine, Verdict } from '../../experiments/verdict.ts';
import { besideGrid } from '../../figure/beside.ts';
import { figureCsv } from '../../figure/csv.ts';
import type { FigureAxis } from '../../figure/curves.ts';
import { gridOf } from '../../figure/grid.ts';
import { figureSheet, platesSheet } from '../../figure/sheet.ts';
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
  /** Where the files go, and what they are called, without an ending. */
  out: string;
  name?: string;
  /** What the verdict knows of the crossings, where the results are thinned. */
  known?: readonly CrossingLine[];
}

/** Pixels of the PNG for a unit of the SVG: sharp in print at the width of a page. */
const ZOOM = 2;

/**
 * Draws a sweep as far as it has come: `figure.svg`, `figure.png` and `figure.csv` (or another name), the axis in the name
 * where it is not epochs; where it has laws or texts, `figure-laws` and `figure-sampling` beside it. Resolves to the paths of what was written.
 */
export async function writeFigure(
  { about, results }: Pick<SweepFolder, 'about' | 'results'>,
  verdict: Verdict,
  { x, formats, out, name = 'figure', known = [] }: FigureOptions,
): Promise<string[]> {
  const cells = cellsOf(about.experiment, about.scale, optionsOf(about));
  const planned = new Set(cells.map(({ id }) => id));
  const own = results.filter(({ id }) => planned.has(id));
  const grid = gridOf(about.experiment, cells, own, FIGURE_X[x], known);
  const sheets: [suffix: string, svg: string][] = [
    [x === 'epochs' ? '' : `-${x}`, figureSheet(grid, verdict)],
    ...besideGrid(own).map((group): [string, string] => [`-${group.id}`, platesSheet(group, verdict)]),
  ];
  await makeFolder(out);
  const paths: string[] = [];
  const write = async (file: string, content: string | Uint8Array) => {
    const path = join(out, file);
    await writeAtomically(path, content);
    paths.push(path);
  };
  for (const [suffix, svg] of sheets) {
    if (formats.includes('svg')) await write(`${name}${suffix}.svg`, svg);
    if (formats.includes('png')) await write(`${name}${suffix}.png`, await renderPng(svg, ZOOM));
  }
  if (formats.includes('csv')) await write(`${name}.csv`, figureCsv(own));
  return paths;
}
