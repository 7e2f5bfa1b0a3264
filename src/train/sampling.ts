import { stream } from '../core/rng.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Family } from '../families/family.ts';
import { samplerOf } from '../families/sampling.ts';
import type { CompileOptions, Executor, Program, State } from '../graph/executor.ts';
import type { Value } from '../graph/tape.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { samplingGraph } from './graphs.ts';

export interface WrittenText {
  text: string;
  /** Forward passes it took (NFE). */
  forwards: number;
  /** Shannon entropy of the text's own distribution of tokens, nats. */
  entropy: number;
  /** The 0-based forward that filled each position, and the model's probability of what it put there. */
  order: number[];
  confidence: number[];
}

/** How the graph of a writer is compiled. */
export function samplingOptions({ logits }: { logits: Value }): CompileOptions {
  return { keep: [logits] };
}

/** Writes text of T tokens with the EMA weights. */
export class Writer {
  private constructor(
    private readonly spec: RaceSpec,
    private readonly family: Family,
    private readonly dataset: Dataset,
    private readonly ids: Value,
    private readonly logits: Value,
    readonly program: Program,
  ) {}

  static async create(options: {
    executor: Executor;
    spec: RaceSpec;
    family: Family;
    dataset: Dataset;
    state: State;
    variants: Record<string, string>;
  }): Promise<Writer> {
    const { executor, spec, family, dataset, state, variants } = options;
    const graph = samplingGraph(spec, dataset.vocabulary, family, 'ema');
    const program = await executor.compile(graph.tape, state, { ...samplingOptions(graph), variants });
    return new Writer(spec, family, dataset, graph.ids, graph.logits, program);
  }

  /**
   * Sample number `sample` of this run: a function of the weights, the seed and that number. `proceed` is asked
   * before every forward, so that a pause or a stop need not wait for the whole text; null when it says no.
   */
  async write(sample: number, proceed: () => boolean = () => true): Promise<WrittenText | null> {
    const { tokenizer, extra } = this.dataset;
    const sampler = samplerOf(this.family.id, {
      start: new Uint32Array(this.spec.model.context).fill(extra),
      extra,
      settings: this.spec.sampling,
      noise: stream(this.spec.seed, 'sampling'),
      sample,
    });
    while (!sampler.done) {
      if (!proceed()) return null;
      this.program.write(this.ids, sampler.inputs);
      this.program.run();
      sampler.next(await this.program.read(this.logits));
    }
    return {
      text: tokenizer.decode(sampler.tokens),
      forwards: sampler.forwards,
      entropy: entropyOf(sampler.tokens),
      order: [...sampler.order],
      confidence: [...sampler.confidence],
    };
  }

  destroy(): void {
    this.program.destroy();
  }
}

function entropyOf(tokens: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  let entropy = 0;
  for (const n of counts.values()) entropy -= (n / tokens.length) * Math.log(n / tokens.length);
  return entropy;
}
