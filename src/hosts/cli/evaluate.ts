import { formatLossWithError, formatNumber } from '../../analysis/format.ts';
import type { Asked } from '../../analysis/record.ts';
import { badInput } from '../../core/errors.ts';
import { spreadWindows } from '../../data/batches.ts';
import { buildDataset } from '../../data/buildDataset.ts';
import { loadCorpus } from '../../data/corpora.ts';
import type { Dataset, Tokenizer } from '../../data/dataset.ts';
import { normaliseText } from '../../data/text.ts';
import { familyOf } from '../../families/index.ts';
import type { Executor } from '../../graph/executor.ts';
import { readEnvironment } from '../../lab/runFiles/read.ts';
import { FAMILY_NAMES, type FamilyId, type RunSpec } from '../../spec/schema.ts';
import { Evaluator, type WindowSet, windowsOf } from '../../train/evaluation.ts';
import { askedOf, Examiner, measuredBy } from '../../train/tasks.ts';
import { readModelFolder } from '../node/modelFolder.ts';
import { readOwnText, runPlace } from '../node/runFolder.ts';
import { readText } from './options.ts';
import { accuracyWords, formatShare } from './results.ts';
import { table } from './terminal.ts';

/** One number recomputed from a run folder; what `crossover evaluate --json` prints a line of. */
export interface EvaluatedNumber {
  family: FamilyId;
  /**
   * `loss/validation`, `loss/test`, or `loss/<file>` for a text of the user's, in nats per token; of the answers to questions
   * `accuracy/<task>`, and `goldNll/`, `distractorNll/` and `deltaNll/` where options were compared.
   */
  metric: string;
  value: number;
  bound: 'exact' | 'upper';
  /** Standard error over windows or questions; null where there is one. */
  se: number | null;
  /** Tokens that were scored: windows · T. Of a loss. */
  tokens?: number;
  /** Of an answer. */
  asked?: Asked;
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
 * holds the weights that were best on validation: the losses, and the answers to the questions that it was asked, if it
 * was asked any. The corpus is the lab's; it must be the text the run was made on.
 */
export async function evaluateRun(folder: string, options: EvaluateOptions): Promise<EvaluatedNumber[]> {
  const { spec, tokenizer, weights } = await readModelFolder(folder);
  const dataset = options.text ? undefined : await rebuilt(folder, spec, tokenizer, options.loadText);
  const sets = dataset
    ? (['validation', 'test'] as const).map((name): NamedSet => ({ name, set: windowsOf(dataset, name) }))
    : [await textWindows(options.text!, spec, tokenizer)];

  const executor = await options.openExecutor();
  try {
    const family = familyOf(spec.family, spec);
    const state = executor.createState({ best: weights.length });
    state.write('best', weights);
    const vocabulary = tokenizer.size + 1;
    const weighed = { executor, spec, family, state, arena: 'best', variants: {} } as const;
    const evaluator = await Evaluator.create({ ...weighed, vocabulary });
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
    if (dataset && dataset.questions.length > 0) {
      const examiner = await Examiner.create({ ...weighed, dataset });
      for (const answers of await examiner.ask())
        for (const [metric, { value, se }] of measuredBy(answers)) {
          const asked = askedOf(answers);
          numbers.push({
            family: family.id,
            metric: `${metric}/${asked.task}`,
            value,
            bound: answers.bound,
            se,
            asked,
          });
        }
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

/** The run's own windows and questions, rebuilt from its corpus. */
async function rebuilt(
  folder: string,
  spec: RunSpec,
  tokenizer: Tokenizer,
  loadText: EvaluateOptions['loadText'],
): Promise<Dataset> {
  const corpus = await loadCorpus(spec.data.corpus, loadText, await readOwnText(folder));
  const dataset = buildDataset(corpus, spec);
  const recorded = (await readEnvironment(runPlace(folder)))?.dataset.corpus.sha256;
  const found = dataset.report.corpus.sha256;
  if ((recorded && recorded !== found) || dataset.tokenizer.symbols.join('') !== tokenizer.symbols.join(''))
    throw badInput(
      `${folder} was trained on another version of the corpus “${spec.data.corpus}” than this lab has`,
      'Score a text of your own with --text FILE, or check out the version of Crossover in its env.json.',
    );
  return dataset;
}

/** Disjoint windows of a text file, as many as a test has at most. */
async function textWindows(path: string, spec: RunSpec, tokenizer: Tokenizer): Promise<NamedSet> {
  const { context: T } = spec.model;
  const plain = normaliseText((await readText(path)).text);
  const { ids, unknown } = tokenizer.encode(spec.data.lowercase ? plain.toLowerCase() : plain);
  const available = Math.floor(ids.length / T);
  if (available < 1)
    throw badInput(
      `${path} has ${ids.length} ${ids.length === 1 ? 'character' : 'characters'} that the run knows; at least T = ${T} are needed`,
    );
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

/** The numbers as tables: losses, then the answers, of which the JSON has more. */
export function evaluatedText(numbers: readonly EvaluatedNumber[]): string {
  const losses = numbers.flatMap(({ family, metric, value, bound, se, tokens }) =>
    tokens === undefined
      ? []
      : [
          [
            FAMILY_NAMES[family],
            metric,
            formatLossWithError(value, se),
            bound === 'upper' ? 'upper bound' : 'exact',
            formatNumber(tokens),
          ],
        ],
  );
  const answers = numbers.flatMap(({ family, metric, value, se, asked }) => {
    const compared = metric.startsWith('deltaNll/');
    if (!asked || !(compared || metric.startsWith('accuracy/'))) return [];
    const { category, scoring, chance, questions } = asked;
    return [
      [
        FAMILY_NAMES[family],
        [metric, category].filter(Boolean).join(', '),
        compared ? formatLossWithError(value, se) : accuracyWords({ value, se }),
        scoring,
        compared ? '' : formatShare(chance),
        formatNumber(questions),
      ],
    ];
  });
  const tables = [
    [['family', 'metric', 'nats per token', 'what it is', 'tokens'], ...losses],
    ...(answers.length > 0 ? [[['family', 'metric', 'value', 'scoring', 'guessing', 'questions'], ...answers]] : []),
  ];
  const notes = numbers.flatMap(({ family, metric, unknown }) =>
    unknown
      ? [
          `${formatNumber(unknown)} characters of ${metric.slice('loss/'.length)} were left out: ${FAMILY_NAMES[family]} does not know them`,
        ]
      : [],
  );
  return [...tables.map(table), ...(notes.length > 0 ? [notes] : [])]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}
