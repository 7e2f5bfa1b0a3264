import { describe, expect, it } from 'vitest';
import type { SampleRecord } from '../../src/lab/protocol.ts';
import { passesOf, sampleAt, stretches, writtenSteps } from '../../src/ui/player.ts';

const sample = (text: string, order: number[], confidence: number[], step = 10): SampleRecord => ({
  family: 'diffusion',
  step,
  text,
  forwards: Math.max(...order) + 1,
  entropy: 1,
  order,
  confidence,
});

describe('the order in which a text was written', () => {
  const whale = sample('wha\nle', [2, 0, 1, 0, 1, 2], [0.1, 0.95, 0.95, 0.95, 0.5, 1]);

  it('is one of words where the tokens are words', () => {
    const fact = sample('Ada plays (a', [1, 0, 2], [1, 1, 1]);
    const shown = (passes: number) =>
      stretches(fact, passes)
        .map((stretch) => stretch.text)
        .join('');
    expect(shown(0)).toBe('███ █████ ██');
    expect(shown(1)).toBe('███ plays ██');
    expect(shown(3)).toBe(fact.text);
  });

  it('begins with masks only and ends with the text', () => {
    const shown = (passes: number) =>
      stretches(whale, passes)
        .map((stretch) => stretch.text)
        .join('');
    expect(passesOf(whale)).toBe(3);
    expect(shown(0)).toBe('████\n██');
    expect(shown(1)).toBe('█h█\n██');
    expect(shown(2)).toBe('█ha\nl█');
    expect(shown(3)).toBe(whale.text);
    expect(shown(Number.POSITIVE_INFINITY)).toBe(whale.text);
  });

  it('joins neighbours that are drawn alike, shaded by confidence', () => {
    expect(stretches(whale, 3)).toEqual([
      { text: 'w', hidden: false, shade: 0 },
      { text: 'ha\n', hidden: false, shade: 4 },
      { text: 'l', hidden: false, shade: 2 },
      { text: 'e', hidden: false, shade: 4 },
    ]);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(stretches(sample('😀a', [1, 0], [1, 1]), 1).map((stretch) => stretch.text)).toEqual(['█', 'a']);
  });
});

describe('the texts of a race', () => {
  const texts = [1, 100, 200].map((step) => sample('a', [0], [1], step));

  it('are found by step: the newest that was written by then', () => {
    expect(sampleAt(texts, 150)?.step).toBe(100);
    expect(sampleAt(texts, Number.POSITIVE_INFINITY)?.step).toBe(200);
    expect(sampleAt(texts, 0)?.step).toBe(1);
    expect(sampleAt([], 5)).toBeUndefined();
  });

  it('have the steps at which either model wrote, each once', () => {
    expect(writtenSteps(texts, [sample('b', [0], [1], 100), sample('b', [0], [1], 150)])).toEqual([1, 100, 150, 200]);
  });
});
