import { badInput } from '../../core/errors.ts';
import type { Tokenizer } from '../../data/dataset.ts';
import { normaliseText } from '../../data/text.ts';
import { hasWords } from '../../data/tokenizer.ts';
import { familyOf } from '../../families/index.ts';
import type { Executor } from '../../graph/executor.ts';
import { applySettings } from '../../spec/parse.ts';
import type { RunSpec } from '../../spec/schema.ts';
import { type Judge, languageJudge, ReferenceJudge } from '../../train/judges.ts';
import { measureSamples, type SampleSet } from '../../train/sampling.ts';
import { readModelFolder, type StoredModel } from '../node/modelFolder.ts';

/** Stands for a token that is to be written. */
export const HOLE = '▢';

export interface SampleOptions {
  /** Settings of the section `sampling`, as `--set` takes them; the run's own for all others. */
  settings: readonly string[];
  texts: number;
  /** Seed of the draws; without it that of the run. */
  seed?: number | undefined;
  /** What is given, with holes; what is short of T tokens is written too. */
  start?: string | undefined;
  /** Run folder of the AR model that judges; without one only the synthetic language is judged, by its own law. */
  reference?: string | undefined;
  /** What stands of the first text before each forward. */
  watch?: ((text: string) => void) | undefined;
}

export interface SampledRun {
  spec: RunSpec;
  set: SampleSet;
}

/** Lets the model of a run folder write, and measures its texts. Throws for a run that cannot, naming the folder. */
export async function sampleRun(executor: Executor, folder: string, options: SampleOptions): Promise<SampledRun> {
  const model = await readModelFolder(folder);
  const { tokenizer } = model;
  const { family: id, ...race } = model.spec;
  const spec = { ...applySettings(race, options.settings), family: id };
  // A seed of one's own is that of the draws; the order that a model was trained in stays that of its run.
  const family = familyOf(id, spec);
  if (family.loss === 'uniform-bound') {
    throw badInput(`${folder} was trained with diffusion.noise uniform; only a model that reads masks can write`);
  }
  const { context: T } = spec.model;
  const extra = tokenizer.size;
  const start = options.start === undefined ? undefined : startOf(options.start, model);
  const judge = options.reference
    ? await referenceJudge(executor, options.reference, { tokenizer, T })
    : spec.data.corpus === 'synthetic'
      ? languageJudge(tokenizer)
      : undefined;
  const sets = await measureSamples({
    executor,
    spec: { ...spec, seed: options.seed ?? spec.seed },
    family,
    dataset: { tokenizer, extra, vocabulary: extra + 1 },
    state: stateOf(executor, model),
    arena: 'best',
    variants: {},
    requests: [{ settings: spec.sampling, texts: options.texts, ...(start && { start }) }],
    judge,
    now: () => performance.now(),
    proceed: ([{ tokens }]) => {
      options.watch?.(withHoles(tokens, tokenizer));
      return true;
    },
  });
  return { spec, set: sets![0] };
}

function stateOf(executor: Executor, { weights }: StoredModel) {
  const state = executor.createState({ best: weights.length });
  state.write('best', weights);
  return state;
}

async function referenceJudge(
  executor: Executor,
  folder: string,
  written: { tokenizer: Tokenizer; T: number },
): Promise<Judge> {
  const model = await readModelFolder(folder);
  const { spec, tokenizer } = model;
  const family = familyOf(spec.family, spec);
  const state = stateOf(executor, model);
  return ReferenceJudge.create({
    executor,
    reference: { name: folder, spec, family, tokenizer, state, arena: 'best' },
    written,
  });
}

/** u32 [T] of a text with holes. Refuses symbols that the run does not know, more than T tokens, and nothing to write. */
export function startOf(text: string, { spec, tokenizer }: Pick<StoredModel, 'spec' | 'tokenizer'>): Uint32Array {
  const { context: T } = spec.model;
  const plain = normaliseText(text);
  const read = spec.data.lowercase ? plain.toLowerCase() : plain;
  const symbols = hasWords(tokenizer.symbols) ? read.split(/\s+/).filter((word) => word !== '') : [...read];
  if (symbols.length > T) throw badInput(`--start must have at most T = ${T} tokens; got ${symbols.length}`);
  const idOf = new Map(tokenizer.symbols.map((symbol, id) => [symbol, id]));
  idOf.set(HOLE, tokenizer.size);
  const start = new Uint32Array(T).fill(tokenizer.size);
  symbols.forEach((symbol, i) => {
    const id = idOf.get(symbol);
    if (id === undefined) throw badInput(`--start: the run does not know the symbol ${JSON.stringify(symbol)}`);
    start[i] = id;
  });
  if (!start.includes(tokenizer.size))
    throw badInput(`--start leaves nothing to write; put ${HOLE} where something is`);
  return start;
}

/** A text as far as it stands. */
function withHoles(tokens: Uint32Array, { symbols }: Tokenizer): string {
  return Array.from(tokens, (id) => symbols[id] ?? HOLE).join(hasWords(symbols) ? ' ' : '');
}
