import type { FamilyId } from '../spec/schema.ts';
import type { MeasureId } from './measures.ts';

/** What an experiment may be run on: two cores without a GPU, a laptop's GPU for a quarter of an hour, a workstation's. */
export const SCALES = ['minutes', 'coffee', 'night'] as const;
export type Scale = (typeof SCALES)[number];

/** What is claimed about diffusion and AR: one line each of the table of claims. */
export const CLAIMS = {
  crossover: 'Diffusion overtakes AR when unique data is limited',
  repeats: 'Repeated data is nearly as good as fresh data for diffusion',
  'more-data': 'The crossover comes later with more unique data',
  'better-data': 'The crossover comes later with better data',
  'larger-models': 'The crossover comes earlier with larger models',
  sparse: 'The crossover holds for dense and for sparse models',
  'input-noise': 'Noise in its input helps AR, but does not close the gap',
  'parameter-noise': 'Noise in its parameters (dropout) helps AR, but does not close the gap',
  'weight-decay': 'Far stronger weight decay than usual helps AR on repeated data',
  tuning: 'Tuning AR’s regularisation does not close the gap',
  'any-order': 'Learning every order is a cause of the advantage',
  'super-dense': 'Diffusion spends many times the compute, in training and in sampling',
  augmentation: 'Many different corruptions of each sequence are a cause of the advantage',
  objective: 'Masking with a linear schedule is the best of the denoising objectives',
  code: 'The crossover holds on code, with a constant rate and an anneal',
  'rising-validation': 'A rising validation loss does not mean worse answers',
  'long-repetition': 'Hundreds of epochs keep paying for diffusion',
} as const;
export type ClaimId = keyof typeof CLAIMS;

/** Settings by path, as `--set` takes them: `{ 'data.uniqueTokens': 3000 }`. */
export type Settings = Readonly<Record<string, number | boolean | string>>;

/** One value of an axis. */
export interface Level {
  /** What tables and figures call it: “3,000 tokens”, “dropout 0.3”. */
  label: string;
  /** Position on a numeric scale, where the axis has one: what a trend is judged and drawn along. */
  at?: number;
  settings: Settings;
  /**
   * Who is trained in these cells; both without it. A reference that does not depend on the axis is trained once: a cell
   * without a family is judged against the cell of the same seed at the axis' one level that has it (src/experiments/
   * pairing.ts).
   */
  families?: readonly FamilyId[];
}

/** What is varied. The cells of an experiment are the product of its axes and its seeds. */
export interface Axis {
  id: string;
  label: string;
  levels: readonly Level[];
}

/** Texts written at the end of a cell by the best weights: `count` of them at each number of diffusion steps. */
export interface SamplePlan {
  steps: readonly number[];
  count: number;
}

/** What is run at one scale. */
export interface Plan {
  /** Preset that everything else is a difference from. */
  preset: string;
  settings: Settings;
  axes: readonly Axis[];
  /** Paired: all cells of a seed see the same windows, initial weights and masks. */
  seeds: readonly number[];
  samples?: SamplePlan;
}

/** One of the paper's experiments, as data: what is asked, what is run, and how it will be judged. */
export interface Experiment {
  id: string;
  title: string;
  /** The claim in one sentence, as the paper (or who else is named) makes it. */
  claim: string;
  /** Where it is made. */
  source: string;
  /** The lines of the table of claims that it bears on. */
  bearsOn: readonly ClaimId[];
  plans: Readonly<Record<Scale, Plan>>;
  /** Written before any run: the verdict is computed from it and from the cells, and from nothing else. */
  criterion: Criterion;
  /** What the number on each axis of the figure is, and which metrics are its columns. */
  figure: FigurePlan;
}

/** Cells by the label of their level on each axis (or several labels); an axis that is not named is left free. */
export type Where = Readonly<Record<string, string | readonly string[]>>;

/** One number for each seed: a measure of a family in one cell, or in the best over the free axes. */
export interface Quantity {
  measure: MeasureId;
  /** Absent for a measure of the pair: a gap or a crossing. */
  family?: FamilyId;
  where: Where;
  /**
   * Where several cells are left, the one of smallest (largest) `by`, on average over the seeds, as tuning picks it. Without
   * it there must be one cell for each seed.
   */
  over?: 'min' | 'max';
  /** What the cell is picked by; without it the measure itself. A test loss must be picked by something else. */
  by?: MeasureId;
}

export type Criterion =
  /** The measure grows (or falls) from level to level of the axis; a crossing that never comes is later than any. */
  | { kind: 'trend'; axis: string; measure: MeasureId; family?: FamilyId; where: Where; direction: 'up' | 'down' }
  /**
   * The first quantity minus the second (or minus nothing), over seeds: above `margin`, below −`margin`, or between
   * −`margin` and `margin`. The margin is 0 unless it is given.
   */
  | {
      kind: 'difference';
      of: Quantity;
      minus?: Quantity;
      sign: 'positive' | 'negative' | 'neither';
      margin?: number;
    }
  /** A crossing that is confirmed (or never comes) in these cells, in every seed. */
  | {
      kind: 'crossing';
      which: 'live' | 'strict';
      metric: 'loss' | 'accuracy';
      where: Where;
      expected: 'confirmed' | 'none';
    }
  /** All parts that count must hold; each is named, and judged by itself. */
  | { kind: 'all'; parts: readonly Part[] };

export interface Part {
  says: string;
  criterion: Exclude<Criterion, { kind: 'all' }>;
  /** Judged and shown, but not counted: what the claim does not say and a reader will ask. */
  beside?: boolean;
}

export interface FigurePlan {
  /** Axis whose levels are the rows; the other axes are the panels' curves. */
  rows: string;
  columns: readonly { metric: 'loss' | 'accuracy' | 'deltaNll'; label: string }[];
}
