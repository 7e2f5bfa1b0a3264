import type { MetricRecord } from '../../src/analysis/record.ts';
import { CELL_VERSION, type Cell, type CellResult, type FamilyResult } from '../../src/experiments/cell.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { evaluation } from '../analysis/records.ts';

/** Fifteen windows around a loss, alike in both families, so that paired differences are exact. */
function windowsAround(value: number): number[] {
  return Array.from({ length: 15 }, (_, i) => value + (i - 7) / 50);
}

/** Steps of the made-up runs: evaluations at step 1 and every 10 from then on, to step 190. */
export const STEPS = 190;
const PLACES = Array.from({ length: 20 }, (_, i) => Math.max(1, 10 * i));

/** Losses that fall to `best` at `at` in a straight line from 4 and rise by `rise` until the end. */
export function losses(family: FamilyId, { best, at, rise = 0 }: { best: number; at: number; rise?: number }) {
  return PLACES.map((step) => {
    const value = step <= at ? 4 + ((best - 4) * step) / at : best + (rise * (step - at)) / (STEPS - at);
    return evaluation(family, step, value, { windows: windowsAround(value) });
  });
}

export function accuracy(family: FamilyId, value: (step: number) => number, questions = 1000): MetricRecord[] {
  return PLACES.map((step) => ({
    ...evaluation(family, step, value(step)),
    split: 'questions',
    metric: 'accuracy',
    asked: { task: 'brackets', scoring: family === 'ar' ? 'full-sequence' : 'chain-rule', questions, chance: 0.25 },
    se: Math.sqrt((value(step) * (1 - value(step))) / questions),
  }));
}

export function test(family: FamilyId, value: number): MetricRecord {
  return evaluation(family, STEPS, value, { split: 'test', windows: windowsAround(value) });
}

export function ran(records: MetricRecord[], more: Partial<FamilyResult> = {}): FamilyResult {
  return { steps: STEPS, ended: 'budget', seconds: 10, parameters: 1e5, flopsPerStep: 1e8, records, ...more };
}

export function resultOf(cell: Cell, records: (cell: Cell, family: FamilyId) => FamilyResult): CellResult {
  return {
    ...cell,
    version: CELL_VERSION,
    results: Object.fromEntries(
      FAMILIES.filter((family) => cell.families.includes(family)).map((family) => [family, records(cell, family)]),
    ),
    ranOn: { executor: 'cpu', adapter: 'simd', host: 'test', lab: '0' },
    wallSeconds: 10,
  };
}
