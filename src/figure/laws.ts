import { formatCount, formatLoss, formatNumber, formatPower } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import { type LawFit, type LawPoint, lawLoss, PUBLISHED } from '../analysis/laws.ts';
import { criticalAt, type Fits } from '../experiments/fits.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import { estimatesPlate, rangeWords, valueWords } from './estimates.ts';
import { clipped, frameOf, ruled } from './frame.ts';
import { diamondPath } from './marks.ts';
import { group, type Markup, markup } from './markup.ts';
import { DASHES, shadeOf } from './palette.ts';
import { type Plate, type PlateGroup, plotHeight } from './plate.ts';
import { pathThrough } from './svg.ts';
import { textWidth } from './text.ts';

const SIZE = 11;

/** The laws of a sweep as figures, each with the published values beside one's own. */
export function lawPlates(fits: Fits): PlateGroup {
  const { laws, critical, crossings } = fits;
  const plates = [
    ...FAMILIES.flatMap((family) => (laws[family] ? [lawPlate(family, laws[family])] : [])),
    ...(Object.keys(laws).length > 0 ? [repetitionsPlate(fits)] : []),
    ...(crossings.length > 0 ? [criticalPlate(fits)] : []),
    ...(critical ? [exponentPlate(critical.exponent, critical.points)] : []),
  ];
  return { id: 'laws', title: told('laws of the sweep'), note: noteOf(fits), plates };
}

function noteOf({ laws, critical, open, epochs }: Fits): string {
  const sizes = new Set(Object.values(laws).flatMap(({ points }) => points.map(({ parameters }) => parameters))).size;
  const size =
    sizes > 1 ? told('{0} sizes of model', sizes) : told('one size of model, so that A / N^α is a part of E');
  const fitted = told(
    'L = E + A / N^α + B / D′^β is fitted to the best loss up to 1, 2, 4 … epochs (Huber loss of ln L, {0}); intervals are 95 % by a bootstrap over runs. Above {1}, ten times the epochs that were seen, R* cannot be told from ∞.',
    size,
    formatNumber(10 * epochs, 2),
  );
  const met = critical
    ? ` ${told(
        open.length > 0
          ? 'The critical compute is where the bests of both families at equal compute meet; ↑ marks budgets in which they had not met by the end, which the line leaves out.'
          : 'The critical compute is where the bests of both families at equal compute meet.',
      )}`
    : '';
  return fitted + met;
}

