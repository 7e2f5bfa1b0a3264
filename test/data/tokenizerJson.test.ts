import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints } from '../../src/data/text.ts';
import { buildTokenizer, tokenizerOf } from '../../src/data/tokenizer.ts';
import { fromTokenizerJson, toTokenizerConfig, toTokenizerJson } from '../../src/data/tokenizerJson.ts';

const TEXT = 'Call me "Ishmael".\n\n  Some\tyears — ago… \'n t do n\'t café e\u0301 🐳 日本 [MASK <bos 0 1 2 . ! ?';
const tokenizer = buildTokenizer(codePoints(TEXT));

const theirs = (extra: '<bos>' | '[MASK]', lowercase = false) =>
  new HuggingFaceTokenizer(toTokenizerJson(tokenizer, extra, lowercase), toTokenizerConfig(extra, 64));

describe('tokenizer.json', () => {
  it('makes @huggingface/tokenizers give each character our id, and the text back', () => {
    const { ids } = theirs('<bos>').encode(TEXT);
    expect(ids).toEqual([...tokenizer.encode(TEXT).ids]);
    expect(theirs('<bos>').decode(ids)).toBe(TEXT);
  });

  it('agrees on any text, unknown characters included', () => {
    const hf = theirs('[MASK]');
    const symbol = fc.oneof(fc.constantFrom(...tokenizer.symbols), fc.constantFrom('Ω', '🐋', '\r', 'Z'));
    fc.assert(
      fc.property(fc.array(symbol, { maxLength: 60 }), (symbols) => {
        const text = symbols.join('');
        const { ids } = tokenizer.encode(text);
        expect(hf.encode(text).ids).toEqual([...ids]);
        if (ids.length > 0) expect(hf.decode([...ids])).toBe(tokenizer.decode(ids));
      }),
    );
  });

  it('gives the extra token the id after the last character, as a special token', () => {
    for (const extra of ['<bos>', '[MASK]'] as const) {
      const hf = theirs(extra);
      expect(hf.encode(`Call${extra}me`).ids[4]).toBe(tokenizer.size);
      expect(hf.decode([...tokenizer.encode('Call').ids, tokenizer.size], { skip_special_tokens: true })).toBe('Call');
    }
    expect(toTokenizerConfig('<bos>', 64)).toMatchObject({ bos_token: '<bos>', model_max_length: 64 });
    expect(toTokenizerConfig('[MASK]', 64)).toMatchObject({ mask_token: '[MASK]' });
  });

  it('lower-cases where the run did', () => {
    const hf = theirs('<bos>', true);
    expect(hf.encode('SOME YEARS').ids).toEqual([...tokenizer.encode('some years').ids]);
  });

  it('is read back as it was written', () => {
    const read = fromTokenizerJson(JSON.stringify(toTokenizerJson(tokenizer, '[MASK]', true)));
    expect(read.tokenizer.symbols).toEqual(tokenizer.symbols);
    expect(read.tokenizer.encode(TEXT)).toEqual(tokenizer.encode(TEXT));
    expect(read).toMatchObject({ extra: '[MASK]', lowercase: true });
  });

  it('is refused in one sentence when it is cut off or of another kind', () => {
    const json = toTokenizerJson(buildTokenizer(codePoints('ab')), '<bos>', false);
    const reading = (change: object) => () => fromTokenizerJson(JSON.stringify({ ...json, ...change }));
    expect(() => fromTokenizerJson(JSON.stringify(json).slice(0, 50))).toThrow('not JSON (50 characters)');
    expect(reading({ model: { ...json.model, type: 'Unigram' } })).toThrow('not a tokenizer of Crossover: model.type');
    expect(reading({ model: { ...json.model, merges: ['a b'] } })).toThrow('model.merges');
    expect(reading({ added_tokens: [] })).toThrow('added_tokens');
    expect(reading({ model: { ...json.model, vocab: { a: 0, bc: 1 } } })).toThrow('holds "bc"');
    expect(reading({ model: { ...json.model, vocab: { a: 0, b: 2 } } })).toThrow('must be 0 … 1, each once');
    expect(reading({ model: { ...json.model, vocab: { a: 0, b: 0 } } })).toThrow('must be 0 … 1, each once');
    expect(reading({ added_tokens: [{ ...json.added_tokens[0], id: 5 }] })).toThrow('<bos> has id 5');
  });

  it('of words makes @huggingface/tokenizers split at spaces, and is read back', () => {
    const words = tokenizerOf(['Ada', 'is', 'baker', '(a', 'a)']);
    const json = toTokenizerJson(words, '<bos>', false);
    const hf = new HuggingFaceTokenizer(json, toTokenizerConfig('<bos>', 5));
    const text = 'baker is Ada (a a)';
    expect(hf.encode(text).ids).toEqual([2, 1, 0, 3, 4]);
    expect([...words.encode(text).ids]).toEqual([2, 1, 0, 3, 4]);
    expect(hf.decode([2, 1, 0, 3, 4])).toBe(text);
    expect(words.decode([2, 1, 0, 3, 4])).toBe(text);
    expect(fromTokenizerJson(JSON.stringify(json)).tokenizer.symbols).toEqual(words.symbols);
    const spaced = { ...json, model: { ...json.model, vocab: { 'a b': 0, c: 1 } } };
    expect(() => fromTokenizerJson(JSON.stringify(spaced))).toThrow('holds "a b"; every token must be a word');
  });
});
