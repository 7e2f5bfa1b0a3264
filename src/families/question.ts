/**
 * How the questions of a set are put: `choose` compares the likelihoods of the options; `fill` has the model write
 * into the holes, greedily, in the order that suits it; `fill-randomly` in a random order, where a family has a choice.
 */
export type Way = 'choose' | 'fill' | 'fill-randomly';

/** One question about a sequence of T tokens of which some are hidden. */
export interface Question {
  /** Part of the set that it is also counted in; absent where the set has no parts. */
  category?: string;
  /** u32 [T], with the right option filled in. */
  tokens: Uint32Array;
  /** The hidden positions, in rising order. */
  holes: readonly number[];
  /** What may stand in the holes, one token a hole; none where the question is only to be filled. */
  options: readonly Uint32Array[];
  /** Index of the right option. */
  answer: number;
}

/** Questions that are asked together. Every one of a set has options of the same length. */
export interface QuestionSet {
  task: string;
  ways: readonly Way[];
  questions: readonly Question[];
}
