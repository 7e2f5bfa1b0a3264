import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GpuExecutor } from '../../src/gpu/executor.ts';
import { timeVariant } from '../../src/gpu/tune.ts';
import { f32, u32 } from '../../src/graph/op.ts';
import { expertsNTOp } from '../../src/ops/experts.ts';
import { itTrainsExperts } from '../support/experts.ts';
import { openTestGpu } from '../support/gpu.ts';

describe('experts on the GPU:', () => {
  let gpu: GpuExecutor;
  beforeAll(async () => {
    gpu = await openTestGpu();
  });
  afterAll(() => gpu?.destroy());

  itTrainsExperts(() => gpu);

  it('can be timed in every variant, with rows for each expert', async () => {
    const inputs = { x: f32(96, 8), w: f32(3 * 40, 8), starts: u32(4) };
    const call = { tensors: { ...inputs, y: f32(96, 40) }, attrs: {} };
    const variants = expertsNTOp.variants!(call, gpu.traits).filter((name) => !name.endsWith('-f16'));
    expect(variants).toEqual(expect.arrayContaining(['register', 'tile32']));
    for (const variant of variants) expect(await timeVariant(gpu, expertsNTOp, call, variant, 0)).toBeGreaterThan(0);
  });
});
