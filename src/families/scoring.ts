import type { Rng } from '../core/rng.ts';
import type { RaceSpec } from '../spec/schema.ts';
import type { Family } from './family.ts';
import type { Question, QuestionSet } from './question.ts';
import { type Sampler, samplerOf } from './sampling.ts';

/** −ln p(target) at a position of a forward, times a weight. */
export interface Term {
  position: number;
  target: number;
  weight: number;
}

/** What the model must read, u32 [T], and what is then looked at. */
export interface Reading {
  inputs: Uint32Array;
  terms: readonly Term[];
}

/** A way to score the options of a question: Σ over the readings and their terms, in nats per token of the option. */
export interface ScoringRule {
  scoring: 'full-sequence' | 'prefix' | 'chain-rule' | 'bound';
  bound: 'exact' | 'upper';
  /** `index` numbers the question in its set: all options of it get the same draws. */
  readings(question: Question, index: number, option: Uint32Array): Reading[];
}

/** Options of more tokens than this are scored by the L/l bound, because the chain rule takes a forward a token. */
export const CHAIN_RULE_TOKENS = 4;

export interface ScoringOptions {
  /** Id of BOS or [MASK]. */
  extra: number;
  /** Mask draws of the bound. */
  draws: number;
  noise: Rng;
}

/**
 * How a family scores the options of a set's questions, the main way first.
 *
 * - AR, full-sequence: −ln p of the whole sequence with the option filled in, from the option's first token on (what
 *   stands before it is the same for all options). prefix: the option's tokens alone, given only what stands before
 *   them; it is the same number where the option ends the sequence, and is then left out.
 * - Diffusion never masks the rest of the sequence. chain-rule: the option's tokens from left to right, each given the
 *   ones before it. bound: l of the option's L tokens masked, weight L/l, averaged over draws with l stratified.
 */
export function scoringRules(family: Family, set: QuestionSet, options: ScoringOptions): ScoringRule[] {
  const [first] = set.questions;
  if (!first || !set.ways.includes('choose')) return [];
  if (family.id === 'ar') return leftToRightRules(family, set, options);
  return first.holes.length <= CHAIN_RULE_TOKENS ? [chainRule(options)] : [boundRule(options)];
}

function leftToRightRules(family: Family, set: QuestionSet, { extra, noise }: ScoringOptions): ScoringRule[] {
  const read = (tokens: Uint32Array) =>
    family.evaluate({ tokens, B: 1, T: tokens.length, extra }, noise, 0, 0, 1).inputs;
  const rule = (
    scoring: 'full-sequence' | 'prefix',
    counted: (question: Question) => readonly number[],
  ): ScoringRule => ({
    scoring,
    bound: 'exact',
    readings: (question, _, option) => {
      const tokens = filled(question, option);
      const weight = 1 / option.length;
      const terms = counted(question).map((position) => ({ position, target: tokens[position], weight }));
      return [{ inputs: read(tokens), terms }];
    },
  });
  const fromOption = ({ tokens, holes }: Question) => Array.from(tokens.keys()).slice(holes[0]);
  const atTheEnd = set.questions.every(({ tokens, holes }) => holes[0] + holes.length === tokens.length);
  const full = rule('full-sequence', fromOption);
  return atTheEnd ? [full] : [full, rule('prefix', ({ holes }) => holes)];
}

function chainRule({ extra }: ScoringOptions): ScoringRule {
  return {
    scoring: 'chain-rule',
    bound: 'exact',
    readings: (question, _, option) =>
      question.holes.map((position, k) => ({
        inputs: hidden(filled(question, option), question.holes.slice(k), extra),
        terms: [{ position, target: option[k], weight: 1 / option.length }],
      })),
  };
}

/** Counters: (question, draw) for the order, (question, NO_DRAW) for the shift of l. */
function boundRule({ extra, draws, noise }: ScoringOptions): ScoringRule {
  return {
    scoring: 'bound',
    bound: 'upper',
    readings: (question, index, option) => {
      const L = option.length;
      const shift = noise.uniform(index, NO_DRAW);
      return Array.from({ length: draws }, (_, draw) => {
        const count = Math.min(L, 1 + Math.floor(((draw + shift) / draws) * L));
        const masked = [...noise.permutation(L, index, draw).subarray(0, count)];
        const weight = 1 / (count * draws);
        return {
          inputs: hidden(
            filled(question, option),
            masked.map((i) => question.holes[i]),
            extra,
          ),
          terms: masked.map((i) => ({ position: question.holes[i], target: option[i], weight })),
        };
      });
    },
  };
}

const NO_DRAW = 0xffffffff;

/** Greedy writing into the holes of a question; `how` says what a family's choice of order makes of it. */
export interface FillingRule {
  /** Part of the set under which it is reported; absent for the family's own order, which is the main one. */
  category?: string;
  sampler(question: Question, index: number): Sampler;
}

/**
 * How a family fills the holes of a set's questions, one token a forward and always the most probable one: AR from left
 * to right, seeing only what is to the left; diffusion the position first of which it is surest, and, where the set asks
 * for it, in random order as well.
 */
export function fillingRules(
  family: Family,
  set: QuestionSet,
  sampling: RaceSpec['sampling'],
  { extra, noise }: ScoringOptions,
): FillingRule[] {
  const greedy = { ...sampling, temperature: 0, topK: 0, topP: 1, block: 0 };
  const rule = (reveal: 'confidence' | 'random', category?: string): FillingRule => ({
    ...(category && { category }),
    sampler: (question, index) =>
      samplerOf(family.id, {
        start: hidden(question.tokens, question.holes, extra),
        extra,
        settings: { ...greedy, reveal, revealSteps: question.holes.length },
        noise,
        sample: index,
      }),
  });
  const rules = set.ways.includes('fill') ? [rule('confidence')] : [];
  return set.ways.includes('fill-randomly') && family.id !== 'ar' ? [...rules, rule('random', 'random order')] : rules;
}

function filled({ tokens, holes }: Question, option: Uint32Array): Uint32Array {
  const result = tokens.slice();
  holes.forEach((hole, i) => {
    result[hole] = option[i];
  });
  return result;
}

/** The tokens with the extra one at some positions. */
export function hidden(tokens: Uint32Array, positions: readonly number[], extra: number): Uint32Array {
  const result = tokens.slice();
  for (const position of positions) result[position] = extra;
  return result;
}
