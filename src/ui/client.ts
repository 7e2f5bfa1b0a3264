import type { Command, LabEvent, SweepEvent } from '../lab/protocol.ts';
import { createSweepReceiver, isSweepEvent } from './figure/receive.ts';
import type { CellResults } from './figure/results.ts';
import { sweepIsBusy } from './figure/state.ts';
import type { RaceLog } from './race.ts';
import { createReceiver } from './receive.ts';
import type { PageStore, Pending } from './store.ts';
import { words } from './words.ts';

/** The version is raised at most this often; how often the chart follows is its own affair. */
const VERSION_EVERY_MS = 250;

/** A worker, as far as the page needs one. */
export type LabWorker = Pick<Worker, 'postMessage' | 'addEventListener'>;

export function startWorker(): LabWorker {
  return new Worker(new URL('../hosts/worker.ts', import.meta.url), { type: 'module' });
}

const PENDING: Partial<Record<Command['type'], Pending>> = {
  start: 'start',
  pause: 'pause',
  resume: 'resume',
  step: 'step',
  stop: 'stop',
};

/** A new attempt: what went wrong before is no longer of interest. */
const STARTING: ReadonlySet<Command['type']> = new Set<Command['type']>(['start', 'planSweep', 'runSweep']);

export interface LabClient {
  send(command: Command): void;
}

/** Connects the store to the worker: commands go out, events come in, a hidden page is not redrawn. */
export function connect(worker: LabWorker, store: PageStore, race: RaceLog, cells: CellResults): LabClient {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stale = false;
  const raise = () => {
    timer = undefined;
    if (!stale || document.hidden) return;
    stale = false;
    store.setState((state) => ({ version: state.version + 1 }));
    timer = setTimeout(raise, VERSION_EVERY_MS);
  };
  const changed = () => {
    stale = true;
    if (timer === undefined) raise();
  };
  document.addEventListener('visibilitychange', raise);

  const receive = createReceiver(store, race, changed);
  const fail = (message: string) => {
    store.setState({ lab: 'failed', detail: null, executor: null });
    receive({ type: 'error', code: 'internal', message });
  };
  const receiveSweep = createSweepReceiver(store, cells);
  worker.addEventListener('message', ({ data }: MessageEvent<LabEvent | SweepEvent>) =>
    isSweepEvent(data) ? receiveSweep(data) : receive(data),
  );
  worker.addEventListener('error', (error) => fail(words.error.worker(error.message || 'no reason given')));
  worker.addEventListener('messageerror', () => fail(words.error.worker(words.error.unreadableMessage)));

  const send = (command: Command) => {
    // While a sweep has the device, it is the sweep that is held or ended.
    const pending = sweepIsBusy(store.getState().figure) ? undefined : PENDING[command.type];
    if (pending) store.setState({ pending });
    if (STARTING.has(command.type)) store.setState({ error: null });
    worker.postMessage(command);
  };
  send({ type: 'inspect' });
  return { send };
}
