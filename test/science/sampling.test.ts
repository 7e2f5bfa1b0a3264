import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import type { SamplingSettings } from '../../src/spec/writing.ts';
import {
  chainRule,
  chiSquared,
  conditionalsOf,
  inconsistentPredictor,
  orders,
  type Predictor,
  randomJoint,
  sequences,
  type Toy,
  write,
} from './toyJoint.ts';

const toy: Toy = { L: 3, symbols: 2 };
const SAMPLES = 4000;
/** The 99.9 % quantile of χ² with 7 degrees of freedom: eight outcomes. */
const LIMIT = 24.3;

type Reveal = SamplingSettings['reveal'];

function settings(reveal: Reveal, revealSteps: number, changes: Partial<SamplingSettings> = {}): SamplingSettings {
  return { temperature: 1, topK: 0, topP: 1, reveal, revealSteps, threshold: 1, block: 0, remask: 0, ...changes };
}

/** How often each of the eight texts was written. */
function texts(
  reveal: Reveal,
  revealSteps: number,
  predict: Predictor,
  changes: Partial<SamplingSettings> = {},
): number[] {
  const all = sequences(toy).map((x) => x.join(''));
  const counts = new Array<number>(all.length).fill(0);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const start = new Uint32Array(toy.L).fill(toy.symbols);
    const noise = stream(21, 'sampling');
    const { tokens } = write('diffusion', toy, predict, {
      start,
      settings: settings(reveal, revealSteps, changes),
      noise,
      sample,
    });
    counts[all.indexOf(tokens.join(''))]++;
  }
  return counts;
}

describe('ancestral sampling with many more steps than positions, and one position at a time in random order', () => {
  it('have one law: the mean over all orders', () => {
    const any = inconsistentPredictor(toy);
    const law = sequences(toy).map(
      (x) => orders(toy.L).reduce((sum, order) => sum + Math.exp(-chainRule(toy, any, x, order)), 0) / 6,
    );
    expect(law.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(chiSquared(texts('random', toy.L, any), law)).toBeLessThan(LIMIT);
    expect(chiSquared(texts('ancestral', 4096, any), law)).toBeLessThan(LIMIT);
    expect(chiSquared(texts('first-hitting', 1, any), law)).toBeLessThan(LIMIT);
  });

  it('have another law than few steps, and than one order', () => {
    const any = inconsistentPredictor(toy);
    const law = texts('random', toy.L, any).map((count) => count / SAMPLES);
    expect(chiSquared(texts('ancestral', 1, any), law)).toBeGreaterThan(2 * LIMIT);
    expect(chiSquared(texts('random', toy.L, any, { block: 1 }), law)).toBeGreaterThan(2 * LIMIT);
  });

  it('with blocks of one token have the law of the order from left to right', () => {
    const any = inconsistentPredictor(toy);
    const law = sequences(toy).map((x) => Math.exp(-chainRule(toy, any, x, [0, 1, 2])));
    expect(chiSquared(texts('ancestral', 50, any, { block: 1 }), law)).toBeLessThan(LIMIT);
  });

  it('write the joint distribution itself when the conditionals are its own', () => {
    const joint = randomJoint(toy);
    expect(chiSquared(texts('random', toy.L, conditionalsOf(toy, joint)), joint)).toBeLessThan(LIMIT);
    expect(chiSquared(texts('random', toy.L, conditionalsOf(toy, joint), { block: 2 }), joint)).toBeLessThan(LIMIT);
  });
});

describe('remasking', () => {
  it('takes tokens back and writes the joint distribution all the same', () => {
    const joint = randomJoint(toy);
    const remask = { remask: 0.01 };
    expect(chiSquared(texts('ancestral', 200, conditionalsOf(toy, joint), remask), joint)).toBeLessThan(LIMIT);
  });
});

describe('two perfectly correlated bits', () => {
  const pair: Toy = { L: 2, symbols: 2 };
  const correlated = conditionalsOf(
    pair,
    sequences(pair).map(([a, b]) => (a === b ? 0.5 : 0)),
  );

  function wrong(reveal: Reveal, revealSteps: number): number {
    let count = 0;
    for (let sample = 0; sample < 1000; sample++) {
      const start = new Uint32Array(2).fill(2);
      const noise = stream(4, 'sampling');
      const { tokens } = write('diffusion', pair, correlated, {
        start,
        settings: settings(reveal, revealSteps),
        noise,
        sample,
      });
      if (tokens[0] !== tokens[1]) count++;
    }
    return count / 1000;
  }

  it.each(['confidence', 'margin', 'entropy', 'random', 'ancestral'] as const)(
    'revealed in parallel are wrong half the time (%s)',
    (reveal) => {
      expect(Math.abs(wrong(reveal, 1) - 0.5)).toBeLessThan(0.06);
    },
  );

  it.each(['confidence', 'margin', 'entropy', 'random', 'threshold', 'first-hitting'] as const)(
    'revealed in sequence are never wrong (%s)',
    (reveal) => {
      expect(wrong(reveal, 2)).toBe(0);
    },
  );
});
