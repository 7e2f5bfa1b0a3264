import { stream } from '../core/rng.ts';
import { type Measured, meanAndError, measuredMean } from '../core/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import { entropy } from '../families/choose.ts';
import type { Family } from '../families/family.ts';
import { passesOf, type Sampler, samplerOf, wayOfWriting } from '../families/sampling.ts';
import type { CompileOptions, Executor, Program, State } from '../graph/executor.ts';
import type { Value } from '../graph/tape.ts';
import { forwardFlops } from '../model/counts.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { Sampled, SamplingSettings } from '../spec/writing.ts';
import { Forwards } from './forwards.ts';
import { samplingGraph } from './graphs.ts';
import type { Judge } from './judges.ts';

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

/** Texts that are to be written with the same settings. */
export interface SampleRequest {
  settings: SamplingSettings;
  /** Samples first, first + 1, …: equal numbers get equal draws, whatever the settings. */
  first?: number;
  texts: number;
  /** u32 [T]: what is given, and the extra token where something is to be written; without it everywhere. */
  start?: Uint32Array;
}

/** Asked before every forward, with what stands so far; false ends the writing. */
export type Proceed = (texts: readonly Sampler[]) => boolean;

/** How the graph of a writer is compiled. */
export function samplingOptions({ logits }: { logits: Value }): CompileOptions {
  return { keep: [logits] };
}

export interface WriterOptions {
  executor: Executor;
  spec: RaceSpec;
  family: Family;
  dataset: Pick<Dataset, 'tokenizer' | 'extra' | 'vocabulary'>;
  state: State;
  /** Whose weights: the averaged ones unless it says otherwise. */
  arena?: 'ema' | 'best';
  variants: Record<string, string>;
  /** Texts that the model takes in one batch; 1 unless it says otherwise. */
  together?: number;
}

/** Writes texts of T tokens. */
export class Writer {
  private constructor(
    private readonly options: WriterOptions,
    private readonly forwards: Forwards,
  ) {}

  static async create(options: WriterOptions): Promise<Writer> {
    const { executor, spec, family, dataset, state, arena = 'ema', variants, together: B = 1 } = options;
    const { vocabulary, extra } = dataset;
    const graph = samplingGraph(spec, vocabulary, family, arena, B);
    const program = await executor.compile(graph.tape, state, { ...samplingOptions(graph), variants });
    return new Writer(options, new Forwards(program, graph, { B, T: spec.model.context, extra }));
  }

  get program(): Program {
    return this.forwards.program;
  }

  /**
   * Sample number `sample` of this run: a function of the weights, the seed and that number. A pause or a stop need not
   * wait for the whole text; null when `proceed` says no.
   */
  async write(sample: number, proceed: Proceed = () => true): Promise<WrittenText | null> {
    const { sampling: settings } = this.options.spec;
    const samplers = await this.samples({ settings, first: sample, texts: 1 }, proceed);
    return samplers && this.written(samplers[0]);
  }

  /** Writes all texts of a request at once, a forward of each at a time; null when `proceed` says no. */
  async samples(request: SampleRequest, proceed: Proceed = () => true): Promise<Sampler[] | null> {
    const { spec, family } = this.options;
    const { T, extra } = this.forwards.shape;
    const { settings, first = 0, texts, start = new Uint32Array(T).fill(extra) } = request;
    const noise = stream(spec.seed, 'sampling');
    const samplers = Array.from({ length: texts }, (_, i) =>
      samplerOf(family.id, { start, extra, settings, noise, sample: first + i }),
    );
    for (;;) {
      const open = samplers.filter(({ done }) => !done);
      if (open.length === 0) return samplers;
      if (!proceed(samplers)) return null;
      await this.forwards.run(
        open.map(({ inputs }) => inputs),
        (i, logits) => open[i].next(logits),
      );
    }
  }

  written({ tokens, forwards, order, confidence }: Sampler): WrittenText {
    return {
      text: this.options.dataset.tokenizer.decode(tokens),
      forwards,
      entropy: entropyOf(tokens),
      order: [...order],
      confidence: [...confidence],
    };
  }

  destroy(): void {
    this.program.destroy();
  }
}

/** What was found about the texts of one request. */
export interface SampleSet {
  written: Sampled;
  texts: (WrittenText & { nll?: number })[];
  /** Means over the texts with their standard errors. */
  nfe: Measured;
  entropy: Measured;
  /** Nats per token, under the judge. */
  nll?: Measured;
  /** Model FLOPs a text, on average: AR with a KV cache, diffusion without one (`passesOf`, `forwardFlops`). */
  flops: number;
  /** Wall seconds a text, on average: all of them divided by the texts. */
  seconds: number;
}

export interface MeasureOptions extends WriterOptions {
  requests: readonly SampleRequest[];
  judge?: Judge | undefined;
  /** Milliseconds. */
  now: () => number;
  proceed?: Proceed;
}

/**
 * Writes the texts of each request and says what they cost and how good they are. `sampleNll` alone rewards a text that
 * repeats what is likeliest; the entropy beside it tells. Null when `proceed` says no.
 */
export async function measureSamples(options: MeasureOptions): Promise<SampleSet[] | null> {
  const { requests, spec, dataset, family, now, judge, proceed } = options;
  const most = Math.max(...requests.map(({ texts }) => texts));
  const together = Math.min(options.together ?? spec.train.batch, most);
  const writer = await Writer.create({ ...options, together });
  try {
    const sets: SampleSet[] = [];
    const pass = forwardFlops(spec.model, dataset.vocabulary, 1, family.causal);
    for (const request of requests) {
      // The first forward of a program is slower than those that are to be timed.
      if (sets.length === 0) await writer.samples({ ...request, texts: together }, once());
      const start = now();
      const samplers = await writer.samples(request, proceed);
      if (!samplers) return null;
      const seconds = (now() - start) / 1000 / samplers.length;
      const losses = await judge?.judge(samplers.map(({ tokens }) => tokens));
      const texts = samplers.map((each, i) => ({ ...writer.written(each), ...(losses && { nll: losses[i] }) }));
      const forwards = texts.map((text) => text.forwards);
      const open = samplers[0].order.filter((forward) => forward >= 0).length;
      sets.push({
        written: {
          ...wayOfWriting(family.id, request.settings, open),
          texts: texts.length,
          together,
          ...(judge && { judge: judge.name }),
        },
        texts,
        nfe: measuredMean(forwards),
        entropy: measuredMean(texts.map((text) => text.entropy)),
        ...(losses && { nll: measuredMean(losses) }),
        flops: pass * meanAndError(forwards.map((each) => passesOf(family.id, each))).mean,
        seconds,
      });
    }
    return sets;
  } finally {
    writer.destroy();
  }
}

/** Lets one forward be made. */
function once(): Proceed {
  let asked = 0;
  return () => asked++ === 0;
}

function entropyOf(tokens: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return entropy(Array.from(counts.values(), (n) => n / tokens.length));
}
