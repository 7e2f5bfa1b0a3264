import { findAccuracyCrossings, mainAccuracies, type TaskWay } from '../../analysis/accuracy.ts';
import { formatNumber } from '../../analysis/format.ts';
import type { MetricRecord } from '../../analysis/record.ts';
import { linearScale, ticksOf } from '../../figure/scale.ts';
import { element, escapeText, pathThrough } from '../../figure/svg.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { FAMILY_NAMES } from './results.ts';

export interface AccuracyFigure {
  task: string;
  way: TaskWay;
  width: number;
  height: number;
}

const DIAMOND = 6;

/**
 * Accuracy of both families on a task against epochs, as an SVG element in the style of the loss figures: raw
 * evaluations with one standard error, chance as a thin line, the live crossing ◆ and the strict one ◇.
 */
export function accuracySvg(records: readonly MetricRecord[], { task, way, width, height }: AccuracyFigure): string {
  const of = (family: FamilyId) =>
    mainAccuracies(
      records.filter((record) => record.family === family),
      task,
      way,
    ).sort((a, b) => a.step - b.step);
  const lines = FAMILIES.map((family) => ({ family, points: of(family) }));
  const all = lines.flatMap(({ points }) => points);
  const end = all.reduce((most, { epoch }) => Math.max(most, epoch), 0) || 1;
  const [left, right, top, bottom] = [46, width - 14, 26, height - 40];
  const x = linearScale([0, end], [left, right]);
  const y = linearScale([0, 1], [bottom, top]);
  const chance = all[0]?.asked?.chance ?? 0;

  const curve = ({ family, points }: (typeof lines)[number]): string => {
    const edge = (sign: number) =>
      points.map(({ epoch, value, se }): [number, number] => [
        x(epoch),
        y(Math.max(0, Math.min(1, value + sign * (se ?? 0)))),
      ]);
    return element(
      'g',
      { class: family },
      element('path', { class: 'band', d: `${pathThrough([...edge(1), ...edge(-1).reverse()])}Z` }),
      element('path', { class: 'line', d: pathThrough(points.map(({ epoch, value }) => [x(epoch), y(value)])) }),
      element('text', { class: 'name', x: family === 'ar' ? left : left + 34, y: 14 }, FAMILY_NAMES[family]),
    );
  };
  const { live, strict } = findAccuracyCrossings(of('ar'), of('diffusion'), task, way);
  const marks = [live, strict].flatMap(({ kind, at, value }) => {
    if (!at || !value) return [];
    const [cx, cy] = [x(at.epoch), y(value.diffusion)];
    const corners = [
      [cx, cy - DIAMOND],
      [cx + DIAMOND, cy],
      [cx, cy + DIAMOND],
      [cx - DIAMOND, cy],
    ] as const;
    return [element('path', { class: `mark ${kind}`, d: `${pathThrough(corners)}Z` })];
  });
  const across = ticksOf([0, 1], 4).map(
    (tick) =>
      element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }) +
      element('text', { class: 'soft', x: left - 8, y: y(tick) + 4, 'text-anchor': 'end' }, formatNumber(tick)),
  );
  const along = ticksOf([0, end], 3).map(
    (tick) =>
      element('line', { class: 'axis', x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 }) +
      element('text', { class: 'soft', x: x(tick), y: bottom + 18, 'text-anchor': 'middle' }, formatNumber(tick)),
  );
  const title = { class: 'soft', x: (left + right) / 2, y: bottom + 35, 'text-anchor': 'middle' };
  const ends = lines.flatMap(({ family, points }) => {
    const last = points.at(-1);
    return last ? [`${FAMILY_NAMES[family]} ${last.value.toFixed(3)}`] : [];
  });
  return element(
    'svg',
    {
      class: 'figure',
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': `Accuracy of both models on ${task} against epochs. At the end: ${ends.join(', ')}.`,
    },
    ...across,
    element('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    ...along,
    element('text', title, escapeText('epochs (tokens seen / unique tokens)')),
    element('line', { class: 'truth', x1: left, x2: right, y1: y(chance), y2: y(chance) }),
    element('text', { class: 'soft', x: right, y: y(chance) + 14, 'text-anchor': 'end' }, 'guessing'),
    ...lines.filter(({ points }) => points.length > 0).map(curve),
    ...marks,
  );
}
