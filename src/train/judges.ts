import { badInput } from '../core/errors.ts';
import { stream } from '../core/rng.ts';
import type { Tokenizer } from '../data/dataset.ts';
import { SLIP, slipLoss } from '../data/synthetic.ts';
import type { Family } from '../families/family.ts';
import type { Executor, State } from '../graph/executor.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { Forwards, negativeLogLikelihoods } from './forwards.ts';
import { samplingGraph } from './graphs.ts';
import { samplingOptions } from './sampling.ts';

/** Says how likely texts are, whoever wrote them. */
export interface Judge {
  /** For people. */
  readonly name: string;
  /** −ln p of each text per token, in nats. Texts are u32 [T], tokens of the run's own tokenizer. */
  judge(texts: readonly Uint32Array[]): Promise<number[]>;
}

/** The law by which the synthetic corpus was made, with 1 % of slips so that no text is impossible. */
export function languageJudge(tokenizer: Tokenizer): Judge {
  return {
    name: `the synthetic language with ${100 * SLIP} % slips`,
    judge: (texts) => Promise.resolve(texts.map((text) => slipLoss(tokenizer.decode(text)))),
  };
}

/** The exact likelihood under another model, which should be a better one than those that it judges. */
export class ReferenceJudge implements Judge {
  private constructor(
    readonly name: string,
    private readonly read: (text: Uint32Array) => { inputs: Uint32Array; targets: Uint32Array },
    private readonly forwards: Forwards,
  ) {}

  /**
   * @param reference the model that judges: a family whose loss is exact and which looks only to the left, on the weights
   *   `arena` of `state`
   * @param written what wrote the texts: its tokenizer and T. Refused where the reference lacks one of its symbols or
   *   reads fewer tokens at once.
   */
  static async create(options: {
    executor: Executor;
    reference: {
      name: string;
      spec: RaceSpec;
      family: Family;
      tokenizer: Tokenizer;
      state: State;
      arena: 'ema' | 'best';
    };
    written: { tokenizer: Tokenizer; T: number };
  }): Promise<ReferenceJudge> {
    const { executor, reference, written } = options;
    const { name, spec, family, tokenizer, state, arena } = reference;
    if (family.bound !== 'exact' || !family.causal) {
      throw badInput(`the reference ${name} must be an AR model, whose likelihood is exact; it is ${family.label}`);
    }
    const { context: T } = spec.model;
    if (T < written.T) {
      throw badInput(`the reference ${name} reads T = ${T} tokens at once; the texts have ${written.T}`);
    }
    const idOf = new Map(tokenizer.symbols.map((symbol, id) => [symbol, id]));
    const ids = written.tokenizer.symbols.map((symbol) => {
      const id = idOf.get(symbol);
      if (id === undefined) throw badInput(`the reference ${name} does not know the symbol ${JSON.stringify(symbol)}`);
      return id;
    });
    const extra = tokenizer.size;
    const noise = stream(spec.seed, 'evaluation');
    const read = (text: Uint32Array) => {
      // What follows the text is out of sight of all that is looked at.
      const targets = new Uint32Array(T).fill(extra);
      targets.set(text.map((id) => ids[id]));
      return { inputs: family.evaluate({ tokens: targets, B: 1, T, extra }, noise, 0, 0, 1).inputs, targets };
    };
    const B = spec.train.batch;
    const graph = samplingGraph(spec, extra + 1, family, arena, B);
    const program = await executor.compile(graph.tape, state, { ...samplingOptions(graph), variants: {} });
    return new ReferenceJudge(name, read, new Forwards(program, graph, { B, T, extra }));
  }

  async judge(texts: readonly Uint32Array[]): Promise<number[]> {
    const readings = texts.map(this.read);
    const losses = new Array<number>(texts.length).fill(0);
    await this.forwards.run(
      readings.map(({ inputs }) => inputs),
      (i, logits) => {
        const places = Array.from(texts[i], (_, position) => ({ position, target: readings[i].targets[position] }));
        const nats = negativeLogLikelihoods(logits, this.forwards.shape, places);
        losses[i] = nats.reduce((sum, each) => sum + each, 0) / nats.length;
      },
    );
    return losses;
  }

  destroy(): void {
    this.forwards.program.destroy();
  }
}
