import { formatCount, formatLoss, formatNumber, formatPower } from '../analysis/format.ts';
import type { CrossingNote, Diamond } from './crossings.ts';
import type { Curve, FigureAxis } from './curves.ts';
import type { Panel } from './grid.ts';
import { group, type Markup, markup } from './markup.ts';
import { DASHES, NAMES, type Palette, shadeOf } from './palette.ts';
import { linearScale, type Scale, ticksOf } from './scale.ts';
import { pathThrough } from './svg.ts';
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
}

export const AXIS_TITLES: Readonly<Record<FigureAxis, string>> = {
  epoch: 'epochs (tokens seen / unique tokens)',
  tokens: 'training tokens seen',
  step: 'optimizer steps',
  flops: 'training FLOPs of each model',
};

/** A value of an axis at its ticks. */
export function formatOn(axis: FigureAxis, value: number): string {
  if (axis === 'flops') return formatPower(value);
  return axis === 'tokens' ? formatCount(value) : formatNumber(value);
}

const SMALL = 11;
const LABEL_GAP = 7;
const LABEL_HEIGHT = 13;
const LABEL_SHARE = 0.32;

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
  palette: Palette;
}

/**
 * One panel as a group of width × height: raw evaluations as points with their standard error, the median of the seeds
 * as straight lines between steps that all seeds have, their range as a band (with one seed: ± one standard error), the
 * best so far dotted, guessing as a thin rule, crossings as diamonds, and every line's name at its end.
 */
export function drawPanel(panel: Panel, options: PanelOptions): Markup {
  const { width, height, axis, palette, id, titled } = options;
  const names = panel.curves.filter(({ inFull }) => inFull).map((curve) => endName(curve, panel.yDomain[1]));
  const longest = Math.max(0, ...names.map((name) => textWidth(name, SMALL)));
  const right = width - Math.min(longest + LABEL_GAP + 4, width * LABEL_SHARE);
  const [left, top, bottom] = [42, panel.notes.length > 0 ? 22 : 8, height - (titled ? 38 : 22)];
  const x = linearScale([0, panel.xEnd], [left, right]);
  const frame = { left, right, top, bottom, x, y: linearScale(panel.yDomain, [bottom, top]), palette };
  const clip = `clip-${id}`;
  const inside = { x: left, y: top, width: right - left, height: bottom - top };
  return group({}, [
    markup('clipPath', { id: clip }, markup('rect', inside)),
    ...axes(frame, axis, { titled, filled: panel.curves.length > 0 }),
    ...guessing(panel.chance, frame),
    group(
      { 'clip-path': `url(#${clip})` },
      [...panel.curves].sort((a, b) => Number(a.inFull) - Number(b.inFull)).map((curve) => drawCurve(curve, frame)),
    ),
    ...panel.diamonds.map((diamond) => drawDiamond(diamond, frame)),
    ...notes(panel.notes, axis, frame),
    ...endNames(panel.curves, frame, width),
  ]);
}

function axes(
  { left, right, bottom, x, y, palette }: Frame,
  axis: FigureAxis,
  { titled, filled }: { titled: boolean; filled: boolean },
): Markup[] {
  const text = { fill: palette.soft, 'font-size': SMALL };
  const middle = (left + right) / 2;
  const title = titled
    ? [markup('text', { ...text, x: middle, y: bottom + 32, 'text-anchor': 'middle' }, AXIS_TITLES[axis])]
    : [];
  const rule = markup('line', { x1: left, x2: right, y1: bottom, y2: bottom, stroke: palette.rule });
  if (!filled) {
    const nothing = { ...text, x: middle, y: (bottom + y(y.domain[1])) / 2, 'text-anchor': 'middle' };
    return [rule, ...title, markup('text', nothing, 'nothing measured yet')];
  }
  return [
    ...ticksOf(y.domain, 6).map((tick) =>
      group({}, [
        markup('line', { x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: palette.grid }),
        markup('text', { ...text, x: left - 7, y: y(tick) + 4, 'text-anchor': 'end' }, formatNumber(tick)),
      ]),
    ),
    rule,
    ...ticksOf(x.domain, Math.max(2, Math.floor((right - left) / 58))).map((tick) =>
      group({}, [
        markup('line', { x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4, stroke: palette.rule }),
        markup('text', { ...text, x: x(tick), y: bottom + 17, 'text-anchor': 'middle' }, formatOn(axis, tick)),
      ]),
    ),
    ...title,
  ];
}

function guessing(chance: number | null, { left, right, y, palette }: Frame): Markup[] {
  if (chance === null) return [];
  return [
    markup('line', { x1: left, x2: right, y1: y(chance), y2: y(chance), stroke: palette.soft, 'stroke-width': 1 }),
  ];
}

