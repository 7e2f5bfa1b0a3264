import type { Rng } from '../core/rng.ts';
import type { LossBound } from '../spec/bound.ts';
import type { FamilyId } from '../spec/schema.ts';

/**
 * What a batch becomes once a family has corrupted it. N = B·T positions, row-major [B, T].
 * `logits[i]` always predicts `targets[i]`; the loss is Σ_i weights[i] · CE_i, in nats per token (with the loss
 * `uniform-bound`: Σ_i weights[i] · the integrand of that bound).
 */
export interface Corrupted {
  inputs: Uint32Array;
  targets: Uint32Array;
  weights: Float32Array;
  /** Where each position stands in its sequence; given while training where the family has `leftToRight`. */
  positions?: Uint32Array;
  /** The noise share 1 − α of each position; given with the loss `uniform-bound` only. */
  shares?: Float32Array;
}

/** [B, T] tokens of the vocabulary {0 … extra − 1}; `extra` is the id of the one additional token (BOS or [MASK]). */
export interface TokenBatch {
  tokens: Uint32Array;
  B: number;
  T: number;
  extra: number;
  /** What the training window of each row is called, [B]; absent in batches that are not trained on. */
  rows?: Uint32Array;
}

/** What the graph of a family's model needs to know of it. */
export interface ModelTraits {
  /** Whether position i may look only at positions ≤ i. */
  readonly causal: boolean;
  /** What a weight multiplies: the cross-entropy, or the integrand of the bound of uniform noise. */
  readonly loss: 'cross-entropy' | 'uniform-bound';
  /**
   * Where RoPE turns the query and the key of each row of a sequence of T that is read from left to right, u32 [T, 2]
   * of {0 … T}; while training, `Corrupted.positions` says it for every row. Absent: row i stands at i.
   */
  readonly leftToRight?: (T: number) => Uint32Array;
}

/**
 * All that tells the two families apart: the attention mask, the corruption (which carries the objective as
 * weights per position), the draws of the evaluation and the order in which a sampler reveals positions.
 */
export interface Family extends ModelTraits {
  readonly id: FamilyId;
  readonly label: string;
  /** What the extra token is called. */
  readonly extraToken: '<bos>' | '[MASK]';
  /** What the evaluated number is: `lossBound` of its spec. */
  readonly bound: LossBound;
  /** What its training loss is recorded as: `objective` where it estimates no likelihood and no bound of one. */
  readonly trainsOn: 'loss' | 'objective';
  /** Training corruption of one batch. A pure function of the batch, the stream and the step. */
  corrupt(batch: TokenBatch, noise: Rng, step: number): Corrupted;
  /**
   * Evaluation corruption of draw k of K for windows first, first + 1, … (one per row): the same at every call
   * with the same arguments, so that every evaluation of a run uses the same masks. Weights are such that
   * Σ_i over one row of weights · CE is that row's NLL (or its bound) per token; rows are not divided by B.
   */
  evaluate(batch: TokenBatch, noise: Rng, first: number, draw: number, draws: number): Corrupted;
  /** Number of draws an evaluation makes of each window: `draws` for diffusion, 1 where the NLL is exact. */
  evaluationDraws(draws: number): number;
}
