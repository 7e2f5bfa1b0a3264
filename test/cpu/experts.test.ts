import { afterAll, beforeAll, describe } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { KERNEL_MODULES, openTestCpu } from '../support/cpu.ts';
import { itTrainsExperts } from '../support/experts.ts';

describe.each(KERNEL_MODULES)('experts on the cpu with the %s kernels:', (module) => {
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu(module);
  });
  afterAll(() => cpu?.destroy());

  itTrainsExperts(() => cpu);
});
