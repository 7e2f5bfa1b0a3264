import { badInput } from '../core/errors.ts';
import type { Rng } from '../core/rng.ts';
import type { Family } from './family.ts';
import { afterBos } from './sampling.ts';
import { hidden, type Reading } from './scoring.ts';

/** What a token is predicted from: what stands before it, or all the rest of the text. */
export type Given = 'before' | 'rest';

export function givenOf(family: Family): Given {
  return family.id === 'ar' ? 'before' : 'rest';
}

/**
 * Refuses a family that cannot be asked for a token without reading it.
 * @throws CrossoverError 'bad-input'
 */
export function checkMasks(family: Family): void {
  if (family.loss === 'uniform-bound')
    throw badInput(
      `${family.label} has never read ${family.extraToken}: it cannot be asked for a token that it does not see`,
    );
}

/** u32 [T] that a family reads where `tokens`, u32 [T], stand. */
export function readingOf(family: Family, tokens: Uint32Array, extra: number): Uint32Array {
  return givenOf(family) === 'before' ? afterBos(tokens, extra) : tokens;
}

/**
 * Each of some tokens for itself. AR: the chain rule, so that the sum over all of them is −ln p of the text. Diffusion:
 * each one masked alone, −ln p(x_i | all others): how surprising it is where it stands; their sum is no likelihood.
 *
 * @param tokens u32 [T]
 */
export function oneByOne(family: Family, tokens: Uint32Array, places: readonly number[], extra: number): Reading[] {
  const term = (position: number) => ({ position, target: tokens[position], weight: 1 });
  if (givenOf(family) === 'before') return [{ inputs: afterBos(tokens, extra), terms: places.map(term) }];
  checkMasks(family);
  return places.map((place) => ({ inputs: hidden(tokens, [place], extra), terms: [term(place)] }));
}

/**
 * What stood in the holes, given what the family may see of the rest: AR what stands before each; diffusion both sides,
 * from left to right by the chain rule, each given the ones before it.
 *
 * @param tokens u32 [T]
 */
export function truthInHoles(family: Family, tokens: Uint32Array, holes: readonly number[], extra: number): Reading[] {
  if (givenOf(family) === 'before') return oneByOne(family, tokens, holes, extra);
  checkMasks(family);
  return holes.map((hole, i) => ({
    inputs: hidden(tokens, holes.slice(i), extra),
    terms: [{ position: hole, target: tokens[hole], weight: 1 }],
  }));
}

/**
 * The loss of a text as it is evaluated, per token: a reading for each draw, whose terms add up to one draw of it. Where
 * the text is shorter than T, what is beyond it is read as unknown and not scored.
 *
 * @param tokens u32 [n], n ≤ T
 */
export function wholeText(
  family: Family,
  tokens: Uint32Array,
  { T, extra, noise, draws }: { T: number; extra: number; noise: Rng; draws: number },
): Reading[] {
  checkMasks(family);
  const batch = { tokens, B: 1, T: tokens.length, extra };
  return Array.from({ length: family.evaluationDraws(draws) }, (_, draw) => {
    const { inputs, targets, weights } = family.evaluate(batch, noise, 0, draw, draws);
    const terms = Array.from(weights, (weight, position) => ({ position, target: targets[position], weight }));
    return { inputs: padded(inputs, T, extra), terms: terms.filter(({ weight }) => weight > 0) };
  });
}

/** The first T of some tokens and `extra`. */
export function padded(tokens: Uint32Array, T: number, extra: number): Uint32Array {
  const whole = new Uint32Array(T).fill(extra);
  whole.set(tokens.subarray(0, T));
  return whole;
}
