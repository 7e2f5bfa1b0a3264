import { findCrossings } from '../analysis/crossover.ts';
import { describeCrossing } from '../analysis/describe.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { stableHash } from '../core/hash.ts';
import { buildDataset } from '../data/buildDataset.ts';
import type { Corpus, Dataset } from '../data/dataset.ts';
import type { SamplePlan } from '../experiments/experiment.ts';
import { familyOf } from '../families/index.ts';
import type { Executor } from '../graph/executor.ts';
import { activeParameterCount, parameterCount, trainingFlops } from '../model/counts.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../spec/schema.ts';
import { checkCapacity } from '../train/capacity.ts';
import { evaluatesAt } from '../train/schedule.ts';
import { Clock } from './clock.ts';
import { Contender } from './contender.ts';
import type { Control } from './control.ts';
import type { FamilySummary, LabEvent, LabState, RacePlan, RaceSummary, StepProfile } from './protocol.ts';
import type { RunStore, StoredRun } from './store.ts';

/** How long a turn should last: long enough to cost nothing, short enough to pause at once. */
const TURN_MS = 80;
const MAX_TURN_STEPS = 32;
const POST_EVERY_MS = 100;
const CHECKPOINT_EVERY_MS = 30_000;

export interface RaceOptions {
  executor: Executor;
  spec: RaceSpec;
  /** Who is trained; both without it. A family's numbers are the same alone as beside the other. */
  families?: readonly FamilyId[];
  /** Texts that the best weights write in the end, to be measured. */
  samples?: SamplePlan;
  corpus: Corpus;
  store: RunStore;
  control: Control;
  emit: (event: LabEvent) => void;
  now: () => number;
  /** Lets the host's messages in; awaited once a turn. */
  breathe: () => Promise<void>;
}

/**
 * Trains both families at once (or one alone), turn by turn: at the end of a turn they have seen equally many tokens.
 * Evaluates them at the same steps and looks for the crossings after every evaluation. On an executor with lanes each
 * family has its own; else their work alternates on the one queue. Either way a family's numbers do not depend on the
 * other's, and what both have done is told in the order of `FAMILIES`.
 */
export class Race {
  readonly #contenders: Contender[] = [];
  readonly #families: readonly FamilyId[];
  readonly #stored = new Map<FamilyId, StoredRun>();
  readonly #variants: Record<string, string> = {};
  readonly #began: number;
  readonly #unsent: MetricRecord[] = [];
  #lastPost = 0;
  #lastCheckpoint: number;
  #stepsAtStart = 0;
  #pausedMs = 0;
  #saved: string | undefined;
  /** Identity of the race: its spec and the text it is about. */
  readonly id: string;
  readonly dataset: Dataset;

  constructor(private readonly options: RaceOptions) {
    this.#families = options.families ?? FAMILIES;
    this.dataset = buildDataset(options.corpus, options.spec);
    this.id = this.#hash('race');
    this.#began = options.now();
    this.#lastCheckpoint = this.#began;
  }

  /** The race of both families: trains them and sums up. */
  async run(): Promise<RaceSummary> {
    const summaries = await this.train();
    const summary: RaceSummary = {
      id: this.id,
      families: Object.fromEntries(summaries.map((s) => [s.family, s])) as RaceSummary['families'],
      crossings: this.#findCrossings(),
      wallSeconds: this.#elapsedMs() / 1000,
      executor: this.options.executor.info,
    };
    this.options.emit({ type: 'summary', summary });
    return summary;
  }

