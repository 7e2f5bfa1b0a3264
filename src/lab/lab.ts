import { CrossoverError, messageOf } from '../core/errors.ts';
import { loadCorpus } from '../data/corpora.ts';
import type { Executor, ExecutorChoice } from '../graph/executor.ts';
import { NoGpuError } from '../graph/noGpu.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { estimateRace } from './estimate.ts';
import { heldAgain } from './keptModels.ts';
import type { Command, LabEvent, Offer, RaceSummary } from './protocol.ts';
import { HeldModels } from './questions.ts';
import { RaceDesk } from './raceDesk.ts';
import { ShelfDesk, type ShelfHost } from './shelfDesk.ts';
import type { RunStore } from './store.ts';
import { SweepDesk, type SweepHost } from './sweepDesk.ts';

/** What a host provides: a device, the corpora, a place for runs, a clock and an ear. */
export interface LabHost {
  openExecutor(choice: ExecutorChoice): Promise<Executor>;
  /** The text of a prepared corpus by its path under `public/`. */
  loadText(path: string): Promise<string>;
  store: RunStore;
  emit(event: LabEvent): void;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Lets messages in between turns. */
  breathe(): Promise<void>;
  /** Where sweeps can be run on command. */
  sweeps?: SweepHost;
  /** Where races are kept from session to session; else `store` takes them. */
  shelf?: ShelfHost;
  /**
   * Takes the right to train, which one lab has at a time on a device that several share. Resolves to what gives it back,
   * or to null where another has it, which the host then tells.
   */
  hold?(what: 'race' | 'experiment'): Promise<(() => void) | null>;
}

/** One race at a time, driven by commands and heard through events; the same in a worker and in Node. */
export class Lab {
  #executor: Promise<Executor> | undefined;
  #choice: ExecutorChoice = 'auto';
  /** Whether a sweep waits for the right to train. */
  #asking = false;
  readonly #races: RaceDesk;
  readonly #held: HeldModels;
  readonly #sweeps: SweepDesk | undefined;
  readonly #shelf: ShelfDesk | undefined;

