import type { CrossingKind } from '../analysis/crossing.ts';
import type { ClaimId, Scale } from './experiment.ts';

export type Status = 'reproduced' | 'not reproduced at this scale' | 'inconclusive';

/** A size with its 95 % interval over seeds; the ends are null where there is none (too few seeds, or no number). */
export interface Effect {
  value: number;
  lo: number | null;
  hi: number | null;
  unit: string;
  words: string;
}

/** A criterion without parts is the one part of its verdict. */
export interface PartVerdict {
  says: string;
  /** The criterion in words: what was compared, and what had to hold. */
  criterion: string;
  /** A part that does not count is judged and shown beside the others. */
  counts: boolean;
  status: Status;
  /** What was found, and why that is the status. */
  words: string;
  effect?: Effect;
  /** With how many seeds of the same kind it would be decided, where it is not and seeds would do. */
  decidingSeeds?: number;
}

/** Where a crossing lies over seeds: of the seeds in which it is confirmed; null where there is none. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** One line of the crossings: a pair of families at the levels, one kind and metric, over the seeds. */
export interface CrossingLine {
  levels: Readonly<Record<string, string>>;
  which: CrossingKind;
  metric: 'loss' | 'accuracy';
  /** Seeds that have the pair, and how it stands in them at the end of the budget. */
  seeds: number;
  confirmed: number;
  possible: number;
  reverted: number;
  none: number;
  step: Spread | null;
  epoch: Spread | null;
  flops: Spread | null;
}

/** All that is said about a sweep. Plain JSON: no Infinity, no NaN. */
export interface Verdict {
  experiment: string;
  title: string;
  scale: Scale;
  claim: string;
  source: string;
  bearsOn: readonly ClaimId[];
  status: Status;
  /** One or two sentences: what the status rests on. */
  words: string;
  parts: PartVerdict[];
  /** The effect of the first part that has one. */
  effect: Effect | null;
  crossings: CrossingLine[];
  seeds: readonly number[];
  cells: { planned: number; done: number; missing: string[]; diverged: string[] };
  /** What was run on, each once. */
  ranOn: string[];
  command: string;
  /** What would decide an inconclusive verdict: the same sweep to its end, with more seeds, or at the next scale. */
  toDecide?: ToDecide;
}

/** What running cells takes: model FLOPs of training, and wall seconds at most where the results at hand were run. */
export interface Effort {
  flops: number;
  seconds: number;
}

export interface ToDecide {
  words: string;
  command: string;
  /** The sweep that would decide it, as far as it can be chosen on the page. */
  scale: Scale;
  seeds: number;
  /** Of all its cells, also of those that were run already; absent where nothing was run by which to judge. */
  effort?: Effort;
}
