import type { Verdict } from '../../experiments/verdict.ts';
import { figureCsv } from '../../figure/csv.ts';
import type { PlateGroup } from '../../figure/plate.ts';
import { figureSheet, platesSheet } from '../../figure/sheet.ts';
import { download, pngOf } from '../files.ts';
import type { Shown } from './shown.ts';

export const FORMATS = ['svg', 'png', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Saves the figure as the terminal would draw it, on white, or the numbers behind it. Rejects where a PNG cannot be made. */
export async function save(shown: Shown, format: Format): Promise<void> {
  const { grid, verdict, results } = shown;
  const name = `${verdict.experiment}-${verdict.scale}.${format}`;
  if (format === 'csv') download(name, new Blob([figureCsv(results)], { type: 'text/csv' }));
  else await savePicture(name, figureSheet(grid, verdict), format);
}

/** Saves what is drawn beside a figure, on white. Rejects where a PNG cannot be made. */
export async function saveBeside(group: PlateGroup, verdict: Verdict, format: 'svg' | 'png'): Promise<void> {
  await savePicture(
    `${verdict.experiment}-${verdict.scale}-${group.id}.${format}`,
    platesSheet(group, verdict),
    format,
  );
}

async function savePicture(name: string, picture: string, format: 'svg' | 'png'): Promise<void> {
  const svg = new Blob([picture], { type: 'image/svg+xml' });
  download(name, format === 'svg' ? svg : await pngOf(svg));
}
