import { openCpuExecutor } from '../cpu/executor.ts';
import type { Message } from '../remote/protocol.ts';
import { ExecutorServer } from '../remote/server.ts';

/** A dedicated worker that computes for the lab's worker. */
const server = new ExecutorServer(openCpuExecutor, (answer, transfer) => self.postMessage(answer, { transfer }));

self.addEventListener('message', ({ data }: MessageEvent<Message>) => server.hear(data));
