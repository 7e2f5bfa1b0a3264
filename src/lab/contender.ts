import type { MetricRecord } from '../analysis/record.ts';
import type { Dataset } from '../data/dataset.ts';
import type { SamplePlan } from '../experiments/experiment.ts';
import type { Family } from '../families/family.ts';
import type { Executor } from '../graph/executor.ts';
import { byOp } from '../graph/profile.ts';
import { trainingFlops } from '../model/counts.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { type Evaluation, Evaluator, windowsOf } from '../train/evaluation.ts';
import { arenaSizes } from '../train/graphs.ts';
import { languageJudge } from '../train/judges.ts';
import { measureSamples, Writer } from '../train/sampling.ts';
import { evaluatesAt } from '../train/schedule.ts';
import { type Answers, askedOf, Examiner, measuredBy } from '../train/tasks.ts';
import { type StepMetrics, Trainer } from '../train/trainer.ts';
import { type Clock, Share } from './clock.ts';
import type { FamilySummary, SampleRecord, StepProfile } from './protocol.ts';
import type { AskedModel, HeldRace } from './questions.ts';
import { Soundness } from './soundness.ts';
import type { StoredRun } from './store.ts';

export interface ContenderOptions {
  executor: Executor;
  spec: RaceSpec;
  family: Family;
  dataset: Dataset;
  variants: Record<string, string>;
  stored: StoredRun;
  /** Of the executor. */
  clock: Clock;
}

/** One family in a race: its trainer, its evaluator, its writer, and everything it has measured. */
export class Contender {
  /** Every record of the run, the resumed ones included. */
  readonly records: MetricRecord[];
  ended: FamilySummary['ended'] | undefined;
  #held: HeldRace['models'][number] | undefined;
  #seconds: number;
  readonly #flopsPerStep: number;
  readonly #soundness: Soundness;

  private constructor(
    private readonly options: ContenderOptions,
    readonly trainer: Trainer,
    private readonly share: Share,
    private readonly evaluator: Evaluator,
    private readonly writer: Writer,
    /** Where there are questions. */
    private readonly examiner: Examiner | undefined,
  ) {
    const { spec, family, dataset, stored } = options;
    this.records = [...(stored.resumed?.records ?? [])];
    this.#seconds = stored.resumed?.checkpoint.seconds ?? 0;
    this.#flopsPerStep = trainingFlops(spec.model, dataset.vocabulary, spec.train.batch, family.causal);
    this.#soundness = new Soundness(Math.log(dataset.vocabulary));
    this.#endIfDone();
  }

  static async create(options: ContenderOptions): Promise<Contender> {
    const checkpoint = options.stored.resumed?.checkpoint;
    const share = new Share(options.clock);
    const executor = share.meter(options.executor);
    const made: { destroy(): void }[] = [];
    const keep = <T extends { destroy(): void }>(part: T): T => {
      made.unshift(part);
      return part;
    };
    try {
      const trainer = keep(await Trainer.create({ ...options, executor, ...(checkpoint && { resume: checkpoint }) }));
      const shared = { ...options, vocabulary: options.dataset.vocabulary, state: trainer.state };
      const evaluator = keep(await Evaluator.create({ ...shared, arena: 'ema' }));
      const writer = keep(await Writer.create(shared));
      const examiner =
        options.dataset.questions.length > 0 ? await Examiner.create({ ...shared, arena: 'ema' }) : undefined;
      return new Contender(options, trainer, share, evaluator, writer, examiner);
    } catch (error) {
      // What a device could not hold whole must not stand in the way of a smaller one.
      for (const part of made) part.destroy();
      throw error;
    }
  }

