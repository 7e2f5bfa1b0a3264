import { badInput } from '../core/errors.ts';
import { sha256Hex } from '../core/hash.ts';
import { meanAndError } from '../core/statistics.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { spreadWindows, trainingBatches, trainingWindows } from './batches.ts';
import type { Corpus, Dataset, DatasetReport, Tokenizer } from './dataset.ts';
import { nearDuplicates } from './dedupe.ts';
import { trueLoss } from './synthetic.ts';
import { codePoints } from './text.ts';
import { buildTokenizer, encodePoints } from './tokenizer.ts';

/**
 * The data of a race. The text falls into three disjoint spans, in this order: the first 80 % of its characters to
 * train on, then 10 % for validation and 10 % for the test, each of the last two without its first T characters, so
 * that a whole window lies between the spans. The vocabulary is that of the whole training span (a sweep over U
 * shares it); U takes its first tokens.
 *
 * Refuses a text too short for one batch and one window of each held-out split, a text with fewer than two distinct
 * characters, U below one batch and U above the training span.
 */
export function buildDataset(corpus: Corpus, spec: RaceSpec): Dataset {
  const { batch: B } = spec.train;
  const { context: T } = spec.model;
  const { uniqueTokens: U, windows, lowercase } = spec.data;

  const points = codePoints(lowercase ? corpus.text.toLowerCase() : corpus.text);
  const title = JSON.stringify(corpus.title);
  const needed = charactersNeeded(B, T);
  if (points.length < needed) {
    const found = points.length === 0 ? `${title} is empty` : `${title} has ${points.length} characters`;
    throw badInput(
      `data.corpus: ${found}; with train.batch ${B} and model.context ${T} a text needs at least ${needed}`,
      'Choose a longer text, or a smaller context or batch.',
    );
  }
  const spans = splitSpans(points, T);
  const tokenizer = buildTokenizer(spans.train);
  if (U < B * T) {
    throw badInput(
      `data.uniqueTokens is ${U}; one batch of train.batch ${B} × model.context ${T} needs at least ${B * T}`,
    );
  }
  if (U > spans.train.length) {
    throw badInput(
      `data.uniqueTokens is ${U}; the training split of ${title} has ${spans.train.length} tokens: choose at most ${spans.train.length}`,
    );
  }

  const unique = encodePoints(spans.train.subarray(0, U), tokenizer.symbols).ids;
  const heldOut = {
    validation: holdOut('validation', spans.validation, spec.evaluation.windows, T, tokenizer),
    test: holdOut('test', spans.test, spec.evaluation.testWindows, T, tokenizer),
  };
  const trainWindows = trainingWindows(U, T, windows);
  const report: DatasetReport = {
    corpus: {
      id: corpus.id,
      title: corpus.title,
      source: corpus.source,
      licence: corpus.licence,
      sha256: sha256Hex(corpus.text),
      characters: points.length,
    },
    symbols: tokenizer.size,
    uniqueTokens: U,
    usedTokens: windows === 'packed' ? trainWindows * T : U,
    trainWindows,
    validation: reportOf(heldOut.validation, T, unique),
    test: reportOf(heldOut.test, T, unique),
  };
  if (corpus.id === 'synthetic') {
    report.trueLoss = {
      validation: meanTrueLoss(heldOut.validation, T, tokenizer),
      test: meanTrueLoss(heldOut.test, T, tokenizer),
    };
  }

  const extra = tokenizer.size;
  const tokensOf = trainingBatches(unique, { B, T, windows, seed: spec.seed });
  return {
    tokenizer,
    extra,
    vocabulary: tokenizer.size + 1,
    report,
    batch: (step) => ({ tokens: tokensOf(step), B, T, extra }),
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

/** A split that is not trained on: the evaluation windows cut from it, [windows, T], and what was left out. */
interface HeldOut {
  tokens: Uint32Array;
  splitTokens: number;
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
  return { tokens: spreadWindows(ids, T, Math.min(wanted, available)), splitTokens: ids.length, unknown };
}

function reportOf({ tokens, splitTokens, unknown }: HeldOut, T: number, unique: Uint32Array) {
  return {
    tokens: splitTokens,
    windows: tokens.length / T,
    nearDuplicates: nearDuplicates(tokens, T, unique).filter((isDuplicate) => isDuplicate).length,
    unknown: Object.fromEntries(unknown),
  };
}

function meanTrueLoss({ tokens }: HeldOut, T: number, tokenizer: Tokenizer): number {
  const losses: number[] = [];
  for (let row = 0; row < tokens.length; row += T) {
    losses.push(trueLoss(tokenizer.decode(tokens.subarray(row, row + T))));
  }
  return meanAndError(losses).mean;
}
