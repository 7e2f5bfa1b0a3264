import { told } from '../analysis/language.ts';
import type { Axis } from '../analysis/record.ts';
import type { CrossingNote } from './crossings.ts';
import { endName, NAME_GAP, NAME_SIZE, namesAtEdge, namesAtEnds } from './endNames.ts';
import { axes, clipped, type Frame, formatOn, frameOf, referenceRule } from './frame.ts';
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
}

const SMALL = NAME_SIZE;
const LABEL_SHARE = 0.32;

/**
 * One panel as a group of width × height: axes, curves (`drawCurve`), a reference as a thin rule, crossings as diamonds,
 * and every line's name at its end.
 */
export function drawPanel(panel: Panel, options: PanelOptions): Markup {
  const { width, height, axis, palette, id, titled, labelled = false, names = 'edge' } = options;
  const named = panel.curves.filter(({ inFull }) => inFull).map((curve) => endName(curve, panel.yDomain[1]));
  const longest = Math.max(0, ...named.map((name) => textWidth(name, SMALL)));
  const right = width - Math.min(longest + NAME_GAP + 4, width * LABEL_SHARE);
  const edges = { left: 42, right, top: panel.notes.length > 0 ? 22 : 8, bottom: height - (titled ? 38 : 22) };
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
    ...notes(panel.notes, axis, frame),
    ...(names === 'edge' ? namesAtEdge : namesAtEnds)(panel.curves, frame, width),
  ]);
}

/** Above the panel: `◆ 37.5 (3/3 seeds)  ◇ none confirmed`. */
function notes(all: readonly CrossingNote[], axis: Axis, { left, palette }: Frame): Markup[] {
  let x = left;
  return all.map((note) => {
    const words = noteWords(note, axis);
    const at = x;
    x += textWidth(words, SMALL) + 30;
    return group({}, [
      group({ transform: `translate(${at + 5} 9) scale(0.8)` }, [diamondAt(note.kind, [0, 0], palette)]),
      markup('text', { x: at + 14, y: 13, fill: palette.soft, 'font-size': SMALL }, words),
    ]);
  });
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
