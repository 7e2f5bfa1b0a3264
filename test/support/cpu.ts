import { type CpuExecutor, openCpuExecutor } from '../../src/cpu/executor.ts';
import { type KernelModule, supports } from '../../src/cpu/kernels.ts';

/** The kernel modules that this Node runs. Node 20 has relaxed SIMD behind `--experimental-wasm-relaxed-simd` only. */
export const KERNEL_MODULES: KernelModule[] = (['simd', 'relaxed'] as const).filter((module) => {
  if (supports(module)) return true;
  console.warn(`The ${module} kernels of the cpu executor are not tested: ${process.version} does not run them.`);
  return false;
});

/** The cpu executor for tests. Call `destroy()` when done. */
export function openTestCpu(module: KernelModule = 'simd'): Promise<CpuExecutor> {
  return openCpuExecutor({ module, why: 'A test asked for it.' });
}
