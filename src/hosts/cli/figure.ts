import { evaluationsOf, improvementsOf } from '../../analysis/compare.ts';
import type { Crossing } from '../../analysis/crossing.ts';
import { formatCount, formatLoss, formatNumber, formatPower } from '../../analysis/format.ts';
import type { Axis, MetricRecord } from '../../analysis/record.ts';
import { linearScale, lossDomain, type Scale, ticksOf } from '../../figure/scale.ts';
import { element, escapeText, pathThrough } from '../../figure/svg.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { FAMILY_NAMES } from './results.ts';

export interface FigureData {
  records: readonly MetricRecord[];
  crossings: readonly Crossing[];
  axis: Axis;
  /** Mask draws K of an evaluation, for the label of the upper bound. */
  draws: number;
  /** The entropy of the language in nats per token, where it is known. */
  trueLoss?: number;
}

export interface FigureOptions {
  width: number;
  height: number;
  /** Names at the line ends, crossings in words, points; without them it is a small panel. */
  detailed: boolean;
  /** Makes ids unique within a page. */
  id: string;
}

/** Colours and strokes of every figure; a page includes it once, a standalone file carries it. */
export const FIGURE_STYLE = `
.figure { --ink: #1c2733; --soft: #5b6875; --grid: #dfe4ea; --paper: #ffffff; --ar: #1f5fbf; --diffusion: #c43b1d; font: 13px/1.3 system-ui, sans-serif; display: block; max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { .figure { --ink: #e8edf2; --soft: #9aa7b4; --grid: #2c3640; --paper: #12171d; --ar: #6ea8ff; --diffusion: #ff8a66; } }
@media print { .figure { --ink: #000; --soft: #444; --grid: #ccc; --paper: #fff; --ar: #1f5fbf; --diffusion: #c43b1d; } }
.figure text { fill: var(--ink); } .figure .soft { fill: var(--soft); font-size: 12px; } .figure .name { font-weight: 650; }
.figure .grid { stroke: var(--grid); } .figure .axis { stroke: var(--soft); }
.figure .ar { --line: var(--ar); } .figure .diffusion { --line: var(--diffusion); }
.figure .line { stroke: var(--line); stroke-width: 2; fill: none; stroke-linejoin: round; } .figure .diffusion .line { stroke-dasharray: 7 4; }
.figure .best { stroke: var(--line); stroke-width: 1.4; stroke-dasharray: 1.5 3; fill: none; } .figure .band { fill: var(--line); opacity: 0.16; }
.figure .point { fill: var(--line); } .figure .ar text, .figure .diffusion text { fill: var(--line); }
.figure .lead { stroke: var(--soft); stroke-dasharray: 2 3; } .figure .mark { fill: var(--ink); stroke: var(--ink); stroke-width: 1.6; }
.figure .mark.strict { fill: var(--paper); } .figure .truth { stroke: var(--soft); stroke-width: 1.2; }
`.trim();

const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  epoch: 'epochs (tokens seen / unique tokens)',
  step: 'optimizer steps',
  tokens: 'training tokens seen',
  flops: 'training FLOPs of each model',
  seconds: 'training seconds of each model',
};

/** How a value of an axis is written at its ticks. */
export function formatOnAxis(axis: Axis, value: number): string {
  if (axis === 'flops') return formatPower(value);
  return axis === 'tokens' ? formatCount(value) : formatNumber(value);
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
}

/**
 * Validation loss of both families against an axis, as an SVG element: raw evaluations joined by straight lines, with
 * one standard error around them, the best so far dotted, the live crossing ◆ and the strict one ◇. A pure function
 * of the records.
 */
export function figureSvg(data: FigureData, options: FigureOptions): string {
  const { width, height, detailed, id } = options;
  const series = Object.fromEntries(
    FAMILIES.map((family) => [family, evaluationsOf(data.records.filter((record) => record.family === family))]),
  ) as Record<FamilyId, MetricRecord[]>;
  const frame = frameOf(data, series, options);
  const clip = `clip-${id}`;
  return element(
    'svg',
    {
      class: 'figure',
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': `Validation loss of both models against ${AXIS_TITLES[data.axis]}. ${describe(data, series)}`,
    },
    element(
      'clipPath',
      { id: clip },
      element('rect', {
        x: frame.left,
        y: frame.top,
        width: frame.right - frame.left,
        height: frame.bottom - frame.top,
      }),
    ),
    axes(data.axis, frame, detailed),
    truth(data.trueLoss, frame, detailed),
    ...FAMILIES.map((family) =>
      element('g', { class: family, 'clip-path': `url(#${clip})` }, line(series[family], data.axis, frame, detailed)),
    ),
    ...data.crossings.map((crossing, i) => mark(crossing, i, data.axis, frame, detailed)),
    detailed ? names(series, data, frame) : '',
  );
}

