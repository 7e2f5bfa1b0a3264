import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { familyOf } from '../../src/families/index.ts';
import type { Question, QuestionSet } from '../../src/families/question.ts';
import { CHAIN_RULE_TOKENS, fillingRules, type ScoringRule, scoringRules } from '../../src/families/scoring.ts';
import { type FamilyId, raceSchema } from '../../src/spec/schema.ts';
import {
  chainRule,
  conditionalsOf,
  exactBound,
  inconsistentPredictor,
  type Predictor,
  randomJoint,
  sequences,
  type Toy,
} from '../science/toyJoint.ts';

const spec = raceSchema.parse({ evaluation: { draws: 6 } });
const toy: Toy = { L: 4, symbols: 3 };
const joint = randomJoint(toy);
const exact = conditionalsOf(toy, joint);
const all = sequences(toy);

/** p of what agrees with `pattern`, where −1 agrees with anything. */
const mass = (pattern: readonly number[]): number =>
  all.reduce((sum, x, n) => sum + (x.every((token, i) => pattern[i] < 0 || pattern[i] === token) ? joint[n] : 0), 0);

const question: Question = {
  tokens: Uint32Array.of(2, 0, 1, 1),
  holes: [1, 2],
  options: [Uint32Array.of(0, 1), Uint32Array.of(2, 2), Uint32Array.of(1, 0)],
  answer: 0,
};
const setOf = (...questions: Question[]): QuestionSet => ({ task: 'toy', ways: ['choose'], questions });

function rulesOf(id: FamilyId, set = setOf(question), draws = spec.evaluation.draws): ScoringRule[] {
  return scoringRules(familyOf(id, spec), set, { extra: toy.symbols, draws, noise: stream(3, 'scoring') });
}

/** What a rule makes of an option with a predictor in the model's place, in nats, not divided by its length. */
function scoreOf(
  rule: ScoringRule,
  asked: Question,
  option: Uint32Array,
  predict: Predictor,
  family: FamilyId,
): number {
  let sum = 0;
  for (const { inputs, terms } of rule.readings(asked, 0, option)) {
    for (const { position, target, weight } of terms) {
      // AR's position i sees BOS and the tokens before i: as a predictor sees them, those are visible and no others.
      const read = Array.from(inputs, (_, i) => (i < position ? inputs[i + 1] : toy.symbols));
      const visible = family === 'ar' ? read : inputs;
      sum -= weight * Math.log(predict(visible, position)[target]);
    }
  }
  return sum * option.length;
}

const filledWith = (option: Uint32Array) => [2, option[0], option[1], 1];

describe('AR scores an option', () => {
  it('by the full sequence: −ln p of it and of all that follows, given what stands before it', () => {
    const [full] = rulesOf('ar');
    expect(full.scoring).toBe('full-sequence');
    for (const option of question.options) {
      const wanted = -Math.log(mass(filledWith(option)) / mass([2, -1, -1, -1]));
      expect(scoreOf(full, question, option, exact, 'ar')).toBeCloseTo(wanted, 10);
    }
  });

  it('by its prefix: −ln p of the option alone, which can choose another one', () => {
    const [full, prefix] = rulesOf('ar');
    expect(prefix.scoring).toBe('prefix');
    for (const option of question.options) {
      const wanted = -Math.log(mass([2, option[0], option[1], -1]) / mass([2, -1, -1, -1]));
      expect(scoreOf(prefix, question, option, exact, 'ar')).toBeCloseTo(wanted, 10);
      expect(scoreOf(full, question, option, exact, 'ar')).toBeGreaterThan(wanted);
    }
  });

  it('by one number where the option ends the sequence, because both would be the same', () => {
    const ending = { ...question, holes: [2, 3], options: [Uint32Array.of(1, 1), Uint32Array.of(0, 0)] };
    expect(rulesOf('ar', setOf(ending)).map(({ scoring }) => scoring)).toEqual(['full-sequence']);
  });
});

