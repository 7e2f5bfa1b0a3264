import { type GpuExecutor, openGpuExecutor } from '../../src/gpu/executor.ts';
import { openNodeGpu } from '../../src/hosts/node/webgpu.ts';

/** WebGPU for tests: the system's GPU or the software adapter that npm carries. Call `destroy()` when done. */
export async function openTestGpu(): Promise<GpuExecutor> {
  const { gpu, why, software } = await openNodeGpu();
  return openGpuExecutor(gpu, { why, software });
}

/** The same with 16-bit operands of matrix products; undefined where the device has no such numbers. */
export async function openHalfGpu(): Promise<GpuExecutor | undefined> {
  const { gpu, why, software } = await openNodeGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter?.features.has('shader-f16') ? openGpuExecutor(gpu, { why, software, half: true }) : undefined;
}

/** Said of a test that needs one and is skipped. */
export const NO_HALF = '(skipped: the device here has no shader-f16)';
