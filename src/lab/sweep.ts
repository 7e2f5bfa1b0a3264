import type { MetricRecord } from '../analysis/record.ts';
import { CrossoverError } from '../core/errors.ts';
import { CELL_VERSION, type Cell, type CellResult, type FamilyResult } from '../experiments/cell.ts';
import type { Executor } from '../graph/executor.ts';
import type { FamilyId } from '../spec/schema.ts';
import { Control } from './control.ts';
import type { FamilySummary, LabEvent, SweepEvent } from './protocol.ts';
import { Race } from './race.ts';
import type { SweepStore } from './store.ts';
import { measurePace, type Pace, secondsOf, wallSecondsOf } from './sweepPace.ts';
import { checkFit, type Job, jobsOf, type LoadCorpus, type Shard, shardOf } from './sweepPlan.ts';

const POST_EVERY_MS = 100;
/** Seconds of work that go as expected before what is measured outweighs the expectation. */
const TRUSTED = 10;

export interface SweepRunOptions {
  executor: Executor;
  cells: readonly Cell[];
  /** Only the cells of this share are run. */
  shard?: Shard;
  loadCorpus: LoadCorpus;
  store: SweepStore;
  /** The host in words (“Node 22 on linux x64, …”), and the version of the lab. */
  about: { host: string; lab: string };
  emit: (event: SweepEvent) => void;
  /** Milliseconds, monotonic. */
  now: () => number;
  breathe: () => Promise<void>;
}

/** A job under way. */
interface Running {
  job: Job;
  control: Control;
  step: number;
}

/** What is known of a cell that is not finished. */
interface Begun {
  at: number;
  results: CellResult['results'];
}

/**
 * Runs the cells of an experiment that are not finished, in their order. Every family of a cell is a race of its own:
 * an executor with lanes trains one on each lane, whichever comes next; else one after the other. A cell is kept when
 * all its families have ended; one that diverges is a result too. A race that is stopped goes on from its checkpoint
 * the next time.
 */
export class Sweep {
  readonly #races = new Set<Running>();
  readonly #begun = new Map<string, Begun>();
  #paused = false;
  #pausedSince = 0;
  #pausedMs = 0;
  #stopped = false;
  #queue: Job[] = [];
  #pace: Pace = {};
  #start = 0;
  #lastPost = 0;
  #cells = { done: 0, total: 0 };
  /** Expected seconds of work, over all lanes. */
  #work = { done: 0, total: 0 };

  constructor(private readonly options: SweepRunOptions) {}

