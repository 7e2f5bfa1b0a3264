import { availableParallelism } from 'node:os';
import { CrossoverError } from '../../core/errors.ts';
import { interpretInstead } from '../../cpu/executor.ts';
import { openGpuExecutor } from '../../gpu/executor.ts';
import type { TuningCache } from '../../gpu/tune.ts';
import type { Executor, ExecutorChoice } from '../../graph/executor.ts';
import { Interpreter } from '../../graph/interpreter.ts';
import { openThreads, threadsOf } from '../../remote/threads.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { spawnThread } from '../node/threads.ts';
import { openTuningFile } from '../node/tuningFile.ts';
import { type AdapterChoice, openNodeGpu, webgpuVersion } from '../node/webgpu.ts';

/** What a command computes on, as its arguments say. */
export interface Device {
  executor: ExecutorChoice;
  adapter: AdapterChoice;
  /** Of each model, on the cpu executor; what the cores allow without it. */
  threads?: number;
}

/**
 * The executor of a device, on this machine. `auto` is the GPU where there is one and else the CPU, which is
 * faster than a software adapter. Errors: `no-adapter`.
 *
 * @param models how many are to be trained at once
 */
export async function openExecutor(
  { executor, adapter, threads }: Device,
  models: number = FAMILIES.length,
): Promise<Executor> {
  switch (executor) {
    case 'interpret':
      return new Interpreter();
    case 'cpu':
      return openCpu(models, threads);
    case 'gpu':
    case 'gpu-f16': {
      const { gpu, software, why } = await openNodeGpu(adapter);
      return openGpuExecutor(gpu, { software, why, half: executor === 'gpu-f16', tuning: await openTuning() });
    }
    case 'auto': {
      const found = adapter === 'software' ? undefined : await openNodeGpu(adapter).catch(noAdapter);
      if (found && !found.software) return openGpuExecutor(found.gpu, { ...found, tuning: await openTuning() });
      return openCpu(
        models,
        threads,
        'No GPU adapter was found: the kernels run as WebAssembly on the CPU. --executor gpu would use a software adapter.',
      );
    }
  }
}

/** A thread for each model, and more where there are cores. Without WebAssembly SIMD it is the interpreter, whose `why` says so. */
function openCpu(models: number, threads = threadsOf(availableParallelism(), models), why?: string): Promise<Executor> {
  return openThreads(spawnThread, models, { threads, ...(why && { why }) }).catch(interpretInstead);
}

async function openTuning(): Promise<TuningCache> {
  return openTuningFile(`webgpu ${await webgpuVersion()}`);
}

function noAdapter(error: unknown): undefined {
  if (!(error instanceof CrossoverError && error.code === 'no-adapter')) throw error;
}
