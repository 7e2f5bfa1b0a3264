import { Worker } from 'node:worker_threads';
import { script } from 'virtual:cpu-thread';
import type { Spawn } from '../../remote/protocol.ts';

/** A worker thread with a cpu executor, which starts others by the script that it was started by. */
export const spawnThread: Spawn = ({ message, failure }) => {
  const worker = new Worker(script, { eval: true, workerData: script, name: 'cpu executor' });
  worker.on('message', message);
  worker.on('messageerror', (error) => failure(error.message));
  worker.on('error', (error) => failure(error.message));
  worker.on('exit', (code) => failure(`its exit code is ${code}`));
  return {
    post: (data, transfer) => worker.postMessage(data, transfer),
    end: () => void worker.terminate(),
  };
};