/** The figure as a file of its own, with its style inside. */
export function standaloneSvg(data: FigureData, options: FigureOptions): string {
  const svg = figureSvg(data, options);
  const at = svg.indexOf('>') + 1;
  return `${svg.slice(0, at)}<style>${FIGURE_STYLE}\n.figure { background: var(--paper); }</style>${svg.slice(at)}\n`;
}

/** The figure in words, for those who cannot see it. */
function describe({ crossings }: FigureData, series: Record<FamilyId, readonly MetricRecord[]>): string {
  const bests = FAMILIES.flatMap((family) => {
    const best = improvementsOf(series[family]).at(-1);
    return best ? [`${FAMILY_NAMES[family]}: best ${formatLoss(best.value)} at epoch ${best.epoch.toFixed(1)}`] : [];
  });
  const marks = crossings.flatMap(({ kind, at }) => (at ? [`${kind} crossing at epoch ${at.epoch.toFixed(1)}`] : []));
  return `${[...bests, ...marks].join('; ')}.`;
}

function frameOf(
  { axis, trueLoss }: FigureData,
  series: Record<FamilyId, readonly MetricRecord[]>,
  { width, height, detailed }: FigureOptions,
): Frame {
  const all = FAMILIES.flatMap((family) => series[family]);
  const end = all.reduce((most, record) => Math.max(most, record[axis]), 0) || 1;
  const values = all.map(({ value }) => value);
  const [left, right] = [46, width - (detailed ? 128 : 14)];
  const [top, bottom] = [detailed ? 78 : 10, height - 40];
  const x = linearScale([0, end], [left, right]);
  const y = linearScale(lossDomain(trueLoss === undefined ? values : [...values, trueLoss]), [bottom, top]);
  return { left, right, top, bottom, x, y };
}

function axes(axis: Axis, { left, right, bottom, x, y }: Frame, detailed: boolean): string {
  const across = ticksOf(y.domain, detailed ? 6 : 4).map(
    (tick) =>
      element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }) +
      element('text', { class: 'soft', x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, formatNumber(tick)),
  );
  const along = ticksOf(x.domain, detailed ? 7 : 3).map(
    (tick) =>
      element('line', { class: 'axis', x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 }) +
      element('text', { class: 'soft', x: x(tick), y: bottom + 18, 'text-anchor': 'middle' }, formatOnAxis(axis, tick)),
  );
  const title = { class: 'soft', x: (left + right) / 2, y: bottom + 35, 'text-anchor': 'middle' };
  return [
    ...across,
    element('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    ...along,
    element('text', title, AXIS_TITLES[axis]),
    detailed ? element('text', { class: 'soft', x: left - 34, y: 13 }, 'validation loss, nats per token') : '',
  ].join('');
}

function truth(value: number | undefined, { left, right, y }: Frame, detailed: boolean): string {
  if (value === undefined) return '';
  const rule = element('line', { class: 'truth', x1: left, x2: right, y1: y(value), y2: y(value) });
  const label = { class: 'soft', x: right - 4, y: y(value) - 5, 'text-anchor': 'end' };
  return rule + (detailed ? element('text', label, `entropy of the language ${formatLoss(value)}`) : '');
}

