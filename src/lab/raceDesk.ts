import { CrossoverError, messageOf } from '../core/errors.ts';
import { loadCorpus } from '../data/corpora.ts';
import type { Corpus } from '../data/dataset.ts';
import { familyOf } from '../families/index.ts';
import type { Executor } from '../graph/executor.ts';
import { checkCombination } from '../spec/parse.ts';
import { FAMILIES, type RaceSpec } from '../spec/schema.ts';
import { DoesNotFit, exhausted } from '../train/capacity.ts';
import { Control } from './control.ts';
import { offersAfter } from './offers.ts';
import type { Command, LabEvent, Offer, RaceSummary } from './protocol.ts';
import type { HeldModels } from './questions.ts';
import { Race } from './race.ts';
import type { OwnTextFile, RaceOnShelf } from './shelf.ts';
import type { ShelfDesk } from './shelfDesk.ts';
import type { RunStore } from './store.ts';

/** A device that is lost twice within this time is not opened again by itself. */
const LOST_AGAIN_MS = 60_000;
/** Within which a loss is told that has broken something else before. */
const TIME_TO_TELL_MS = 250;

/** What the lab shares with it. */
export interface RaceDeskOptions {
  openExecutor(): Promise<Executor>;
  loadText(path: string): Promise<string>;
  /** Where the runs go that no shelf takes. */
  store: RunStore;
  shelf: ShelfDesk | undefined;
  emit(event: LabEvent): void;
  /** Tells what went wrong. */
  report(error: unknown, about: { saved: string | undefined; offers: Offer[] }): void;
  /** Who answers for a race when it is over. */
  held: HeldModels;
  /** `LabHost.hold`, for a race. */
  hold: (() => Promise<(() => void) | null>) | undefined;
  now(): number;
  breathe(): Promise<void>;
}

export type RaceCommand = Extract<Command, { type: 'start' | 'continueRace' | 'branchRace' }>;

/** A race as it was asked for. */
interface Asked {
  spec: RaceSpec;
  corpus: Corpus;
  ownText: OwnTextFile | undefined;
}

/** One race at a time, on command: begun, gone on with, or branched off; and gone on with by itself after a lost device. */
export class RaceDesk {
  #control: Control | undefined;
  #summary: Promise<RaceSummary | null> = Promise.resolve(null);
  /** The race that is on, or was last, and where it is kept. */
  #race: Race | undefined;
  #kept: RaceOnShelf | undefined;
  /** What is saved of it, in words. */
  #saved: string | undefined;

  constructor(private readonly options: RaceDeskOptions) {}

  /** What is wanted of the race that is on; undefined when none is. */
  get control(): Control | undefined {
    return this.#control;
  }

  /** The summary of the race that is on, or ran last; null when it failed. */
  get summary(): Promise<RaceSummary | null> {
    return this.#summary;
  }

  run(command: RaceCommand): void {
    this.#control = new Control();
    this.#summary = this.#run(command, this.#control);
  }

  async #run(command: RaceCommand, control: Control): Promise<RaceSummary | null> {
    const { emit, hold, held } = this.options;
    this.#forget();
    let release: (() => void) | null | undefined;
    let asked: Asked | undefined;
    try {
      emit({ type: 'state', state: 'preparing' });
      release = await hold?.();
      if (release === null) {
        emit({ type: 'state', state: 'idle' });
        return null;
      }
      asked = await this.#prepare(command);
      const summary = await this.#train(asked, control);
      const state = control.stopped ? 'stopped' : 'finished';
      await this.#kept?.end(state, summary);
      emit({ type: 'state', state });
      return summary;
    } catch (error) {
      await this.#failed(error, command, asked);
      return null;
    } finally {
      release?.();
      this.#control = undefined;
      if (control.takeProfile()) emit({ type: 'noProfile', why: 'The race ended before another step could be timed.' });
      if (this.#race) held.hold(this.#race.held);
      for (const question of control.takeAsked()) held.ask(question);
    }
  }

