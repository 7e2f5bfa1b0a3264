import { CrossoverError } from '../core/errors.ts';
import { type Rng, stream } from '../core/rng.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Corrupted, Family } from '../families/family.ts';
import type { CompileOptions, Executor, Load, Program, State } from '../graph/executor.ts';
import type { HostTimes, NodeTime } from '../graph/profile.ts';
import { initialParameters, parameterLayout } from '../model/parameters.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { arenaSizes, type BatchInputs, RING_COLUMNS, RING_ROWS, type TrainingGraph, trainingGraph } from './graphs.ts';
import { stepState } from './schedule.ts';

/** Steps in one submission at most: their inputs are held on the device at once, their metrics in the ring. */
const MOST_TOGETHER = 16;
/** How long a submission should last at most: a pause waits for those that are on their way. */
const SUBMISSION_MS = 20;
/** Submissions that may be on their way when `advance` returns, and how long they may last; one may in any case. */
const IN_FLIGHT = 3;
const IN_FLIGHT_MS = 50;

/** The arenas a checkpoint holds. With the step they are the whole state: draws are functions of the step. */
export const CHECKPOINT_ARENAS = ['params', 'm', 'v', 'ema', 'best'] as const;
export type CheckpointArenas = Record<(typeof CHECKPOINT_ARENAS)[number], Float32Array>;

export interface StepMetrics {
  /** Steps taken when it was measured: 1 after the first. */
  step: number;
  loss: number;
  gradNorm: number;
  /** Share of the token–expert pairs that found no free slot; where experts have a capacity only. */
  dropped?: number;
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

/** How the graph of a step is compiled. What the host reads of it lies in the ring. */
export const TRAINING_OPTIONS: CompileOptions = { loads: MOST_TOGETHER };

/** Steps that were handed to the device together: `count` from 0-based step `first`, and the ring after them. */
interface Submission {
  first: number;
  count: number;
  ring: Promise<Float32Array>;
}

/** What steps have cost the host, in milliseconds; those that `profile` took are left out. */
export interface TrainerCosts extends HostTimes {
  steps: number;
  submissions: number;
  /** Making the batches, corruption included. */
  prepare: number;
}

/** A corrupted batch as inputs of a program. */
function inputsOf(inputs: BatchInputs, batch: Corrupted): Load['inputs'] {
  return [
    [inputs.ids, batch.inputs],
    [inputs.targets, batch.targets],
    [inputs.weights, batch.weights],
    ...(inputs.positions ? [[inputs.positions, batch.positions!] as const] : []),
    ...(inputs.shares ? [[inputs.shares, batch.shares!] as const] : []),
  ];
}

/** Writes a corrupted batch to the inputs of a program. */
export function writeBatch(program: Program, inputs: BatchInputs, batch: Corrupted): void {
  for (const [input, data] of inputsOf(inputs, batch)) program.write(input, data);
}

/**
 * Trains one family: owns its arenas and its training program, and knows nothing of the family but its interface.
 * Same spec, same device: the same bits, whether or not the run was interrupted.
 */
export class Trainer {
  /** Optimizer steps taken. */
  step: number;
  readonly #noise: Rng;
  /** On their way, and back from the device; the oldest first. */
  readonly #inFlight: Submission[] = [];
  readonly #arrived: { first: number; count: number; ring: Float32Array }[] = [];
  /** Device time of a step as last measured; 0 before that. */
  #stepMs = 0;
  #lastArrival = 0;
  #lastCount = 0;
  readonly #costs: TrainerCosts = { steps: 0, submissions: 0, prepare: 0, write: 0, encode: 0, submit: 0 };

  private constructor(
    private readonly options: TrainerOptions,
    readonly state: State,
    readonly graph: TrainingGraph,
    readonly program: Program,
  ) {
    this.step = options.resume?.step ?? 0;
    this.#noise = stream(options.spec.seed, 'noise');
  }

