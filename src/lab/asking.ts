import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import type { AttentionMaps } from '../train/attention.ts';
import type { Filling, FillStep, Likeness, Predictions, TokenScores } from '../train/insight.ts';

/** What the models of a race can be asked, and what they answer. Plain data, as all of the protocol. */
export type Question =
  /** A window of the validation text, by number: after the last comes the first. */
  | { kind: 'excerpt'; number: number }
  /** How surprising each token is. `from`: the first that is scored, where the text is too long for all of them. */
  | { kind: 'score'; text: string; from?: number }
  /** Whom each position looks at; where all layers are too many, in `layer`. `hidden`: a token that diffusion reads as [MASK]. */
  | { kind: 'attend'; text: string; layer: number; hidden?: number }
  /** Both fill the same holes. */
  | { kind: 'fill'; parts: readonly TextPart[] }
  /** Which tokens are alike to a model that reads them. */
  | { kind: 'likeness' };

/** A part of a text. Where it is hidden, it is to be filled. */
export interface TextPart {
  text: string;
  hidden: boolean;
}

/** A text as the models read it. */
export interface ReadText {
  /** Its tokens: characters, or words that stand with a space between them. */
  tokens: string[];
  words: boolean;
  /** Characters or words that the vocabulary lacks, which were left out, and how often. */
  unknown: Record<string, number>;
  /** Tokens beyond the context of the models, which were left out as well. */
  beyond: number;
}

/** What each family answers at a step, or why it cannot, in words. */
export type Replies<R> = Partial<Record<FamilyId, { step: number; reply: R } | { step: number; refused: string }>>;

export type Answer =
  /** `of`: how many windows there are. */
  | { kind: 'excerpt'; text: string; number: number; of: number }
  | { kind: 'score'; read: ReadText; symbols: readonly string[]; families: Replies<TokenScores> }
  | { kind: 'attend'; read: ReadText; symbols: readonly string[]; families: Replies<AttentionMaps> }
  /** `holes`: positions among the tokens. */
  | { kind: 'fill'; read: ReadText; symbols: readonly string[]; holes: number[]; families: Replies<Filling> }
  | { kind: 'likeness'; symbols: readonly string[]; families: Replies<Likeness> };

export type AnswerOf<K extends Question['kind']> = Extract<Answer, { kind: K }>;

/** Of a model: as it is now (or was last), or as it was at its best evaluation on the validation text. */
export type Weights = 'last' | 'best';

/** Whose models answered. */
export interface Subject {
  /** Id of the race, as 'plan' or 'lookedInto' has told it. */
  race: string;
  spec: RaceSpec;
  /** Title of its text. */
  text: string;
  weights: Weights;
}

/** 'no-model': nothing has been trained since the page was opened. 'busy': an experiment has the device. */
export type WhyNoAnswer = 'no-model' | 'busy' | 'refused';

export type { AttentionMaps, Filling, FillStep, Likeness, Predictions, TokenScores };
