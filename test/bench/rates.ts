import { GpuExecutor } from '../../src/gpu/executor.ts';
import { timeVariant } from '../../src/gpu/tune.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { f32 } from '../../src/graph/op.ts';
import { matmulNTOp } from '../../src/ops/matmul.ts';

/** What a device achieves at its best, against which kernels are measured. */
export interface Rates {
  /** GFLOP/s of the best of our kernels in a product of two square matrices. */
  matmulGflops: number;
  /** Rows of those matrices, and the kernel; '' where there is only one. */
  matmulSize: number;
  matmulVariant: string;
  /** GB/s of a copy of a large buffer, bytes read and written together. */
  copyGBs: number;
}

const SMALLEST = 512;
const LARGEST = 4096;
/** A product that takes this long is large enough. */
const LONG_MS = 40;
const ROUNDS = 4;
const COPY_BYTES = { real: 2 ** 28, software: 2 ** 26 };

export async function ratesOf(executor: Executor): Promise<Rates> {
  const matmul = await matmulRate(executor);
  return { ...matmul, copyGBs: await copyRate(executor) };
}

/** Larger and larger squares, each with every variant, until one takes long. */
export async function matmulRate(executor: Executor): Promise<Omit<Rates, 'copyGBs'>> {
  let best = { matmulGflops: 0, matmulSize: 0, matmulVariant: '' };
  for (let n = SMALLEST, ms = 0; n <= LARGEST && ms < LONG_MS; n *= 2) {
    const call = { tensors: { x: f32(n, n), w: f32(n, n), y: f32(n, n) }, attrs: {} };
    const variants = (executor instanceof GpuExecutor && matmulNTOp.variants?.(call, executor.traits)) || [''];
    ms = Number.POSITIVE_INFINITY;
    for (const variant of variants) {
      const took = await timeVariant(executor, matmulNTOp, call, variant, ms);
      ms = Math.min(ms, took);
      const matmulGflops = (2 * n ** 3) / (took * 1e6);
      if (matmulGflops > best.matmulGflops) best = { matmulGflops, matmulSize: n, matmulVariant: variant };
    }
  }
  return best;
}

/** GB/s, read and written, of copyBufferToBuffer on a GPU, of a typed array's `set` on the CPU. */
export async function copyRate(executor: Executor): Promise<number> {
  if (!(executor instanceof GpuExecutor)) return memoryCopyRate(COPY_BYTES.software);
  const { device, info } = executor;
  const wanted = info.software ? COPY_BYTES.software : COPY_BYTES.real;
  const size = Math.min(wanted, device.limits.maxBufferSize);
  const [from, to] = [GPUBufferUsage.COPY_SRC, GPUBufferUsage.COPY_DST].map((usage) =>
    device.createBuffer({ label: 'copy rate', size, usage }),
  );
  /** Milliseconds of one submission with so many copies. */
  const msOf = async (copies: number): Promise<number> => {
    const encoder = device.createCommandEncoder({ label: 'copy rate' });
    for (let i = 0; i < copies; i++) encoder.copyBufferToBuffer(from, 0, to, 0, size);
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await executor.idle();
    return performance.now() - start;
  };
  try {
    await msOf(1);
    // As many as make the submission itself not count.
    let copies = 1;
    while ((await msOf(copies)) < LONG_MS && copies < 4096) copies *= 2;
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await msOf(copies));
    return (2 * size * copies) / (best * 1e6);
  } finally {
    from.destroy();
    to.destroy();
  }
}

function memoryCopyRate(bytes: number): number {
  const [from, to] = [1, 2].map((x) => new Float32Array(bytes / 4).fill(x));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    to.set(from);
    best = Math.min(best, performance.now() - start);
  }
  return (2 * bytes) / (best * 1e6);
}
