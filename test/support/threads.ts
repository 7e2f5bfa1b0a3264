import { MessageChannel } from 'node:worker_threads';
import { openCpuExecutor } from '../../src/cpu/executor.ts';
import type { Spawn, ThreadEvents } from '../../src/remote/protocol.ts';
import { ExecutorServer } from '../../src/remote/server.ts';

/** A `Spawn` whose threads are this one: messages really are cloned and transferred, and `kill` ends them. */
export function localThreads(open: ConstructorParameters<typeof ExecutorServer>[0] = openCpuExecutor) {
  const threads: { events: ThreadEvents; close: () => void }[] = [];
  const spawn: Spawn = (events) => {
    const { port1, port2 } = new MessageChannel();
    const server = new ExecutorServer(open, (answer, transfer) => port2.postMessage(answer, transfer));
    port2.on('message', (message) => server.hear(message));
    port1.on('message', events.message);
    const close = () => port1.close();
    threads.push({ events, close });
    return { post: (data, transfer) => port1.postMessage(data, transfer), end: close };
  };
  const kill = (index: number, reason: string) => {
    threads[index].close();
    threads[index].events.failure(reason);
  };
  return { spawn, kill, started: () => threads.length };
}
