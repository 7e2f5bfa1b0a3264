import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints } from '../../src/data/text.ts';
import { buildTokenizer, tokenizerOf } from '../../src/data/tokenizer.ts';

const of = (text: string) => buildTokenizer(codePoints(text));

const anyText = fc
  .array(fc.oneof(fc.integer({ min: 32, max: 126 }), fc.constantFrom(9, 10, 0xe9, 0x301, 0x65e5, 0x1f433, 0x10ffff)), {
    minLength: 2,
  })
  .map((points) => String.fromCodePoint(...points));

describe('the character tokenizer', () => {
  it('numbers the distinct characters in order of code point', () => {
    const tokenizer = of('the 🐳, the é');
    expect(tokenizer.symbols).toEqual([' ', ',', 'e', 'h', 't', 'é', '🐳']);
    expect(tokenizer.size).toBe(7);
    expect([...tokenizer.encode('eh🐳').ids]).toEqual([2, 3, 6]);
  });

  it('gives back every text of its own characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(new Set(text).size >= 2);
        const tokenizer = of(text);
        const { ids, unknown } = tokenizer.encode(text);
        expect(tokenizer.decode(ids)).toBe(text);
        expect(unknown.size).toBe(0);
      }),
    );
  });

  it('leaves unknown characters out and counts each', () => {
    const tokenizer = of('abc');
    const { ids, unknown } = tokenizer.encode('a🐳b🐳—c');
    expect(tokenizer.decode(ids)).toBe('abc');
    expect(unknown).toEqual(
      new Map([
        ['🐳', 2],
        ['—', 1],
      ]),
    );
  });

  it('has no character for the extra id', () => {
    expect(() => of('ab').decode([0, 2])).toThrow('id 2 at position 1; ids are 0 … 1');
  });

  it('refuses a training split with fewer than two distinct characters', () => {
    expect(() => of('aaaa')).toThrow('one distinct character, "a"; it needs at least two');
    expect(() => of('')).toThrow('no character at all');
  });
});

describe('a tokenizer of words', () => {
  const words = tokenizerOf(['Ada', 'is', 'a']);

  it('joins them with spaces, and reads any white space between them', () => {
    expect(words.decode([0, 1, 0])).toBe('Ada is Ada');
    expect([...words.encode('  Ada is\n a ').ids]).toEqual([0, 1, 2]);
  });

  it('counts what it does not know, whole', () => {
    const { ids, unknown } = words.encode('Ada was a baker, was a');
    expect([...ids]).toEqual([0, 2, 2]);
    expect(unknown).toEqual(
      new Map([
        ['was', 2],
        ['baker,', 1],
      ]),
    );
  });
});
