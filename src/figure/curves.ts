import { evaluationsOf } from '../analysis/compare.ts';
import type { Axis, MetricRecord } from '../analysis/record.ts';
import { bestSoFar } from '../analysis/series.ts';
import { median } from '../core/statistics.ts';
import type { FamilyResult } from '../experiments/cell.ts';
import type { FigurePlan } from '../experiments/experiment.ts';
import { accuracies, asked } from '../experiments/measures.ts';
import type { LevelNumber } from '../experiments/words.ts';
import type { FamilyId } from '../spec/schema.ts';

export type FigureMetric = FigurePlan['columns'][number]['metric'];

/** The axes of a sweep's figure: those on which all seeds of a cell are evaluated at the same places. */
export const FIGURE_AXES = ['epoch', 'tokens', 'step', 'flops'] as const satisfies readonly Axis[];
export type FigureAxis = (typeof FIGURE_AXES)[number];

/** A raw evaluation. */
export interface Dot {
  step: number;
  x: number;
  y: number;
  se: number | null;
}

export interface SeedLine {
  seed: number;
  dots: Dot[];
}

/** All seeds at one step. */
export interface Across {
  x: number;
  median: number;
  lo: number;
  hi: number;
  /** Median of the seeds' bests so far; NaN where a metric has no best. */
  best: number;
}

/** One family at one setting. */
export interface Curve {
  family: FamilyId;
  /** What sets it apart from the panel's other curves of the family; empty where it is the only one. */
  label: string;
  /** The same as numbers of several axes, where it is nothing else. */
  numbers?: readonly LevelNumber[];
  /** Its place among them, and how many they are. */
  rank: number;
  of: number;
  seeds: SeedLine[];
  /** The steps at which every seed was evaluated. */
  across: Across[];
  /** Whether it is drawn with all that belongs to it; where curves are many, only the best of a family is. */
  inFull: boolean;
}

/** What a family's result holds of a metric, raw and in order of steps; values that are not finite are left out. */
export function recordsOf(result: FamilyResult, metric: FigureMetric): MetricRecord[] {
  const all = {
    loss: () => evaluationsOf(result.records),
    accuracy: () => accuracies(result.records),
    deltaNll: () => asked(result.records, 'deltaNll'),
  }[metric]();
  return all.filter(({ value }) => Number.isFinite(value));
}

export function seedLine(seed: number, result: FamilyResult, metric: FigureMetric, axis: Axis): SeedLine {
  return { seed, dots: dotsOf(recordsOf(result, metric), axis) };
}

export function dotsOf(records: readonly MetricRecord[], axis: Axis): Dot[] {
  return records.map((record) => ({ step: record.step, x: record[axis], y: record.value, se: record.se }));
}

const SIGN: Readonly<Record<FigureMetric, 1 | -1 | undefined>> = { loss: 1, accuracy: -1, deltaNll: undefined };

/** Median and range over the seeds, at the steps that all of them have: where a seed has ended, there is neither. */
export function acrossSeeds(seeds: readonly SeedLine[], metric: FigureMetric): Across[] {
  const sign = SIGN[metric];
  const lines = seeds.map(({ dots }) => {
    const best = sign
      ? bestSoFar(dots.map(({ y }) => sign * y)).map((y) => sign * y)
      : new Float64Array(dots.length).fill(Number.NaN);
    return new Map(dots.map((dot, i) => [dot.step, { ...dot, best: best[i] }]));
  });
  const steps = [...(lines[0]?.keys() ?? [])].filter((step) => lines.every((line) => line.has(step)));
  return steps.map((step) => {
    const at = lines.map((line) => line.get(step)!);
    const values = at.map(({ y }) => y);
    return {
      x: median(at.map(({ x }) => x)),
      median: median(values),
      lo: Math.min(...values),
      hi: Math.max(...values),
      best: median(at.map(({ best }) => best)),
    };
  });
}

/** The best of the median: lower is better for a loss; a larger end for what has no best. */
export function meritOf({ across }: Pick<Curve, 'across'>, metric: FigureMetric): number {
  if (across.length === 0) return Number.NEGATIVE_INFINITY;
  const values = across.map(({ median: value }) => value);
  if (metric === 'loss') return -Math.min(...values);
  return metric === 'accuracy' ? Math.max(...values) : values[values.length - 1];
}
