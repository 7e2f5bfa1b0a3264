import { inEnglish, told } from '../analysis/language.ts';
import type { Verdict } from '../experiments/verdict.ts';
import { decidingWords } from '../experiments/words.ts';
import type { FigureMetric } from './curves.ts';
import { type Grid, rowTitle } from './grid.ts';
import { legendOf, SWATCH } from './legend.ts';
import { group, type Markup, markup, svgFile } from './markup.ts';
import { type Palette, PRINT } from './palette.ts';
import { drawPanel, roomForNames } from './panel.ts';
import type { Plate, PlateGroup } from './plate.ts';
import { textWidth, wrapText } from './text.ts';

const MARGIN = 28;
const GAP = 18;
const PANEL_HEIGHT = 194;
/** Widths of a panel where so many stand side by side. */
const PANEL_WIDTHS = [640, 440, 348] as const;

/** Where the next block goes, and what has been drawn. */
interface Flow {
  y: number;
  width: number;
  drawn: Markup[];
  palette: Palette;
}

/**
 * The whole figure as a file of its own: title and claim, legend, the grid of panels, and a caption that says the
 * verdict, what it rests on and what it was run on. On white.
 */
export function figureSheet(grid: Grid, verdict: Verdict): string {
  const across = Math.min(grid.columns.length > 1 ? grid.columns.length : Math.max(1, grid.rows.length), 3);
  const side = grid.columns.length > 1 && grid.rows.some((row) => row !== '') ? 22 : 0;
  const panelWidth = PANEL_WIDTHS[across - 1];
  const width = 2 * MARGIN + side + across * panelWidth + (across - 1) * GAP;
  const flow: Flow = { y: MARGIN, width, drawn: [], palette: PRINT };
  paragraph(flow, told(verdict.title), { size: 19, weight: 600 });
  paragraph(flow, told(verdict.claim), { size: 13.5, colour: PRINT.soft });
  flow.y += 8;
  legend(flow, grid);
  if (grid.columns.length > 1) rowsAndColumns(flow, grid, { panelWidth, side });
  else wrapped(flow, grid, { panelWidth, across });
  caption(flow, verdict);
  const { title, claim, status, words } = verdict;
  return fileOf(flow, told(title), `${told(claim)} ${told(status)}: ${told(words)}`);
}

/** Plates of a sweep as a file of its own: what they are, what has to be said of them, and what they rest on. On white. */
export function platesSheet({ title, note, plates }: PlateGroup, verdict: Verdict): string {
  const across = Math.min(3, plates.length);
  const flow: Flow = { y: MARGIN, width: 2 * MARGIN + across * (PLATE_WIDTH + GAP) - GAP, drawn: [], palette: PRINT };
  const name = told('{0}: {1}', told(verdict.title), title);
  paragraph(flow, name, { size: 19, weight: 600 });
  paragraph(flow, note, { size: 12.5, colour: PRINT.soft, after: 1.8 });
  inRows(flow, plates, across);
  rule(flow);
  origin(flow, verdict);
  return fileOf(flow, name, plates.map(({ about }) => about).join(' '));
}

function fileOf({ y, width, drawn }: Flow, title: string, about: string): string {
  const height = Math.ceil(y + MARGIN - 8);
  const said = [markup('title', {}, title), markup('desc', {}, about)];
  return svgFile({ width, height }, PRINT.paper, {}, [...said, ...drawn]);
}

interface Type {
  size: number;
  weight?: number;
  colour?: string;
  /** Extra room below, in lines. */
  after?: number;
}

function paragraph(flow: Flow, text: string, { size, weight, colour = flow.palette.ink, after = 0.2 }: Type): void {
  for (const line of wrapText(text, size * (weight ? 1.06 : 1), flow.width - 2 * MARGIN)) {
    flow.y += size * 1.4;
    flow.drawn.push(
      markup(
        'text',
        { x: MARGIN, y: flow.y - size * 0.3, fill: colour, 'font-size': size, 'font-weight': weight },
        line,
      ),
    );
  }
  flow.y += size * after;
}

function legend(flow: Flow, grid: Grid): void {
  const size = 12;
  let x = MARGIN;
  for (const { label, draw } of legendOf(grid)) {
    const width = SWATCH.width + 7 + textWidth(label, size) + 20;
    if (x > MARGIN && x + width > flow.width - MARGIN) {
      x = MARGIN;
      flow.y += 20;
    }
    flow.drawn.push(
      group({ transform: `translate(${x} ${flow.y})` }, [
        draw(flow.palette),
        markup('text', { x: SWATCH.width + 7, y: 10, fill: flow.palette.ink, 'font-size': size }, label),
      ]),
    );
    x += width;
  }
  flow.y += 36;
}

/** Several metrics: a heading over each column, the level at the side of each row. */
function rowsAndColumns(flow: Flow, grid: Grid, { panelWidth, side }: { panelWidth: number; side: number }): void {
  const { palette } = flow;
  const left = (column: number) => MARGIN + side + column * (panelWidth + GAP);
  for (const [column, each] of grid.columns.entries()) heading(flow, columnTitle(each), left(column));
  flow.y += 12;
  const rooms = grid.columns.map((_, column) =>
    Math.max(...grid.panels.map((panels) => roomForNames(panels[column], panelWidth))),
  );
  for (const [row, panels] of grid.panels.entries()) {
    const middle = flow.y + PANEL_HEIGHT / 2 - 10;
    const turned = { transform: `translate(${MARGIN + 8} ${middle}) rotate(-90)`, 'text-anchor': 'middle' };
    flow.drawn.push(
      markup(
        'text',
        { ...turned, fill: palette.ink, 'font-size': 13, 'font-weight': 600 },
        rowTitle(grid, grid.rows[row]),
      ),
    );
    const titled = row === grid.panels.length - 1;
    const height = PANEL_HEIGHT + (titled ? 16 : 0);
    for (const [column, panel] of panels.entries()) {
      const id = `${row}-${column}`;
      const options = { width: panelWidth, height, axis: grid.axis, palette, id, titled, room: rooms[column] };
      flow.drawn.push(group({ transform: `translate(${left(column)} ${flow.y})` }, [drawPanel(panel, options)]));
    }
    flow.y += height + GAP;
  }
}

