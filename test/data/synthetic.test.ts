import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanAndError } from '../../src/core/statistics.ts';
import { buildAutomaton } from '../../src/data/language.ts';
import { entropyRate, generate, slipLoss, trueLoss } from '../../src/data/synthetic.ts';

/** p(window) under the language; 0 for what it cannot write. */
function probability(window: string): number {
  try {
    return Math.exp(-trueLoss(window) * window.length);
  } catch {
    return 0;
  }
}

describe('the synthetic language', () => {
  it('is a stationary chain: probabilities out of a node sum to one, and a step keeps the shares of time', () => {
    const { edges, stationary } = buildAutomaton();
    const after = new Float64Array(stationary.length);
    edges.forEach((ways, node) => {
      let sum = 0;
      for (const { p, to } of ways.values()) {
        sum += p;
        after[to] += stationary[node] * p;
      }
      expect(sum).toBeCloseTo(1, 12);
    });
    after.forEach((share, node) => {
      expect(share).toBeCloseTo(stationary[node], 12);
    });
    expect(stationary.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('has thirty lower-case symbols and an entropy well between nothing and ln 30', () => {
    const text = generate(1, 20_000);
    expect(new Set(text).size).toBe(30);
    expect(text.toLowerCase()).toBe(text);
    expect(entropyRate()).toBeGreaterThan(0.5);
    expect(entropyRate()).toBeLessThan(0.5 * Math.log(30));
  });

  it('writes the same text from the same seed, whatever its length', () => {
    expect(generate(7, 500)).toBe(generate(7, 900).slice(0, 500));
    expect(generate(8, 500)).not.toBe(generate(7, 500));
  });

  it('gives probabilities that sum to one over all windows of a length', () => {
    const symbols = [...new Set(generate(1, 20_000))];
    const pairs = symbols.flatMap((a) => symbols.map((b) => a + b));
    const total = (windows: string[]) => windows.reduce((sum, window) => sum + probability(window), 0);
    expect(total(symbols)).toBeCloseTo(1, 10);
    expect(total(pairs)).toBeCloseTo(1, 10);
    for (let start = 0; start < 20; start++) {
      const window = generate(2, 40).slice(start, 2 * start + 1);
      expect(total(symbols.map((symbol) => window + symbol)) / probability(window)).toBeCloseTo(1, 10);
    }
  });

  it('gives each pair of characters the probability with which it occurs in its text', () => {
    const text = generate(3, 200_000);
    for (const pair of ['a ', '. ', '.\n', ', ', 'ka', ' q']) {
      const share = (text.split(pair).length - 1) / text.length;
      expect(Math.abs(share - probability(pair))).toBeLessThan(0.05 * share);
    }
  });

  it('has a true loss that converges to its entropy rate', () => {
    const parts = Array.from({ length: 40 }, (_, seed) => trueLoss(generate(100 + seed, 5000)));
    const { mean, se } = meanAndError(parts);
    expect(se).toBeLessThan(0.005);
    expect(Math.abs(mean - entropyRate())).toBeLessThan(4 * se + 0.002);
  });

  it('has a true loss above its entropy rate in short windows, which begin without a past', () => {
    const text = generate(5, 400 * 64);
    const lossAt = (T: number) =>
      meanAndError(Array.from({ length: 400 }, (_, w) => trueLoss(text.slice(w * 64, w * 64 + T)))).mean;
    const [short, longer, longest] = [lossAt(4), lossAt(16), lossAt(64)];
    expect(short).toBeGreaterThan(longer);
    expect(longer).toBeGreaterThan(longest);
    expect(longest).toBeGreaterThan(entropyRate());
  });

  it('has a finite true loss for every window of its own text, and refuses any other', () => {
    const text = generate(11, 5000);
    fc.assert(
      fc.property(fc.nat(4900), fc.integer({ min: 1, max: 99 }), (start, length) => {
        expect(trueLoss(text.slice(start, start + length))).toBeGreaterThan(0);
      }),
    );
    expect(() => trueLoss('ka..')).toThrow('character 2 of a window, ".", cannot stand there');
    expect(() => trueLoss('Ishmael')).toThrow('not of the synthetic language');
  });
});

describe('the synthetic language with slips', () => {
  const symbols = [...new Set(generate(1, 20_000))];

  it('gives every text a probability, and they sum to one over all texts of a length', () => {
    const total = (texts: string[]) => texts.reduce((sum, text) => sum + Math.exp(-slipLoss(text) * text.length), 0);
    expect(total(symbols)).toBeCloseTo(1, 10);
    expect(total(symbols.flatMap((a) => symbols.map((b) => a + b)))).toBeCloseTo(1, 10);
    const begun = generate(2, 30);
    const p = Math.exp(-slipLoss(begun) * begun.length);
    expect(total(symbols.map((symbol) => begun + symbol)) / p).toBeCloseTo(1, 8);
  });

  it('finds a flawless text at most −ln 0.99 a character worse than the language itself does', () => {
    for (let seed = 0; seed < 10; seed++) {
      const text = generate(seed, 64);
      expect(slipLoss(text)).toBeLessThanOrEqual(trueLoss(text) - Math.log(0.99) + 1e-12);
      expect(slipLoss(text)).toBeGreaterThan(trueLoss(text) - 0.1);
    }
  });

  it('charges every mistake, and more for two than for one', () => {
    const text = generate(3, 64);
    const spoilt = (...places: number[]) =>
      [...text].map((symbol, i) => (places.includes(i) ? (symbol === ',' ? '.' : ',') : symbol)).join('');
    const one = slipLoss(spoilt(20)) - slipLoss(text);
    const two = slipLoss(spoilt(20, 45)) - slipLoss(text);
    expect(64 * one).toBeGreaterThan(5);
    expect(64 * two).toBeGreaterThan(64 * one + 5);
    expect(slipLoss(generate(4, 64).split('').reverse().join(''))).toBeGreaterThan(2 * slipLoss(text));
  });

  it('refuses a character that the language does not have', () => {
    expect(() => slipLoss('the é')).toThrow('character 4 of a text, "é", is none of the 30');
  });
});