  /**
   * Compiles, trains to the end (or until stopped) and tests; what each family came to. Records are stored as they come.
   * Where only one family is trained, no plan and no crossing is told of: they are about the pair.
   */
  async train(): Promise<FamilySummary[]> {
    const { control } = this.options;
    try {
      await this.#prepare();
      await this.#loop();
      if (!control.stopped) await this.#test();
      await this.#checkpoint();
      return await this.#finish();
    } catch (error) {
      // Whatever went wrong, the weights on the device may still be good; a failure to save them is not the news.
      await this.#checkpoint().catch(() => {});
      throw error;
    } finally {
      for (const contender of this.#contenders) contender.destroy();
    }
  }

  /** Every record so far, the resumed ones included: one family after the other. */
  get records(): MetricRecord[] {
    return this.#contenders.flatMap((contender) => contender.records);
  }

  /** What the last checkpoint holds and where it is, in words; undefined when nothing is kept. */
  get saved(): string | undefined {
    return this.#saved;
  }

  async #prepare(): Promise<void> {
    const { executor, spec, store } = this.options;
    // Before anything is written: what does not fit leaves no folders behind.
    checkCapacity(
      executor,
      spec,
      this.dataset.vocabulary,
      this.#families.map((id) => familyOf(id, spec)),
    );
    for (const id of this.#families) {
      const runSpec = { ...spec, family: id };
      const stored = await store.open(this.#hash(id), runSpec, {
        symbols: this.dataset.tokenizer.symbols,
        executor: executor.info,
        dataset: this.dataset.report,
      });
      this.#stored.set(id, stored);
      // A resumed run goes on with the kernels it began with: others would add in another order.
      if (stored.resumed) Object.assign(this.#variants, stored.resumed.checkpoint.variants);
    }
    const lanes = (executor.lanes ?? [executor]).map((lane) => ({
      executor: lane,
      clock: new Clock(this.options.now),
    }));
    for (const [i, id] of this.#families.entries()) {
      this.#state('compiling', `compiling kernels, model ${i + 1} of ${this.#families.length}`);
      const contender = await Contender.create({
        ...lanes[i % lanes.length],
        spec,
        family: familyOf(id, spec),
        dataset: this.dataset,
        variants: this.#variants,
        stored: this.#stored.get(id)!,
      });
      this.#contenders.push(contender);
    }
    this.#stepsAtStart = this.#contenders.reduce((n, c) => n + c.step, 0);
    if (this.#isPair) this.options.emit({ type: 'plan', id: this.id, spec, plan: this.#plan() });
    for (const { step, family, records } of this.#contenders.filter((c) => c.step > 0)) {
      this.#send(records);
      this.#note(step, `${family.label} goes on from step ${step}.`);
    }
  }

  async #loop(): Promise<void> {
    const { control, now, breathe } = this.options;
    this.#state('running');
    let turnSteps = 1;
    for (;;) {
      // Also when stopped at once: a race without a single evaluation could not be summed up.
      await this.#evaluateDue();
      if (control.stopped) break;
      const active = this.#contenders.filter((c) => !c.ended);
      if (active.length === 0) break;
      if (now() - this.#lastCheckpoint > CHECKPOINT_EVERY_MS) await this.#checkpoint();
      this.#progress(true);
      await this.#gate();
      if (control.stopped) break;

      const from = Math.min(...active.map((c) => c.step));
      const behind = (until: number) => active.filter((c) => c.step < until);
      if (control.takeProfile()) {
        await this.#profile(behind(from + 1));
        continue;
      }
      const until = this.#turnEnd(from, control.limit(turnSteps));
      const start = now();
      await this.#both(
        behind(until),
        (contender) => contender.advance(until),
        (records) => this.#unsent.push(...records),
      );
      this.#progress(false);
      await breathe();
      const msPerStep = (now() - start) / (until - from);
      turnSteps = Math.max(1, Math.min(MAX_TURN_STEPS, Math.floor(TURN_MS / msPerStep)));
    }
    this.#progress(true);
  }