describe('diffusion scores an option', () => {
  it('by the chain rule: exactly −ln p(option | all the rest), which is never masked', () => {
    const [rule, ...others] = rulesOf('diffusion');
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ scoring: 'chain-rule', bound: 'exact' });
    for (const option of question.options) {
      const wanted = -Math.log(mass(filledWith(option)) / mass([2, -1, -1, 1]));
      expect(scoreOf(rule, question, option, exact, 'diffusion')).toBeCloseTo(wanted, 10);
      for (const { inputs } of rule.readings(question, 0, option)) expect([inputs[0], inputs[3]]).toEqual([2, 1]);
    }
  });

  it('in one masked pass where the option is one token, the same for all options', () => {
    const single = { ...question, holes: [2], options: [Uint32Array.of(0), Uint32Array.of(1)] };
    const [rule] = rulesOf('diffusion', setOf(single));
    const read = single.options.map((option) => rule.readings(single, 0, option));
    expect(read.map(({ length }) => length)).toEqual([1, 1]);
    expect(read[0][0].inputs).toEqual(read[1][0].inputs);
  });

  it('by the L/l bound where the option is long, with the same masks for all options and l stratified', () => {
    const L = CHAIN_RULE_TOKENS + 2;
    const holes = Array.from({ length: L }, (_, i) => i + 1);
    const options = [new Uint32Array(L).fill(1), new Uint32Array(L).fill(2)];
    const long: Question = { tokens: new Uint32Array(L + 2).fill(1), holes, options, answer: 0 };
    const [rule] = rulesOf('diffusion', setOf(long), L);
    expect(rule).toMatchObject({ scoring: 'bound', bound: 'upper' });
    const [one, two] = options.map((option) => rule.readings(long, 5, option));
    const places = one.map(({ terms }) => terms.map(({ position }) => position));
    expect(two.map(({ terms }) => terms.map(({ position }) => position))).toEqual(places);
    expect(places.map(({ length }) => length)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { inputs, terms } of one) {
      expect(inputs.filter((id) => id === toy.symbols).length).toBe(terms.length);
      expect([inputs[0], inputs[L + 1]]).toEqual([1, 1]);
    }
  });

  it('and the bound, over enough draws, is the one that enumerating every set of masks gives', () => {
    // The rule asks for long options: here is one, of a toy that is all option.
    const long: Toy = { L: CHAIN_RULE_TOKENS + 1, symbols: 2 };
    const predict = inconsistentPredictor(long);
    const option = Uint32Array.of(1, 0, 0, 1, 1);
    const asked = { tokens: option, holes: [0, 1, 2, 3, 4], options: [option], answer: 0 };
    const options = { extra: long.symbols, draws: 20_000, noise: stream(1, 'bound') };
    const [rule] = scoringRules(familyOf('diffusion', spec), setOf(asked), options);
    let sum = 0;
    for (const { inputs, terms } of rule.readings(asked, 0, option)) {
      for (const { position, target, weight } of terms) {
        sum -= weight * Math.log(predict(inputs, position)[target]) * option.length;
      }
    }
    expect(sum).toBeCloseTo(exactBound(long, predict, [...option]), 1);
    expect(sum).toBeGreaterThan(0);
    expect(chainRule(long, predict, [...option], [0, 1, 2, 3, 4])).not.toBeCloseTo(sum, 3);
  });
});

describe('filling', () => {
  const set: QuestionSet = { task: 'toy', ways: ['fill', 'fill-randomly'], questions: [question] };
  const rulesFor = (id: FamilyId) =>
    fillingRules(familyOf(id, spec), set, spec.sampling, { extra: toy.symbols, draws: 1, noise: stream(1, 'filling') });

  it('has an order of its own in each family, and a random one beside it where there is a choice', () => {
    expect(rulesFor('ar').map(({ category }) => category)).toEqual([undefined]);
    expect(rulesFor('diffusion').map(({ category }) => category)).toEqual([undefined, 'random order']);
  });

  it('takes the surest token of the surest position first, one a forward, and leaves the rest as it is', () => {
    const sampler = rulesFor('diffusion')[0].sampler(question, 0);
    const V = toy.symbols + 1;
    const logits = new Float32Array(toy.L * V);
    logits[1 * V + 1] = 1;
    logits[2 * V + 2] = 5;
    sampler.next(logits);
    expect([...sampler.tokens]).toEqual([2, toy.symbols, 2, 1]);
    expect(sampler.next(logits).done).toBe(true);
    expect([...sampler.tokens]).toEqual([2, 1, 2, 1]);
    expect(sampler.forwards).toBe(2);
  });
});
