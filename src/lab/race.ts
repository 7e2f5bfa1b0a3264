import { findCrossings } from '../analysis/crossover.ts';
import { describeCrossing } from '../analysis/describe.ts';
import type { MetricRecord } from '../analysis/record.ts';
import { CrossoverError } from '../core/errors.ts';
import { settled } from '../core/settled.ts';
import { buildDataset } from '../data/buildDataset.ts';
import type { Corpus, Dataset } from '../data/dataset.ts';
import type { SamplePlan } from '../experiments/experiment.ts';
import { familyOf } from '../families/index.ts';
import type { Executor } from '../graph/executor.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../spec/schema.ts';
import { checkCapacity } from '../train/capacity.ts';
import { turnEnd } from '../train/schedule.ts';
import { CheckpointPace } from './checkpointPace.ts';
import { Clock } from './clock.ts';
import { watchCompiling } from './compiling.ts';
import { Contender } from './contender.ts';
import type { Control } from './control.ts';
import { passGate } from './gate.ts';
import type { FamilySummary, LabEvent, LabState, RaceContent, RaceSummary, StepProfile } from './protocol.ts';
import { answerTo, type HeldRace } from './questions.ts';
import { planOf } from './racePlan.ts';
import { RaceProgress } from './raceProgress.ts';
import { identityOf } from './runFiles/race.ts';
import type { RunStore, StoredRun } from './store.ts';

/** How long a turn should last: long enough to cost nothing, short enough to pause at once. */
const TURN_MS = 80;
const MAX_TURN_STEPS = 32;

export interface RaceOptions {
  executor: Executor;
  spec: RaceSpec;
  /** Who is trained; both without it. A family's numbers are the same alone as beside the other. */
  families?: readonly FamilyId[];
  /** Texts that the best weights write in the end, to be measured. */
  samples?: SamplePlan;
  corpus: Corpus;
  store: RunStore;
  /** 'seldom': every half minute. Else every few seconds and at evaluations, as far as their cost stays small. */
  checkpoints?: 'seldom';
  /** Where it goes on: what was written and noted before. */
  earlier?: () => Promise<Pick<RaceContent, 'samples' | 'events'>>;
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
  readonly #progress: RaceProgress;
  readonly #pace: CheckpointPace;
  readonly #checkpoints: Partial<Record<FamilyId, number>> = {};
  /** Identity of the race: its spec and the text it is about. */
  readonly id: string;
  readonly dataset: Dataset;

  constructor(private readonly options: RaceOptions) {
    this.#families = options.families ?? FAMILIES;
    this.dataset = buildDataset(options.corpus, options.spec);
    this.id = this.#hash('race');
    this.#progress = new RaceProgress({ total: options.spec.train.steps, now: options.now, emit: options.emit });
    this.#pace = new CheckpointPace(options.now, options.checkpoints === 'seldom');
  }

