import { evaluationsOf } from '../analysis/compare.ts';
import { type ComparedRace, crossingsOfRace, type RaceGroup } from '../analysis/groups.ts';
import type { Axis } from '../analysis/record.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import type { Diamond } from './crossings.ts';
import { acrossSeeds, type Curve, dotsOf } from './curves.ts';
import type { Panel } from './grid.ts';
import { type LegendItem, SWATCH } from './legend.ts';
import { group, type Markup, markup, svgFile } from './markup.ts';
import { type Palette, PRINT } from './palette.ts';
import { drawPanel, type PanelOptions } from './panel.ts';
import { fitText, textWidth, wrapText } from './text.ts';

export interface ComparisonView {
  axis: Axis;
  logX: boolean;
  logY: boolean;
  /** The letter of the group that stands out; null: all are alike. */
  shown: string | null;
}

/** Nats above the best of the worst curve that are shown: every curve's best can be seen. */
const VISIBLE_NATS = 1;

/**
 * The validation losses of all groups in one panel, AR and diffusion of each: the seeds of a group as their median with
 * their range, one seed ± its standard error; the crossings of every race. Raw, straight from evaluation to evaluation.
 * On a logarithmic axis step 0 has no place and is left out.
 */
export function comparisonPanel(groups: readonly RaceGroup[], view: ComparisonView): Panel {
  const { axis, logX, logY } = view;
  const curves = groups.flatMap((each, rank) =>
    FAMILIES.flatMap((family) => curveOf(each, family, { ...view, rank, of: groups.length })),
  );
  const dots = curves.flatMap(({ seeds }) => seeds.flatMap((seed) => seed.dots));
  const places = dots.map(({ x }) => x).filter((x) => x > 0);
  const xEnd = places.reduce((a, b) => Math.max(a, b), 0) || 1;
  const first = places.reduce((a, b) => Math.min(a, b), xEnd);
  return {
    row: '',
    column: 0,
    metric: 'loss',
    curves,
    diamonds: groups
      .filter(({ letter }) => view.shown === null || view.shown === letter)
      .flatMap(({ races }) => races.flatMap((race) => diamondsOf(race, axis))),
    notes: [],
    reference: null,
    xEnd,
    ...(logX && { xStart: Math.min(first, xEnd / 2) }),
    yDomain: domainOf(curves, logY),
    log: { x: logX, y: logY },
  };
}

function curveOf(
  { letter, races }: RaceGroup,
  family: FamilyId,
  { axis, logX, shown, rank, of }: ComparisonView & { rank: number; of: number },
): Curve[] {
  const seeds = races.flatMap(({ spec: { seed }, records }) => {
    const losses = evaluationsOf(records.filter((record) => record.family === family));
    const finite = losses.filter(({ value }) => Number.isFinite(value));
    const dots = dotsOf(finite, axis).filter(({ x }) => !logX || x > 0);
    return dots.length > 0 ? [{ seed, dots }] : [];
  });
  if (seeds.length === 0) return [];
  const label = of > 1 ? `${letter} · ${FAMILY_NAMES[family]}` : '';
  const inFull = shown === null || shown === letter;
  return [{ family, label, rank, of, seeds, across: acrossSeeds(seeds, 'loss'), inFull }];
}

function diamondsOf(race: ComparedRace, axis: Axis): Diamond[] {
  const { live, strict } = crossingsOfRace(race);
  return [live, strict].flatMap(({ kind, status, at, value }): Diamond[] =>
    at && value && status !== 'none' ? [{ kind, status, seed: race.spec.seed, x: at[axis], y: value.diffusion }] : [],
  );
}

