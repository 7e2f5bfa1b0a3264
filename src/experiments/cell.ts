import type { MetricRecord } from '../analysis/record.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { SamplePlan } from './experiment.ts';

export const CELL_VERSION = 1;

/** One race (or one family of it) of a sweep. */
export interface Cell {
  /** The hash of everything that its result depends on: spec, families, samples, and the version of cells. */
  id: string;
  experiment: string;
  /** Label of the level on each axis. */
  levels: Readonly<Record<string, string>>;
  seed: number;
  spec: RaceSpec;
  families: readonly FamilyId[];
  samples?: SamplePlan;
}

/** What one family did in a cell. */
export interface FamilyResult {
  /** Steps taken, and why no more. */
  steps: number;
  ended: 'budget' | 'patience' | 'diverged';
  /** Training seconds on the executor that is named in the cell's result. */
  seconds: number;
  parameters: number;
  flopsPerStep: number;
  /**
   * Every evaluation and every answered question set, raw and in the order of steps, and the test at the end. With the
   * losses by window: crossings pair them; where they are left out, the standard error of a gap is that of independent
   * means, which is larger and confirms less.
   */
  records: MetricRecord[];
  /** Where it diverged, in words. */
  problem?: string;
}

/** A finished cell: all that verdicts and figures are computed from. */
export interface CellResult extends Cell {
  version: typeof CELL_VERSION;
  results: Partial<Record<FamilyId, FamilyResult>>;
  /** What it was run on: adapter, executor, host, version of the lab. */
  ranOn: { executor: string; adapter: string; host: string; lab: string };
  wallSeconds: number;
}
