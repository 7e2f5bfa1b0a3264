import { type Enlisting, type Hire, serveCrew } from '../cpu/crew.ts';
import { openCpuExecutor } from '../cpu/executor.ts';
import type { Message } from '../remote/protocol.ts';
import { ExecutorServer } from '../remote/server.ts';

/** A dedicated worker that computes for the lab's worker, or a part of what such a worker computes. */
const hire: Hire = (enlist) => {
  const member = new Worker(self.location.href, { type: 'module', name: 'cpu executor, a part' });
  const ready = new Promise<void>((resolve, reject) => {
    member.addEventListener('message', () => resolve(), { once: true });
    member.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error(event.message || 'its script cannot be loaded'));
    });
  });
  member.postMessage({ enlist } satisfies Enlisting);
  return { ready, end: () => member.terminate() };
};

const server = new ExecutorServer(
  (options) => openCpuExecutor(options, hire),
  (answer, transfer) => self.postMessage(answer, { transfer }),
);

self.addEventListener('message', ({ data }: MessageEvent<Message | Enlisting>) => {
  if ('enlist' in data) serveCrew(data.enlist, () => self.postMessage('ready'));
  else server.hear(data);
});
