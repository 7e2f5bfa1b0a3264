import { formatCount, formatNumber, formatPower } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import type { Axis } from '../analysis/record.ts';
import { group, type Markup, markup } from './markup.ts';
import type { Palette } from './palette.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { textWidth } from './text.ts';

/** The edges of where curves are drawn. */
export interface Edges {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Where curves are drawn, and how data come to lie in it. */
export interface Frame extends Edges {
  x: Scale;
  y: Scale;
  palette: Palette;
  /** Size of its small type. */
  size: number;
}

/** A value that curves are held against: of guessing, of the language itself. */
export interface Reference {
  value: number;
  label: string;
}

export const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  epoch: 'epochs (tokens seen / unique tokens)',
  tokens: 'training tokens seen',
  step: 'optimizer steps',
  flops: 'training FLOPs of each model',
  seconds: 'training seconds of each model',
};

/** A value of an axis at its ticks. */
export function formatOn(axis: Axis, value: number): string {
  if (axis === 'flops') return formatPower(value);
  return axis === 'tokens' ? formatCount(value) : formatNumber(value);
}

/** What a frame shows of both axes. */
export interface Domains {
  /** Where the x axis begins; absent: at 0. */
  xStart?: number;
  xEnd: number;
  yDomain: readonly [number, number];
  /** Which axes are logarithmic; absent: none. Their domains are above 0. */
  log?: { x: boolean; y: boolean };
}

export function frameOf(
  edges: Edges,
  { xStart = 0, xEnd, yDomain, log }: Domains,
  { palette, size }: Pick<Frame, 'palette' | 'size'>,
): Frame {
  const { left, right, top, bottom } = edges;
  const x = (log?.x ? logScale : linearScale)([xStart, xEnd], [left, right]);
  const y = (log?.y ? logScale : linearScale)(yDomain, [bottom, top]);
  return { ...edges, x, y, palette, size };
}

/** The drawing inside the frame: what leaves it ends there. `id` is unique within a document. */
export function clipped({ left, right, top, bottom }: Edges, id: string, children: readonly Markup[]): Markup[] {
  const inside = { x: left, y: top, width: right - left, height: bottom - top };
  return [markup('clipPath', { id }, markup('rect', inside)), group({ 'clip-path': `url(#${id})` }, children)];
}

/** Rules across, ticks below with their numbers, and the name of the axis where it is `titled`. */
export function axes(frame: Frame, axis: Axis, { titled, filled }: { titled: boolean; filled: boolean }): Markup[] {
  const title = titled ? told(AXIS_TITLES[axis]) : '';
  if (filled) return ruled(frame, { title, formatX: (value) => formatOn(axis, value), formatY: formatNumber });
  const { left, right, top, bottom, palette, size } = frame;
  const nothing = { x: (left + right) / 2, y: (bottom + top) / 2, 'text-anchor': 'middle' };
  return [
    ...baseline(frame, title),
    markup('text', { ...nothing, fill: palette.soft, 'font-size': size }, told('nothing measured yet')),
  ];
}

/** What the axes of a frame say. */
export interface AxisText {
  /** Below the x axis; may be empty. */
  title: string;
  formatX(value: number): string;
  formatY(value: number): string;
}

/** Rules across and ticks below, each with its number. */
export function ruled(frame: Frame, { title, formatX, formatY }: AxisText): Markup[] {
  const { left, right, top, bottom, x, y, palette, size } = frame;
  const text = { fill: palette.soft, 'font-size': size };
  const [rule, ...titled] = baseline(frame, title);
  return [
    ...y
      .ticks(Math.max(2, Math.min(6, Math.floor((bottom - top) / 26))))
      .map((tick) =>
        group({}, [
          markup('line', { x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: palette.grid }),
          markup('text', { ...text, x: left - 7, y: y(tick) + 4, 'text-anchor': 'end' }, withMinus(formatY(tick))),
        ]),
      ),
    rule,
    ...x
      .ticks(Math.max(2, Math.floor((right - left) / 58)))
      .map((tick) =>
        group({}, [
          markup('line', { x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4, stroke: palette.rule }),
          markup('text', { ...text, x: x(tick), y: bottom + 17, 'text-anchor': 'middle' }, formatX(tick)),
        ]),
      ),
    ...titled,
  ];
}

/** With the minus sign of print. */
export function withMinus(number: string): string {
  return number.replace(/^-/, '−');
}

function baseline({ left, right, bottom, palette, size }: Frame, title: string): Markup[] {
  // A title that is wider than its axis stays on the sheet.
  const about = {
    x: Math.max((left + right) / 2, textWidth(title, size) / 2),
    y: bottom + 32,
    'text-anchor': 'middle',
  };
  return [
    markup('line', { x1: left, x2: right, y1: bottom, y2: bottom, stroke: palette.rule }),
    ...(title ? [markup('text', { ...about, fill: palette.soft, 'font-size': size }, title)] : []),
  ];
}

/** A thin rule across, with its label where no legend has it. */
export function referenceRule(reference: Reference | null, frame: Frame, labelled: boolean): Markup[] {
  if (!reference) return [];
  const { left, right, y, palette, size } = frame;
  const at = y(reference.value);
  const rule = markup('line', { x1: left, x2: right, y1: at, y2: at, stroke: palette.soft, 'stroke-width': 1 });
  if (!labelled) return [rule];
  const place = { x: right - 4, y: at - 5, 'text-anchor': 'end' };
  return [rule, markup('text', { ...place, fill: palette.soft, 'font-size': size }, told(reference.label))];
}
