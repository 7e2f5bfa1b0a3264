import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossoverError } from '../../src/core/errors.ts';
import { sha256Hex } from '../../src/core/hash.ts';
import { buildDataset, charactersNeeded, splitSpans } from '../../src/data/buildDataset.ts';
import type { Corpus } from '../../src/data/dataset.ts';
import { entropyRate, generate } from '../../src/data/synthetic.ts';
import { raceSchema } from '../../src/spec/schema.ts';

const own = (text: string): Corpus => ({ id: 'own', title: 'notes.txt', text, source: 'your own text', licence: '–' });
const synthetic = (text: string): Corpus => ({ ...own(text), id: 'synthetic', title: 'Synthetic language' });

interface Settings {
  B?: number;
  T?: number;
  U?: number;
  seed?: number;
  windows?: 'packed' | 'random';
  lowercase?: boolean;
  validation?: number;
  test?: number;
}

const specOf = ({ B = 2, T = 16, U = 1000, seed = 1, windows = 'packed', lowercase = true, ...held }: Settings = {}) =>
  raceSchema.parse({
    seed,
    data: { uniqueTokens: U, windows, lowercase },
    model: { context: T },
    train: { batch: B },
    evaluation: { windows: held.validation ?? 64, testWindows: held.test ?? 512 },
  });

const build = (text: string, settings: Settings = {}) => buildDataset(own(text), specOf(settings));
const TEXT = generate(1, 5000);

describe('the three splits', () => {
  it('are disjoint spans in order, a window apart, and hold what they need from the shortest text on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 4, max: 40 }), fc.nat(500), (B, T, more) => {
        const n = charactersNeeded(B, T) + more;
        const { train, validation, test } = splitSpans(
          Uint32Array.from({ length: n }, (_, i) => i),
          T,
        );
        expect(train[0]).toBe(0);
        expect(validation[0] - train[train.length - 1]).toBe(T + 1);
        expect(test[0] - validation[validation.length - 1]).toBe(T + 1);
        expect(test[test.length - 1]).toBe(n - 1);
        expect(train.length).toBeGreaterThanOrEqual(B * T);
        expect(Math.min(validation.length, test.length)).toBeGreaterThanOrEqual(T);
      }),
    );
  });

  it('are 80, 10 and 10 per cent of the text', () => {
    const { validation, test } = build(TEXT).report;
    expect([validation.tokens, test.tokens]).toEqual([500 - 16, 500 - 16]);
  });
});

describe('a dataset', () => {
  it('trains on the first U tokens of the training split only', () => {
    const { tokenizer, batch, report } = build(TEXT, { B: 4, T: 16, U: 100 });
    const windows = Array.from({ length: 6 }, (_, i) => TEXT.slice(i * 16, (i + 1) * 16));
    for (let step = 0; step < 20; step++) {
      const { tokens, B, T } = batch(step);
      expect([B, T]).toEqual([4, 16]);
      for (let b = 0; b < B; b++) expect(windows).toContain(tokenizer.decode(tokens.subarray(b * T, (b + 1) * T)));
    }
    expect(report).toMatchObject({ uniqueTokens: 100, usedTokens: 96, trainWindows: 6 });
    expect(build(TEXT, { U: 100, windows: 'random' }).report).toMatchObject({ usedTokens: 100, trainWindows: 85 });
  });

  it('has the vocabulary of the whole training split, so that a sweep over U shares it', () => {
    const small = build(TEXT, { U: 64 });
    const large = build(TEXT, { U: 4000 });
    expect(small.tokenizer.symbols).toEqual(large.tokenizer.symbols);
    expect(small.extra).toBe(small.tokenizer.size);
    expect(small.vocabulary).toBe(small.tokenizer.size + 1);
    expect(small.batch(0).extra).toBe(small.extra);
  });

  it('gives the same batches to whoever asks, in any order', () => {
    const [one, other] = [build(TEXT), build(TEXT)];
    const steps = [40, 3, 0, 41, 3];
    const asked = steps.map((step) => one.batch(step).tokens);
    expect(asked[1]).toEqual(asked[4]);
    steps.toReversed().forEach((step, i) => {
      expect(other.batch(step).tokens).toEqual(asked[steps.length - 1 - i]);
    });
    expect(build(TEXT, { seed: 2 }).batch(0).tokens).not.toEqual(one.batch(0).tokens);
  });

  it('evaluates on as many windows as asked for or there are, any run of them at a time', () => {
    const { report, windows, tokenizer } = build(TEXT, { validation: 7 });
    expect(report.validation.windows).toBe(7);
    expect(report.test.windows).toBe(Math.floor(484 / 16));
    const all = windows('validation', 0, 7);
    expect(all).toMatchObject({ B: 7, T: 16, extra: tokenizer.size });
    expect(windows('validation', 2, 3).tokens).toEqual(all.tokens.slice(2 * 16, 5 * 16));
    expect(tokenizer.decode(all.tokens.subarray(0, 16))).toBe(TEXT.slice(4016, 4032));
    expect(() => windows('validation', 5, 3)).toThrow('3 validation windows from 5; there are 7');
  });

  it('lower-cases everything when asked to', () => {
    const text = TEXT.replaceAll('a', 'A');
    expect(build(text, { lowercase: true }).tokenizer.symbols).not.toContain('A');
    expect(build(text, { lowercase: false }).tokenizer.symbols).toContain('A');
  });

  it('counts characters, not halves of them', () => {
    const { report, tokenizer, batch } = build('🐳🐋🦈'.repeat(400), { U: 64 });
    expect(report.corpus.characters).toBe(1200);
    expect(report.symbols).toBe(3);
    expect([...tokenizer.decode(batch(0).tokens)].length).toBe(32);
  });
});

