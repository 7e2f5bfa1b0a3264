import { CrossoverError } from '../core/errors.ts';
import { openGpuExecutor } from '../gpu/executor.ts';
import type { Executor } from '../graph/executor.ts';
import { Lab } from '../lab/lab.ts';
import type { Command, LabEvent } from '../lab/protocol.ts';
import { memoryStore } from './memoryStore.ts';

/** The folder of index.html, seen from this script: the build puts it under assets/. */
const ROOT = import.meta.env.DEV ? '/' : '../';

/** The dedicated worker of the page: the lab, WebGPU, and messages. Nothing of it runs on the page's own thread. */
async function openExecutor(): Promise<Executor> {
  if (!self.isSecureContext)
    throw new CrossoverError(
      'no-adapter',
      `WebGPU needs a secure origin; this page was loaded from ${self.location.origin}.`,
      'Open it over https, or from localhost.',
    );
  if (!navigator.gpu)
    throw new CrossoverError(
      'no-adapter',
      'This browser has no WebGPU (navigator.gpu is missing).',
      'Use a current Chrome, Edge, Safari or Firefox with WebGPU switched on; or run “npm run race” in a terminal, which brings its own.',
    );
  return openGpuExecutor(navigator.gpu, { why: 'The browser offers WebGPU; this is the adapter it chose.' });
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
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => lab.send(data));
