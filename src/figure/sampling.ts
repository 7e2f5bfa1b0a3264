import { formatDuration, formatLoss, formatNumber, formatPower } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import type { Metric, MetricRecord } from '../analysis/record.ts';
import { median } from '../core/statistics.ts';
import type { CellResult } from '../experiments/cell.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import { type AxisText, frameOf, ruled } from './frame.ts';
import { type Box, freest } from './labels.ts';
import { group, type Markup, markup } from './markup.ts';
import { DASHES } from './palette.ts';
import { type Plate, type PlateGroup, plotHeight } from './plate.ts';
import { pathThrough } from './svg.ts';
import { textWidth } from './text.ts';

const SIZE = 11;

/** Texts that were written in one way, over the seeds. */
interface Written {
  family: FamilyId;
  /** Diffusion steps of a text; for AR one a token. */
  steps: number;
  /** Medians over the seeds of what was measured, and the range. */
  values: Partial<Record<Metric, { median: number; lo: number; hi: number }>>;
}

interface View {
  id: string;
  title: string;
  x: Metric;
  y: Metric;
  axis: AxisText;
}

const VIEWS: readonly View[] = [
  {
    id: 'nll-flops',
    title: 'NLL of a text against its FLOPs',
    x: 'sampleFlops',
    y: 'sampleNll',
    axis: { title: 'model FLOPs of a text', formatX: formatPower, formatY: (value) => formatNumber(value) },
  },
  {
    id: 'nll-seconds',
    title: 'NLL of a text against its time',
    x: 'sampleSeconds',
    y: 'sampleNll',
    axis: {
      title: 'seconds of a text',
      formatX: (value) => formatPower(value),
      formatY: (value) => formatNumber(value),
    },
  },
  {
    id: 'entropy-flops',
    title: 'Entropy of a text against its FLOPs',
    x: 'sampleFlops',
    y: 'sampleEntropy',
    axis: { title: 'model FLOPs of a text', formatX: formatPower, formatY: (value) => formatNumber(value) },
  },
];

/**
 * What the texts of a sweep's cells are worth against what they cost: by the number of diffusion steps, with AR beside them;
 * quality and, beside it, the entropy of the texts, without which a low NLL may be that of one sentence said over and over.
 * Undefined where no texts were judged, or where there is more than one setting.
 */
export function samplingPlates(results: readonly CellResult[]): PlateGroup | undefined {
  const settings = new Set(results.map(({ levels }) => JSON.stringify(levels)));
  const written = settings.size === 1 ? writtenIn(results) : [];
  const plates = VIEWS.flatMap((view) => {
    const shown = written.filter(({ values }) => values[view.x] && values[view.y]);
    return shown.some(({ family }) => family === 'diffusion') ? [plateOf(view, shown)] : [];
  });
  if (plates.length === 0) return undefined;
  const about = results.flatMap(samplesOf).find(({ metric }) => metric === 'sampleNll')?.sampled;
  const judged = about?.judge ? ` ${told('NLL under {0}, nats per token: lower is better.', told(about.judge))}` : '';
  const seeds = new Set(results.map(({ seed }) => seed)).size;
  const spread = seeds > 1 ? ` ${told('Medians over {0} seeds with their range.', seeds)}` : '';
  const time = told(
    'AR’s FLOPs are those of a cache of keys and values; its seconds are without one, as the lab has none, and depend on how many texts are written at once.',
  );
  return {
    id: 'sampling',
    title: told('writing, quality against its cost'),
    note: `${judged}${spread} ${time}`.trim(),
    plates,
  };
}

function samplesOf({ results }: CellResult): MetricRecord[] {
  return FAMILIES.flatMap((family) => results[family]?.records.filter(({ split }) => split === 'samples') ?? []);
}

function writtenIn(results: readonly CellResult[]): Written[] {
  const groups = new Map<string, Map<Metric, number[]>>();
  for (const { family, metric, value, sampled } of results.flatMap(samplesOf)) {
    if (!sampled || !Number.isFinite(value)) continue;
    const key = `${family} ${sampled.steps}`;
    const group = groups.get(key) ?? new Map<Metric, number[]>();
    groups.set(key, group.set(metric, [...(group.get(metric) ?? []), value]));
  }
  return [...groups]
    .map(([key, group]): Written => {
      const [family, steps] = key.split(' ');
      const values = [...group].map(([metric, all]) => [
        metric,
        { median: median(all), lo: Math.min(...all), hi: Math.max(...all) },
      ]);
      return { family: family as FamilyId, steps: Number(steps), values: Object.fromEntries(values) };
    })
    .sort((a, b) => a.steps - b.steps);
}

type Point = readonly [number, number];

const around = ([x, y]: Point, reach: number): Box => ({
  x: x - reach,
  y: y - reach,
  width: 2 * reach,
  height: 2 * reach,
});

