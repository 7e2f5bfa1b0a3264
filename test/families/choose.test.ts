import { describe, expect, it } from 'vitest';
import { chooseToken, entropy, margin, probabilities } from '../../src/families/choose.ts';

const V = 6;
const EXTRA = 5;
const plain = { temperature: 1, topK: 0, topP: 1 };

describe('choosing a token', () => {
  const logits = Float32Array.from([0, 1, 2, 3, 1, 30]);
  const shares = (choice: Parameters<typeof chooseToken>[2]) => {
    const counts = new Array<number>(V).fill(0);
    for (let i = 0; i < 1000; i++) counts[chooseToken(logits, EXTRA, choice, (i + 0.5) / 1000).token]++;
    return counts.map((count) => count / 1000);
  };
  const softmax = (temperature: number) => {
    const raw = [0, 1, 2, 3, 1].map((logit) => Math.exp(logit / temperature));
    const total = raw.reduce((a, b) => a + b);
    return raw.map((each) => each / total);
  };

  it.each([1, 0.5, 3])('follows the softmax at temperature %d, without the extra token', (temperature) => {
    const found = shares({ ...plain, temperature });
    softmax(temperature).forEach((p, id) => {
      expect(Math.abs(found[id] - p)).toBeLessThan(0.0021);
    });
    expect(found[EXTRA]).toBe(0);
  });

  it('is greedy at temperature 0; of equals the lower id wins', () => {
    expect(chooseToken(logits, EXTRA, { ...plain, temperature: 0 }, 0.99).token).toBe(3);
    expect(chooseToken(Float32Array.from([9, 1, 4, 4]), 0, { ...plain, temperature: 0 }, 0.5).token).toBe(2);
  });

  it('keeps only the k most probable with top-k; of equals the lower id stays', () => {
    expect(shares({ ...plain, topK: 1 })).toEqual([0, 0, 0, 1, 0, 0]);
    const three = shares({ ...plain, topK: 3 });
    expect(three.map((share) => share > 0)).toEqual([false, true, true, true, false, false]);
    expect(shares({ ...plain, topK: 50 })).toEqual(shares(plain));
  });

  it('keeps the smallest set that holds the share p with top-p', () => {
    // Probabilities in order: 0.59, 0.22, 0.08, 0.08, 0.03.
    expect(shares({ ...plain, topP: 0.5 })).toEqual([0, 0, 0, 1, 0, 0]);
    expect(shares({ ...plain, topP: 0.7 }).map((share) => share > 0)).toEqual([false, false, true, true, false, false]);
    expect(shares({ ...plain, topP: 0.01 })).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it('reports the model’s own probability, whatever the temperature and the filters', () => {
    const { token, probability } = chooseToken(logits, EXTRA, { temperature: 0.2, topK: 1, topP: 0.3 }, 0.4);
    expect(probability).toBeCloseTo(softmax(1)[token], 12);
  });

  it('never chooses a token of probability 0, at either end of u', () => {
    const certain = Float32Array.from([-Infinity, 0, -Infinity, 0]);
    expect(chooseToken(certain, 3, plain, 0).token).toBe(1);
    expect(chooseToken(certain, 3, plain, 1 - 2 ** -53).token).toBe(1);
  });

  it.each([
    ['NaN', [0, Number.NaN, 1]],
    ['infinity', [0, Number.POSITIVE_INFINITY, 1]],
    ['nothing but −∞', [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]],
  ])('refuses %s', (_, values) => {
    for (const temperature of [0, 1]) {
      expect(() => chooseToken(Float32Array.from(values), 2, { ...plain, temperature }, 0.5)).toThrow('finite logits');
    }
  });
});

describe('how sure a model is', () => {
  const p = probabilities(Float32Array.from([Math.log(5), Math.log(3), Math.log(2), 30]), 3);

  it('is the lead of the most probable token, the extra one left out', () => {
    expect(margin(p)).toBeCloseTo(0.2, 6);
    expect(margin(Float64Array.of(0.5, 0.5))).toBe(0);
    expect(margin(Float64Array.of(0, 1))).toBe(1);
  });

  it('or the entropy: 0 when it is certain, ln n over n alike', () => {
    expect(entropy(p)).toBeCloseTo(-(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)), 6);
    expect(entropy(Float64Array.of(0, 1))).toBe(0);
    expect(entropy(new Float64Array(8).fill(1 / 8))).toBeCloseTo(Math.log(8), 12);
  });
});
