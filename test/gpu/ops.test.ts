import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import type { Op, OpCase } from '../../src/graph/op.ts';
import { expertsNNOp, expertsNTOp, expertsTNOp } from '../../src/ops/experts.ts';
import { OPS } from '../../src/ops/index.ts';
import { matmulNNOp, matmulNTOp, matmulTNOp } from '../../src/ops/matmul.ts';
import { largestDifference, runOnExecutor } from '../ops/runCase.ts';
import { NO_HALF, openHalfGpu, openTestGpu } from '../support/gpu.ts';

/** With 16-bit operands each factor is off by up to 2⁻¹¹ of itself. */
const HALF_TOLERANCE = 4e-3;

let gpu: GpuExecutor;
const half = await openHalfGpu();
const reference = new Interpreter();
beforeAll(async () => {
  gpu = await openTestGpu();
});
afterAll(() => {
  gpu?.destroy();
  half?.destroy();
});

/** Every implementation of a case that a device can run. */
function variantsOf({ traits }: GpuExecutor, op: Op, { inputs, attrs }: OpCase): readonly string[] {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, { shape, dtype: 'f32' as const }]),
  );
  return op.variants?.({ tensors, attrs }, traits) ?? [''];
}

async function expectReference(executor: GpuExecutor, op: Op, each: OpCase, variant: string, tolerance: number) {
  const expected = await runOnExecutor(reference, op, each);
  const actual = await runOnExecutor(executor, op, each, { [op.name]: variant });
  for (const [name, values] of Object.entries(expected))
    expect(largestDifference(actual[name], values), `${name} ${variant}`).toBeLessThan(tolerance);
}

describe.each(OPS.map((op) => [op.name, op] as const))('WGSL of %s gives what its f64 reference gives', (_, op) => {
  it.each(op.cases.map((each) => [each.title, each] as const))('%s, in every variant', async (_, each) => {
    for (const variant of variantsOf(gpu, op, each))
      await expectReference(gpu, op, each, variant, op.tolerance ?? 1e-4);
  });
});

describe
  .skipIf(!half)
  .each(
    [matmulNTOp, matmulNNOp, matmulTNOp, expertsNTOp, expertsNNOp, expertsTNOp].map(
      (op) => [op.name, half ? '' : NO_HALF, op as Op] as const,
    ),
  )('WGSL of %s with 16-bit operands gives what its f64 reference gives %s', (_, __, op) => {
  it.each(op.cases.map((each) => [each.title, each] as const))('%s, in every variant', async (_, each) => {
    for (const variant of variantsOf(half!, op, each)) await expectReference(half!, op, each, variant, HALF_TOLERANCE);
  });
});