  /** A turn of one step, timed node by node: one contender after the other, so that no time holds another's work. */
  async #profile(contenders: readonly Contender[]): Promise<void> {
    const steps: StepProfile[] = [];
    const timed = async (contender: Contender) => {
      const { profile, records } = await contender.profile();
      steps.push(profile);
      return records;
    };
    for (const contender of contenders)
      await this.#both([contender], timed, (records) => this.#unsent.push(...records));
    this.options.emit({ type: 'profile', steps });
    this.#progress(false);
    await this.options.breathe();
  }

  /**
   * Lets contenders do the same at once, stores their records and tells of them, one contender after the other. Ends
   * when all have ended: what one has done is kept, and its device is at rest, when another has failed.
   */
  async #both(
    contenders: readonly Contender[],
    act: (contender: Contender) => Promise<MetricRecord[]>,
    tell: (records: MetricRecord[]) => void,
  ): Promise<void> {
    const ended = await Promise.allSettled(contenders.map(act));
    for (const [i, each] of ended.entries()) {
      if (each.status === 'rejected') continue;
      await this.#stored.get(contenders[i].family.id)!.appendRecords(each.value);
      tell(each.value);
    }
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }

  /** The last step of a turn: never beyond the next evaluation or the budget. */
  #turnEnd(from: number, wanted: number): number {
    const { evaluation, train } = this.options.spec;
    let until = from + 1;
    while (until < from + wanted && !evaluatesAt(evaluation, train.steps, until)) until++;
    return until;
  }

  async #gate(): Promise<void> {
    const { control, now } = this.options;
    if (!control.paused) return control.gate();
    const since = now();
    this.#state('paused');
    await control.gate();
    this.#pausedMs += now() - since;
    if (!control.stopped && !control.paused) this.#state('running');
  }

  async #evaluateDue(): Promise<void> {
    const { spec, emit, control, breathe } = this.options;
    const due = this.#contenders.filter((c) => !c.ended && c.evaluationDue);
    await this.#both(
      due,
      async (contender) => [await contender.evaluate(), ...(await contender.ask())],
      (records) => this.#send(records),
    );
    if (due.length > 0) {
      await breathe();
      if (this.#isPair) this.#crossings();
      for (const { family, step, ended } of due) {
        if (ended !== 'patience' && ended !== 'budget') continue;
        emit({ type: 'familyEnded', family: family.id, step, why: ended });
        if (ended === 'patience')
          this.#note(step, `${family.label} stopped: no better validation loss for ${spec.train.patience} steps.`);
      }
    }
    const { every } = spec.sampling;
    const writing = due.filter((c) => every > 0 && (c.step % every === 0 || c.ended));
    const samples = await settled(writing.map((c) => c.write(() => !control.stopped)));
    for (const [i, sample] of samples.entries()) {
      if (!sample) continue;
      const contender = writing[i];
      await this.#stored.get(contender.family.id)!.appendSample(sample);
      emit({ type: 'sample', sample });
      await breathe();
    }
  }

  get #isPair(): boolean {
    return this.#families.length === FAMILIES.length;
  }

  #crossings(): void {
    const { live, strict } = this.#findCrossings();
    for (const crossing of [live, strict])
      this.options.emit({ type: 'crossing', crossing, words: describeCrossing(crossing, 'so far') });
  }

  #findCrossings() {
    const of = (id: FamilyId) => this.#contenders.find((c) => c.family.id === id)!.validation;
    return findCrossings(of('ar'), of('diffusion'));
  }

  async #test(): Promise<void> {
    const { samples, now, control } = this.options;
    const proceed = () => !control.stopped;
    await this.#both(
      this.#contenders,
      async (contender) => [await contender.test(), ...(samples ? await contender.sample(samples, now, proceed) : [])],
      (records) => this.#send(records),
    );
  }

  async #checkpoint(): Promise<void> {
    const saved: string[] = [];
    for (const contender of this.#contenders) {
      await contender.checkpoint();
      const { place } = this.#stored.get(contender.family.id)!;
      if (place) saved.push(`${contender.family.label} at step ${contender.step} in ${place}`);
    }
    if (saved.length > 0) this.#saved = saved.join('; ');
    this.#lastCheckpoint = this.options.now();
  }

  async #finish(): Promise<FamilySummary[]> {
    const summaries = this.#contenders.map((c) => c.summary());
    for (const summary of summaries) await this.#stored.get(summary.family)!.finish(summary);
    return summaries;
  }

  #plan(): RacePlan {
    const { spec } = this.options;
    const { vocabulary, report } = this.dataset;
    const perFamily = (of: (c: Contender) => number) =>
      Object.fromEntries(this.#contenders.map((c) => [c.family.id, of(c)])) as Record<FamilyId, number>;
    return {
      parameters: parameterCount(spec.model, vocabulary),
      activeParameters: activeParameterCount(spec.model, vocabulary),
      flopsPerStep: perFamily((c) => trainingFlops(spec.model, vocabulary, spec.train.batch, c.family.causal)),
      bytes: this.#contenders.reduce((n, c) => n + c.bytes, 0),
      dispatches: perFamily((c) => c.dispatches),
      tokensPerStep: spec.train.batch * spec.model.context,
      vocabulary,
      variants: this.#variants,
      dataset: report,
    };
  }

  #elapsedMs(): number {
    return this.options.now() - this.#began - this.#pausedMs;
  }

  /** Posts progress and the training records collected since, at most ten times a second unless `whole`. */
  #progress(whole: boolean): void {
    const now = this.options.now();
    if (!whole && now - this.#lastPost < POST_EVERY_MS) return;
    if (whole && this.#unsent.length === 0 && now - this.#lastPost < POST_EVERY_MS) return;
    this.#lastPost = now;
    this.#send(this.#unsent.splice(0));
    const { steps: total } = this.options.spec.train;
    const steps = Object.fromEntries(this.#contenders.map((c) => [c.family.id, c.step]));
    const done = this.#contenders.reduce((n, c) => n + c.step, 0) - this.#stepsAtStart;
    const left = this.#contenders.reduce((n, c) => n + (c.ended ? 0 : total - c.step), 0);
    const stepsPerSecond = done / (this.#elapsedMs() / 1000);
    const etaSeconds = done > 0 ? left / stepsPerSecond : null;
    this.options.emit({ type: 'progress', steps, total, stepsPerSecond, etaSeconds });
  }

  #send(records: MetricRecord[]): void {
    if (records.length > 0) this.options.emit({ type: 'records', records });
  }

  #note(step: number, text: string): void {
    this.options.emit({ type: 'note', text });
    for (const stored of this.#stored.values()) void stored.appendEvent({ step, text });
  }

  #state(state: LabState, detail?: string): void {
    this.options.emit({ type: 'state', state, ...(detail && { detail }) });
  }

  /** The stable name of the race or of one of its runs. */
  #hash(what: string): string {
    return stableHash({ what, spec: this.options.spec, text: this.dataset.report.corpus.sha256 });
  }
}

/** As `Promise.all`, but nothing is still going on when it throws. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
