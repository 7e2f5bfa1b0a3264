import { CrossoverError } from '../core/errors.ts';
import { loadCorpus } from '../data/corpora.ts';
import type { Corpus } from '../data/dataset.ts';
import type { CellResult } from '../experiments/cell.ts';
import { cellsOf, experimentOf } from '../experiments/index.ts';
import type { Executor } from '../graph/executor.ts';
import type { CorpusId } from '../spec/schema.ts';
import type { SweepChoice, SweepEvent } from './protocol.ts';
import type { SweepStore } from './store.ts';
import { Sweep } from './sweep.ts';

/** A place for cells that also gives them back. */
export interface CellStore extends SweepStore {
  /** The kept results of those of the cells that have one. */
  results(ids: readonly string[]): Promise<CellResult[]>;
}

/** What a host provides that has sweeps run on command. */
export interface SweepHost {
  store: CellStore;
  /** The host in words, and the version of the lab. */
  about: { host: string; lab: string };
  emit(event: SweepEvent): void;
}

/** What the lab shares with it. */
export interface DeskOptions extends SweepHost {
  openExecutor(): Promise<Executor>;
  loadText(path: string): Promise<string>;
  now(): number;
  breathe(): Promise<void>;
}

/**
 * Sweeps on command, one at a time: what is kept of one is told, its cost here is measured, it is run, held and ended.
 * Every method that resolves throws what went wrong.
 */
export class SweepDesk {
  readonly #texts = new Map<CorpusId, Promise<Corpus>>();
  #planned: Sweep | undefined;
  #running = false;
  #busy = false;

  constructor(private readonly options: DeskOptions) {}

  /** Whether the device is in use. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Tells the kept results of a sweep's cells. */
  async open({ experiment, scale, ...options }: SweepChoice): Promise<void> {
    const { store, emit } = this.options;
    const cells = cellsOf(experimentOf(experiment), scale, options);
    const results = await store.results(cells.map(({ id }) => id));
    emit({ type: 'sweepCells', experiment, scale, results });
  }

  /** Builds the data of every cell and measures what those that are left would cost on this device. */
  async plan({ experiment, scale, ...options }: SweepChoice): Promise<void> {
    const { store, about, emit, now, breathe } = this.options;
    await this.#occupied(async () => {
      const cells = cellsOf(experimentOf(experiment), scale, options);
      const executor = await this.options.openExecutor();
      const sweep = new Sweep({
        executor,
        cells,
        loadCorpus: (id) => this.#corpus(id),
        store,
        about,
        emit: (event) => {
          const told = withoutNoise(event);
          if (told) emit(told);
        },
        now,
        breathe,
      });
      await Promise.race([sweep.prepare(), executor.lost]);
      this.#planned = sweep;
    });
  }

  /** Runs what was planned last, once. */
  async run(): Promise<void> {
    const sweep = this.#planned;
    if (!sweep)
      throw new CrossoverError('bad-input', 'No experiment has been planned.', 'Measure what it costs first.');
    await this.#occupied(async () => {
      this.#running = true;
      try {
        await sweep.run();
      } finally {
        this.#running = false;
        this.#planned = undefined;
      }
    });
  }

  /** Gives a plan up: it was made for a device that is no longer there. */
  forget(): void {
    if (!this.#busy) this.#planned = undefined;
  }

  pause(): void {
    if (this.#running) this.#planned?.pause();
  }

  resume(): void {
    if (this.#running) this.#planned?.resume();
  }

  stop(): void {
    if (this.#running) this.#planned?.stop();
  }

  async #occupied(act: () => Promise<void>): Promise<void> {
    if (this.#busy) throw new CrossoverError('bad-input', 'An experiment is already under way; stop it first.');
    this.#busy = true;
    try {
      await act();
    } finally {
      this.#busy = false;
    }
  }

  /** Every text is loaded once; one that could not be is asked for again. */
  #corpus(id: CorpusId): Promise<Corpus> {
    let corpus = this.#texts.get(id);
    if (!corpus) {
      corpus = loadCorpus(id, (path) => this.options.loadText(path));
      corpus.catch(() => this.#texts.delete(id));
      this.#texts.set(id, corpus);
    }
    return corpus;
  }
}

/** Of the races under way only what a figure is drawn from: no losses of single steps, no texts, no states. */
function withoutNoise(event: SweepEvent): SweepEvent | undefined {
  if (event.type !== 'cellRace') return event;
  if (event.event.type !== 'records') return undefined;
  const records = event.event.records.filter(({ split }) => split !== 'train');
  return records.length > 0 ? { ...event, event: { type: 'records', records } } : undefined;
}
