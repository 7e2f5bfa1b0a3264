import type { FamilyId } from '../spec/schema.ts';

/** Colours of a figure. A file carries them as they are; the page puts its own variables in their place. */
export interface Palette extends Record<FamilyId, string> {
  paper: string;
  ink: string;
  soft: string;
  grid: string;
  rule: string;
}

/** On white, for paper and for any page: told apart in print by stroke and shape too. */
export const PRINT: Palette = {
  paper: '#ffffff',
  ink: '#1c2733',
  soft: '#56616d',
  grid: '#e6eaee',
  rule: '#9aa5b1',
  ar: '#1f5fbf',
  diffusion: '#c43b1d',
};

export const DASHES: Readonly<Record<FamilyId, string | undefined>> = { ar: undefined, diffusion: '6 3.5' };

/** How dark the curves of a family are, from the first level to the last. */
export function shadeOf({ rank, of }: { rank: number; of: number }): number {
  return of < 2 ? 1 : 0.45 + (0.55 * rank) / (of - 1);
}