  constructor(private readonly host: LabHost) {
    const { sweeps, shelf, store, loadText, now, breathe, emit, hold } = host;
    const openExecutor = () => this.#open();
    this.#shelf = shelf && new ShelfDesk({ ...shelf, emit });
    this.#sweeps = sweeps && new SweepDesk({ ...sweeps, loadText, now, breathe, openExecutor });
    this.#held = new HeldModels({ emit, open: openExecutor, busy: () => this.#sweeps?.busy === true });
    this.#races = new RaceDesk({
      openExecutor,
      loadText,
      store,
      shelf: this.#shelf,
      emit,
      report: (error, about) => this.#report(error, about),
      held: this.#held,
      hold: hold && (() => hold.call(host, 'race')),
      now,
      breathe,
    });
  }

  send(command: Command): void {
    switch (command.type) {
      case 'inspect':
        this.#inspect(command.executor ?? this.#choice).catch((error) => this.#report(error));
        break;
      case 'start':
      case 'continueRace':
      case 'branchRace':
        if (this.#busy()) this.#report(new CrossoverError('bad-input', 'A race is already running; stop it first.'));
        else this.#races.run(command);
        break;
      case 'pause':
        this.#races.control?.pause(command.by);
        this.#sweeps?.pause();
        break;
      case 'resume':
        this.#races.control?.resume();
        this.#sweeps?.resume();
        break;
      case 'step':
        this.#races.control?.step();
        break;
      case 'stop':
        this.#races.control?.stop();
        this.#sweeps?.stop();
        break;
      case 'openSweep':
        this.#onSweeps((sweeps) => sweeps.open(command));
        break;
      case 'planSweep':
        this.#onSweeps((sweeps) => sweeps.plan(command), { device: true });
        break;
      case 'runSweep':
        this.#onSweeps((sweeps) => sweeps.run(), { device: true });
        break;
      case 'profile':
        if (this.#races.control) this.#races.control.profile();
        else this.host.emit({ type: 'noProfile', why: 'No race is on: there is no step to time.' });
        break;
      case 'ask':
        if (this.#races.control) this.#races.control.ask(command);
        else this.#held.ask(command);
        break;
      case 'lookInto':
        this.#onShelf((shelf) => this.#lookInto(shelf, command.id)).catch((error) => this.#report(error));
        break;
      case 'deviceReport':
        // Where the device is gone there is nothing to tell; its loss is told by whoever works on it.
        this.#reportDevice().catch(() => {});
        break;
      case 'estimate':
        // A race that cannot be estimated says why when it is asked for.
        this.#estimate(command.spec).catch(() => {});
        break;
      case 'listRaces':
      case 'readRace':
      case 'readRecording':
      case 'renameRace':
      case 'removeRace':
      case 'restoreRace':
      case 'purgeRaces':
      case 'exportRace':
      case 'importRaces':
        this.#onShelf((shelf) => shelf.handle(command)).catch((error) => this.#report(error));
        break;
    }
  }

  /** The summary of the race that is running, or ran last; null when it failed. */
  race(): Promise<RaceSummary | null> {
    return this.#races.summary;
  }

  /** Gives the device back. */
  async close(): Promise<void> {
    const executor = await this.#executor?.catch(() => undefined);
    executor?.destroy();
    this.#executor = undefined;
  }

  async #inspect(choice: ExecutorChoice): Promise<void> {
    if (choice !== this.#choice) {
      if (this.#busy()) throw new CrossoverError('bad-input', 'The executor cannot be changed while a race runs.');
      await this.close();
      this.#sweeps?.forget();
      this.#choice = choice;
    }
    await this.#open();
  }

  async #open(): Promise<Executor> {
    if (!this.#executor) {
      this.#executor = this.host.openExecutor(this.#choice);
      // After a loss or a refusal, the next attempt asks for a new device.
      const forget = () => {
        this.#executor = undefined;
      };
      this.#executor.then((executor) => executor.lost.catch(forget), forget);
      const { info } = await this.#executor;
      this.host.emit({ type: 'device', executor: info });
    }
    return this.#executor;
  }

  #busy(): boolean {
    return this.#asking || this.#races.control !== undefined || this.#sweeps?.busy === true;
  }

  /** Has the desk do something; a failure is told, and ends the sweep. */
  #onSweeps(act: (sweeps: SweepDesk) => Promise<void>, { device = false } = {}): void {
    const sweeps = this.#sweeps;
    if (!sweeps || (device && (this.#asking || this.#races.control))) {
      const why = sweeps ? 'A race is running; stop it first.' : 'This host runs no sweeps.';
      this.#report(new CrossoverError('bad-input', why));
      return;
    }
    const acting = device ? this.#holding(() => act(sweeps)) : act(sweeps);
    acting.catch((error) => {
      this.#report(error);
      if (!sweeps.busy) this.host.sweeps?.emit({ type: 'sweepState', state: 'failed' });
    });
  }

  /** Does something with the right to train; tells a sweep that it has failed where another lab has that right. */
  async #holding(act: () => Promise<void>): Promise<void> {
    const { hold, sweeps } = this.host;
    // A sweep that is under way has it already.
    if (!hold || this.#sweeps?.busy) return act();
    this.#asking = true;
    const release = await hold.call(this.host, 'experiment').finally(() => {
      this.#asking = false;
    });
    if (!release) {
      sweeps?.emit({ type: 'sweepState', state: 'failed' });
      return;
    }
    try {
      await act();
    } finally {
      release();
    }
  }

  async #onShelf(act: (shelf: ShelfDesk) => Promise<void>): Promise<void> {
    if (!this.#shelf) throw new CrossoverError('bad-input', 'This host keeps no races.');
    await act(this.#shelf);
  }

  /** Has the models of a kept race answer; while one is on, it is that which does. */
  async #lookInto(shelf: ShelfDesk, id: string): Promise<void> {
    const refuse = () => {
      if (this.#races.control) throw new CrossoverError('bad-input', 'A race is running; stop it first.');
    };
    refuse();
    const kept = await shelf.models(id);
    const race = heldAgain(id, kept, await loadCorpus(kept.spec.data.corpus, this.host.loadText, kept.ownText));
    // Another may have begun meanwhile.
    refuse();
    this.#held.hold(race);
    this.host.emit({ type: 'lookedInto', id, step: Math.max(...race.models.map(({ weights }) => weights.last.step)) });
  }

  /** What a race would take here. Whatever else begins meanwhile has made the measurement worthless. */
  async #estimate(spec: RaceSpec): Promise<void> {
    const { loadText, now, emit } = this.host;
    const executor = await this.#executor;
    if (!executor || this.#busy()) return;
    const seconds = await estimateRace(spec, { executor, loadText, now });
    if (!this.#busy()) emit({ type: 'estimate', spec, seconds });
  }

  async #reportDevice(): Promise<void> {
    const executor = await this.#executor;
    if (!executor) return;
    const memory = await executor.memory();
    this.host.emit({ type: 'deviceReport', memory, tuning: executor.tuning?.() ?? [] });
  }

  #report(error: unknown, { saved, offers = [] }: { saved?: string | undefined; offers?: Offer[] } = {}): void {
    const known = error instanceof CrossoverError ? error : undefined;
    this.host.emit({
      type: 'error',
      code: known?.code ?? 'internal',
      message: messageOf(error),
      ...(known?.hint && { hint: known.hint }),
      ...(known instanceof NoGpuError && { noGpu: known.reason }),
      ...(saved && { saved }),
      ...(offers.length > 0 && { offers }),
    });
  }
}
