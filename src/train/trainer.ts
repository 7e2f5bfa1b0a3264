import { CrossoverError } from '../core/errors.ts';
import { type Rng, stream } from '../core/rng.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Corrupted, Family } from '../families/family.ts';
import type { Executor, Program, State } from '../graph/executor.ts';
import type { StepState } from '../graph/op.ts';
import { initialParameters, parameterLayout } from '../model/parameters.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { arenaSizes, type BatchInputs, RING_COLUMNS, RING_ROWS, type TrainingGraph, trainingGraph } from './graphs.ts';
import { stepState } from './schedule.ts';

/** Submits that may be on their way before the host waits: enough to hide latency, few enough to pause quickly. */
const IN_FLIGHT = 3;

/** The arenas a checkpoint holds. With the step they are the whole state: draws are functions of the step. */
export const CHECKPOINT_ARENAS = ['params', 'm', 'v', 'ema', 'best'] as const;
export type CheckpointArenas = Record<(typeof CHECKPOINT_ARENAS)[number], Float32Array>;

export interface StepMetrics {
  /** Steps taken when it was measured: 1 after the first. */
  step: number;
  loss: number;
  gradNorm: number;
}

export interface TrainerOptions {
  executor: Executor;
  spec: RaceSpec;
  family: Family;
  dataset: Pick<Dataset, 'vocabulary' | 'batch'>;
  /** Kernel variants; what is missing is chosen by timing and added. */
  variants: Record<string, string>;
  resume?: { step: number; arenas: CheckpointArenas };
}

/** Writes a corrupted batch to the inputs of a program. */
export function writeBatch(program: Program, inputs: BatchInputs, batch: Corrupted): void {
  program.write(inputs.ids, batch.inputs);
  program.write(inputs.targets, batch.targets);
  program.write(inputs.weights, batch.weights);
}

/**
 * Trains one family: owns its arenas and its training program, and knows nothing of the family but its interface.
 * Same spec, same device: the same bits, whether or not the run was interrupted.
 */
export class Trainer {
  /** Optimizer steps taken. */
  step: number;
  readonly #noise: Rng;
  readonly #inFlight: Promise<void>[] = [];
  /** Steps whose metrics the host has read. */
  #read: number;

  private constructor(
    private readonly options: TrainerOptions,
    readonly state: State,
    readonly graph: TrainingGraph,
    readonly program: Program,
  ) {
    this.step = options.resume?.step ?? 0;
    this.#read = this.step;
    this.#noise = stream(options.spec.seed, 'noise');
  }

  static async create(options: TrainerOptions): Promise<Trainer> {
    const { executor, spec, family, dataset, resume, variants } = options;
    const layout = parameterLayout(spec.model, dataset.vocabulary);
    const state = executor.createState(arenaSizes(layout));
    try {
      const graph = trainingGraph(spec, dataset.vocabulary, family.causal);
      const program = await executor.compile(graph.tape, state, { keep: [graph.rowLoss, graph.logits], variants });
      const initial = initialParameters(spec.model, layout, spec.seed);
      state.write('params', resume?.arenas.params ?? initial);
      state.write('ema', resume?.arenas.ema ?? initial);
      state.write('best', resume?.arenas.best ?? initial);
      if (resume) {
        state.write('m', resume.arenas.m);
        state.write('v', resume.arenas.v);
      }
      return new Trainer(options, state, graph, program);
    } catch (error) {
      state.destroy();
      throw error;
    }
  }

  /** Whether more steps would overwrite metrics that nobody has read: `metrics` must be called first. */
  get ringFull(): boolean {
    return this.step - this.#read >= RING_ROWS;
  }

  /** Enqueues one optimizer step; waits only while too many are in flight. */
  async advance(): Promise<void> {
    if (this.ringFull) throw new Error(`the metrics of ${RING_ROWS} steps have not been read`);
    this.program.run(this.#load(this.step));
    this.step++;
    this.#inFlight.push(this.options.executor.idle());
    if (this.#inFlight.length >= IN_FLIGHT) await this.#inFlight.shift();
  }

  /**
   * Metrics of the steps since the last call, oldest first. Waits for them.
   * @throws CrossoverError 'diverged' when a step's loss or gradient is not finite: the weights are then those
   *   before that step, and the message names the step and the first op that produced a non-finite number.
   */
  async metrics(): Promise<StepMetrics[]> {
    if (this.#read === this.step) return [];
    const ring = await this.program.read(this.graph.ring);
    const found: StepMetrics[] = [];
    for (let s = this.#read; s < this.step; s++) {
      const row = (s % RING_ROWS) * RING_COLUMNS;
      const [loss, gradNorm] = ring.subarray(row, row + 2);
      if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) await this.#diverged(s, loss, gradNorm);
      found.push({ step: s + 1, loss, gradNorm });
    }
    this.#read = this.step;
    this.#inFlight.length = 0;
    return found;
  }

  /** The arenas of a checkpoint, after every step enqueued so far. */
  async arenas(): Promise<CheckpointArenas> {
    const read = await Promise.all(CHECKPOINT_ARENAS.map((name) => this.state.read(name)));
    return Object.fromEntries(CHECKPOINT_ARENAS.map((name, i) => [name, read[i]])) as CheckpointArenas;
  }

  /** Remembers the present EMA weights as the best. */
  markBest(): void {
    this.state.copy('ema', 'best');
  }

  destroy(): void {
    this.program.destroy();
    this.state.destroy();
  }

  /** Writes the inputs of 0-based step s; returns its scalars. */
  #load(s: number): StepState {
    const { spec, family, dataset } = this.options;
    writeBatch(this.program, this.graph.inputs, family.corrupt(dataset.batch(s), this.#noise, s));
    return stepState(spec.train, spec.seed, s, RING_ROWS);
  }

  /** The guard has kept the optimizer from using step s: run it again, command by command, to name the culprit. */
  async #diverged(s: number, loss: number, gradNorm: number): Promise<never> {
    this.step = s;
    this.#read = s;
    const culprit = await this.program.check(this.#load(s));
    const where = culprit ? `: ${culprit.op} is the first op to write ${culprit.value}` : '';
    throw new CrossoverError(
      'diverged',
      `${this.options.family.label} diverged at step ${s + 1} (loss ${loss}, gradient norm ${gradNorm})${where}. ` +
        `The weights are those after step ${s}.`,
      'Lower train.learningRate or train.clipNorm and start again.',
    );
  }
}
