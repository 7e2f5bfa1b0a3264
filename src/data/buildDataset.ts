import { badInput } from '../core/errors.ts';
import { sha256Hex } from '../core/hash.ts';
import { meanAndError } from '../core/statistics.ts';
import type { QuestionSet } from '../families/question.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { spreadWindows, trainingBatches, trainingWindows } from './batches.ts';
import { corrupted } from './corruption.ts';
import type { Corpus, Dataset, DatasetReport, Tokenizer } from './dataset.ts';
import { nearDuplicates } from './dedupe.ts';
import { trueLoss } from './synthetic.ts';
import { taskOf } from './tasks/index.ts';
import { rowsOf, type TaskMaker } from './tasks/items.ts';
import { textQuestions } from './tasks/text.ts';
import { codePoints } from './text.ts';
import { buildTokenizer, encodePoints, tokenizerOf } from './tokenizer.ts';

/**
 * The data of a race: the items of a task, which follow from the spec, or windows of a text. A text falls into three
 * disjoint spans, in this order: the first 80 % of its characters to train on, then 10 % for validation and 10 % for the
 * test, each of the last two without its first T characters, so that a whole window lies between the spans. The
 * vocabulary is that of the whole training span (a sweep over U shares it); U takes its first tokens, which alone are
 * spoilt where the spec says so.
 *
 * Refuses a text too short for one batch and one window of each held-out split, a text with fewer than two distinct
 * characters, U below one batch and U above the training span.
 */
export function buildDataset(corpus: Corpus, spec: RaceSpec): Dataset {
  const task = taskOf(spec);
  return task ? ofTask(corpus, spec, task) : ofText(corpus, spec);
}

function ofText(corpus: Corpus, spec: RaceSpec): Dataset {
  const { batch: B } = spec.train;
  const { context: T } = spec.model;
  const { uniqueTokens: U, lowercase, corruption, corruptionRate: rate } = spec.data;

  const points = codePoints(lowercase ? corpus.text.toLowerCase() : corpus.text);
  const title = JSON.stringify(corpus.title);
  const needed = charactersNeeded(B, T);
  if (points.length < needed) {
    const size = points.length === 1 ? `${title} has 1 character` : `${title} has ${points.length} characters`;
    const found = points.length === 0 ? `${title} is empty` : size;
    throw badInput(
      `data.corpus: ${found}; with train.batch ${B} and model.context ${T} a text needs at least ${needed} characters`,
      'Choose a longer text, or a smaller context or batch.',
    );
  }
  const spans = splitSpans(points, T);
  const tokenizer = buildTokenizer(spans.train);
  if (U > spans.train.length) {
    throw badInput(
      `data.uniqueTokens is ${U}; the training split of ${title} has ${spans.train.length} tokens: choose at most ${spans.train.length}`,
    );
  }

  const { symbols } = tokenizer;
  const clean = encodePoints(spans.train.subarray(0, U), symbols).ids;
  const vocabulary = symbols.map((symbol) => symbol.codePointAt(0)!);
  const unique = encodePoints(corrupted(spans.train.subarray(0, U), spec.data, spec.seed, vocabulary), symbols).ids;
  const validation = holdOut('validation', spans.validation, spec.evaluation.windows, T, tokenizer);
  const test = holdOut('test', spans.test, spec.evaluation.testWindows, T, tokenizer);
  const asked = spec.evaluation.questions;
  return assembled(spec, {
    corpus: { ...aboutCorpus(corpus), sha256: sha256Hex(corpus.text), characters: points.length },
    tokenizer,
    unique,
    heldOut: { validation, test },
    ...(corpus.id === 'synthetic' && {
      trueLoss: (window: Uint32Array) => trueLoss(tokenizer.decode(window)),
    }),
    ...(corruption !== 'none' && {
      corruption: { kind: corruption, rate, changed: unique.filter((id, i) => id !== clean[i]).length / U },
    }),
    questions: asked > 0 ? textQuestions(validation.ids, T, asked, spec.seed) : [],
  });
}

/** The text that identifies a task's items is all of them, one a line. */
function ofTask(corpus: Corpus, spec: RaceSpec, make: TaskMaker): Dataset {
  const { context: T } = spec.model;
  const items = make(spec);
  const tokenizer = tokenizerOf(items.symbols);
  const text = [items.training, items.validation, items.test]
    .flatMap((rows) => rowsOf(rows, T))
    .map((item) => `${tokenizer.decode(item)}\n`)
    .join('');
  const held = (split: 'validation' | 'test', wanted: number): HeldOut => {
    const ids = items[split];
    return { ids, tokens: spreadWindows(ids, T, Math.min(wanted, ids.length / T)), unknown: new Map() };
  };
  const asked = spec.evaluation.questions;
  return assembled(spec, {
    corpus: { ...aboutCorpus(corpus), sha256: sha256Hex(text), characters: text.length },
    tokenizer,
    unique: items.training,
    heldOut: {
      validation: held('validation', spec.evaluation.windows),
      test: held('test', spec.evaluation.testWindows),
    },
    ...(items.trueLoss && { trueLoss: (item: Uint32Array) => items.trueLoss!(item) / T }),
    questions: asked > 0 ? [items.questions(asked)] : [],
  });
}

