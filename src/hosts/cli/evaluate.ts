import { join } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { spreadWindows } from '../../data/batches.ts';
import { buildDataset } from '../../data/buildDataset.ts';
import { loadCorpus } from '../../data/corpora.ts';
import type { Tokenizer } from '../../data/dataset.ts';
import { normaliseText } from '../../data/text.ts';
import { familyOf } from '../../families/index.ts';
import type { Executor } from '../../graph/executor.ts';
import type { FamilyId, RunSpec } from '../../spec/schema.ts';
import { Evaluator, type WindowSet, windowsOf } from '../../train/evaluation.ts';
import { readBytes, readModelFolder } from '../node/modelFolder.ts';
import { RUN_FILES, readOwnText } from '../node/runFolder.ts';

/** One number recomputed from a run folder; what `crossover evaluate --json` prints a line of. */
export interface EvaluatedNumber {
  family: FamilyId;
  /** `loss/validation`, `loss/test`, or `loss/<file>` for a text of the user's; nats per token. */
  metric: string;
  value: number;
  bound: 'exact' | 'upper';
  /** Standard error over windows. */
  se: number;
  /** Tokens that were scored: windows · T. */
  tokens: number;
  /** Characters of a text of the user's that the run's vocabulary does not have; they were left out. */
  unknown?: number;
}

export interface EvaluateOptions {
  /** A text file to score instead of the run's own splits. */
  text?: string | undefined;
  openExecutor: () => Promise<Executor>;
  /** The text of a prepared corpus by its path under `public/`. */
  loadText: (path: string) => Promise<string>;
}

/**
 * Recomputes the numbers of a run from its folder alone: `run.json`, `tokenizer.json` and `model.safetensors`, which
 * holds the weights that were best on validation. The corpus is the lab's; it must be the text the run was made on.
 */
export async function evaluateRun(folder: string, options: EvaluateOptions): Promise<EvaluatedNumber[]> {
  const { spec, tokenizer, weights } = await readModelFolder(folder);
  const sets = options.text
    ? [await textWindows(options.text, spec, tokenizer)]
    : await splitWindows(folder, spec, tokenizer, options.loadText);

  const executor = await options.openExecutor();
  try {
    const family = familyOf(spec.family, spec);
    const state = executor.createState({ best: weights.length });
    state.write('best', weights);
    const vocabulary = tokenizer.size + 1;
    const evaluator = await Evaluator.create({
      executor,
      spec,
      family,
      vocabulary,
      state,
      arena: 'best',
      variants: {},
    });
    const numbers: EvaluatedNumber[] = [];
    for (const { name, set, unknown } of sets) {
      const { value, se } = await evaluator.evaluate(set);
      const tokens = set.count * spec.model.context;
      const { id, bound } = family;
      numbers.push({
        family: id,
        metric: `loss/${name}`,
        value,
        bound,
        se,
        tokens,
        ...(unknown !== undefined && { unknown }),
      });
    }
    return numbers;
  } finally {
    executor.destroy();
  }
}

interface NamedSet {
  name: string;
  set: WindowSet;
  unknown?: number;
}

/** The run's own validation and test windows, rebuilt from its corpus. */
async function splitWindows(
  folder: string,
  spec: RunSpec,
  tokenizer: Tokenizer,
  loadText: EvaluateOptions['loadText'],
): Promise<NamedSet[]> {
  const corpus = await loadCorpus(spec.data.corpus, loadText, await readOwnText(folder));
  const dataset = buildDataset(corpus, spec);
  const recorded = await recordedText(folder);
  const found = dataset.report.corpus.sha256;
  if ((recorded && recorded !== found) || dataset.tokenizer.symbols.join('') !== tokenizer.symbols.join(''))
    throw badInput(
      `${folder} was trained on another version of the corpus “${spec.data.corpus}” than this lab has`,
      'Score a text of your own with --text FILE, or check out the version of Crossover in its env.json.',
    );
  return (['validation', 'test'] as const).map((name) => ({ name, set: windowsOf(dataset, name) }));
}

/** SHA-256 of the text that the run was made on, from `env.json`; undefined in folders that have none. */
async function recordedText(folder: string): Promise<string | undefined> {
  const environment = JSON.parse(await readText(folder, RUN_FILES.environment)) as {
    dataset?: { corpus?: { sha256?: string } };
  };
  return environment.dataset?.corpus?.sha256;
}

/** Disjoint windows of a text file, as many as a test has at most. */
async function textWindows(path: string, spec: RunSpec, tokenizer: Tokenizer): Promise<NamedSet> {
  const { context: T } = spec.model;
  const plain = normaliseText((await readBytes(path)).toString('utf8'));
  const { ids, unknown } = tokenizer.encode(spec.data.lowercase ? plain.toLowerCase() : plain);
  const available = Math.floor(ids.length / T);
  if (available < 1)
    throw badInput(`${path} has ${ids.length} characters that the run knows; at least T = ${T} are needed`);
  const windows = spreadWindows(ids, T, Math.min(available, spec.evaluation.testWindows));
  const read = (first: number, n: number) => ({
    tokens: windows.slice(first * T, (first + n) * T),
    B: n,
    T,
    extra: tokenizer.size,
  });
  const left = [...unknown.values()].reduce((sum, n) => sum + n, 0);
  return { name: path, set: { count: windows.length / T, read }, unknown: left };
}

async function readText(folder: string, name: string): Promise<string> {
  return (await readBytes(join(folder, name))).toString('utf8');
}
