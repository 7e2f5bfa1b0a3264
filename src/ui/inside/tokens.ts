import { formatCharacter, formatPercent } from '../../analysis/format.ts';
import type { AnswerOf, AttentionMaps, Predictions, ReadText, TextPart } from '../../lab/protocol.ts';
import { words } from '../words.ts';

/** Tokens as people see them, and what is read off the answers. Everything here is pure. */

/** A token by itself: “e”, space, line break, or a word in quotes. */
export function nameOf(token: string): string {
  if (token === '\n') return words.inside.lineBreak;
  return [...token].length === 1 ? formatCharacter(token) : `“${token}”`;
}

/** A token in a narrow place. */
export function shortOf(token: string): string {
  if (token === ' ') return '␣';
  if (token === '\n') return '↵';
  return token;
}

/** What stands between two tokens of a text. */
export const gapOf = ({ words: ofWords }: Pick<ReadText, 'words'>): string => (ofWords ? ' ' : '');

/** The predictions of a place, the best first. */
export function predictionsAt({ k, ids, p }: Predictions, place: number): { id: number; p: number }[] {
  return Array.from({ length: k }, (_, i) => ({ id: ids[place * k + i], p: p[place * k + i] }));
}

/** A surprise as a shade from 0, certain, to 1, no better than guessing among all symbols. */
export function surpriseShade(nll: number, symbols: number): number {
  return Math.min(1, Math.max(0, nll / Math.log(symbols)));
}

/** What a head looks at when the place of a token is predicted. */
export interface Looked {
  /** Probability that goes to each token of the text. */
  tokens: Float32Array;
  /** … to what stands before the first token, and to masks beyond the last. */
  start: number;
  beyond: number;
}

/**
 * Row `place` of a map, in tokens of the text rather than positions of the model.
 */
export function lookedAt(maps: AttentionMaps, map: number, place: number, length: number): Looked {
  const { size, given } = maps;
  const row = maps.maps.subarray((map * size + place) * size, (map * size + place + 1) * size);
  const shift = given === 'before' ? 1 : 0;
  const looked: Looked = { tokens: new Float32Array(length), start: 0, beyond: 0 };
  for (const [position, p] of row.entries()) {
    const token = position - shift;
    if (token < 0) looked.start += p;
    else if (token < length) looked.tokens[token] = p;
    else looked.beyond += p;
  }
  return looked;
}

/** What a head looks at most, in words. */
export function looksMost({ tokens, start, beyond }: Looked, read: ReadText, place: number, many = 3): string {
  const text = words.inside.attention;
  const all = Array.from(tokens, (p, token) => ({
    p,
    words: text.item(nameOf(read.tokens[token]), text.where(token - place), formatPercent(p)),
  }));
  all.push({ p: start, words: `${text.start} (${formatPercent(start)})` });
  all.push({ p: beyond, words: `${text.unknown} (${formatPercent(beyond)})` });
  all.sort((a, b) => b.p - a.p);
  return all
    .slice(0, many)
    .filter(({ p }) => p > 0)
    .map((each) => each.words)
    .join(', ');
}

/** A text as its words and what is between them. */
export function wordsOf(text: string): { text: string; isWord: boolean }[] {
  return (text.match(/\s+|\S+/g) ?? []).map((part) => ({ text: part, isWord: /\S/.test(part) }));
}

/** The parts of a text of which some words are hidden. */
export function partsOf(text: string, hidden: ReadonlySet<number>): TextPart[] {
  return wordsOf(text).map((part, index) => ({ text: part.text, hidden: hidden.has(index) }));
}

/** A character or word of each family's own in a gap, as it stands after some of the forwards. */
export interface Filled {
  token: string;
  p: number;
  /** 1 for what was filled first. */
  order: number;
}

/** What a family has filled in after `forwards` of its steps, by position. */
export function filledAfter(
  { families, symbols }: Pick<AnswerOf<'fill'>, 'families' | 'symbols'>,
  family: keyof AnswerOf<'fill'>['families'],
  forwards: number,
): Map<number, Filled> {
  const found = new Map<number, Filled>();
  const of = families[family];
  if (!of || !('reply' in of)) return found;
  for (const { filled } of of.reply.steps.slice(0, forwards))
    found.set(filled.position, { token: symbols[filled.token], p: filled.p, order: found.size + 1 });
  return found;
}

/** How many of the holes a family has filled with what the text has there. */
export function rightOf(answer: AnswerOf<'fill'>, family: keyof AnswerOf<'fill'>['families']): number {
  const filled = filledAfter(answer, family, Number.POSITIVE_INFINITY);
  return answer.holes.filter((hole) => filled.get(hole)?.token === answer.read.tokens[hole]).length;
}

/** An order in which alike symbols stand side by side: from the first on, always the most alike of the rest. */
export function chained(cosines: Float32Array, symbols: number): number[] {
  const rest = new Set(Array.from({ length: symbols }, (_, id) => id));
  const order: number[] = [];
  let last = 0;
  while (rest.size > 0) {
    if (order.length > 0)
      last = [...rest].reduce((best, id) =>
        cosines[last * symbols + id] > cosines[last * symbols + best] ? id : best,
      );
    order.push(last);
    rest.delete(last);
  }
  return order;
}
