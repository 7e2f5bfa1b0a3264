import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { OPS } from '../../src/ops/index.ts';
import { largestDifference, runOnExecutor } from '../ops/runCase.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';

const reference = new Interpreter();

describe.each(KERNEL_MODULES)('the %s kernels', (module) => {
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu(module);
  });
  afterAll(() => cpu?.destroy());

  describe.each(OPS.map((op) => [op.name, op] as const))('give what the f64 reference of %s gives:', (_, op) => {
    it.each(op.cases.map((each) => [each.title, each] as const))('%s', async (_, each) => {
      const expected = await runOnExecutor(reference, op, each);
      const actual = await runOnExecutor(cpu, op, each);
      for (const [name, values] of Object.entries(expected))
        expect(largestDifference(actual[name], values), name).toBeLessThan(op.tolerance ?? 1e-4);
    });
  });
});
