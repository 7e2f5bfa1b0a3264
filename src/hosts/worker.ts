import { version } from '../../package.json';
import { CrossoverError, messageOf } from '../core/errors.ts';
import { type CpuOptions, interpretInstead } from '../cpu/executor.ts';
import { GpuExecutor } from '../gpu/executor.ts';
import type { Executor, ExecutorChoice } from '../graph/executor.ts';
import { Interpreter } from '../graph/interpreter.ts';
import { NoGpuError } from '../graph/noGpu.ts';
import { Lab } from '../lab/lab.ts';
import type { Command, LabEvent, SweepEvent } from '../lab/protocol.ts';
import type { Spawn } from '../remote/protocol.ts';
import { openThreads, threadsOf } from '../remote/threads.ts';
import { FAMILIES } from '../spec/schema.ts';
import { breaths } from './browser/breath.ts';
import { browserWords } from './browser/browserWords.ts';
import { openKept } from './browser/keep.ts';
import { memoryStore } from './browser/memoryStore.ts';
import { openBrowserGpu } from './browser/openGpu.ts';
import { Tabs } from './browser/tabs.ts';
import { openTuningStore } from './browser/tuningStore.ts';

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

/** A thread for each family, and more where the page may share memory between threads. */
function openCpu(options: CpuOptions = {}): Promise<Executor> {
  const models = FAMILIES.length;
  const threads = self.crossOriginIsolated ? threadsOf(navigator.hardwareConcurrency, models) : 1;
  return openThreads(spawnThread, models, { threads, ...options });
}

async function openGpu(half = false): Promise<Executor> {
  const { isSecureContext, location, navigator } = self;
  const surroundings = { isSecureContext, origin: location.origin, gpu: navigator.gpu };
  return openBrowserGpu(surroundings, { half, tuning: await openTuningStore(navigator.userAgent) });
}

/** The GPU, if that is what was found; where WebGPU is missing or is itself software, the CPU is the faster way. */
async function withoutGpu(found: unknown): Promise<Executor> {
  const gpu = found instanceof GpuExecutor ? found : undefined;
  if (gpu && !gpu.info.software) return gpu;
  const noGpu = found instanceof NoGpuError ? found.reason : undefined;
  if (!gpu && !noGpu) throw found;
  const reason = gpu
    ? `The browser’s WebGPU adapter is ${gpu.info.adapter}: the CPU executor is faster.`
    : `${messageOf(found)} It trains on the CPU instead: slower than a GPU, but it works.`;
  try {
    const cpu = await openCpu({ why: reason, ...(noGpu && { noGpu }) });
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

/** The bytes of a file of the page. */
async function loadFile(path: string): Promise<Uint8Array> {
  const response = await fetch(new URL(`${ROOT}${path}`, self.location.href));
  if (!response.ok) throw new CrossoverError('io', `The file ${path} could not be loaded (status ${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Its name is that of a Web Lock, which it holds as long as it lives: the page learns of an end that nobody announced. */
void self.navigator.locks?.request(self.name, () => new Promise<never>(() => {}));

const tabs = new Tabs({
  locks: self.navigator.locks,
  channel: 'BroadcastChannel' in self ? new BroadcastChannel('crossover-race') : undefined,
  emit: (event) => self.postMessage(event),
  send: (command) => lab.send(command),
});

const browser = browserWords(navigator);
const kept = openKept({ crossover: version, host: { browser } }, (event) => tabs.tell(event));

const lab = new Lab({
  openExecutor,
  loadText,
  store: memoryStore,
  emit: (event: LabEvent) => tabs.tell(event),
  hold: (what) => tabs.hold(what),
  now: () => performance.now(),
  breathe: breaths(),
  sweeps: {
    store: kept.cells,
    about: { host: browser, lab: version },
    emit: (event: SweepEvent) => tabs.tell(event),
  },
  shelf: { races: kept.races, loadFile },
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => tabs.command(data));
void tabs.look();