/** Losses against epochs, a curve of the law for each budget (and size) through its points. */
function lawPlate(family: FamilyId, { fit, points }: { fit: LawFit; points: readonly LawPoint[] }): Plate {
  const kinds = [...new Set(points.map(kindOf))].sort((a, b) => tokensOf(a) - tokensOf(b));
  const sizes = new Set(points.map(({ parameters }) => parameters)).size > 1;
  const label = (kind: string) => {
    const [tokens, parameters] = kind.split(' ').map(Number);
    return sizes ? `${formatCount(tokens)}, ${formatCount(parameters)}` : formatCount(tokens);
  };
  const epochs = (point: LawPoint) => point.tokens / point.uniqueTokens;
  const title = told('{0}: loss against epochs, and the law', FAMILY_NAMES[family]);
  const { law, error } = fit;
  return {
    id: `law-${family}`,
    title,
    about: told(
      '{0}: {1} points of {2} runs on {3} budgets; the law misses them by {4} % on average. {5}.',
      title,
      fit.points,
      fit.runs,
      kinds.length,
      formatNumber(100 * error, 2),
      `E ${formatLoss(law.E)}, B ${formatPower(law.B)}, β ${formatNumber(law.beta)}, R* ${valueWords(fit.repetitions, one)}`,
    ),
    table: {
      columns: ['unique tokens, epochs', 'loss', 'the law'].map((column) => told(column)),
      rows: points.map((point) => [
        `${label(kindOf(point))}, ${formatNumber(epochs(point))}`,
        formatLoss(point.loss),
        formatLoss(lawLoss(law, point)),
      ]),
    },
    height: plotHeight,
    draw: ({ width, height }, palette, id) => {
      const room = Math.max(...kinds.map((kind) => textWidth(label(kind), SIZE))) + 12;
      const losses = points.map(({ loss }) => loss);
      const [low, high] = [Math.min(...losses), Math.max(...losses)];
      const pad = 0.08 * (high - low) + 0.01;
      const most = Math.max(...points.map(epochs));
      const frame = frameOf(
        { left: 40, right: width - room, top: 8, bottom: height - 38 },
        { xStart: 0.85, xEnd: most * 1.15, yDomain: [low - pad, high + pad], log: { x: true, y: false } },
        { palette, size: SIZE },
      );
      const { x, y } = frame;
      const drawn = kinds.map((kind, rank) => {
        const own = points.filter((point) => kindOf(point) === kind);
        const [{ parameters, uniqueTokens }] = own;
        const until = Math.max(...own.map(epochs));
        const shape = Array.from({ length: 41 }, (_, i) => until ** (i / 40));
        const at = (epoch: number) => lawLoss(law, { parameters, uniqueTokens, tokens: epoch * uniqueTokens });
        const curve = {
          stroke: palette[family],
          fill: 'none',
          'stroke-width': 1.6,
          'stroke-dasharray': DASHES[family],
        };
        const picture = group({ opacity: shadeOf({ rank, of: kinds.length }) }, [
          markup('path', { ...curve, d: pathThrough(shape.map((epoch) => [x(epoch), y(at(epoch))])) }),
          ...own.map((point) =>
            markup('circle', { cx: x(epochs(point)), cy: y(point.loss), r: 2.6, fill: palette[family] }),
          ),
        ]);
        return { picture, end: { kind, x: x(until), y: y(at(until)) } };
      });
      const names = drawn.map(({ end }) => {
        // Another line may run below a name.
        const halo = { stroke: palette.paper, 'stroke-width': 3, 'paint-order': 'stroke' };
        const style = { fill: palette[family], ...halo, 'font-size': SIZE, 'font-weight': 600 };
        return markup('text', { ...style, x: end.x + 7, y: end.y + 4 }, label(end.kind));
      });
      const axis = {
        title: told('epochs; at the lines: unique tokens'),
        formatX: (value: number) => formatNumber(value),
        formatY: one,
      };
      return group({}, [
        ...ruled(frame, axis),
        ...clipped(
          frame,
          id,
          drawn.map(({ picture }) => picture),
        ),
        ...names,
      ]);
    },
  };
}

const one = (value: number): string => formatNumber(value);
const kindOf = ({ uniqueTokens, parameters }: LawPoint): string => `${uniqueTokens} ${parameters}`;
const tokensOf = (kind: string): number => Number(kind.split(' ')[0]);

function repetitionsPlate({ laws }: Fits): Plate {
  const rows = FAMILIES.flatMap((family) => {
    const own = laws[family]?.fit.repetitions;
    const name = FAMILY_NAMES[family];
    return [
      ...(own ? [{ label: told('{0}, here', name), family, estimate: own, strong: true }] : []),
      ...PUBLISHED.repetitions[family].map(({ value, source }) => ({
        label: `${name}, ${told(source)}`,
        family,
        estimate: { value, lo: value, hi: value },
        published: true,
      })),
    ];
  });
  const said = FAMILIES.flatMap((family) => {
    const own = laws[family]?.fit.repetitions;
    return own ? [`${FAMILY_NAMES[family]} ${valueWords(own, one)} (${rangeWords(own, one)})`] : [];
  });
  return estimatesPlate('repetitions', {
    title: told('R*: how many repetitions pay'),
    about: told('R* here: {0}.', said.join('; ')),
    rows,
    axisTitle: told('R*, repetitions'),
    log: true,
    format: one,
  });
}

/** The exponent in a formula, `2.12 · 10^1.956 · U^2.174`, as printed by Prabhudesai et al. */
const PRINTED = (uniqueTokens: number): number => 2.12 * 10 ** 1.956 * uniqueTokens ** 2.174;

function exponentPlate(own: NonNullable<Fits['critical']>['exponent'], points: number): Plate {
  const published = PUBLISHED.criticalExponent.map(({ value, source }) => ({
    label: told(source.replace(/: .*/, '')),
    estimate: { value, lo: value, hi: value },
    published: true,
  }));
  return estimatesPlate('exponent', {
    title: told('Exponent b of the critical compute, C = a · U^b'),
    about: told(
      'The critical compute grows as U to the power of {0} (95 % interval {1}) over {2} points.',
      formatNumber(own.value),
      rangeWords(own, one),
      points,
    ),
    rows: [{ label: told('here'), estimate: own, strong: true }, ...published],
    axisTitle: told('exponent b'),
    format: one,
  });
}