function drawCurve(curve: Curve, { x, y, palette }: Frame): Markup {
  const { family, seeds, across, inFull, of } = curve;
  const at = (point: { x: number }, value: number): [number, number] => [x(point.x), y(value)];
  const median = pathThrough(across.map((point) => at(point, point.median)));
  const line = {
    d: median,
    fill: 'none',
    stroke: palette[family],
    'stroke-width': inFull ? 2 : 1,
    'stroke-linejoin': 'round',
    'stroke-dasharray': DASHES[family],
  };
  if (!inFull) return group({ opacity: 0.25 }, [markup('path', line)]);
  const dots = seeds.flatMap((seed) => seed.dots);
  const [low, high] =
    seeds.length > 1
      ? [across.map((point) => at(point, point.lo)), across.map((point) => at(point, point.hi))]
      : [dots.map((dot) => at(dot, dot.y - (dot.se ?? 0))), dots.map((dot) => at(dot, dot.y + (dot.se ?? 0)))];
  const errors = seeds.length > 1 ? dots.filter(({ se }) => se !== null && se > 0) : [];
  const whiskers = errors.map((dot) => pathThrough([at(dot, dot.y - dot.se!), at(dot, dot.y + dot.se!)])).join('');
  const best = pathThrough(across.filter((point) => Number.isFinite(point.best)).map((point) => at(point, point.best)));
  const paint = { fill: palette[family] };
  return group({ opacity: shadeOf(curve) }, [
    ...(low.length > 1
      ? [markup('path', { d: `${pathThrough([...high, ...low.reverse()])}Z`, ...paint, opacity: 0.15 })]
      : []),
    ...(whiskers ? [markup('path', { d: whiskers, stroke: palette[family], 'stroke-width': 0.8, opacity: 0.35 })] : []),
    markup('path', { d: dots.map((dot) => shapeAt(curve, ...at(dot, dot.y))).join(''), ...paint, opacity: 0.55 }),
    ...(best && of < 3
      ? [
          markup('path', {
            d: best,
            fill: 'none',
            stroke: palette[family],
            'stroke-width': 1.3,
            'stroke-dasharray': '1.3 2.6',
          }),
        ]
      : []),
    markup('path', line),
  ]);
}

/** A point: another shape for each curve of a family, so that shades need not be told apart. */
function shapeAt({ rank }: Pick<Curve, 'rank'>, x: number, y: number): string {
  const r = 1.9;
  switch (rank % 4) {
    case 0:
      return `${pathThrough([[x - r, y]])}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case 1:
      return `${pathThrough([
        [x - r, y - r],
        [x + r, y - r],
        [x + r, y + r],
        [x - r, y + r],
      ])}Z`;
    case 2:
      return `${pathThrough([
        [x, y - 1.3 * r],
        [x + 1.2 * r, y + r],
        [x - 1.2 * r, y + r],
      ])}Z`;
    default:
      return `${pathThrough([
        [x, y + 1.3 * r],
        [x + 1.2 * r, y - r],
        [x - 1.2 * r, y - r],
      ])}Z`;
  }
}

const RADIUS = 5.5;

/** Live crossings are filled, strict ones are not, as everywhere; one that is only possible is pale. */
export function diamondAt(
  kind: Diamond['kind'],
  [x, y]: readonly [number, number],
  palette: Palette,
  sure = true,
): Markup {
  const corners = [
    [x, y - RADIUS],
    [x + RADIUS, y],
    [x, y + RADIUS],
    [x - RADIUS, y],
  ] as const;
  return markup('path', {
    d: `${pathThrough(corners)}Z`,
    fill: kind === 'live' ? palette.ink : palette.paper,
    stroke: palette.ink,
    'stroke-width': 1.5,
    'stroke-linejoin': 'round',
    opacity: sure ? 1 : 0.4,
  });
}

function drawDiamond({ kind, status, x, y }: Diamond, { top, bottom, ...frame }: Frame): Markup {
  const height = Math.max(top, Math.min(bottom, frame.y(y)));
  return diamondAt(kind, [frame.x(x), height], frame.palette, status === 'confirmed');
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
  const prefix = `${NAMES[family]}, `;
  return (label.startsWith(prefix) ? label.slice(prefix.length) : label) || NAMES[family];
}

/** Names at the ends of the lines, moved apart. */
function endNames(curves: readonly Curve[], { top, bottom, y, right, palette }: Frame, width: number): Markup[] {
  const ends = curves
    .flatMap((curve) => {
      const last = curve.across.at(-1);
      if (!last || !curve.inFull) return [];
      return [{ curve, place: Math.max(top, Math.min(bottom, y(last.median))) }];
    })
    .sort((a, b) => a.place - b.place);
  const places = spread(
    ends.map(({ place }) => place),
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

/** The places, in order, at least a line apart and inside the range as far as they fit, each as near to its own as may be. */
function spread(places: readonly number[], [low, high]: readonly [number, number]): number[] {
  const result: number[] = [];
  for (const place of places) result.push(Math.max(place, (result.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_HEIGHT));
  const over = Math.max(0, (result.at(-1) ?? low) - high);
  let limit = Number.POSITIVE_INFINITY;
  for (let i = result.length - 1; i >= 0 && over > 0; i--) {
    limit = Math.min(result[i], i === result.length - 1 ? high : limit - LABEL_HEIGHT);
    result[i] = limit;
  }
  return result;
}
