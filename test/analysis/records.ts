import type { MetricRecord } from '../../src/analysis/record.ts';
import type { FamilyId } from '../../src/spec/schema.ts';

/** An evaluation at a step, with plausible values on the other axes; AR is half as dear as diffusion. */
export function evaluation(
  family: FamilyId,
  step: number,
  value: number,
  more: Partial<MetricRecord> = {},
): MetricRecord {
  const cost = family === 'ar' ? 1 : 2;
  return {
    step,
    tokens: step * 1024,
    epoch: (step * 1024) / 5000,
    flops: step * cost * 1e8,
    seconds: step * cost * 0.1,
    family,
    split: 'validation',
    metric: 'loss',
    value,
    bound: family === 'ar' ? 'exact' : 'upper',
    se: 0.01,
    ...more,
  };
}

/** Evaluations at step 1 and every 10 steps from then on: all of trained weights. */
export function curve(family: FamilyId, values: readonly number[], more: Partial<MetricRecord> = {}): MetricRecord[] {
  return values.map((value, i) => evaluation(family, Math.max(1, 10 * i), value, more));
}