/** One metric: the rows run on like text, each with its level as heading. */
function wrapped(flow: Flow, grid: Grid, { panelWidth, across }: { panelWidth: number; across: number }): void {
  const height = across === 1 ? 320 : PANEL_HEIGHT + 26;
  const { palette } = flow;
  const named = grid.rows.some((row) => row !== '');
  paragraph(flow, columnTitle(grid.columns[0]), { size: 13, colour: palette.soft, after: named ? 1.6 : 0 });
  const room = Math.max(...grid.panels.map(([panel]) => roomForNames(panel, panelWidth)));
  for (const [i, [panel]] of grid.panels.entries()) {
    const x = MARGIN + (i % across) * (panelWidth + GAP);
    if (named) heading(flow, rowTitle(grid, panel.row), x);
    const options = { width: panelWidth, height, axis: grid.axis, palette, id: String(i), titled: true, room };
    flow.drawn.push(group({ transform: `translate(${x} ${flow.y + 12})` }, [drawPanel(panel, options)]));
    if (i % across === across - 1 || i === grid.panels.length - 1) flow.y += 12 + height + GAP + 8;
  }
}

const PLATE_WIDTH = 340;

/** Plates in rows, each as wide as the others, with their title above. */
function inRows(flow: Flow, plates: readonly Plate[], across: number): void {
  for (let first = 0; first < plates.length; first += across) {
    const row = plates.slice(first, first + across);
    const titles = row.map(({ title }) => wrapText(title, 13 * 1.06, PLATE_WIDTH));
    const head = 17 * Math.max(...titles.map((lines) => lines.length));
    for (const [i, plate] of row.entries()) {
      const x = MARGIN + i * (PLATE_WIDTH + GAP);
      for (const [at, line] of titles[i].entries()) {
        const style = { x, y: flow.y + 17 * at, fill: flow.palette.ink, 'font-size': 13, 'font-weight': 600 };
        flow.drawn.push(markup('text', style, line));
      }
      const size = { width: PLATE_WIDTH, height: plate.height(PLATE_WIDTH) };
      const drawing = plate.draw(size, flow.palette, `plate-${plate.id}`);
      flow.drawn.push(group({ transform: `translate(${x} ${flow.y + head})` }, [drawing]));
    }
    flow.y += head + Math.max(...row.map((plate) => plate.height(PLATE_WIDTH))) + GAP + 10;
  }
}

const UNITS: Readonly<Record<FigureMetric, string>> = {
  loss: 'nats per token',
  accuracy: 'share of the questions',
  deltaNll: 'nats per token',
};

/** What a column shows, and in what unit. */
export function columnTitle({ metric, label }: Grid['columns'][number]): string {
  return `${told(label)}, ${told(UNITS[metric])}`;
}

function heading(flow: Flow, text: string, x: number): void {
  flow.drawn.push(markup('text', { x, y: flow.y, fill: flow.palette.ink, 'font-size': 13, 'font-weight': 600 }, text));
}

function caption(flow: Flow, verdict: Verdict): void {
  const { ink } = flow.palette;
  const { status, words, toDecide } = verdict;
  rule(flow);
  const said = told(status);
  paragraph(flow, `${said[0].toUpperCase()}${said.slice(1)}.`, { size: 14, weight: 600, colour: ink });
  paragraph(flow, told(words), { size: 12.5, colour: ink, after: 0.4 });
  if (toDecide)
    paragraph(flow, told(inEnglish(() => decidingWords(toDecide))), { size: 12.5, colour: ink, after: 0.4 });
  origin(flow, verdict);
}

function rule(flow: Flow): void {
  const ends = { x1: MARGIN, x2: flow.width - MARGIN, y1: flow.y, y2: flow.y };
  flow.drawn.push(markup('line', { ...ends, stroke: flow.palette.rule }));
  flow.y += 8;
}

/** What it rests on, what it was run on, and how to run it again. */
function origin(flow: Flow, { cells, seeds, scale, ranOn, source, command }: Verdict): void {
  const { soft } = flow.palette;
  const done =
    cells.done === cells.planned
      ? told('{0} cells', cells.planned)
      : told('{0} of {1} cells', cells.done, cells.planned);
  const diverged = cells.diverged.length > 0 ? `, ${told('{0} diverged', cells.diverged.length)}` : '';
  const ran = ranOn.length > 0 ? told('; run on {0}', told(ranOn.join('; '))) : '';
  const size = told('Scale “{0}”', told(scale));
  const many = told(seeds.length === 1 ? '{0} seed' : '{0} seeds', seeds.length);
  const about = `${size}, ${many}, ${done}${diverged}${ran}.`;
  paragraph(flow, about, { size: 12, colour: soft });
  paragraph(flow, told('Claim: {0}. Again: {1}', told(source), command), { size: 12, colour: soft });
}
