import { told } from '../analysis/language.ts';
import type { Cell, CellResult } from '../experiments/cell.ts';
import type { Experiment } from '../experiments/experiment.ts';
import { type Contest, contestsOf } from '../experiments/pairing.ts';
import type { CrossingLine } from '../experiments/verdict.ts';
import { levelNumber, levelWords } from '../experiments/words.ts';
import { type LossBound, lossBound } from '../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import { type CrossingNote, crossingsOf, type Diamond } from './crossings.ts';
import { acrossSeeds, type Curve, type FigureAxis, type FigureMetric, meritOf, recordsOf, seedLine } from './curves.ts';
import type { Domains, Reference } from './frame.ts';
import { lossDomain } from './scale.ts';

export interface Panel extends Domains {
  /** Label of the row: a level of the experiment's row axis. */
  row: string;
  column: number;
  metric: FigureMetric;
  curves: Curve[];
  diamonds: Diamond[];
  notes: CrossingNote[];
  /** With an accuracy that of guessing. */
  reference: Reference | null;
}

export interface Grid {
  axis: FigureAxis;
  /** The axis whose levels the rows are; absent where there is one row of everything. */
  rowAxis?: string | undefined;
  rows: string[];
  columns: readonly { metric: FigureMetric; label: string }[];
  /** Row by row. */
  panels: Panel[][];
  seeds: number;
  /** Mask draws of an evaluation, where all cells agree. */
  draws: number | null;
  /** What the losses of diffusion in it are. */
  bounds: ReadonlySet<LossBound>;
}

/** More curves of one family than this are drawn pale, but for the best. */
const CURVES_IN_FULL = 5;

/**
 * The paper's grid from the cells of a plan and what they gave so far: rows are the levels of the experiment's row
 * axis, columns its metrics; the other axes are the curves of a panel. A family that a row does not train is drawn
 * from its reference, as it is judged. Where the row axis gives families levels of their own, they are compared in one
 * panel. Cells without a result leave their place empty. `known` is what a verdict on the whole results says of the
 * crossings, where these are thinned.
 */
export function gridOf(
  { figure }: Pick<Experiment, 'figure'>,
  cells: readonly Cell[],
  results: readonly CellResult[],
  axis: FigureAxis,
  known: readonly CrossingLine[] = [],
): Grid {
  const contests = contestsOf(cells, results);
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const rowAxis = hasRivals(contests, figure.rows) ? figure.rows : undefined;
  const rowOf = ({ levels }: Cell) => (rowAxis === undefined ? '' : (levels[rowAxis] ?? ''));
  const rows = [...new Set(cells.map(rowOf))];
  const panels = rows.map((row) => {
    const own = contests.filter(({ cell }) => rowOf(cell) === row);
    return figure.columns.map(({ metric }, column) =>
      panelOf({ row, column, metric, axis, known }, own, byId, rowAxis),
    );
  });
  shareDomains(panels);
  const draws = new Set(cells.map(({ spec }) => spec.evaluation.draws));
  return {
    axis,
    rowAxis,
    rows,
    columns: figure.columns,
    panels,
    seeds: new Set(cells.map(({ seed }) => seed)).size,
    draws: draws.size === 1 ? [...draws][0] : null,
    bounds: new Set(
      cells.filter(({ families }) => families.includes('diffusion')).map(({ spec }) => lossBound('diffusion', spec)),
    ),
  };
}

/** What a row is, in words; empty for the one row of everything. */
export function rowTitle({ rowAxis }: Pick<Grid, 'rowAxis'>, row: string): string {
  return told(rowAxis === undefined ? row : levelWords({ [rowAxis]: row }));
}

/** Whether every level of the axis has both families planned. */
function hasRivals(contests: readonly Contest[], rowAxis: string): boolean {
  const levels = new Set(contests.map(({ cell }) => cell.levels[rowAxis]));
  return [...levels].every((level) =>
    contests.some(({ cell, from }) => cell.levels[rowAxis] === level && from.ar && from.diffusion),
  );
}

interface Place {
  row: string;
  column: number;
  metric: FigureMetric;
  axis: FigureAxis;
  known: readonly CrossingLine[];
}