  static async create(options: TrainerOptions): Promise<Trainer> {
    const { executor, spec, family, dataset, resume, variants } = options;
    const layout = parameterLayout(spec.model, dataset.vocabulary);
    const state = executor.createState(arenaSizes(layout));
    try {
      const graph = trainingGraph(spec, dataset.vocabulary, family);
      const program = await executor.compile(graph.tape, state, { ...TRAINING_OPTIONS, variants });
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

  /**
   * Enqueues optimizer steps in one submission, `most` of them or as many as keep it short; resolves to how many. Waits
   * only while too much is on its way.
   */
  async advance(most = 1): Promise<number> {
    const count = this.#together(most);
    const begun = performance.now();
    const loads = Array.from({ length: count }, (_, i) => this.#load(this.step + i));
    const start = performance.now();
    this.#costs.prepare += start - begun;
    this.#costs.steps += count;
    this.#costs.submissions++;
    this.program.runAll(loads);
    const ring = this.program.read(this.graph.ring);
    ring.then(
      () => this.#measure(start, count),
      // Whoever waits for the ring hears of it.
      () => {},
    );
    this.#inFlight.push({ first: this.step, count, ring });
    this.step += count;
    this.#lastCount = count;
    while (this.#crowded()) await this.#arrive();
    return count;
  }

  /**
   * Takes one optimizer step like any other, the same bits included, but node by node with the time of each. Waits for
   * the steps before it, so that nothing else is on the device, and for itself.
   */
  async profile(): Promise<NodeTime[]> {
    while (this.#inFlight.length > 0) await this.#arrive();
    const { inputs, step } = this.#load(this.step);
    for (const [input, data] of inputs) this.program.write(input, data);
    const times = await this.program.profile(step);
    this.#arrived.push({ first: this.step, count: 1, ring: await this.program.read(this.graph.ring) });
    this.step++;
    return times;
  }

  /**
   * Metrics of the steps since the last call, oldest first. Waits for them.
   * @throws CrossoverError 'diverged' when a step's loss or gradient is not finite: the weights are then those
   *   before that step, and the message names the step and the first op that produced a non-finite number.
   */
  async metrics(): Promise<StepMetrics[]> {
    while (this.#inFlight.length > 0) await this.#arrive();
    const found: StepMetrics[] = [];
    for (const { first, count, ring } of this.#arrived.splice(0)) {
      for (let s = first; s < first + count; s++) {
        const row = (s % RING_ROWS) * RING_COLUMNS;
        const [loss, gradNorm, dropped] = ring.subarray(row, row + 3);
        if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) await this.#diverged(s, loss, gradNorm);
        found.push({ step: s + 1, loss, gradNorm, ...(this.graph.drops && { dropped }) });
      }
    }
    return found;
  }

  /** What the steps since it was created have cost the host. */
  get costs(): TrainerCosts {
    return { ...this.#costs, ...this.program.hostTimes };
  }

  /** The arenas of a checkpoint, after every step enqueued so far; no step may be enqueued until it is there. */
  async arenas(): Promise<CheckpointArenas> {
    const read: [string, Float32Array][] = [];
    // One after the other: each needs as much memory again on its way.
    for (const name of CHECKPOINT_ARENAS) read.push([name, await this.state.read(name)]);
    return Object.fromEntries(read) as CheckpointArenas;
  }

  /** Remembers the present EMA weights as the best. */
  markBest(): void {
    this.state.copy('ema', 'best');
  }

  destroy(): void {
    this.program.destroy();
    this.state.destroy();
  }

  /** What step s is made with. */
  #load(s: number): Load {
    const { spec, family, dataset } = this.options;
    return {
      inputs: inputsOf(this.graph.inputs, family.corrupt(dataset.batch(s), this.#noise, s)),
      step: stepState(spec.train, spec.seed, s, RING_ROWS),
    };
  }

  /** How many steps the next submission takes: never twice as many as the last, in case that one was mismeasured. */
  #together(most: number): number {
    const wanted = this.#stepMs > 0 ? Math.floor(SUBMISSION_MS / this.#stepMs) : 1;
    return Math.max(1, Math.min(most, wanted, 2 * this.#lastCount, MOST_TOGETHER));
  }

  /** A submission is back: it was computed since it was handed over, or since the one before it was done. */
  #measure(start: number, count: number): void {
    const now = performance.now();
    this.#stepMs = (now - Math.max(start, this.#lastArrival)) / count;
    this.#lastArrival = now;
  }

  /** Whether too much is on its way; before anything is measured, that is more than one submission. */
  #crowded(): boolean {
    const { length } = this.#inFlight;
    const steps = this.#inFlight.reduce((sum, { count }) => sum + count, 0);
    return length > 1 && (length > IN_FLIGHT || this.#stepMs === 0 || steps * this.#stepMs > IN_FLIGHT_MS);
  }

  /** Waits for the oldest submission. */
  async #arrive(): Promise<void> {
    const { first, count, ring } = this.#inFlight.shift()!;
    this.#arrived.push({ first, count, ring: await ring });
  }

  /** The guard has kept the optimizer from using step s: run it again, command by command, to name the culprit. */
  async #diverged(s: number, loss: number, gradNorm: number): Promise<never> {
    this.step = s;
    const { inputs, step } = this.#load(s);
    for (const [input, data] of inputs) this.program.write(input, data);
    const culprit = await this.program.check(step);
    const where = culprit ? `: ${culprit.op} is the first op to write ${culprit.value}` : '';
    throw new CrossoverError(
      'diverged',
      `${this.options.family.label} diverged at step ${s + 1} (loss ${shown(loss)}, gradient norm ${shown(gradNorm)})${where}.`,
      'Lower train.learningRate or train.clipNorm and start again.',
    );
  }
}

/** A number in a sentence, not finite perhaps. */
const shown = (value: number): string => String(Number(value.toPrecision(4)));
