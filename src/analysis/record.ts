import type { FamilyId } from '../spec/schema.ts';

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
  /** Training seconds of this family: time spent in its own steps. */
  seconds: number;
  family: FamilyId;
  split: 'train' | 'validation' | 'test';
  metric: 'loss' | 'gradNorm';
  /** loss: nats per token. */
  value: number;
  bound: 'exact' | 'upper';
  /** Standard error of `value` over windows; null where it is not a mean over windows. */
  se: number | null;
  /** The loss of each window that `value` is the mean of, for paired comparisons. Validation and test only. */
  windows?: readonly number[];
}

export const AXES = ['epoch', 'step', 'tokens', 'flops', 'seconds'] as const;
export type Axis = (typeof AXES)[number];
