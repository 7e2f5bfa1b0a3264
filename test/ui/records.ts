import type { MetricRecord } from '../../src/analysis/record.ts';

/** A validation loss at a step of 100 tokens, with U = 1,000 and whatever else differs. */
export function record(step: number, value: number, other: Partial<MetricRecord> = {}): MetricRecord {
  return {
    step,
    tokens: step * 100,
    epoch: step / 10,
    flops: step * 1e6,
    seconds: step / 50,
    family: 'ar',
    split: 'validation',
    metric: 'loss',
    value,
    bound: 'exact',
    se: 0.01,
    ...other,
  };
}
