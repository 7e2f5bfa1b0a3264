import { useMemo, useRef } from 'react';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { type Ghost, ghostLines } from '../shown/ghosts.ts';
import { useOnChart } from '../shown/onChart.ts';
import { endOfBudget } from '../shown/places.ts';
import { shownLog } from '../shown/show.ts';
import { type ChartView, usePage } from '../store.ts';
import { type Domain, visibleEnd, visibleHigh, xDomain, yDomain } from './axis.ts';
import { type Drawing, drawingOf, FIRST_END, ghostPoints, type Point } from './view.ts';

/** An earlier race as it is drawn. */
export interface DrawnGhost {
  ghost: Ghost;
  lines: Partial<Record<FamilyId, Point[]>>;
}

/** What the chart, the small ones beside it and the time slider have in common. */
export interface Picture {
  /** Tells one race from the next. */
  id: string;
  view: ChartView;
  drawing: Drawing;
  ghosts: DrawnGhost[];
  x: Domain;
  y: Domain;
  trueLoss: number | undefined;
}

/** The picture of the race on the chart at a version of its log. Domains stay as they are while the data fit. */
export function usePicture(version: number): Picture | null {
  const shown = useOnChart();
  const view = usePage((state) => state.chart);
  const ghosts = usePage((state) => state.ghosts);
  const held = useRef<{ of: string; domain: Domain } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes with the version
  return useMemo(() => {
    if (!shown) return null;
    const log = shownLog();
    const drawing = drawingOf(log, view);
    const others: DrawnGhost[] = ghosts
      .filter(({ id }) => id !== shown.id)
      .map((ghost) => {
        const lines = ghostLines(ghost.id);
        const drawn = FAMILIES.map((family) => [family, lines[family] && ghostPoints(lines[family], view)] as const);
        return { ghost, lines: Object.fromEntries(drawn.filter(([, points]) => points)) };
      });
    const places = others.flatMap(({ lines }) => FAMILIES.flatMap((family) => lines[family] ?? []));
    const furthest = places.reduce((most, { x }) => Math.max(most, x), 0);
    const budget = endOfBudget(shown, log, view.axis) ?? Number.POSITIVE_INFINITY;
    const end = visibleEnd(drawing.x.largest, budget, furthest);
    const { smallestPositive } = drawing.x;
    const whole = shown.lab === 'finished' || shown.lab === 'stopped';
    const x = xDomain({ smallestPositive, largest: end }, FIRST_END[view.axis], { log: view.logX, whole });

    const trueLoss = shown.plan?.dataset.trueLoss?.validation;
    const deepest = places.reduce((least, { x: place, y }) => (place <= x[1] ? Math.min(least, y) : least), Infinity);
    const low = Math.min(drawing.y.low, trueLoss ?? Infinity, deepest);
    const lowest = Math.min(drawing.y.lowest, deepest);
    const of = `${shown.id} ${view.logY} ${view.training}`;
    const previous = held.current?.of === of ? held.current.domain : null;
    const y = yDomain(low, visibleHigh(drawing.y.high, lowest, view.logY), view.logY, previous);
    if (drawing.y.low <= drawing.y.high) held.current = { of, domain: y };
    return { id: `${shown.source.kind} ${shown.id}`, view, drawing, ghosts: others, x, y, trueLoss };
  }, [shown, view, ghosts, version]);
}

/** Where a value lies on a domain, 0 at its beginning and 1 at its end. */
export function shareOf(value: number, [from, to]: Domain, log: boolean): number {
  return log ? Math.log(Math.max(value, from) / from) / Math.log(to / from) : (value - from) / (to - from);
}

/** The value at a share of a domain. */
export function valueAt(share: number, [from, to]: Domain, log: boolean): number {
  return log ? from * (to / from) ** share : from + share * (to - from);
}