function panelOf(
  { row, column, metric, axis, known }: Place,
  contests: readonly Contest[],
  byId: ReadonlyMap<string, Cell>,
  rowAxis: string | undefined,
): Panel {
  const curves = FAMILIES.flatMap((family) => curvesOf(family, { metric, axis }, contests, byId, rowAxis));
  const full = new Set(curves.filter(({ curve }) => curve.inFull).map(({ key, curve }) => curve.family + key));
  const paired = contests.filter((contest) =>
    FAMILIES.every((family) => full.has(family + sourceKey(contest, family, byId, rowAxis))),
  );
  const drawn = curves.map(({ curve }) => curve);
  const dots = drawn.flatMap(({ seeds }) => seeds.flatMap((seed) => seed.dots));
  const values = dots.map(({ y }) => y);
  return {
    row,
    column,
    metric,
    curves: drawn,
    ...crossingsOf(paired, { metric, axis, known, noted: drawn.length === 2 }),
    reference: metric === 'accuracy' ? guessing(contests) : null,
    xEnd: dots.reduce((end, { x }) => Math.max(end, x), 0) || 1,
    yDomain: metric === 'loss' ? lossDomain(values) : [Math.min(...values), Math.max(...values)],
  };
}

/** The levels of the cell that a contest's family comes from, on the axes that are not rows. */
function sourceLevels(
  { from }: Contest,
  family: FamilyId,
  byId: ReadonlyMap<string, Cell>,
  rowAxis: string | undefined,
) {
  const source = from[family] === undefined ? undefined : byId.get(from[family]);
  return source && Object.entries(source.levels).filter(([axis]) => axis !== rowAxis);
}

function sourceKey(
  contest: Contest,
  family: FamilyId,
  byId: ReadonlyMap<string, Cell>,
  rowAxis: string | undefined,
): string {
  return JSON.stringify(sourceLevels(contest, family, byId, rowAxis));
}

/** The family's curves in a panel, one for each setting that it was trained at, with the seeds of each. */
function curvesOf(
  family: FamilyId,
  { metric, axis }: { metric: FigureMetric; axis: FigureAxis },
  contests: readonly Contest[],
  byId: ReadonlyMap<string, Cell>,
  rowAxis: string | undefined,
): { key: string; curve: Curve }[] {
  const groups = new Map<string, Contest[]>();
  for (const contest of contests) {
    if (!contest.pair[family]) continue;
    const key = sourceKey(contest, family, byId, rowAxis);
    groups.set(key, [...(groups.get(key) ?? []), contest]);
  }
  const levels = [...groups.values()].map(([first]) => sourceLevels(first, family, byId, rowAxis) ?? []);
  const varies = (axisId: string) => new Set(levels.map((all) => new Map(all).get(axisId))).size > 1;
  const curves = [...groups].map(([key, own], rank): { key: string; curve: Curve } => {
    const bySeed = new Map(own.map((contest) => [contest.cell.seed, contest]));
    const seeds = [...bySeed].map(([seed, { pair }]) => seedLine(seed, pair[family]!, metric, axis));
    const measured = seeds.filter(({ dots }) => dots.length > 0);
    const apart = levels[rank].filter(([axisId]) => varies(axisId));
    const numbers = apart.flatMap(([axisId, level]) => levelNumber(axisId, level) ?? []);
    const curve = {
      family,
      label: levelWords(Object.fromEntries(apart)),
      ...(numbers.length > 1 && numbers.length === apart.length && { numbers }),
      rank,
      of: groups.size,
      seeds: measured,
      inFull: true,
    };
    return { key, curve: { ...curve, across: acrossSeeds(measured, metric) } };
  });
  const some = curves.filter(({ curve }) => curve.seeds.length > 0);
  if (some.length <= CURVES_IN_FULL) return some;
  const best = Math.max(...some.map(({ curve }) => meritOf(curve, metric)));
  return some.map(({ key, curve }) => ({ key, curve: { ...curve, inFull: meritOf(curve, metric) === best } }));
}

function guessing(contests: readonly Contest[]): Reference | null {
  for (const { pair } of contests) {
    for (const family of FAMILIES) {
      const record = pair[family] && recordsOf(pair[family], 'accuracy')[0];
      if (record?.asked) return { value: record.asked.chance, label: 'guessing' };
    }
  }
  return null;
}

/**
 * Rows are compared by eye: an accuracy and ΔNLL have one scale for a whole column, with some air. A loss has its own in
 * each panel: rows differ in how much data there is to learn, and a common scale would flatten every crossing.
 */
function shareDomains(panels: readonly Panel[][]): void {
  for (const [column, { metric }] of (panels[0] ?? []).entries()) {
    if (metric === 'loss') continue;
    const all = panels.map((row) => row[column]);
    const ends = all.flatMap(({ yDomain, reference }) => [...yDomain, ...(reference ? [reference.value] : [])]);
    const finite = ends.filter(Number.isFinite);
    const [low, high] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
    const pad = Math.max(0.02, 0.06 * (high - low));
    const domain: [number, number] = [low - pad, high + pad];
    if (metric === 'accuracy') {
      domain[0] = Math.max(-0.02, domain[0]);
      domain[1] = Math.min(1.02, domain[1]);
    }
    for (const panel of all) panel.yDomain = domain;
  }
}