  /** The race of both families: trains them and sums up. */
  async run(): Promise<RaceSummary> {
    const summaries = await this.train();
    const summary: RaceSummary = {
      id: this.id,
      families: Object.fromEntries(summaries.map((s) => [s.family, s])) as RaceSummary['families'],
      crossings: this.#findCrossings(),
      wallSeconds: this.#progress.elapsedMs / 1000,
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
      // Whatever else went wrong, the weights on the device may still be good; a failure to save them is not the news.
      // After a divergence they are not: whoever goes back wants those of the last checkpoint, taken of both at one step.
      if (!(error instanceof CrossoverError && error.code === 'diverged')) await this.#checkpoint().catch(() => {});
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
    const saved = this.#contenders.flatMap(({ family: { id, label } }) => {
      const place = this.#stored.get(id)?.place;
      const step = this.#checkpoints[id];
      return place === undefined || step === undefined ? [] : [{ label, where: `at step ${step} in ${place}` }];
    });
    const places = new Set(saved.map(({ where }) => where));
    if (saved.length === FAMILIES.length && places.size === 1) return `Both models ${[...places][0]}`;
    return saved.length > 0 ? saved.map(({ label, where }) => `${label} ${where}`).join('; ') : undefined;
  }

  /** Its models as they were at their last checkpoints, to be asked when it is over. */
  get held(): HeldRace {
    const { id, dataset } = this;
    const { spec, executor } = this.options;
    return { id, spec, dataset, executor: executor.info, models: this.#contenders.flatMap(({ held }) => held ?? []) };
  }

  /** The steps of the last checkpoints, of those that have one. */
  get checkpoints(): Readonly<Partial<Record<FamilyId, number>>> {
    return this.#checkpoints;
  }

  async #prepare(): Promise<void> {
    const { executor, spec, store, now } = this.options;
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
    const lanes = (executor.lanes ?? [executor]).map((lane) => ({ executor: lane, clock: new Clock(now) }));
    for (const [i, id] of this.#families.entries()) {
      const which = `model ${i + 1} of ${this.#families.length}`;
      watchCompiling(executor, which, now, (detail) => this.#state('compiling', detail));
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
    executor.watchCompiling?.(null);
    if (this.#isPair) {
      const plan = planOf(spec, this.dataset, this.#contenders, this.#variants);
      this.options.emit({ type: 'plan', id: this.id, spec, plan });
      await store.planned?.(plan);
    }
    await this.#tellEarlier();
  }

  /** Where the race goes on: everything that has been measured and written before, so that who listens knows it whole. */
  async #tellEarlier(): Promise<void> {
    const { emit, earlier } = this.options;
    const resumed = this.#contenders.filter(({ family }) => this.#stored.get(family.id)!.resumed);
    if (resumed.length === 0) return;
    for (const { step, family, records } of resumed) {
      this.#checkpoints[family.id] = step;
      this.#send([...records]);
    }
    if (this.#isPair && resumed.length === FAMILIES.length) this.#crossings();
    const { samples = [], events = [] } = (await earlier?.()) ?? {};
    for (const sample of samples) emit({ type: 'sample', sample });
    for (const { text } of events) emit({ type: 'note', text });
    for (const { step, family } of resumed.filter((c) => c.step > 0))
      this.#note(step, `${family.label} goes on from step ${step}.`);
  }

  async #loop(): Promise<void> {
    const { control, now, breathe } = this.options;
    this.#state('running');
    let turnSteps = 1;
    for (;;) {
      // Also when stopped at once: a race without a single evaluation could not be summed up.
      const evaluated = await this.#evaluateDue();
      if (control.stopped) break;
      const active = this.#contenders.filter((c) => !c.ended);
      if (active.length === 0) break;
      const sound = this.#contenders.every((c) => c.isSound);
      if (this.#pace.due(evaluated || control.paused, sound)) await this.#checkpoint();
      this.#progress.tell(this.#contenders, true);
      await this.#gate();
      if (control.stopped) break;

      const from = Math.min(...active.map((c) => c.step));
      const behind = (until: number) => active.filter((c) => c.step < until);
      if (control.takeProfile()) {
        await this.#profile(behind(from + 1));
        continue;
      }
      const until = turnEnd(this.options.spec, from, control.limit(turnSteps));
      const start = now();
      await this.#both(
        behind(until),
        (contender) => contender.advance(until),
        (records) => this.#progress.hold(records),
      );
      this.#progress.tell(this.#contenders, false);
      await breathe();
      const msPerStep = (now() - start) / (until - from);
      turnSteps = Math.max(1, Math.min(MAX_TURN_STEPS, Math.floor(TURN_MS / msPerStep)));
    }
    this.#progress.tell(this.#contenders, true);
  }

  /** A turn of one step, timed node by node: one contender after the other, so that no time holds another's work. */
  async #profile(contenders: readonly Contender[]): Promise<void> {
    const steps: StepProfile[] = [];
    const timed = async (contender: Contender) => {
      const { profile, records } = await contender.profile();
      steps.push(profile);
      return records;
    };
    for (const contender of contenders) await this.#both([contender], timed, (records) => this.#progress.hold(records));
    this.options.emit({ type: 'profile', steps });
    this.#progress.tell(this.#contenders, false);
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

  async #gate(): Promise<void> {
    const { control, now, executor, emit, spec } = this.options;
    const { id, dataset } = this;
    const models = () => this.#contenders.map((contender) => contender.asked);
    const pausedMs = await passGate({
      control,
      now,
      lost: executor.lost,
      paused: (is) => (is ? this.#state('paused', undefined, control.pausedBy) : this.#state('running')),
      answer: async (asked) => emit(await answerTo(asked, { id, spec, dataset }, models())),
    });
    this.#progress.pausedFor(pausedMs);
  }

  /** Makes the evaluations that are due; whether there were any. */
  async #evaluateDue(): Promise<boolean> {
    const { spec, emit, control, breathe, executor } = this.options;
    const due = this.#contenders.filter((c) => !c.ended && c.evaluationDue);
    // On one queue one after the other, so that the first point is seen while the second is computed.
    for (const group of executor.lanes ? [due] : due.map((c) => [c]))
      await this.#both(
        group,
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
      await this.#stored.get(writing[i].family.id)!.appendSample(sample);
      emit({ type: 'sample', sample });
      await breathe();
    }
    return due.length > 0;
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
    await this.#pace.take(async () => {
      for (const contender of this.#contenders) {
        await contender.checkpoint();
        this.#checkpoints[contender.family.id] = contender.step;
      }
    });
  }

  async #finish(): Promise<FamilySummary[]> {
    const summaries = this.#contenders.map((c) => c.summary());
    for (const summary of summaries) await this.#stored.get(summary.family)!.finish(summary);
    return summaries;
  }

  #send(records: MetricRecord[]): void {
    if (records.length > 0) this.options.emit({ type: 'records', records });
  }

  #note(step: number, text: string): void {
    this.options.emit({ type: 'note', text });
    for (const stored of this.#stored.values()) void stored.appendEvent({ step, text });
  }

  #state(state: LabState, detail?: string, by?: string): void {
    this.options.emit({ type: 'state', state, ...(detail && { detail }), ...(by && { by }) });
  }

  /** The stable name of the race or of one of its runs. */
  #hash(what: 'race' | FamilyId): string {
    return identityOf(what, this.options.spec, this.dataset.report.corpus.sha256);
  }
}