/** What a straight line takes up, as a row of small boxes. */
function between([x0, y0]: Point, [x1, y1]: Point): Box[] {
  return Array.from({ length: 21 }, (_, i) => around([x0 + (i / 20) * (x1 - x0), y0 + (i / 20) * (y1 - y0)], 2));
}

/** Where a label may stand beside its mark, best first: above it to the right, below, to the left, straight above. */
function labelBoxes(words: string, [x, y]: Point): Box[] {
  const [width, height] = [textWidth(words, SIZE), SIZE + 3];
  const [right, left] = [x + 9, x - 9 - width];
  const [above, below] = [y - 6 - SIZE, y + 4];
  return [
    { x: right, y: above, width, height },
    { x: right, y: below, width, height },
    { x: left, y: below, width, height },
    { x: left, y: above, width, height },
    { x: x - width / 2, y: y - 22, width, height },
  ];
}

const nameOf = ({ family, steps }: Written): string =>
  family === 'ar' ? FAMILY_NAMES.ar : told(steps === 1 ? '{0} step' : '{0} steps', steps);

function plateOf({ id, title: english, x: on, y: of, axis: bare }: View, written: readonly Written[]): Plate {
  const title = told(english);
  const axis = { ...bare, title: told(bare.title) };
  const at = (each: Written) => ({ x: each.values[on]!, y: each.values[of]! });
  const cost = (value: number) => (on === 'sampleSeconds' ? formatDuration(value) : `${formatPower(value)} FLOPs`);
  const said = written.map((each) =>
    told('{0}: {1} at {2}', nameOf(each), formatLoss(at(each).y.median), cost(at(each).x.median)),
  );
  return {
    id,
    title,
    about: `${title}. ${said.join('; ')}.`,
    table: {
      columns: ['', axis.title, told('nats per token'), told('range')],
      rows: written.map((each) => {
        const { x, y } = at(each);
        return [
          nameOf(each),
          axis.formatX(x.median),
          formatLoss(y.median),
          `${formatLoss(y.lo)} … ${formatLoss(y.hi)}`,
        ];
      }),
    },
    height: plotHeight,
    draw: ({ width, height }, palette) => {
      const xs = written.map((each) => at(each).x.median);
      const ys = written.flatMap((each) => [at(each).y.lo, at(each).y.hi]);
      const [low, high] = [Math.min(...ys), Math.max(...ys)];
      const pad = 0.16 * (high - low) + 0.02;
      const frame = frameOf(
        { left: 40, right: width - 12, top: 8, bottom: height - 38 },
        {
          xStart: Math.min(...xs) / 2.2,
          // Room for the words beside the last mark.
          xEnd: Math.max(...xs) * 5,
          yDomain: [low - pad, high + pad],
          log: { x: true, y: false },
        },
        { palette, size: SIZE },
      );
      const { x, y } = frame;
      const diffusion = written.filter(({ family }) => family === 'diffusion');
      const path = markup('path', {
        d: pathThrough(diffusion.map((each) => [x(at(each).x.median), y(at(each).y.median)])),
        fill: 'none',
        stroke: palette.diffusion,
        'stroke-width': 1.8,
        'stroke-dasharray': DASHES.diffusion,
      });
      const place = (each: Written): Point => [x(at(each).x.median), y(at(each).y.median)];
      const taken = [
        ...written.flatMap((each) => [
          around(place(each), 5),
          { x: x(at(each).x.median) - 1, y: y(at(each).y.hi), width: 2, height: y(at(each).y.lo) - y(at(each).y.hi) },
        ]),
        ...diffusion.slice(1).flatMap((each, i) => between(place(diffusion[i]), place(each))),
      ];
      const marks = written.flatMap((each): Markup[] => {
        const [cx, cy] = place(each);
        const fill = palette[each.family];
        const range = pathThrough([
          [cx, y(at(each).y.lo)],
          [cx, y(at(each).y.hi)],
        ]);
        const halo = { 'paint-order': 'stroke', stroke: palette.paper, 'stroke-width': 3 };
        const box = freest(labelBoxes(nameOf(each), [cx, cy]), taken);
        taken.push(box);
        const label = { ...halo, x: box.x, y: box.y + SIZE, fill, 'font-size': SIZE, 'font-weight': 600 };
        return [
          markup('path', { d: range, stroke: fill, 'stroke-width': 1.4, opacity: 0.5 }),
          each.family === 'ar'
            ? markup('circle', { cx, cy, r: 4.6, fill })
            : markup('rect', { x: cx - 4.2, y: cy - 4.2, width: 8.4, height: 8.4, fill }),
          markup('text', label, nameOf(each)),
        ];
      });
      return group({}, [...ruled(frame, axis), path, ...marks]);
    },
  };
}
