import type { Command, LabEvent, SweepEvent } from '../lab/protocol.ts';
import { changeDraft } from './actions.ts';
import { run } from './figure/actions.ts';
import { createSweepReceiver, isSweepEvent } from './figure/receive.ts';
import type { CellResults } from './figure/results.ts';
import { afterLoss, sweepIsBusy } from './figure/state.ts';
import { loseModels, receiveAnswer } from './inside/asking.ts';
import { createKeepingReceiver } from './keeping/receive.ts';
import type { RaceLog } from './race.ts';
import { createReceiver } from './receive.ts';
import { loseShelf, shelfParts } from './runs/actions.ts';
import { createShelfReceiver } from './runs/receive.ts';
import { draftOf } from './settings.ts';
import { isBusy, type PageStore, type Pending } from './store.ts';
import { words } from './words.ts';

/** The version is raised at most this often; how often the chart follows is its own affair. */
const VERSION_EVERY_MS = 250;

/** A worker, as far as the page needs one. */
export interface LabWorker extends Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'> {
  /** Of the Web Lock that it holds as long as it lives. */
  readonly lock: string;
}

export function startWorker(): LabWorker {
  const lock = `crossover-lab-${Math.random().toString(36).slice(2)}`;
  const worker = new Worker(new URL('../hosts/worker.ts', import.meta.url), { type: 'module', name: lock });
  return Object.assign(worker, { lock });
}

const PENDING: Partial<Record<Command['type'], Pending>> = {
  start: 'start',
  continueRace: 'start',
  branchRace: 'start',
  pause: 'pause',
  resume: 'resume',
  step: 'step',
  stop: 'stop',
};

/** A new attempt: what went wrong before is no longer of interest. */
const STARTING: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'start',
  'continueRace',
  'branchRace',
  'planSweep',
  'runSweep',
]);

export interface LabClient {
  send(command: Command): void;
  /** Puts a new worker in the place of one that has ended; the race that was on goes on, as far as it is kept. */
  replaceWorker(): void;
}

/** Connects the store to a worker: commands go out, events come in, a hidden page is not redrawn. */
export function connect(hire: () => LabWorker, store: PageStore, race: RaceLog, cells: CellResults): LabClient {
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
  const receiveSweep = createSweepReceiver(store, cells, run);
  const receiveShelf = createShelfReceiver(store, shelfParts);
  const receiveKeeping = createKeepingReceiver(store, {
    send: (command) => send(command),
    takeSetup: (spec) => changeDraft(draftOf(spec)),
  });
  const hear = (event: LabEvent | SweepEvent) => {
    if (isSweepEvent(event)) return receiveSweep(event);
    if (receiveAnswer(event)) return;
    receiveKeeping(event);
    if (!receiveShelf(event)) receive(event);
  };

  let worker: LabWorker;
  /** Nothing that a worker says after its end is heard. */
  const start = () => {
    const hired = hire();
    worker = hired;
    const fail = (reason: string) => {
      if (hired !== worker || store.getState().keeping.dead) return;
      hired.terminate();
      loseModels();
      loseShelf();
      const { runs, keeping, ...state } = store.getState();
      const dead = { race: isBusy(state) && !keeping.elsewhere?.watching ? runs.writing : null };
      const figure = { ...state.figure, ...afterLoss(state.figure) };
      const error = { code: 'internal', message: words.error.worker(reason), lang: state.language } as const;
      const changed = { lab: 'failed', detail: null, executor: null, pending: null, error } as const;
      store.setState({ ...changed, figure, keeping: { ...keeping, dead } });
    };
    let watched = false;
    hired.addEventListener('message', ({ data }: MessageEvent<LabEvent | SweepEvent>) => {
      if (hired !== worker) return;
      hear(data);
      if (!watched) whenFree(hired.lock, () => fail(words.keeping.dead));
      watched = true;
    });
    hired.addEventListener('error', ({ message }) => fail(message || words.keeping.noReason));
    hired.addEventListener('messageerror', () => fail(words.error.unreadableMessage));
  };

  const send = (command: Command) => {
    // While a sweep has the device, it is the sweep that is held or ended.
    const pending = sweepIsBusy(store.getState().figure) ? undefined : PENDING[command.type];
    if (pending) store.setState({ pending });
    if (STARTING.has(command.type)) store.setState({ error: null });
    worker.postMessage(command);
  };

  start();
  send({ type: 'inspect' });
  return {
    send,
    replaceWorker() {
      const { keeping, executorChoice } = store.getState();
      if (!keeping.dead) return;
      store.setState({ lab: 'idle', error: null, pending: null, keeping: { ...keeping, dead: null, elsewhere: null } });
      start();
      send({ type: 'inspect', executor: executorChoice });
      if (keeping.dead.race !== null) send({ type: 'continueRace', id: keeping.dead.race });
    },
  };
}

/** Waits for the end of a worker that nobody announces: a browser then gives back the lock that it held. */
async function whenFree(lock: string, then: () => void): Promise<void> {
  const locks = globalThis.navigator?.locks;
  const { held = [] } = (await locks?.query()) ?? {};
  if (held.some(({ name }) => name === lock)) await locks.request(lock, then);
}
