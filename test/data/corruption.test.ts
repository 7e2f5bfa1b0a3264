import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDataset } from '../../src/data/buildDataset.ts';
import { corrupted, PASSAGE } from '../../src/data/corruption.ts';
import type { Corpus } from '../../src/data/dataset.ts';
import { generate } from '../../src/data/synthetic.ts';
import { codePoints } from '../../src/data/text.ts';
import { type RaceSpec, raceSchema } from '../../src/spec/schema.ts';

type Kind = RaceSpec['data']['corruption'];
const TEXT = generate(3, 20_000);
const POINTS = codePoints(TEXT);
const VOCABULARY = [...new Set(POINTS)];

const spoil = (corruption: Kind, corruptionRate: number, seed = 1, points = POINTS) =>
  corrupted(points, raceSchema.parse({ data: { corruption, corruptionRate } }).data, seed, VOCABULARY);
const textOf = (points: Uint32Array) => String.fromCodePoint(...points);
const changedIn = (points: Uint32Array) => points.filter((point, i) => point !== POINTS[i]).length / POINTS.length;
const counted = (things: Iterable<string>) => [...things].sort().join('');

describe('spoiling a text', () => {
  it.each(['characters', 'words', 'duplicates'] as const)(
    'by %s keeps its length, is a function of the seed, and at rate 0 does nothing',
    (kind) => {
      expect(spoil(kind, 0)).toEqual(POINTS);
      expect(spoil(kind, 0.4)).toEqual(spoil(kind, 0.4));
      expect(spoil(kind, 0.4)).not.toEqual(spoil(kind, 0.4, 2));
      fc.assert(
        fc.property(fc.string({ maxLength: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), (text, rate) => {
          expect(spoil(kind, rate, 1, codePoints(text)).length).toBe(codePoints(text).length);
        }),
      );
    },
  );

  it('by characters replaces each with the stated probability by any of the vocabulary', () => {
    for (const rate of [0.1, 0.5, 1]) {
      const noise = spoil('characters', rate);
      // One in V of the replacements hits the same character.
      const expected = rate * (1 - 1 / VOCABULARY.length);
      expect(Math.abs(changedIn(noise) - expected)).toBeLessThan(5 * Math.sqrt(0.25 / POINTS.length));
      expect(new Set(noise).size).toBe(VOCABULARY.length);
    }
  });

  it('by words keeps every sentence’s words and white space, in that share of the sentences in another order', () => {
    const text =
      'one two three four five six. seven eight nine ten eleven twelve!\nthe end comes here at last. '.repeat(40);
    const before = text.split(/(?<=[.!]\s)/);
    for (const rate of [0.25, 1]) {
      const after = textOf(spoil('words', rate, 1, codePoints(text)));
      let at = 0;
      let moved = 0;
      for (const sentence of before) {
        const now = after.slice(at, at + sentence.length);
        at += sentence.length;
        expect(counted(now.split(/\s+/))).toBe(counted(sentence.split(/\s+/)));
        expect(now.match(/\s/g)).toEqual(sentence.match(/\s/g));
        if (now !== sentence) moved++;
      }
      // A shuffle of six words leaves them as they are once in 720 times.
      expect(moved / before.length).toBeCloseTo(rate, 1);
    }
  });

  it('by duplicates overwrites that share of the passages by copies of the ones that stay', () => {
    for (const rate of [0.25, 0.75, 1]) {
      const after = textOf(spoil('duplicates', rate));
      const passages = (text: string) =>
        Array.from({ length: Math.floor(text.length / PASSAGE) }, (_, i) => text.slice(i * PASSAGE, (i + 1) * PASSAGE));
      const [before, now] = [passages(TEXT), passages(after)];
      const stayed = now.filter((passage, i) => passage === before[i]);
      expect(stayed.length).toBe(Math.max(1, before.length - Math.round(rate * before.length)));
      expect(now.every((passage) => stayed.includes(passage))).toBe(true);
    }
  });
});

describe('a dataset of a spoilt text', () => {
  const corpus: Corpus = { id: 'own', title: 'notes.txt', text: TEXT, source: 'made here', licence: 'none' };
  const build = (corruption: Kind, corruptionRate: number, U = 4000) =>
    buildDataset(
      corpus,
      raceSchema.parse({
        data: { corruption, corruptionRate, uniqueTokens: U },
        model: { context: 16 },
        train: { batch: 2 },
      }),
    );

  it('spoils what is trained on and nothing else, at equal U and with the same vocabulary, and says so', () => {
    const clean = build('none', 0);
    const noisy = build('characters', 0.5);
    expect(noisy.tokenizer.symbols).toEqual(clean.tokenizer.symbols);
    expect(noisy.report).toMatchObject({ uniqueTokens: 4000, usedTokens: 4000 });
    expect(clean.report.corruption).toBeUndefined();
    expect(noisy.report.corruption).toMatchObject({ kind: 'characters', rate: 0.5 });
    expect(noisy.report.corruption!.changed).toBeGreaterThan(0.4);
    for (const split of ['validation', 'test'] as const) {
      const count = clean.report[split].windows;
      expect(noisy.windows(split, 0, count)).toEqual(clean.windows(split, 0, count));
    }
    expect(noisy.batch(0).tokens).not.toEqual(clean.batch(0).tokens);
    expect(noisy.report.corpus.sha256).toBe(clean.report.corpus.sha256);
  });

  it('counts near-duplicates against the text as it is trained on', () => {
    const repeated = { ...corpus, text: 'the same sentence again and again. '.repeat(600) };
    const of = (corruptionRate: number) => {
      const data = { corruption: 'characters', corruptionRate, uniqueTokens: 4000 } as const;
      return buildDataset(repeated, raceSchema.parse({ data, model: { context: 16 }, train: { batch: 2 } })).report;
    };
    expect(of(0).validation.nearDuplicates).toBe(of(0).validation.windows);
    expect(of(0.9).validation.nearDuplicates).toBe(0);
  });
});
