import type { CrossingKind } from '../analysis/crossing.ts';
import type { Diamond } from './crossings.ts';
import type { Across, Curve } from './curves.ts';
import type { Frame } from './frame.ts';
import { group, type Markup, markup } from './markup.ts';
import { DASHES, type Palette, shadeOf } from './palette.ts';
import { pathThrough } from './svg.ts';

type Point = readonly [number, number];

/**
 * A curve: raw evaluations as points with their standard error, the median of the seeds as straight lines between steps
 * that all seeds have, their range as a band (with one seed: ± one standard error), the best so far dotted.
 */
export function drawCurve(curve: Curve, { x, y, right, palette }: Frame): Markup {
  const { family, seeds, across, inFull, of } = curve;
  const at = (point: { x: number }, value: number): Point => [x(point.x), y(value)];
  const line = {
    d: pathThrough(across.map((point) => at(point, point.median))),
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
  const best = bestPath(across, at, right);
  const paint = { fill: palette[family] };
  const stroke = { fill: 'none', stroke: palette[family] };
  return group({ opacity: shadeOf(curve) }, [
    ...(low.length > 1
      ? [markup('path', { d: `${pathThrough([...high, ...low.reverse()])}Z`, ...paint, opacity: 0.15 })]
      : []),
    ...(whiskers ? [markup('path', { d: whiskers, stroke: palette[family], 'stroke-width': 0.8, opacity: 0.35 })] : []),
    drawDots(
      curve,
      dots.map((dot) => at(dot, dot.y)),
      palette[family],
    ),
    ...(best && of < 3
      ? [markup('path', { d: best, ...stroke, 'stroke-width': 1.3, 'stroke-dasharray': '1.3 2.6' })]
      : []),
    markup('path', line),
  ]);
}

/**
 * The best so far, but for where the line itself is it. The last best stands to the end, also of a family that has
 * stopped: it is what the strict crossing compares with.
 */
function bestPath(across: readonly Across[], at: (point: Across, value: number) => Point, right: number): string {
  const own = across.filter(({ best }) => Number.isFinite(best));
  const last = own.at(-1);
  if (!last) return '';
  const rests = own.slice(1).flatMap((point, i) => {
    const before = own[i];
    return point.best === point.median ? [] : [pathThrough([at(before, before.best), at(point, point.best)])];
  });
  const end = at(last, last.best);
  return [...rests, ...(end[0] < right ? [pathThrough([end, [right, end[1]]])] : [])].join('');
}

const DOT = 1.9;

/** Points: another shape for each curve of a family, so that shades need not be told apart. */
function drawDots(
  { rank }: Pick<Curve, 'rank'>,
  points: readonly Point[],
  colour: string,
  r = DOT,
  opacity = 0.55,
): Markup {
  if (rank % 4 > 0) {
    return markup('path', { d: points.map(([x, y]) => shapeAt(rank, x, y, r)).join(''), fill: colour, opacity });
  }
  // A line of no length with a round end is a circle, in a quarter of the characters.
  const round = { stroke: colour, 'stroke-width': 2 * r, 'stroke-linecap': 'round', opacity };
  return markup('path', { d: points.map((point) => `${pathThrough([point])}h0`).join(''), ...round });
}

/** A piece of a curve's line with one of its points, to stand before its name; its middle is at a height of 0. */
export function lineKey(curve: Curve, width: number, palette: Palette): Markup {
  const line = { x1: 0, x2: width, y1: 0, y2: 0, stroke: palette[curve.family], 'stroke-width': 2 };
  const dashes = DASHES[curve.family] && '4.5 2.5';
  return group({ opacity: shadeOf(curve) }, [
    markup('line', { ...line, 'stroke-dasharray': dashes }),
    drawDots(curve, [[width / 2, 0]], palette[curve.family], 3, 1),
  ]);
}

function shapeAt(rank: number, x: number, y: number, r: number): string {
  switch (rank % 4) {
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

/** The outline of a crossing's mark. */
export function diamondPath([x, y]: Point, radius = RADIUS): string {
  return `${pathThrough([
    [x, y - radius],
    [x + radius, y],
    [x, y + radius],
    [x - radius, y],
  ])}Z`;
}

/** Live crossings are filled, strict ones are not, as everywhere; one that is not confirmed is pale. */
export function diamondAt(kind: CrossingKind, at: Point, palette: Palette, sure = true): Markup {
  return markup('path', {
    d: diamondPath(at),
    fill: kind === 'live' ? palette.ink : palette.paper,
    stroke: palette.ink,
    'stroke-width': 1.5,
    'stroke-linejoin': 'round',
    opacity: sure ? 1 : 0.4,
  });
}

/** Where a diamond stands: at its place, or at the edge that it would leave through. */
export function placeOf({ x, y }: Pick<Diamond, 'x' | 'y'>, frame: Frame): Point {
  return [frame.x(x), Math.max(frame.top, Math.min(frame.bottom, frame.y(y)))];
}

export function drawDiamond(diamond: Diamond, frame: Frame): Markup {
  return diamondAt(diamond.kind, placeOf(diamond, frame), frame.palette, diamond.status === 'confirmed');
}
