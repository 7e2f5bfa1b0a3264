import type { LossBound } from '../spec/bound.ts';
import type { FamilyId } from '../spec/schema.ts';
import type { Sampled } from '../spec/writing.ts';

export const METRICS = [
  /** Nats per token. */
  'loss',
  /** What is trained on where that is no likelihood: on a scale of its own, never on the axis of a loss. */
  'objective',
  /** Global norm of the gradient before clipping. */
  'gradNorm',
  /** Share of the token–expert pairs that found no free slot. */
  'dropped',
  /** Share of the questions answered rightly. */
  'accuracy',
  /** Mean NLL of the right option and of the wrong ones, nats per token of the option, and the second minus the first. */
  'goldNll',
  'distractorNll',
  'deltaNll',
  /**
   * Means over texts that were written. NLL under what judges them, nats per token; entropy of a text's own distribution of
   * tokens, nats: what a text that repeats itself lacks.
   */
  'sampleNll',
  'sampleEntropy',
  /**
   * Mean cost of one text: forward passes, model FLOPs, wall seconds. The FLOPs are those of all forwards for diffusion; for AR
   * those of a KV cache, which computes each token once. The lab itself has none: seconds are of a forward a token.
   */
  'nfe',
  'sampleFlops',
  'sampleSeconds',
] as const;
export type Metric = (typeof METRICS)[number];

export const SCORINGS = [
  /** AR: likelihood of the whole sequence with the option filled in. */
  'full-sequence',
  /** AR: likelihood of the option given only what stands before it. */
  'prefix',
  /** Diffusion: the option's tokens one after the other from left to right, everything else visible; exact. */
  'chain-rule',
  /** Diffusion: the L/l bound over the option. */
  'bound',
  /** The text that is written into the gap is compared with the original, token by token. */
  'exact-match',
] as const;
export type Scoring = (typeof SCORINGS)[number];

export interface Asked {
  /** brackets, world, reversal, sudoku, cloze, infilling. */
  task: string;
  /** A part of the questions; absent: all of them. */
  category?: string;
  scoring: Scoring;
  questions: number;
  /** Accuracy of guessing. */
  chance: number;
}

/** One measured number. A line of `metrics.jsonl`; no NaN in JSON (the string "NaN" stands for it there). */
export interface MetricRecord {
  /** Optimizer steps taken when it was measured. */
  step: number;
  /** Training tokens seen. */
  tokens: number;
  /** tokens / U. */
  epoch: number;
  /** Training FLOPs spent (model FLOPs, attention counted; evaluation and sampling not included). */
  flops: number;
  /**
   * Training seconds of this family: time spent in its own steps. Wall time where it has a thread of its own; on a queue
   * that both share, a completion is charged with the time since the one before it, so that both add up to wall time.
   */
  seconds: number;
  family: FamilyId;
  /** `questions`: what was measured on the questions of a task; `samples`: on texts that the model wrote. */
  split: 'train' | 'validation' | 'test' | 'questions' | 'samples';
  metric: Metric;
  /** What was asked, and how it was scored; with split `questions` only. */
  asked?: Asked;
  /** With split `samples` only. */
  sampled?: Sampled;
  value: number;
  bound: LossBound;
  /** Standard error of `value` over windows, questions or texts; null where it is not a mean over them. */
  se: number | null;
  /** The loss of each window that `value` is the mean of, for paired comparisons. Validation and test only. */
  windows?: readonly number[];
}

export const AXES = ['epoch', 'step', 'tokens', 'flops', 'seconds'] as const;
export type Axis = (typeof AXES)[number];
