import { type Rng, stream } from '../core/rng.ts';
import { measuredMean } from '../core/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Corrupted, Family, TokenBatch } from '../families/family.ts';
import type { CompileOptions, Executor, Program, State } from '../graph/executor.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { type EvaluationGraph, evaluationGraph } from './graphs.ts';
import { writeBatch } from './trainer.ts';

/** Batches whose results may be on their way at once. */
const IN_FLIGHT = 4;

export interface Evaluation {
  /** Mean over windows of the loss per token, nats: the exact NLL, or the bound of it. */
  value: number;
  /** Standard error of the mean over windows; null for one window. */
  se: number | null;
  /** Loss of each window. */
  windows: Float64Array;
  /** Draws averaged within each window. */
  draws: number;
}

/** How the graph of an evaluation is compiled. */
export function evaluationOptions({ rowLoss }: EvaluationGraph): CompileOptions {
  return { keep: [rowLoss] };
}

/** Windows to score: `count` of them, [n, T] at a time. */
export interface WindowSet {
  count: number;
  read(first: number, n: number): TokenBatch;
}

/** The evaluation windows of a split. */
export function windowsOf(dataset: Dataset, split: 'validation' | 'test'): WindowSet {
  return { count: dataset.report[split].windows, read: (first, n) => dataset.windows(split, first, n) };
}

/**
 * Evaluates one family on the weights of one arena. The masks of an evaluation are functions of (seed, window, draw):
 * the same at every evaluation of a run, so that differences between evaluations are differences between weights.
 */
export class Evaluator {
  readonly #noise: Rng;

  private constructor(
    private readonly spec: RaceSpec,
    private readonly family: Family,
    private readonly graph: EvaluationGraph,
    readonly program: Program,
  ) {
    this.#noise = stream(spec.seed, 'evaluation');
  }

  static async create(options: {
    executor: Executor;
    spec: RaceSpec;
    family: Family;
    vocabulary: number;
    state: State;
    arena: 'ema' | 'best';
    variants: Record<string, string>;
  }): Promise<Evaluator> {
    const { executor, spec, family, vocabulary, state, arena, variants } = options;
    const graph = evaluationGraph(spec, vocabulary, family, arena);
    const program = await executor.compile(graph.tape, state, { ...evaluationOptions(graph), variants });
    return new Evaluator(spec, family, graph, program);
  }

  async evaluate({ count, read }: WindowSet): Promise<Evaluation> {
    const B = this.spec.train.batch;
    const draws = this.family.evaluationDraws(this.spec.evaluation.draws);
    const windows = new Float64Array(count);
    const pending: Promise<void>[] = [];
    for (let first = 0; first < count; first += B) {
      const rows = Math.min(B, count - first);
      const batch = padded(read(first, rows), B);
      for (let draw = 0; draw < draws; draw++) {
        const corrupted = this.family.evaluate(batch, this.#noise, first, draw, draws);
        const added = this.#addLosses(corrupted, windows.subarray(first, first + rows), draws);
        // When the device is lost all of them fail, and only the oldest is waited for.
        added.catch(() => {});
        pending.push(added);
        if (pending.length >= IN_FLIGHT) await pending.shift();
      }
    }
    await Promise.all(pending);
    return { ...measuredMean(windows), windows, draws };
  }

  destroy(): void {
    this.program.destroy();
  }

  /** Runs one batch and adds its loss of each row / draws. The work is enqueued at once; the sums come later. */
  async #addLosses(corrupted: Corrupted, losses: Float64Array, draws: number): Promise<void> {
    writeBatch(this.program, this.graph.inputs, corrupted);
    this.program.run();
    const rowLoss = await this.program.read(this.graph.rowLoss);
    const T = this.spec.model.context;
    for (let row = 0; row < losses.length; row++) {
      let sum = 0;
      for (let i = 0; i < T; i++) sum += rowLoss[row * T + i];
      losses[row] += sum / draws;
    }
  }
}

/** A batch of exactly B rows: missing ones repeat the first, and their losses are not looked at. */
function padded(batch: TokenBatch, B: number): TokenBatch {
  if (batch.B === B) return batch;
  const tokens = new Uint32Array(B * batch.T);
  for (let row = 0; row < B; row++) {
    const source = row < batch.B ? row : 0;
    tokens.set(batch.tokens.subarray(source * batch.T, (source + 1) * batch.T), row * batch.T);
  }
  return { ...batch, tokens, B };
}
