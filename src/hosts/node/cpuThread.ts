import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type Enlisting, type Hire, serveCrew } from '../../cpu/crew.ts';
import { openCpuExecutor } from '../../cpu/executor.ts';
import type { Message } from '../../remote/protocol.ts';
import { ExecutorServer } from '../../remote/server.ts';

/**
 * A worker thread that computes for the thread of the lab, or a part of what such a thread computes.
 * `src/hosts/build/thread.ts` bundles it.
 */
const hire: Hire = (enlist) => {
  const member = new Worker(workerData, { eval: true, workerData, name: 'cpu executor, a part' });
  const ready = new Promise<void>((resolve, reject) => {
    member.once('message', () => resolve());
    member.once('error', reject);
    member.once('exit', (code) => reject(new Error(`its exit code is ${code}`)));
  });
  member.postMessage({ enlist } satisfies Enlisting);
  return { ready, end: () => void member.terminate() };
};

const server = new ExecutorServer(
  (options) => openCpuExecutor(options, hire),
  (answer, transfer) => parentPort!.postMessage(answer, transfer),
);

parentPort!.on('message', (message: Message | Enlisting) => {
  if ('enlist' in message) serveCrew(message.enlist, () => parentPort!.postMessage('ready'));
  else server.hear(message);
});