function line(evaluations: readonly MetricRecord[], axis: Axis, { x, y, right }: Frame, detailed: boolean): string {
  const finite = evaluations.filter(({ value }) => Number.isFinite(value));
  const at = (record: MetricRecord, value = record.value): [number, number] => [x(record[axis]), y(value)];
  const edge = (sign: number) => finite.map((record) => at(record, record.value + sign * (record.se ?? 0)));
  const band = finite.some(({ se }) => se !== null) ? pathThrough([...edge(1), ...edge(-1).reverse()]) : '';
  const bests = improvementsOf(finite);
  // Where every evaluation is the best so far, the line says so itself; the last best stands to the end, also of a
  // family that has stopped: it is what the strict crossing compares with.
  const rests = bests.map((best, i) => {
    const next = bests[i + 1];
    if (!next) return pathThrough([at(best), [right, y(best.value)]]);
    const until = finite[finite.indexOf(next) - 1];
    return until === best ? '' : pathThrough([at(best), at(until, best.value)]);
  });
  return [
    band && element('path', { class: 'band', d: `${band}Z` }),
    element('path', { class: 'best', d: rests.join('') }),
    element('path', { class: 'line', d: pathThrough(finite.map((record) => at(record))) }),
    ...(detailed
      ? finite.map((record) => element('circle', { class: 'point', cx: at(record)[0], cy: at(record)[1], r: 1.8 }))
      : []),
  ].join('');
}

const DIAMOND = 6;

function mark(crossing: Crossing, row: number, axis: Axis, frame: Frame, detailed: boolean): string {
  const { kind, status, at, value } = crossing;
  if (!at || !value) return '';
  const { left, right, top, bottom } = frame;
  const [x, y] = [frame.x(at[axis]), Math.max(top, Math.min(bottom, frame.y(value.diffusion)))];
  const diamond = pathThrough([
    [x, y - DIAMOND],
    [x + DIAMOND, y],
    [x, y + DIAMOND],
    [x - DIAMOND, y],
  ]);
  const shape = element('path', { class: `mark ${kind}`, d: `${diamond}Z` });
  if (!detailed) return shape;
  const height = top - 26 + 15 * row;
  const anchor = x > (left + right) / 2 ? 'end' : 'start';
  const doubt = status === 'confirmed' ? '' : ` (${status})`;
  const words = `${kind === 'live' ? '◆' : '◇'} ${kind} crossing${doubt}, ${axis} ${formatOnAxis(axis, at[axis])}`;
  const lead = element('line', { class: 'lead', x1: x, x2: x, y1: height + 4, y2: bottom });
  const label = element(
    'text',
    { class: 'soft', x: x + (anchor === 'end' ? 4 : -4), y: height, 'text-anchor': anchor },
    words,
  );
  return lead + shape + label;
}

const NAME_HEIGHT = 34;

/** The name of each line at its end, with what its value is; moved apart where they would overlap. */
function names(series: Record<FamilyId, readonly MetricRecord[]>, { axis, draws }: FigureData, frame: Frame): string {
  const { top, bottom, right, x, y } = frame;
  const notes = { ar: 'exact', diffusion: `upper bound (K = ${draws}, ± s.e.)` };
  const ends = FAMILIES.flatMap((family) => {
    const finite = series[family].filter(({ value }) => Number.isFinite(value));
    const last = finite.at(-1);
    if (!last) return [];
    const leaves = y(last.value) < top;
    const note = leaves ? `${notes[family]}; ends at ${formatLoss(last.value)} ↑` : notes[family];
    // A line that leaves through the top is named where it does, as far as its name fits.
    const leaving = finite.findLast((record, i) => i > 0 && y(record.value) >= top) ?? last;
    const at = Math.min(right, x((leaves ? leaving : last)[axis])) + 8;
    return [{ family, note, x: at, y: Math.max(top + 6, Math.min(bottom - 18, y(last.value))) }];
  }).sort((a, b) => a.y - b.y);
  const [upper, lower] = ends;
  if (lower && Math.abs(upper.x - lower.x) < 150 && lower.y - upper.y < NAME_HEIGHT) {
    lower.y = Math.min(bottom - 18, upper.y + NAME_HEIGHT);
    upper.y = lower.y - NAME_HEIGHT;
  }
  return ends
    .map((end) =>
      element(
        'g',
        { class: end.family },
        element('text', { class: 'name', x: end.x, y: end.y + 4 }, escapeText(FAMILY_NAMES[end.family])),
        ...wrap(end.note).map((text, i) =>
          element('text', { x: end.x, y: end.y + 18 + 13 * i, 'font-size': 11 }, escapeText(text)),
        ),
      ),
    )
    .join('');
}

/** A note in lines of about twenty characters. */
function wrap(note: string): string[] {
  return note.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 20) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []);
}