  get family(): Family {
    return this.options.family;
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Whether its weights look worth keeping. */
  get isSound(): boolean {
    return this.#soundness.ok;
  }

  get dispatches(): number {
    return this.trainer.program.dispatches;
  }

  /** Bytes of device memory: arenas and the programs' own buffers. */
  get bytes(): number {
    const { executor, spec, dataset } = this.options;
    const arenas = executor.stateFootprint(arenaSizes(parameterLayout(spec.model, dataset.vocabulary))).bytes;
    const programs = [this.trainer, this.evaluator, this.writer, ...(this.examiner ? [this.examiner] : [])];
    return programs.reduce((bytes, { program }) => bytes + program.bytes, arenas);
  }

  /** Takes optimizer steps up to step `until`; returns their training records. */
  async advance(until: number): Promise<MetricRecord[]> {
    const { result: metrics, ms } = await this.share.time(async () => {
      while (this.step < until) await this.trainer.advance(until - this.step);
      return this.trainer.metrics();
    });
    return this.#trained(metrics, ms / Math.max(1, metrics.length));
  }

  /** Takes one optimizer step with the time of every node; its records, too. Its training time is what the nodes took. */
  async profile(): Promise<{ profile: StepProfile; records: MetricRecord[] }> {
    const { family, bytes } = this;
    const host = this.trainer.costs;
    const nodes = await this.trainer.profile();
    const metrics = await this.trainer.metrics();
    const ms = nodes.reduce((sum, node) => sum + node.ms, 0);
    const profile = { family: family.id, step: this.step, ops: byOp(nodes), bytes, host };
    return { profile, records: this.#trained(metrics, ms) };
  }

  /** Whether an evaluation of the present weights is due and not yet made. */
  get evaluationDue(): boolean {
    const { evaluation, train } = this.options.spec;
    return (
      evaluatesAt(evaluation, train.steps, this.step) &&
      !this.records.some((r) => r.split === 'validation' && r.step === this.step)
    );
  }

  /** Evaluates the EMA weights on the validation split, remembers them if they are the best, and looks whether to end. */
  async evaluate(): Promise<MetricRecord> {
    const previous = this.best;
    const record = this.#evaluated(this.step, 'validation', await this.#score(this.evaluator, 'validation'));
    this.records.push(record);
    if (!previous || record.value < previous.value) this.trainer.markBest();
    this.#endIfDone();
    return record;
  }

  /** Asks the EMA weights the questions of the data, if there are any. */
  async ask(): Promise<MetricRecord[]> {
    const answers = (await this.examiner?.ask()) ?? [];
    const records = answers.flatMap((each) => this.#answered(each));
    this.records.push(...records);
    return records;
  }

  /** The best validation record so far. */
  get best(): MetricRecord | undefined {
    return this.validation.reduce<MetricRecord | undefined>(
      (best, r) => (Number.isFinite(r.value) && !(best && best.value <= r.value) ? r : best),
      undefined,
    );
  }

  get validation(): MetricRecord[] {
    return this.records.filter((r) => r.split === 'validation');
  }

  /** Scores the best weights on the split that nobody watched. */
  async test(): Promise<MetricRecord> {
    const { executor, spec, family, dataset, variants } = this.options;
    const { vocabulary } = dataset;
    const { state } = this.trainer;
    const evaluator = await Evaluator.create({ executor, spec, family, vocabulary, state, arena: 'best', variants });
    try {
      const record = this.#evaluated(this.best!.step, 'test', await this.#score(evaluator, 'test'));
      this.records.push(record);
      return record;
    } finally {
      evaluator.destroy();
    }
  }

  async write(proceed: () => boolean): Promise<SampleRecord | null> {
    const written = await this.writer.write(this.step, proceed);
    return written && { family: this.family.id, step: this.step, ...written };
  }

  /**
   * Lets the best weights write the texts of a plan, and measures what they cost and, where the language's law is known,
   * how likely they are in it. AR, which writes a token a step, writes them once. `now`: milliseconds. No records when
   * `proceed` says no.
   */
  async sample({ steps, count }: SamplePlan, now: () => number, proceed: () => boolean): Promise<MetricRecord[]> {
    const { executor, spec, family, dataset, variants } = this.options;
    const counts = family.id === 'ar' ? [spec.model.context] : steps;
    const sets = await measureSamples({
      executor,
      spec,
      family,
      dataset,
      variants,
      state: this.trainer.state,
      arena: 'best',
      requests: counts.map((revealSteps) => ({ settings: { ...spec.sampling, revealSteps }, texts: count })),
      judge: spec.data.corpus === 'synthetic' ? languageJudge(dataset.tokenizer) : undefined,
      now,
      proceed,
    });
    const records = (sets ?? []).flatMap(({ written, nll, entropy, nfe, flops, seconds }) => {
      const record = (metric: MetricRecord['metric'], { value, se }: { value: number; se: number | null }) => ({
        ...this.#record(this.best!.step, metric, value),
        split: 'samples' as const,
        sampled: written,
        bound: 'exact' as const,
        se,
      });
      return [
        ...(nll ? [record('sampleNll', nll)] : []),
        record('sampleEntropy', entropy),
        record('nfe', nfe),
        record('sampleFlops', { value: flops, se: null }),
        record('sampleSeconds', { value: seconds, se: null }),
      ];
    });
    this.records.push(...records);
    return records;
  }

  async checkpoint(): Promise<void> {
    const { stored, variants } = this.options;
    const { step } = this;
    const arenas = await this.trainer.arenas();
    const { best } = this;
    const weights = {
      last: { step, values: arenas.ema },
      ...(best && { best: { step: best.step, values: arenas.best } }),
    };
    this.#held = { family: this.family.id, weights, variants: { ...variants } };
    await stored.saveCheckpoint({ step, seconds: this.#seconds, arenas, variants });
    this.#soundness.kept();
  }

  /** The model as it is now, to be asked between two turns. */
  get asked(): AskedModel {
    const { executor, variants } = this.options;
    const steps = { last: this.step, ...(this.best && { best: this.best.step }) };
    return { family: this.family.id, steps, executor, state: this.trainer.state, variants };
  }

  /** The model as it was at its last checkpoint; undefined before there is one. */
  get held(): HeldRace['models'][number] | undefined {
    return this.#held;
  }

  summary(): FamilySummary {
    const { family, spec } = this.options;
    const best = this.best!;
    const last = this.validation.at(-1)!;
    const test = this.records.find((r) => r.split === 'test');
    return {
      family: family.id,
      bound: family.bound,
      steps: this.step,
      ended: this.ended ?? 'stopped',
      best: {
        value: best.value,
        se: best.se,
        step: best.step,
        epoch: best.epoch,
        tokens: best.tokens,
        flops: best.flops,
      },
      last: { value: last.value, se: last.se, step: last.step },
      ...(test && {
        test: {
          value: test.value,
          se: test.se,
          windows: this.options.dataset.report.test.windows,
          draws: family.evaluationDraws(spec.evaluation.draws),
        },
      }),
      seconds: this.#seconds,
    };
  }

  destroy(): void {
    this.examiner?.destroy();
    this.writer.destroy();
    this.evaluator.destroy();
    this.trainer.destroy();
  }

  #endIfDone(): void {
    const { steps, patience } = this.options.spec.train;
    if (this.step >= steps && !this.evaluationDue) this.ended = 'budget';
    else if (patience > 0 && this.best && this.step - this.best.step >= patience) this.ended = 'patience';
  }

  /** The records of steps that took `msPerStep` each. */
  #trained(metrics: readonly StepMetrics[], msPerStep: number): MetricRecord[] {
    const { family } = this;
    const records = metrics.flatMap(({ step, loss, gradNorm, dropped }) => {
      this.#seconds += msPerStep / 1000;
      this.#soundness.hear(loss);
      return [
        this.#record(step, family.trainsOn, loss),
        this.#record(step, 'gradNorm', gradNorm),
        ...(dropped === undefined ? [] : [this.#record(step, 'dropped', dropped)]),
      ];
    });
    this.records.push(...records);
    return records;
  }

  #score(evaluator: Evaluator, split: 'validation' | 'test'): Promise<Evaluation> {
    return evaluator.evaluate(windowsOf(this.options.dataset, split));
  }

  #evaluated(step: number, split: 'validation' | 'test', { value, se, windows }: Evaluation): MetricRecord {
    // Four decimals are far below the standard error and keep the files small.
    const rounded = Array.from(windows, (loss) => Math.round(loss * 1e4) / 1e4);
    return { ...this.#record(step, 'loss', value), split, se, windows: rounded };
  }

  #answered(answers: Answers): MetricRecord[] {
    return measuredBy(answers).map(([metric, { value, se }]) => ({
      ...this.#record(this.step, metric, value),
      split: 'questions',
      asked: askedOf(answers),
      bound: answers.bound,
      se,
    }));
  }

  #record(step: number, metric: MetricRecord['metric'], value: number): MetricRecord {
    const { spec, family } = this.options;
    const tokens = step * spec.train.batch * spec.model.context;
    return {
      step,
      tokens,
      epoch: tokens / spec.data.uniqueTokens,
      flops: step * this.#flopsPerStep,
      seconds: this.#seconds,
      family: family.id,
      split: 'train',
      metric,
      value,
      // What is trained on is one noisy draw of the objective; only an evaluation is exact.
      bound: family.bound,
      se: null,
    };
  }
}
