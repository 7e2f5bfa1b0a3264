import { type GpuExecutor, openGpuExecutor } from '../../src/gpu/executor.ts';
import { openNodeGpu } from '../../src/hosts/node/webgpu.ts';

/** WebGPU for tests: the system's GPU or the software adapter that npm carries. Call `destroy()` when done. */
export async function openTestGpu(): Promise<GpuExecutor> {
  const { gpu, why, software } = await openNodeGpu();
  return openGpuExecutor(gpu, { why, software });
}
