import { parentPort } from 'node:worker_threads';
import { openCpuExecutor } from '../../cpu/executor.ts';
import { ExecutorServer } from '../../remote/server.ts';

/** A worker thread that computes for the thread of the lab. `src/hosts/build/thread.ts` bundles it. */
const server = new ExecutorServer(openCpuExecutor, (answer, transfer) => parentPort!.postMessage(answer, transfer));

parentPort!.on('message', (message) => server.hear(message));
