import { CrossoverError, messageOf } from '../core/errors.ts';
import { loadCorpus } from '../data/corpora.ts';
import type { Executor, ExecutorChoice } from '../graph/executor.ts';
import { checkCombination } from '../spec/parse.ts';
import { Control } from './control.ts';
import type { Command, LabEvent, RaceSummary } from './protocol.ts';
import { Race } from './race.ts';
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
}

/** One race at a time, driven by commands and heard through events; the same in a worker and in Node. */
export class Lab {
  #executor: Promise<Executor> | undefined;
  #choice: ExecutorChoice = 'auto';
  #control: Control | undefined;
  #race: Promise<RaceSummary | null> = Promise.resolve(null);

  readonly #sweeps: SweepDesk | undefined;

  constructor(private readonly host: LabHost) {
    const { sweeps, loadText, now, breathe } = host;
    this.#sweeps = sweeps && new SweepDesk({ ...sweeps, loadText, now, breathe, openExecutor: () => this.#open() });
  }

  send(command: Command): void {
    switch (command.type) {
      case 'inspect':
        this.#inspect(command.executor ?? this.#choice).catch((error) => this.#report(error));
        break;
      case 'start':
        if (this.#busy()) {
          this.#report(new CrossoverError('bad-input', 'A race is already running; stop it first.'));
          break;
        }
        this.#control = new Control();
        this.#race = this.#run(command, this.#control);
        break;
      case 'pause':
        this.#control?.pause();
        this.#sweeps?.pause();
        break;
      case 'resume':
        this.#control?.resume();
        this.#sweeps?.resume();
        break;
      case 'step':
        this.#control?.step();
        break;
      case 'stop':
        this.#control?.stop();
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
        if (this.#control) this.#control.profile();
        else this.host.emit({ type: 'noProfile', why: 'No race is on: there is no step to time.' });
        break;
      case 'deviceReport':
        // Where the device is gone there is nothing to tell; its loss is told by whoever works on it.
        this.#reportDevice().catch(() => {});
        break;
    }
  }

  /** The summary of the race that is running, or ran last; null when it failed. */
  race(): Promise<RaceSummary | null> {
    return this.#race;
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

  async #run(command: Extract<Command, { type: 'start' }>, control: Control): Promise<RaceSummary | null> {
    const { emit, store, now, breathe, loadText } = this.host;
    const { spec, ownText } = command;
    let race: Race | undefined;
    let executor: Executor | undefined;
    try {
      emit({ type: 'state', state: 'preparing' });
      checkCombination(spec);
      const corpus = await loadCorpus(spec.data.corpus, loadText, ownText);
      executor = await this.#open();
      race = new Race({ executor, spec, corpus, store, control, emit, now, breathe });
      const summary = await Promise.race([race.run(), executor.lost]);
      emit({ type: 'state', state: control.stopped ? 'stopped' : 'finished' });
      return summary;
    } catch (error) {
      // A lost device also breaks whatever was waiting for it; the loss is the cause to name.
      const cause = await Promise.race([executor?.lost, breathe()]).then(
        () => error,
        (loss: unknown) => loss,
      );
      this.#report(cause, race?.saved);
      emit({ type: 'state', state: 'failed' });
      return null;
    } finally {
      this.#control = undefined;
      if (control.takeProfile()) emit({ type: 'noProfile', why: 'The race ended before another step could be timed.' });
    }
  }

  #busy(): boolean {
    return this.#control !== undefined || this.#sweeps?.busy === true;
  }

  /** Has the desk do something; a failure is told, and ends the sweep. */
  #onSweeps(act: (sweeps: SweepDesk) => Promise<void>, { device = false } = {}): void {
    const sweeps = this.#sweeps;
    if (!sweeps || (device && this.#control)) {
      const why = sweeps ? 'A race is running; stop it first.' : 'This host runs no sweeps.';
      this.#report(new CrossoverError('bad-input', why));
      return;
    }
    act(sweeps).catch((error) => {
      this.#report(error);
      if (!sweeps.busy) this.host.sweeps?.emit({ type: 'sweepState', state: 'failed' });
    });
  }

  async #reportDevice(): Promise<void> {
    const executor = await this.#executor;
    if (!executor) return;
    const memory = (await executor.memory?.()) ?? null;
    this.host.emit({ type: 'deviceReport', memory, tuning: executor.tuning?.() ?? [] });
  }

  #report(error: unknown, saved?: string): void {
    const known = error instanceof CrossoverError ? error : undefined;
    this.host.emit({
      type: 'error',
      code: known?.code ?? 'internal',
      message: messageOf(error),
      ...(known?.hint && { hint: known.hint }),
      ...(saved && { saved }),
    });
  }
}
