import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints, normaliseText } from '../../src/data/text.ts';

const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })))
  .map((points) => String.fromCodePoint(...points));

describe('a text', () => {
  it('is taken as it is, except for line ends, a byte-order mark and halves of surrogate pairs', () => {
    expect(normaliseText('\uFEFFone\r\ntwo\rthree\n')).toBe('one\ntwo\nthree\n');
    expect(normaliseText('“Café”\t — 🐳\u0002')).toBe('“Café”\t — 🐳\u0002');
    expect(normaliseText('a\uD83Db\uDC33c🐳')).toBe('a\uFFFDb\uFFFDc🐳');
  });

  it('is counted in code points', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect([...codePoints(text)]).toEqual([...text].map((symbol) => symbol.codePointAt(0)));
      }),
    );
  });
});
