import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Op, OpCase } from '../../src/graph/op.ts';
import { OPS } from '../../src/ops/index.ts';
import { largestDifference, runOnExecutor } from '../ops/runCase.ts';
import { openTestGpu } from '../support/gpu.ts';

let gpu: GpuExecutor;
const reference = new Interpreter();
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => gpu?.destroy());

/** Every implementation of a case that this device can run. */
function variantsOf(op: Op, { inputs, attrs }: OpCase): readonly string[] {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, { shape, dtype: 'f32' as const }]),
  );
  return op.variants?.({ tensors, attrs }, gpu.traits) ?? [''];
}

describe.each(OPS.map((op) => [op.name, op] as const))('WGSL of %s gives what its f64 reference gives', (_, op) => {
  it.each(op.cases.map((each) => [each.title, each] as const))('%s, in every variant', async (_, each) => {
    const expected = await runOnExecutor(reference, op, each);
    for (const variant of variantsOf(op, each)) {
      const actual = await runOnExecutor(gpu, op, each, { [op.name]: variant });
      for (const [name, values] of Object.entries(expected))
        expect(largestDifference(actual[name], values), `${name} ${variant}`).toBeLessThan(op.tolerance ?? 1e-4);
    }
  });
});
