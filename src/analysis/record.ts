import type { FamilyId, RaceSpec } from '../spec/schema.ts';

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
  /** Of texts that were written: NLL under what judges them, entropy of their characters, both in nats per token. */
  'sampleNll',
  'sampleEntropy',
  /** Mean cost of one text: forward passes, model FLOPs, seconds. */
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

/** How the texts were written that a number is about. */
export interface Sampled {
  /** Diffusion's sampling steps; of AR, the tokens of a text. */
  steps: number;
  /** The order of `sampling.reveal`; `left-to-right` of AR. */
  reveal: string;
  texts: number;
  /** What `sampleNll` is the likelihood of: `the language` where it is known exactly, else the name of a model. */
  judge: string;
}

/** How the texts of a measurement were written, and how they were judged. */
export interface Sampled {
  reveal: 'left-to-right' | RaceSpec['sampling']['reveal'];
  /** Steps that diffusion was given; for AR one a token. */
  steps: number;
  temperature: number;
  /** Tokens a block, η, or the threshold; where they play a part. */
  block?: number;
  remask?: number;
  threshold?: number;
  texts: number;
  /** Texts in one batch of the model. */
  together: number;
  /**
   * Whose NLL `sampleNll` is. language: the exact likelihood under the synthetic language with slips (`slipLoss`);
   * reference: the exact likelihood under a trained AR model, which `of` names. Absent where nobody judged.
   */
  judge?: { kind: 'language' | 'reference'; of: string };
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
  bound: 'exact' | 'upper';
  /** Standard error of `value` over windows, questions or texts; null where it is not a mean over them. */
  se: number | null;
  /** The loss of each window that `value` is the mean of, for paired comparisons. Validation and test only. */
  windows?: readonly number[];
}

export const AXES = ['epoch', 'step', 'tokens', 'flops', 'seconds'] as const;
export type Axis = (typeof AXES)[number];
