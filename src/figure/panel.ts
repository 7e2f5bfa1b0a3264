import { formatLoss } from '../analysis/format.ts';
import { FAMILY_NAMES } from '../spec/schema.ts';
import type { CrossingNote } from './crossings.ts';
import type { Curve, FigureAxis } from './curves.ts';
import { axes, clipped, type Frame, formatOn, frameOf, referenceRule } from './frame.ts';
import type { Panel } from './grid.ts';
import { spread } from './labels.ts';
import { diamondAt, drawCurve, drawDiamond } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import { fitText, textWidth } from './text.ts';

export interface PanelOptions {
  width: number;
  height: number;
  axis: FigureAxis;
  palette: Palette;
  /** Unique within a document. */
  id: string;
  /** Whether the axis is named below; not where the panel below names it. */
  titled: boolean;
  /** Whether a thin rule has its label beside it; not where a legend has it. */
  labelled?: boolean;
}

const SMALL = 11;
const LABEL_GAP = 7;
const LABEL_HEIGHT = 13;
const LABEL_SHARE = 0.32;

/**
 * One panel as a group of width × height: axes, curves (`drawCurve`), a reference as a thin rule, crossings as diamonds,
 * and every line's name at its end.
 */
export function drawPanel(panel: Panel, options: PanelOptions): Markup {
  const { width, height, axis, palette, id, titled, labelled = false } = options;
  const names = panel.curves.filter(({ inFull }) => inFull).map((curve) => endName(curve, panel.yDomain[1]));
  const longest = Math.max(0, ...names.map((name) => textWidth(name, SMALL)));
  const right = width - Math.min(longest + LABEL_GAP + 4, width * LABEL_SHARE);
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
    ...endNames(panel.curves, frame, width),
  ]);
}

/** Above the panel: `◆ 37.5 (3/3 seeds)  ◇ none confirmed`. */
function notes(all: readonly CrossingNote[], axis: FigureAxis, { left, palette }: Frame): Markup[] {
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

function noteWords({ at, confirmed, seeds }: CrossingNote, axis: FigureAxis): string {
  if (at === null) return 'none confirmed';
  const number = formatOn(axis, at);
  const where = {
    epoch: `epoch ${number}`,
    step: `step ${number}`,
    tokens: `${number} tokens`,
    flops: `${number} FLOPs`,
  }[axis];
  return seeds > 1 ? `${where} (${confirmed}/${seeds} seeds)` : where;
}

/** The colour says the family, so a label need not begin with it. */
function nameOf({ family, label }: Curve): string {
  const prefix = `${FAMILY_NAMES[family]}, `;
  return (label.startsWith(prefix) ? label.slice(prefix.length) : label) || FAMILY_NAMES[family];
}

/** Names at the ends of the lines, moved apart. */
function endNames(curves: readonly Curve[], { top, bottom, y, right, palette }: Frame, width: number): Markup[] {
  const ends = curves.flatMap((curve) => {
    const last = curve.across.at(-1);
    return last && curve.inFull ? [{ curve, place: y(last.median) }] : [];
  });
  const places = spread(
    ends.map(({ place }) => place),
    LABEL_HEIGHT,
    [top, bottom],
  );
  return ends.map(({ curve }, i) =>
    markup(
      'text',
      {
        x: right + LABEL_GAP,
        y: places[i] + 4,
        fill: palette[curve.family],
        'font-size': SMALL,
        'font-weight': 600,
      },
      fitText(endName(curve, y.domain[1]), SMALL, width - right - LABEL_GAP),
    ),
  );
}

/** A line that leaves through the top has its last value with its name. */
function endName(curve: Curve, top: number): string {
  const last = curve.across.at(-1)?.median ?? Number.NaN;
  return last > top ? `${nameOf(curve)} ↑ ${formatLoss(last)}` : nameOf(curve);
}
