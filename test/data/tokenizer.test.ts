import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints } from '../../src/data/text.ts';
import { buildTokenizer } from '../../src/data/tokenizer.ts';

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