  #forget(): void {
    this.#race = undefined;
    this.#kept = undefined;
    this.#saved = undefined;
  }

  async #prepare(command: RaceCommand): Promise<Asked> {
    const { loadText, shelf } = this.options;
    if (command.type !== 'start') {
      if (!shelf) throw new CrossoverError('bad-input', 'This host keeps no races.');
      const { id } = command;
      this.#kept = await (command.type === 'continueRace' ? shelf.reopen(id) : shelf.branch(id, command.spec));
    }
    const { spec, ownText } = command.type === 'start' ? command : this.#kept!;
    checkCombination(spec);
    return { spec, ownText, corpus: await loadCorpus(spec.data.corpus, loadText, ownText) };
  }

  /** Trains to the end; where a shelf has the checkpoints, a lost device is opened again, once a minute. */
  async #train({ spec, corpus, ownText }: Asked, control: Control): Promise<RaceSummary> {
    const { store, shelf, emit, now, breathe } = this.options;
    let loss: { error: CrossoverError; at: number } | undefined;
    for (;;) {
      const executor = await this.#open(loss?.error);
      this.#kept ??= await shelf?.begin({ spec, executor: executor.info, ...(ownText && { ownText }) });
      const kept = this.#kept;
      if (loss) emit({ type: 'recovered', message: loss.error.message, steps: { ...this.#race?.checkpoints } });
      // What a race still says or writes when its device is gone is of no interest.
      const ears = { open: true };
      const race = new Race({
        executor,
        spec,
        corpus,
        store: heardBy(ears, kept?.store ?? store),
        ...(kept && { earlier: () => shelf!.content(kept.id) }),
        control,
        emit: (event) => ears.open && emit(event),
        now,
        breathe,
      });
      this.#race = race;
      try {
        return await Promise.race([race.run(), executor.lost]);
      } catch (error) {
        const cause = await this.#causeOf(error, executor);
        ears.open = false;
        this.#saved = race.saved ?? this.#saved;
        if (!(cause instanceof CrossoverError)) throw cause;
        if (cause.code === 'device-limit' && !(cause instanceof DoesNotFit)) {
          const families = FAMILIES.map((id) => familyOf(id, spec));
          throw exhausted(executor, spec, race.dataset.vocabulary, families, cause);
        }
        const again = loss && now() - loss.at < LOST_AGAIN_MS;
        if (cause.code !== 'device-lost' || !kept || again || control.stopped) throw cause;
        loss = { error: cause, at: now() };
        emit({ type: 'note', text: cause.message });
        emit({ type: 'state', state: 'preparing', detail: 'the device was lost; opening it again' });
      }
    }
  }

  /** Opens the executor, for the first time or after a loss: that it cannot be opened again is then part of it. */
  async #open(loss: CrossoverError | undefined): Promise<Executor> {
    try {
      return await this.options.openExecutor();
    } catch (error) {
      if (!loss) throw error;
      throw new CrossoverError('device-lost', `${loss.message} It could not be opened again: ${messageOf(error)}`);
    }
  }

  /** A lost device also breaks whatever was waiting for it, perhaps a little earlier; the loss is the cause to name. */
  async #causeOf(error: unknown, executor: Executor): Promise<unknown> {
    if (error instanceof CrossoverError) return error;
    const { now, breathe } = this.options;
    let cause = error;
    executor.lost.catch((loss: unknown) => {
      cause = loss;
    });
    const start = now();
    do await breathe();
    while (cause === error && now() - start < TIME_TO_TELL_MS);
    return cause;
  }

  async #failed(error: unknown, command: RaceCommand, asked: Asked | undefined): Promise<void> {
    const { emit, report, shelf } = this.options;
    const code = error instanceof CrossoverError ? error.code : undefined;
    const kept = this.#kept;
    if (code === 'diverged') await kept?.end('diverged');
    // A lost device ends no race, and neither does what keeps it from going on: it is offered again.
    else if (kept && (code === 'device-lost' || command.type === 'continueRace')) shelf!.leave(kept.id);
    else await kept?.end('failed');
    const steps = Object.values(this.#race?.checkpoints ?? {});
    const step = steps.length > 0 ? Math.max(...steps) : undefined;
    const offers = asked ? offersAfter(error, { spec: asked.spec, id: kept?.id, step }) : [];
    report(error, { saved: this.#saved, offers });
    emit({ type: 'state', state: 'failed' });
  }
}

/** A store that hears nothing any more when the ears are closed. */
function heardBy(ears: { open: boolean }, store: RunStore): RunStore {
  const ifOpen =
    <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      if (ears.open) await act(...args);
    };
  return {
    async open(...run) {
      const stored = await store.open(...run);
      const { place, resumed } = stored;
      return {
        ...(place !== undefined && { place }),
        ...(resumed && { resumed }),
        appendRecords: ifOpen((records) => stored.appendRecords(records)),
        appendSample: ifOpen((sample) => stored.appendSample(sample)),
        appendEvent: ifOpen((event) => stored.appendEvent(event)),
        saveCheckpoint: ifOpen((checkpoint) => stored.saveCheckpoint(checkpoint)),
        finish: ifOpen((summary) => stored.finish(summary)),
      };
    },
    planned: ifOpen(async (plan) => store.planned?.(plan)),
  };
}
