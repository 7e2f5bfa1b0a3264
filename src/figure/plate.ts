import type { Markup, Size } from './markup.ts';
import type { Palette } from './palette.ts';

/** A small figure beside a grid: a law of a sweep, what its texts are worth, the bests of several settings. */
export interface Plate {
  /** Unique among the plates of a document. */
  id: string;
  title: string;
  /** What is seen, in a sentence. */
  about: string;
  /** The numbers behind it; the first column names the row. */
  table: { columns: readonly string[]; rows: readonly (readonly string[])[] };
  /** The height that suits a width. */
  height(width: number): number;
  /** A group of that size. `id` is unique within the document. */
  draw(size: Size, palette: Palette, id: string): Markup;
}

/** Plates that belong together, with what has to be said of them all. */
export interface PlateGroup {
  /** What its files are called. */
  id: 'laws' | 'sampling';
  title: string;
  note: string;
  plates: readonly Plate[];
}

/** The height of a plate with two axes. */
export function plotHeight(width: number): number {
  return Math.round(Math.max(210, Math.min(320, 0.66 * width)));
}
