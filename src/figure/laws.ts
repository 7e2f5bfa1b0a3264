import { formatCount, formatLoss, formatNumber, formatPower } from '../analysis/format.ts';
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
  return { id: 'laws', title: 'laws of the sweep', note: noteOf(fits), plates };
}

function noteOf({ laws, critical, open, epochs }: Fits): string {
  const sizes = new Set(Object.values(laws).flatMap(({ points }) => points.map(({ parameters }) => parameters))).size;
  const size = sizes > 1 ? `${sizes} sizes of model` : 'one size of model, so that A / N^α is a part of E';
  const fitted = `L = E + A / N^α + B / D′^β is fitted to the best loss up to 1, 2, 4 … epochs (Huber loss of ln L, ${size}); intervals are 95 % by a bootstrap over runs. Above ${formatNumber(10 * epochs, 2)}, ten times the epochs that were seen, R* cannot be told from ∞.`;
  const met = critical
    ? ` The critical compute is where the bests of both families at equal compute meet${open.length > 0 ? '; ↑ marks budgets in which they had not met by the end, which the line leaves out' : ''}.`
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
  const title = `${FAMILY_NAMES[family]}: loss against epochs, and the law`;
  const { law, error } = fit;
  return {
    id: `law-${family}`,
    title,
    about: `${title}: ${fit.points} points of ${fit.runs} runs on ${kinds.length} budgets; the law misses them by ${formatNumber(100 * error, 2)} % on average. E ${formatLoss(law.E)}, B ${formatPower(law.B)}, β ${formatNumber(law.beta)}, R* ${valueWords(fit.repetitions, one)}.`,
    table: {
      columns: ['unique tokens, epochs', 'loss', 'the law'],
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
        const style = { fill: palette[family], 'font-size': SIZE, 'font-weight': 600 };
        return markup('text', { ...style, x: end.x + 7, y: end.y + 4 }, label(end.kind));
      });
      const axis = {
        title: 'epochs; at the lines: unique tokens',
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
      ...(own ? [{ label: `${name}, here`, family, estimate: own, strong: true }] : []),
      ...PUBLISHED.repetitions[family].map(({ value, source }) => ({
        label: `${name}, ${source}`,
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
    title: 'R*: how many repetitions pay',
    about: `R* here: ${said.join('; ')}.`,
    rows,
    axisTitle: 'R*, repetitions',
    log: true,
    format: one,
  });
}

/** The exponent in a formula, `2.12 · 10^1.956 · U^2.174`, as printed by Prabhudesai et al. */
const PRINTED = (uniqueTokens: number): number => 2.12 * 10 ** 1.956 * uniqueTokens ** 2.174;

function exponentPlate(own: NonNullable<Fits['critical']>['exponent'], points: number): Plate {
  const published = PUBLISHED.criticalExponent.map(({ value, source }) => ({
    label: source.replace(/: .*/, ''),
    estimate: { value, lo: value, hi: value },
    published: true,
  }));
  return estimatesPlate('exponent', {
    title: 'Exponent b of the critical compute, C = a · U^b',
    about: `The critical compute grows as U to the power of ${formatNumber(own.value)} (95 % interval ${rangeWords(own, one)}) over ${points} points.`,
    rows: [{ label: 'here', estimate: own, strong: true }, ...published],
    axisTitle: 'exponent b',
    format: one,
  });
}

function criticalPlate({ critical, crossings, open }: Fits): Plate {
  const all = [...crossings, ...open];
  const title = 'Critical compute against unique tokens';
  const fitted = critical ? `; C = ${formatPower(critical.factor)} · U^${formatNumber(critical.exponent.value)}` : '';
  return {
    id: 'critical',
    title,
    about: `${title}: ${crossings.length} ${crossings.length === 1 ? 'point' : 'points'} where the bests of both families meet${fitted}.`,
    table: {
      columns: ['unique tokens, seed', 'training FLOPs', ''],
      rows: all.map((point, i) => [
        `${formatNumber(point.uniqueTokens)}, seed ${point.seed}`,
        formatPower(point.flops),
        i < crossings.length ? 'met' : 'had not met',
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
        ...ruled(frame, { title: 'unique tokens U', formatX: formatCount, formatY: formatPower }),
        ...clipped(frame, id, [...band, printed, ...points, ...arrows]),
        markup('text', note, 'dotted: as printed, from 10⁸ tokens'),
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
