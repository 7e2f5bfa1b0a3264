import { told } from '../analysis/language.ts';
import type { Axis } from '../analysis/record.ts';
import type { CrossingNote } from './crossings.ts';
import { edgeNames, endNamesWidth, NAME_SIZE, namesAtEdge, namesAtEnds } from './endNames.ts';
import { axes, clipped, formatOn, frameOf, referenceRule } from './frame.ts';
import type { Panel } from './grid.ts';
import { diamondAt, drawCurve, drawDiamond } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import { textWidth } from './text.ts';

export interface PanelOptions {
  width: number;
  height: number;
  axis: Axis;
  palette: Palette;
  /** Unique within a document. */
  id: string;
  /** Whether the axis is named below; not where the panel below names it. */
  titled: boolean;
  /** Whether a thin rule has its label beside it; not where a legend has it. */
  labelled?: boolean;
  /** Where the lines have their names: in a column at the right edge, or each where its line ends. */
  names?: 'edge' | 'ends';
  /** The room that names at the edge have, where panels below each other are to end alike; absent: what they need. */
  room?: number;
}

const SMALL = NAME_SIZE;
const LEFT = 42;

/** The room that the names at the edge of a panel of this width need. */
export function roomForNames({ curves, yDomain }: Panel, width: number): number {
  return edgeNames(curves, yDomain[1], width).width;
}

/**
 * One panel as a group of width × height: axes, curves (`drawCurve`), a reference as a thin rule, crossings as diamonds,
 * and every line's name at its end.
 */
export function drawPanel(panel: Panel, options: PanelOptions): Markup {
  const { width, height, axis, palette, id, titled, labelled = false, names = 'edge' } = options;
  const [, most] = panel.yDomain;
  const atEdge = edgeNames(panel.curves, most, width);
  const room = names === 'edge' ? Math.max(atEdge.width, options.room ?? 0) : endNamesWidth(panel.curves, most, width);
  const right = width - room;
  const noted = placedNotes(panel.notes, axis, width);
  const edges = { left: LEFT, right, top: noted.height || 8, bottom: height - (titled ? 38 : 22) };
  const frame = frameOf(edges, panel, { palette, size: SMALL });
  const curves = [...panel.curves].sort((a, b) => Number(a.inFull) - Number(b.inFull));
  return group({}, [
    ...axes(frame, axis, { titled, filled: panel.curves.length > 0 }),
    ...referenceRule(panel.reference, frame, labelled),
    ...clipped(
      frame,
      `clip-${id}`,
      curves.map((curve) => drawCurve(curve, frame)),
    ),
    ...panel.diamonds.map((diamond) => drawDiamond(diamond, frame)),
    ...noted.places.map((place) => drawNote(place, palette)),
    ...(names === 'edge' ? namesAtEdge(panel.curves, atEdge, frame, width) : namesAtEnds(panel.curves, frame, width)),
  ]);
}

interface NotePlace {
  note: CrossingNote;
  words: string;
  x: number;
  y: number;
}

const NOTE_LINE = 15;

/** Above the panel, in as many lines as they need: `◆ 37.5 (3/3 seeds)  ◇ none confirmed`; and the height of that. */
function placedNotes(all: readonly CrossingNote[], axis: Axis, width: number): { places: NotePlace[]; height: number } {
  const places: NotePlace[] = [];
  let [x, y] = [LEFT, 7];
  for (const note of all) {
    const words = noteWords(note, axis);
    const end = x + 14 + textWidth(words, SMALL);
    if (end > width && x > LEFT) [x, y] = [LEFT, y + NOTE_LINE];
    places.push({ note, words, x, y });
    x += textWidth(words, SMALL) + 30;
  }
  return { places, height: all.length > 0 ? y + 18 : 0 };
}

function drawNote({ note, words, x, y }: NotePlace, palette: Palette): Markup {
  return group({}, [
    group({ transform: `translate(${x + 5} ${y}) scale(0.8)` }, [diamondAt(note.kind, [0, 0], palette)]),
    markup('text', { x: x + 14, y: y + 4, fill: palette.soft, 'font-size': SMALL }, words),
  ]);
}

function noteWords({ at, confirmed, seeds }: CrossingNote, axis: Axis): string {
  if (at === null) return told('none confirmed');
  const number = formatOn(axis, at);
  const where = {
    epoch: told('epoch {0}', number),
    step: told('step {0}', number),
    tokens: told('{0} tokens', number),
    flops: `${number} FLOPs`,
    seconds: `${number} s`,
  }[axis];
  return seeds > 1 ? told('{0} ({1}/{2} seeds)', where, confirmed, seeds) : where;
}
