import { badInput } from '../core/errors.ts';
import type { Tokenizer } from './dataset.ts';
import { codePoints } from './text.ts';

/** A tokenizer whose ids are the positions in `symbols`, each of which is one character. */
export function tokenizerOf(symbols: readonly string[]): Tokenizer {
  return {
    symbols,
    size: symbols.length,
    encode: (text) => encodePoints(codePoints(text), symbols),
    decode: (tokens) => {
      let text = '';
      for (let i = 0; i < tokens.length; i++) {
        const symbol = symbols[tokens[i]];
        if (symbol === undefined) {
          throw new RangeError(`decode: id ${tokens[i]} at position ${i}; ids are 0 … ${symbols.length - 1}`);
        }
        text += symbol;
      }
      return text;
    },
  };
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
  const ids = new Uint32Array(points.length);
  const unknown = new Map<string, number>();
  let known = 0;
  for (const point of points) {
    const id = idOf.get(point);
    if (id === undefined) {
      const symbol = String.fromCodePoint(point);
      unknown.set(symbol, (unknown.get(symbol) ?? 0) + 1);
    } else {
      ids[known++] = id;
    }
  }
  return { ids: ids.slice(0, known), unknown };
}