  /** Builds the data of every cell, measures the pace and tells the cost. Throws for what could not be run. */
  async prepare(): Promise<void> {
    const { executor, cells, shard, loadCorpus, store, emit, now } = this.options;
    emit({ type: 'sweepState', state: 'preparing' });
    const all = await jobsOf(cells, loadCorpus);
    const mine = shard ? shardOf(all, shard) : all;
    const bytes = checkFit(mine, executor);
    const finished = await store.finished();
    this.#queue = mine.filter(({ cell }) => !finished.has(cell.id));
    const left = cellsIn(this.#queue);
    const total = cellsIn(mine);
    this.#cells = { done: total - left, total };
    if (left > 0) emit({ type: 'sweepState', state: 'measuring' });
    this.#pace = await measurePace(this.#queue, { executor, loadCorpus, now });
    this.#work = { done: 0, total: this.#queue.reduce((n, job) => n + secondsOf(job, this.#pace), 0) };
    const sum = (of: (job: Job) => number) => this.#queue.reduce((n, job) => n + of(job), 0);
    const cost = {
      cells: left,
      done: total - left,
      trainingFlops: sum((job) => job.trainingFlops),
      evaluationFlops: sum((job) => job.evaluationFlops + job.samplingFlops),
      seconds: wallSecondsOf(this.#queue, this.#pace, this.#lanes.length),
      bytes,
    };
    emit({ type: 'sweepCost', cost });
  }

  /** Runs what `prepare` found to be left. Resolves when all is finished, or everything is checkpointed after a stop. */
  async run(): Promise<'finished' | 'stopped'> {
    const { emit, now } = this.options;
    this.#start = now();
    this.#pausedSince = this.#start;
    if (!this.#stopped) emit({ type: 'sweepState', state: this.#paused ? 'paused' : 'running' });
    const ended = await Promise.allSettled(this.#lanes.map((lane) => this.#runOn(lane)));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    const state = this.#stopped ? 'stopped' : 'finished';
    emit({ type: 'sweepState', state });
    return state;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#pausedSince = this.options.now();
    for (const { control } of this.#races) control.pause();
    this.options.emit({ type: 'sweepState', state: 'paused' });
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#pausedMs += this.options.now() - this.#pausedSince;
    for (const { control } of this.#races) control.resume();
    this.options.emit({ type: 'sweepState', state: 'running' });
  }

  /** Ends the sweep once every race under way has left a checkpoint. */
  stop(): void {
    this.#stopped = true;
    for (const { control } of this.#races) control.stop();
  }

  get #lanes(): readonly Executor[] {
    const { executor } = this.options;
    return executor.lanes ?? [executor];
  }

  async #runOn(lane: Executor): Promise<void> {
    try {
      for (;;) {
        const job = this.#stopped ? undefined : this.#queue.shift();
        if (!job) return;
        await this.#train(job, lane);
      }
    } catch (error) {
      // What the other lanes have trained is checkpointed before the sweep fails.
      this.stop();
      throw error;
    }
  }

  async #train(job: Job, lane: Executor): Promise<void> {
    const { executor, loadCorpus, store, now, breathe } = this.options;
    const { cell, family } = job;
    const control = new Control();
    if (this.#paused) control.pause();
    const running = { job, control, step: 0 };
    this.#races.add(running);
    const { spec } = cell;
    const begun = this.#begun.get(cell.id) ?? { at: now(), results: {} };
    this.#begun.set(cell.id, begun);
    const corpus = await loadCorpus(spec.data.corpus);
    const emit = (event: LabEvent) => this.#hear(running, event);
    const runs = store.runsOf(cell);
    const { samples } = cell;
    const race = new Race({
      executor: lane,
      spec,
      families: [family],
      ...(samples && { samples }),
      corpus,
      store: runs,
      checkpoints: 'seldom',
      control,
      emit,
      now,
      breathe,
    });
    try {
      const [summary] = await Promise.race([race.train(), executor.lost]);
      // Even if it had come to its end: the texts may be missing. What is left is done the next time.
      if (control.stopped) return;
      begun.results[family] = resultOf(job, summary, race.records);
    } catch (error) {
      if (!(error instanceof CrossoverError && error.code === 'diverged')) throw error;
      begun.results[family] = divergedResult(job, error, race.records);
      // Its checkpoint is that of a run that cannot go on.
      await store.discard(cell, family);
    } finally {
      this.#races.delete(running);
    }
    this.#work.done += secondsOf(job, this.#pace);
    await this.#finish(cell, begun);
  }

  /** Keeps the cell if all its families have ended. */
  async #finish(cell: Cell, { at, results }: Begun): Promise<void> {
    if (cell.families.some((family) => !results[family])) return;
    const { executor, store, about, emit, now } = this.options;
    const result: CellResult = {
      ...cell,
      version: CELL_VERSION,
      results,
      ranOn: { executor: executor.info.kind, adapter: executor.info.adapter, ...about },
      wallSeconds: (now() - at) / 1000,
    };
    await store.save(result);
    this.#begun.delete(cell.id);
    this.#cells.done++;
    emit({ type: 'cellDone', result });
    this.#progress(true);
  }

  #hear(running: Running, event: LabEvent): void {
    const { cell, family } = running.job;
    if (event.type === 'progress') {
      running.step = event.steps[family] ?? 0;
      this.#progress(false);
    }
    this.options.emit({ type: 'cellRace', cell, family, event });
  }

  /** The time that is left, by the expectation and by how much slower than expected it has gone so far. */
  #progress(now: boolean): void {
    const time = this.options.now();
    if (!now && time - this.#lastPost < POST_EVERY_MS) return;
    this.#lastPost = time;
    const underWay = [...this.#races].reduce((n, { job, step }) => n + secondsOf(job, this.#pace, step), 0);
    const { total } = this.#work;
    const done = this.#work.done + underWay;
    const elapsed = (time - this.#start - this.#pausedMs) / 1000;
    const secondsPerSecond = (elapsed + TRUSTED / this.#lanes.length) / (done + TRUSTED);
    this.options.emit({
      type: 'sweepProgress',
      cells: { ...this.#cells },
      share: total > 0 ? done / total : 1,
      etaSeconds: (total - done) * secondsPerSecond,
      running: [...this.#races].map(({ job: { cell, family }, step }) => ({
        cell,
        family,
        step,
        total: cell.spec.train.steps,
      })),
    });
  }
}

function cellsIn(jobs: readonly Job[]): number {
  return new Set(jobs.map(({ cell }) => cell.id)).size;
}

/** Whatever was measured but the noisy losses of single training steps. */
function evaluated(records: readonly MetricRecord[], family: FamilyId): MetricRecord[] {
  return records.filter((record) => record.family === family && record.split !== 'train');
}

function resultOf(job: Job, summary: FamilySummary, records: readonly MetricRecord[]): FamilyResult {
  const { steps, ended, seconds } = summary;
  const { family, parameters, flopsPerStep } = job;
  if (ended === 'stopped') throw new Error('a race that was stopped has no result');
  return { steps, ended, seconds, parameters, flopsPerStep, records: evaluated(records, family) };
}

function divergedResult(job: Job, { message }: CrossoverError, records: readonly MetricRecord[]): FamilyResult {
  const last = records.at(-1);
  const { family, parameters, flopsPerStep } = job;
  return {
    steps: last?.step ?? 0,
    ended: 'diverged',
    seconds: last?.seconds ?? 0,
    parameters,
    flopsPerStep,
    records: evaluated(records, family),
    problem: message,
  };
}