function criticalPlate({ critical, crossings, open }: Fits): Plate {
  const all = [...crossings, ...open];
  const title = told('Critical compute against unique tokens');
  const fitted = critical ? `; C = ${formatPower(critical.factor)} · U^${formatNumber(critical.exponent.value)}` : '';
  return {
    id: 'critical',
    title,
    about: told(
      crossings.length === 1
        ? '{0}: {1} point where the bests of both families meet{2}.'
        : '{0}: {1} points where the bests of both families meet{2}.',
      title,
      crossings.length,
      fitted,
    ),
    table: {
      columns: ['unique tokens, seed', 'training FLOPs', ''].map((column) => told(column)),
      rows: all.map((point, i) => [
        told('{0}, seed {1}', formatNumber(point.uniqueTokens), point.seed),
        formatPower(point.flops),
        told(i < crossings.length ? 'met' : 'had not met'),
      ]),
    },
    height: plotHeight,
    draw: ({ width, height }, palette, id) => {
      const tokens = all.map(({ uniqueTokens }) => uniqueTokens);
      const met = crossings.map(({ uniqueTokens }) => uniqueTokens);
      const [from, to] = [Math.min(...tokens) / 1.6, Math.max(...tokens) * 1.6];
      const heights = [...all.map(({ flops }) => flops), ...met.map(PRINTED)];
      const frame = frameOf(
        { left: 52, right: width - 10, top: 8, bottom: height - 38 },
        {
          xStart: from,
          xEnd: to,
          yDomain: [Math.min(...heights) / 3, Math.max(...heights) * 4],
          log: { x: true, y: true },
        },
        { palette, size: SIZE },
      );
      const { x, y } = frame;
      const places = Array.from({ length: 41 }, (_, i) => from * (to / from) ** (i / 40));
      const line = (of: (uniqueTokens: number) => number) =>
        pathThrough(places.map((place) => [x(place), y(of(place))]));
      const bounds = critical ? places.map((place) => criticalAt(critical, crossings, place)) : [];
      const clip = (flops: number) => Math.min(frame.bottom + 40, Math.max(frame.top - 40, y(flops)));
      const upper = bounds.map(({ hi }, i): [number, number] => [
        x(places[i]),
        Number.isFinite(hi) ? clip(hi) : frame.top - 40,
      ]);
      const lower = bounds.map(({ lo }, i): [number, number] => [x(places[i]), lo > 0 ? clip(lo) : frame.bottom + 40]);
      const band = critical
        ? [
            markup('path', { d: `${pathThrough([...upper, ...lower.reverse()])}Z`, fill: palette.ink, opacity: 0.09 }),
            markup('path', {
              d: line((U) => criticalAt(critical, crossings, U).value),
              fill: 'none',
              stroke: palette.ink,
              'stroke-width': 1.8,
            }),
          ]
        : [];
      const printed = markup('path', {
        d: line(PRINTED),
        fill: 'none',
        stroke: palette.soft,
        'stroke-width': 1.2,
        'stroke-dasharray': '1.3 3',
      });
      const points = crossings.map(({ uniqueTokens, flops }) =>
        markup('path', { d: diamondPath([x(uniqueTokens), y(flops)], 4.6), fill: palette.ink, opacity: 0.8 }),
      );
      const arrows = open.map(({ uniqueTokens, flops }) => arrowAt(x(uniqueTokens), y(flops), palette.soft));
      const note = {
        x: frame.right - 4,
        y: frame.bottom - 8,
        'text-anchor': 'end',
        fill: palette.soft,
        'font-size': SIZE,
      };
      return group({}, [
        ...ruled(frame, { title: told('unique tokens U'), formatX: formatCount, formatY: formatPower }),
        ...clipped(frame, id, [...band, printed, ...points, ...arrows]),
        markup('text', note, told('dotted: as printed, from 10⁸ tokens')),
      ]);
    },
  };
}

function arrowAt(x: number, y: number, colour: string): Markup {
  const d =
    pathThrough([
      [x, y],
      [x, y - 14],
    ]) +
    pathThrough([
      [x - 4, y - 9],
      [x, y - 14],
      [x + 4, y - 9],
    ]);
  return markup('path', { d, fill: 'none', stroke: colour, 'stroke-width': 1.5, 'stroke-linejoin': 'round' });
}