/** From the lowest loss up to the highest, or to one nat above the least good of the curves' bests. */
function domainOf(curves: readonly Curve[], log: boolean): [number, number] {
  const all = curves.map(({ seeds }) => seeds.flatMap(({ dots }) => dots.map(({ y }) => y)));
  const bests = all.map((values) => values.reduce((a, b) => Math.min(a, b)));
  if (bests.length === 0) return log ? [0.1, 1] : [0, 1];
  const most = all.flat().reduce((a, b) => Math.max(a, b));
  const low = bests.reduce((a, b) => Math.min(a, b));
  const high = Math.min(most, bests.reduce((a, b) => Math.max(a, b)) + VISIBLE_NATS);
  const pad = Math.max(0.02, 0.06 * (high - low));
  return log ? [Math.max(low / 2, low - pad), high + pad] : [low - pad, high + pad];
}

/** The chart alone, as a group of width × height. */
export function drawComparison(
  panel: Panel,
  size: Pick<PanelOptions, 'width' | 'height' | 'axis' | 'palette'>,
): Markup {
  return drawPanel(panel, { ...size, id: 'comparison', titled: true, names: 'ends' });
}

/** What stands around the chart in a file of its own; words are the caller's. */
export interface ComparisonText {
  title: string;
  /** A line for each group: what it is. */
  groups: readonly { letter: string; words: string }[];
  legend: readonly LegendItem[];
  /** Sentences below the chart. */
  found: readonly string[];
}

const MARGIN = 28;
const WIDTH = 960;
const CHART_HEIGHT = 440;
const SIZE = 12.5;

/** The comparison as a file of its own: title, what each letter is, the chart, what was found. On white. */
export function comparisonSheet(panel: Panel, axis: Axis, text: ComparisonText): string {
  const drawn: Markup[] = [];
  const inner = WIDTH - 2 * MARGIN;
  let y = MARGIN;
  const line = (words: string, { size = SIZE, weight, fill = PRINT.ink, x = MARGIN }: LineStyle = {}) => {
    y += size * 1.45;
    const style = { x, y: y - size * 0.3, fill, 'font-size': size, 'font-weight': weight };
    drawn.push(markup('text', style, words));
  };
  for (const words of wrapText(text.title, 20, inner)) line(words, { size: 19, weight: 600 });
  y += 6;
  for (const { letter, words } of text.groups) {
    const before = y;
    line(fitText(words, SIZE, inner - 22), { x: MARGIN + 22 });
    y = before;
    line(letter, { weight: 600 });
  }
  y += 12;
  legend(text.legend, PRINT).forEach(({ row, drawing }, i, all) => {
    drawn.push(group({ transform: `translate(${MARGIN} ${y + row * 20})` }, [drawing]));
    if (i === all.length - 1) y += row * 20 + 30;
  });
  const chart = drawComparison(panel, { width: inner, height: CHART_HEIGHT, axis, palette: PRINT });
  drawn.push(group({ transform: `translate(${MARGIN} ${y})` }, [chart]));
  y += CHART_HEIGHT + 14;
  for (const sentence of text.found) {
    for (const words of wrapText(sentence, SIZE, inner)) line(words);
    y += 4;
  }
  const about = [markup('title', {}, text.title), markup('desc', {}, text.found.join(' '))];
  return svgFile({ width: WIDTH, height: Math.ceil(y + MARGIN - 4) }, PRINT.paper, {}, [...about, ...drawn]);
}

interface LineStyle {
  size?: number;
  weight?: number;
  fill?: string;
  x?: number;
}

/** The signs of a legend in rows. */
function legend(items: readonly LegendItem[], palette: Palette): { row: number; drawing: Markup }[] {
  let x = 0;
  let row = 0;
  return items.map(({ label, draw }) => {
    const width = SWATCH.width + 7 + textWidth(label, SIZE) + 18;
    if (x > 0 && x + width > WIDTH - 2 * MARGIN) {
      x = 0;
      row++;
    }
    const words = markup('text', { x: SWATCH.width + 7, y: 10, fill: palette.ink, 'font-size': SIZE }, label);
    const drawing = group({ transform: `translate(${x} 0)` }, [draw(palette), words]);
    x += width;
    return { row, drawing };
  });
}
