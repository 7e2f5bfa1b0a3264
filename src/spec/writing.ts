import type { RaceSpec } from './schema.ts';

/** The part of a spec that says how is written. */
export type SamplingSettings = Omit<RaceSpec['sampling'], 'every'>;

/** What a set of settings comes to for a family: all of them that play a part in its writing, and no other. */
export interface WayOfWriting {
  reveal: 'left-to-right' | SamplingSettings['reveal'];
  /** Steps that diffusion was given (with first-hitting and threshold at most one a token); for AR one a token. */
  steps: number;
  temperature: number;
  topK?: number;
  topP?: number;
  block?: number;
  threshold?: number;
  remask?: number;
}

/** How the texts of a measurement were written, and how they were judged. */
export interface Sampled extends WayOfWriting {
  texts: number;
  /** Sequences in a batch of the model, which `sampleSeconds` depends on. */
  together: number;
  /**
   * Whose NLL `sampleNll` is: the synthetic language with slips (`slipLoss`), exactly, or an AR model that is named. Absent
   * where nobody judged.
   */
  judge?: string;
}