interface Parts {
  corpus: DatasetReport['corpus'];
  tokenizer: Tokenizer;
  /** The U tokens to train on, as they are trained on. */
  unique: Uint32Array;
  heldOut: Record<'validation' | 'test', HeldOut>;
  /** −ln p of a window per token, in nats, where it is known. */
  trueLoss?: (window: Uint32Array) => number;
  corruption?: DatasetReport['corruption'] & object;
  questions: readonly QuestionSet[];
}

/** Batches, windows and report over what a text or a task came to. Refuses U below one batch. */
function assembled(spec: RaceSpec, parts: Parts): Dataset {
  const { corpus, tokenizer, unique, heldOut, trueLoss, corruption, questions } = parts;
  const { batch: B } = spec.train;
  const { context: T } = spec.model;
  const { uniqueTokens: U, windows } = spec.data;
  if (U < B * T) {
    throw badInput(
      `data.uniqueTokens is ${U}; one batch of train.batch ${B} × model.context ${T} needs at least ${B * T}`,
    );
  }
  const trainWindows = trainingWindows(U, T, windows);
  const report: DatasetReport = {
    corpus,
    symbols: tokenizer.size,
    uniqueTokens: U,
    usedTokens: windows === 'packed' ? trainWindows * T : U,
    trainWindows,
    ...(corruption && { corruption }),
    validation: reportOf(heldOut.validation, T, unique),
    test: reportOf(heldOut.test, T, unique),
    ...(trueLoss && {
      trueLoss: {
        validation: meanOver(heldOut.validation, T, trueLoss),
        test: meanOver(heldOut.test, T, trueLoss),
      },
    }),
    ...(questions.length > 0 && {
      questions: questions.map(({ task, questions: { length: count } }) => ({ task, count })),
    }),
  };

  const extra = tokenizer.size;
  const batchOf = trainingBatches(unique, { B, T, windows, seed: spec.seed });
  return {
    tokenizer,
    extra,
    vocabulary: tokenizer.size + 1,
    report,
    questions,
    batch: (step) => ({ ...batchOf(step), B, T, extra }),
    windows: (split, first, count) => {
      const { tokens } = heldOut[split];
      const available = tokens.length / T;
      if (first < 0 || count < 1 || first + count > available) {
        throw new RangeError(`windows: ${count} ${split} windows from ${first}; there are ${available}`);
      }
      return { tokens: tokens.slice(first * T, (first + count) * T), B: count, T, extra };
    },
  };
}

function aboutCorpus({ id, title, source, licence }: Corpus) {
  return { id, title, source, licence };
}

/** The shortest text that has a batch of B·T training tokens and a window of T in each held-out split. */
export function charactersNeeded(B: number, T: number): number {
  return Math.max(Math.ceil((10 * B * T) / 8), 20 * T);
}

/** The three disjoint spans of a text; see `buildDataset`. */
export function splitSpans(points: Uint32Array, T: number): Record<'train' | 'validation' | 'test', Uint32Array> {
  const trainEnd = Math.floor((points.length * 8) / 10);
  const validationEnd = Math.floor((points.length * 9) / 10);
  return {
    train: points.subarray(0, trainEnd),
    validation: points.subarray(trainEnd + T, validationEnd),
    test: points.subarray(validationEnd + T),
  };
}

/** A split that is not trained on: all its ids, the evaluation windows cut from it, [windows, T], and what was left out. */
interface HeldOut {
  ids: Uint32Array;
  tokens: Uint32Array;
  unknown: Map<string, number>;
}

function holdOut(
  split: 'validation' | 'test',
  span: Uint32Array,
  wanted: number,
  T: number,
  tokenizer: Tokenizer,
): HeldOut {
  const { ids, unknown } = encodePoints(span, tokenizer.symbols);
  const available = Math.floor(ids.length / T);
  if (available === 0) {
    throw badInput(
      `data.corpus: the ${split} split has ${ids.length} tokens once ${span.length - ids.length} characters that the training split lacks are left out; it needs at least model.context ${T}`,
    );
  }
  return { ids, tokens: spreadWindows(ids, T, Math.min(wanted, available)), unknown };
}

function reportOf({ ids, tokens, unknown }: HeldOut, T: number, unique: Uint32Array) {
  return {
    tokens: ids.length,
    windows: tokens.length / T,
    nearDuplicates: nearDuplicates(tokens, T, unique).filter((isDuplicate) => isDuplicate).length,
    unknown: Object.fromEntries(unknown),
  };
}

function meanOver({ tokens }: HeldOut, T: number, lossOf: (window: Uint32Array) => number): number {
  return meanAndError(rowsOf(tokens, T).map(lossOf)).mean;
}
