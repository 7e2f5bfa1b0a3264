import { told } from '../analysis/language.ts';
import type { Grid } from './grid.ts';
import { diamondAt } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import { DASHES, type Palette } from './palette.ts';

export const SWATCH = { width: 26, height: 12 } as const;

export interface LegendItem {
  label: string;
  /** A drawing of SWATCH's size. */
  draw(palette: Palette): Markup;
}

/** How each kind of mark looks in a legend. */
export const SIGNS = {
  ar: (palette) => stroke(palette.ar, { 'stroke-width': 2 }),
  diffusion: (palette) => stroke(palette.diffusion, { 'stroke-width': 2, 'stroke-dasharray': DASHES.diffusion }),
  band: (palette) => markup('rect', { x: 0, y: 1, width: SWATCH.width, height: 10, fill: palette.soft, opacity: 0.25 }),
  dot: (palette) => markup('circle', { cx: 13, cy: 6, r: 2, fill: palette.soft }),
  dotWithError: (palette) =>
    group({ fill: palette.soft }, [
      markup('circle', { cx: 13, cy: 6, r: 2 }),
      markup('line', { x1: 13, x2: 13, y1: 0, y2: 12, stroke: palette.soft, 'stroke-width': 0.8 }),
    ]),
  best: (palette) => stroke(palette.soft, { 'stroke-width': 1.3, 'stroke-dasharray': '1.3 2.6' }),
  live: (palette) => diamondAt('live', [13, 6], palette),
  strict: (palette) => diamondAt('strict', [13, 6], palette),
  doubtful: (palette) => diamondAt('live', [13, 6], palette, false),
} satisfies Record<string, LegendItem['draw']>;

/** What the marks of a figure mean: of those that are in it. */
export function legendOf({ panels, seeds, draws, bounds }: Grid): LegendItem[] {
  const all = panels.flat();
  const curves = all.flatMap((panel) => panel.curves);
  const count = draws === null ? '' : `, ${told(draws === 1 ? '{0} draw' : '{0} draws', draws)}`;
  const kinds = [
    bounds.has('upper') && told('upper bound'),
    bounds.has('exact') && told('left-to-right masks: exact chain rule'),
  ];
  const bound = kinds.filter(Boolean).join('; ') + count;
  const loss = all.some(({ metric }) => metric === 'loss');
  const median = seeds > 1 ? `, ${told('median')}` : '';
  const items: (LegendItem | false)[] = [
    curves.some(({ family }) => family === 'ar') && {
      label: `AR${loss ? ` (${told('exact')})` : ''}${median}`,
      draw: SIGNS.ar,
    },
    curves.some(({ family }) => family === 'diffusion') && {
      label: `diffusion${loss ? ` (${bound})` : ''}${median}`,
      draw: SIGNS.diffusion,
    },
    {
      label: seeds > 1 ? told('range over {0} seeds', seeds) : told('± 1 standard error'),
      draw: SIGNS.band,
    },
    {
      label: told(seeds > 1 ? 'each evaluation ± 1 standard error' : 'each evaluation'),
      draw: seeds > 1 ? SIGNS.dotWithError : SIGNS.dot,
    },
    all.some(({ metric }) => metric !== 'deltaNll') && {
      label: told('best so far'),
      draw: SIGNS.best,
    },
    all.some(({ reference }) => reference !== null) && {
      label: told('guessing'),
      draw: (palette) => stroke(palette.soft, { 'stroke-width': 1 }),
    },
    all.some(({ diamonds }) => diamonds.some(({ kind }) => kind === 'live')) && {
      label: told('live crossing'),
      draw: SIGNS.live,
    },
    all.some(({ diamonds }) => diamonds.some(({ kind }) => kind === 'strict')) && {
      label: told('strict crossing'),
      draw: SIGNS.strict,
    },
    all.some(({ diamonds }) => diamonds.some(({ status }) => status === 'possible')) && {
      label: told('not yet confirmed'),
      draw: SIGNS.doubtful,
    },
  ];
  return items.filter((item) => item !== false);
}

function stroke(colour: string, attributes: Markup['attributes']): Markup {
  return markup('line', { x1: 0, x2: SWATCH.width, y1: 6, y2: 6, stroke: colour, ...attributes });
}
