import { version } from '../../package.json';
import { CrossoverError, messageOf } from '../core/errors.ts';
import { interpretInstead } from '../cpu/executor.ts';
import { GpuExecutor, openGpuExecutor } from '../gpu/executor.ts';
import type { Executor, ExecutorChoice } from '../graph/executor.ts';
import { Interpreter } from '../graph/interpreter.ts';
import { Lab } from '../lab/lab.ts';
import type { Command, LabEvent, SweepEvent } from '../lab/protocol.ts';
import type { Spawn } from '../remote/protocol.ts';
import { openThreads } from '../remote/threads.ts';
import { FAMILIES } from '../spec/schema.ts';
import { browserWords } from './browserWords.ts';
import { openCellStore } from './cellStore.ts';
import { memoryStore } from './memoryStore.ts';
import { openTuningStore } from './tuningStore.ts';

/** The folder of index.html, seen from this script: the build puts it under assets/. */
const ROOT = import.meta.env.DEV ? '/' : '../';

/** The dedicated worker of the page: the lab, WebGPU, and messages. Nothing of it runs on the page's own thread. */
async function openExecutor(choice: ExecutorChoice): Promise<Executor> {
  switch (choice) {
    case 'interpret':
      return new Interpreter();
    case 'cpu':
      return openCpu().catch(interpretInstead);
    case 'gpu':
      return openGpu();
    case 'gpu-f16':
      return openGpu(true);
    case 'auto':
      return withoutGpu(await openGpu().catch((error: unknown) => error));
  }
}

/** A worker of this worker, with a cpu executor. */
const spawnThread: Spawn = ({ message, failure }) => {
  const worker = new Worker(new URL('./cpuThread.ts', import.meta.url), { type: 'module', name: 'cpu executor' });
  worker.addEventListener('message', ({ data }) => message(data));
  worker.addEventListener('messageerror', () => failure('a message of it cannot be read'));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    failure(event.message || 'its script cannot be loaded');
  });
  return { post: (data, transfer) => worker.postMessage(data, transfer), end: () => worker.terminate() };
};

/** A thread for each family. */
function openCpu(why?: string): Promise<Executor> {
  return openThreads(spawnThread, FAMILIES.length, { ...(why && { why }) });
}

async function openGpu(half = false): Promise<Executor> {
  if (!self.isSecureContext)
    throw new CrossoverError(
      'no-adapter',
      `WebGPU needs a secure origin; this page was loaded from ${self.location.origin}.`,
      'Open it over https, or from localhost; or compute on the CPU.',
    );
  if (!navigator.gpu)
    throw new CrossoverError(
      'no-adapter',
      'This browser has no WebGPU (navigator.gpu is missing).',
      'Use a current Chrome, Edge, Safari or Firefox with WebGPU switched on; or compute on the CPU.',
    );
  const why = 'The browser offers WebGPU; this is the adapter it chose.';
  return openGpuExecutor(navigator.gpu, { why, half, tuning: await openTuningStore(navigator.userAgent) });
}

/** The GPU, if that is what was found; where WebGPU is missing or is itself software, the CPU is the faster way. */
async function withoutGpu(found: unknown): Promise<Executor> {
  const gpu = found instanceof GpuExecutor ? found : undefined;
  if (gpu && !gpu.info.software) return gpu;
  if (!gpu && !(found instanceof CrossoverError && found.code === 'no-adapter')) throw found;
  const reason = gpu
    ? `The browser’s WebGPU adapter is ${gpu.info.adapter}: the CPU executor is faster.`
    : `${messageOf(found)} It trains on the CPU instead: slower than a GPU, but it works.`;
  try {
    const cpu = await openCpu(reason);
    gpu?.destroy();
    return cpu;
  } catch (error) {
    return gpu ?? interpretInstead(error);
  }
}

async function loadText(path: string): Promise<string> {
  const response = await fetch(new URL(`${ROOT}${path}`, self.location.href));
  const isText = response.headers.get('content-type')?.startsWith('text/plain');
  if (!response.ok || !isText)
    throw new CrossoverError(
      'io',
      `The corpus ${path} could not be loaded (status ${response.status}).`,
      'Reload the page, or choose another corpus.',
    );
  return response.text();
}

const lab = new Lab({
  openExecutor,
  loadText,
  store: memoryStore,
  emit: (event: LabEvent) => self.postMessage(event),
  now: () => performance.now(),
  breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
  sweeps: {
    store: openCellStore(),
    about: { host: browserWords(navigator), lab: version },
    emit: (event: SweepEvent) => self.postMessage(event),
  },
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => lab.send(data));
