import { figureCsv } from '../../figure/csv.ts';
import { figureSheet } from '../../figure/sheet.ts';
import type { Shown } from './shown.ts';

export const FORMATS = ['svg', 'png', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Pixels of a PNG for a unit of the figure. */
const ZOOM = 2;

/** Saves the figure as the terminal would draw it, on white, or the numbers behind it. Rejects where a PNG cannot be made. */
export async function save(shown: Shown, format: Format): Promise<void> {
  const { grid, verdict, results } = shown;
  const name = `${verdict.experiment}-${verdict.scale}.${format}`;
  if (format === 'csv') download(name, new Blob([figureCsv(results)], { type: 'text/csv' }));
  else {
    const svg = new Blob([figureSheet(grid, verdict)], { type: 'image/svg+xml' });
    download(name, format === 'svg' ? svg : await pngOf(svg));
  }
}

async function pngOf(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = ZOOM * image.naturalWidth;
    canvas.height = ZOOM * image.naturalHeight;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no PNG'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
