import { badInput } from '../core/errors.ts';
import type { Tokenizer } from './dataset.ts';
import { codePoints } from './text.ts';

/**
 * A tokenizer whose ids are the positions in `symbols`. Where each of them is one character, a text is a run of them;
 * else they are words, which a text joins with single spaces.
 */
export function tokenizerOf(symbols: readonly string[]): Tokenizer {
  const ofWords = hasWords(symbols);
  return {
    symbols,
    size: symbols.length,
    encode: (text) => (ofWords ? encodeWords(text, symbols) : encodePoints(codePoints(text), symbols)),
    decode: (tokens) => {
      const read = Array.from(tokens, (id, position) => {
        const symbol = symbols[id];
        if (symbol === undefined) {
          throw new RangeError(`decode: id ${id} at position ${position}; ids are 0 … ${symbols.length - 1}`);
        }
        return symbol;
      });
      return read.join(ofWords ? ' ' : '');
    },
  };
}

/** Whether these symbols are words, with spaces between them in a text, rather than single characters. */
export function hasWords(symbols: readonly string[]): boolean {
  return symbols.some((symbol) => [...symbol].length > 1);
}

/**
 * The tokenizer of a training split: its distinct characters in order of code point.
 * Refuses a split with fewer than two, because there would be nothing to predict.
 */
export function buildTokenizer(training: Uint32Array): Tokenizer {
  const symbols = [...new Set(training)].sort((a, b) => a - b).map((point) => String.fromCodePoint(point));
  if (symbols.length < 2) {
    const found =
      symbols.length === 0 ? 'no character at all' : `one distinct character, ${JSON.stringify(symbols[0])}`;
    throw badInput(`data: the training split of the text has ${found}; it needs at least two different ones`);
  }
  return tokenizerOf(symbols);
}

/** Ids of the characters that are among `symbols`, which stand at their ids; the others are left out and counted. */
export function encodePoints(points: Uint32Array, symbols: readonly string[]): ReturnType<Tokenizer['encode']> {
  const idOf = new Map(symbols.map((symbol, id) => [symbol.codePointAt(0)!, id]));
  return encodeEach(points, (point) => idOf.get(point), String.fromCodePoint);
}

/** The same for words between white space. */
function encodeWords(text: string, symbols: readonly string[]): ReturnType<Tokenizer['encode']> {
  const idOf = new Map(symbols.map((symbol, id) => [symbol, id]));
  return encodeEach(
    text.split(/\s+/).filter((word) => word !== ''),
    (word) => idOf.get(word),
    String,
  );
}

function encodeEach<P>(
  parts: { readonly length: number } & Iterable<P>,
  idOf: (part: P) => number | undefined,
  textOf: (part: P) => string,
): ReturnType<Tokenizer['encode']> {
  const ids = new Uint32Array(parts.length);
  const unknown = new Map<string, number>();
  let known = 0;
  for (const part of parts) {
    const id = idOf(part);
    if (id === undefined) unknown.set(textOf(part), (unknown.get(textOf(part)) ?? 0) + 1);
    else ids[known++] = id;
  }
  return { ids: ids.slice(0, known), unknown };
}
