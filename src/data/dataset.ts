import type { TokenBatch } from '../families/family.ts';
import type { QuestionSet } from '../families/question.ts';
import type { CorpusId, RaceSpec } from '../spec/schema.ts';

/** A text and where it comes from; the corpus of a task has none, because its items follow from the spec. */
export interface Corpus {
  id: CorpusId;
  title: string;
  text: string;
  source: string;
  licence: string;
}

/**
 * Text ↔ ids {0 … size − 1}: characters in order of code point, or the words of a task. The extra id (BOS, [MASK]) is
 * `size`.
 */
export interface Tokenizer {
  readonly symbols: readonly string[];
  readonly size: number;
  /** Ids of a text; characters or words outside the vocabulary are left out and counted in `unknown`. */
  encode(text: string): { ids: Uint32Array; unknown: Map<string, number> };
  decode(ids: ArrayLike<number>): string;
}

/** What a user should know about the data before quoting a number. Shown on the page and in the terminal. */
export interface DatasetReport {
  corpus: { id: CorpusId; title: string; source: string; licence: string; sha256: string; characters: number };
  /** V without the extra token. */
  symbols: number;
  uniqueTokens: number;
  /** Packed windows hold this many of the U unique tokens (the rest of U/T is left over). */
  usedTokens: number;
  trainWindows: number;
  /** How the training text was spoilt, and the share of its tokens that differ from the clean text. */
  corruption?: { kind: RaceSpec['data']['corruption']; rate: number; changed: number };
  validation: { tokens: number; windows: number; nearDuplicates: number; unknown: Record<string, number> };
  test: { tokens: number; windows: number; nearDuplicates: number; unknown: Record<string, number> };
  /** Where the language's entropy is known: the true NLL of the split in nats per token, and its standard error. */
  trueLoss?: { validation: number; test: number };
  /** What is asked at every evaluation, and how many questions there are of each kind. */
  questions?: { task: string; count: number }[];
}

/** The data of a race: identical for both families. */
export interface Dataset {
  readonly tokenizer: Tokenizer;
  /** Id of BOS (AR) or [MASK] (diffusion) = tokenizer.size. */
  readonly extra: number;
  /** V = tokenizer.size + 1: rows of the embedding and columns of the head. */
  readonly vocabulary: number;
  readonly report: DatasetReport;
  /** Training batch of step s (0-based): a pure function of s. [B, T]. */
  batch(step: number): TokenBatch;
  /** What both families are asked at every evaluation; none where `evaluation.questions` is 0. */
  readonly questions: readonly QuestionSet[];
  /** `count` evaluation windows from `first` on; the split has report.<split>.windows of them. [count, T]. */
  windows(split: 'validation' | 'test', first: number, count: number): TokenBatch;
}