describe('the report', () => {
  it('names the text by its hash, and where it comes from', () => {
    expect(build(TEXT).report.corpus).toEqual({
      id: 'own',
      title: 'notes.txt',
      source: 'your own text',
      licence: '–',
      sha256: sha256Hex(TEXT),
      characters: 5000,
    });
  });

  it('counts characters of the held-out splits that the training split lacks', () => {
    const text = `${TEXT.slice(0, 4200)}Ω${TEXT.slice(4201, 4700)}Ω🐳Ω${TEXT.slice(4703)}`;
    const { report } = build(text, { lowercase: false });
    expect(report.validation).toMatchObject({ unknown: { Ω: 1 }, tokens: 483 });
    expect(report.test).toMatchObject({ unknown: { Ω: 2, '🐳': 1 }, tokens: 481 });
  });

  it('counts windows that repeat the unique tokens, and only those', () => {
    const planted = `${TEXT.slice(0, 4016)}${TEXT.slice(100, 132)}${TEXT.slice(4048)}`;
    expect(build(TEXT).report.validation.nearDuplicates).toBe(0);
    expect(build(planted, { U: 1000 }).report.validation.nearDuplicates).toBe(2);
    expect(build(planted, { U: 100 }).report.validation.nearDuplicates).toBe(0);
  });

  it('knows the true loss of the synthetic language, and of no other text', () => {
    const { trueLoss } = buildDataset(synthetic(generate(1, 20_000)), specOf({ T: 64 })).report;
    expect(Math.abs(trueLoss!.validation - entropyRate())).toBeLessThan(0.3);
    expect(trueLoss!.test).not.toBe(trueLoss!.validation);
    expect(build(TEXT).report.trueLoss).toBeUndefined();
  });
});

describe('a text or setting that cannot work', () => {
  const refusal = (text: string, settings: Settings = {}): CrossoverError => {
    try {
      build(text, settings);
    } catch (error) {
      if (error instanceof CrossoverError && error.code === 'bad-input') return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it('is refused in a sentence that says what was found and what is allowed', () => {
    expect(refusal('').message).toBe(
      'data.corpus: "notes.txt" is empty; with train.batch 2 and model.context 16 a text needs at least 320 characters',
    );
    expect(refusal(TEXT.slice(0, 319)).message).toContain(
      'has 319 characters; with train.batch 2 and model.context 16',
    );
    expect(refusal('a').message).toContain('"notes.txt" has 1 character; with');
    expect(refusal(TEXT, { T: 1024 }).message).toContain('needs at least 20480');
    expect(refusal('a'.repeat(2000)).message).toContain('one distinct character, "a"');
    expect(refusal(TEXT, { U: 4001 }).message).toBe(
      'data.uniqueTokens is 4001; the training split of "notes.txt" has 4000 tokens: choose at most 4000',
    );
    expect(refusal(TEXT, { U: 64, B: 5 }).message).toBe(
      'data.uniqueTokens is 64; one batch of train.batch 5 × model.context 16 needs at least 80',
    );
    expect(refusal(`${'ab'.repeat(400)}${'c'.repeat(200)}`, { U: 64 }).message).toContain(
      'the validation split has 0 tokens once 84 characters that the training split lacks are left out',
    );
  });

  it('is accepted from the named limits on', () => {
    expect(build(TEXT.slice(0, 320), { U: 64 }).report.validation.windows).toBe(1);
    expect(build(TEXT, { U: 4000 }).report.uniqueTokens).toBe(4000);
    expect(build(TEXT, { U: 80, B: 5 }).report.trainWindows).toBe(5);
  });
});
