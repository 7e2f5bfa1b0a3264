import { stream } from '../core/rng.ts';
import type { RaceSpec } from '../spec/schema.ts';

/** Characters in a passage that is repeated. */
export const PASSAGE = 64;

const [SPACE, TAB, LINE_FEED, CARRIAGE_RETURN] = [32, 9, 10, 13];
const SENTENCE_ENDS = new Set([...'.!?'].map((end) => end.codePointAt(0)!));

/**
 * Training text made worse in a stated way, of the same length, a pure function of the seed. `points` are code points,
 * `vocabulary` those that may be put in.
 *
 * - characters: each is replaced, with probability `rate`, by one drawn uniformly from the vocabulary (which may be
 *   itself);
 * - words: in that share of the sentences the words are shuffled; the white space between them stays in place;
 * - duplicates: that share of the passages of 64 characters is overwritten by copies of the others (one at least stays).
 */
export function corrupted(
  points: Uint32Array,
  { corruption, corruptionRate: rate }: RaceSpec['data'],
  seed: number,
  vocabulary: readonly number[],
): Uint32Array {
  switch (corruption) {
    case 'none':
      return points;
    case 'characters':
      return replaceCharacters(points, rate, seed, vocabulary);
    case 'words':
      return shuffleWords(points, rate, seed);
    case 'duplicates':
      return repeatPassages(points, rate, seed);
  }
}

function replaceCharacters(points: Uint32Array, rate: number, seed: number, vocabulary: readonly number[]) {
  const rng = stream(seed, 'corruption: characters');
  return points.map((point, i) => (rng.uniform(i, 0) < rate ? vocabulary[rng.below(vocabulary.length, i, 1)] : point));
}

function shuffleWords(points: Uint32Array, rate: number, seed: number): Uint32Array {
  const rng = stream(seed, 'corruption: words');
  const sentences = sentencesOf(points);
  const spoilt = rng.permutation(sentences.length, 0).subarray(0, Math.round(rate * sentences.length));
  const result = points.slice();
  for (const index of spoilt) {
    const [start, end] = sentences[index];
    const runs = runsOf(points.subarray(start, end));
    const words = runs.filter((run) => !isSpace(run[0]));
    const order = rng.permutation(words.length, 1 + index);
    let word = 0;
    let at = start;
    for (const run of runs) {
      const put = isSpace(run[0]) ? run : words[order[word++]];
      result.set(put, at);
      at += put.length;
    }
  }
  return result;
}

function repeatPassages(points: Uint32Array, rate: number, seed: number): Uint32Array {
  const rng = stream(seed, 'corruption: duplicates');
  const passages = Math.floor(points.length / PASSAGE);
  const order = rng.permutation(passages, 0);
  const copies = Math.min(passages - 1, Math.round(rate * passages));
  const originals = order.subarray(Math.max(0, copies));
  const result = points.slice();
  for (let i = 0; i < copies; i++) {
    const source = originals[rng.below(originals.length, 1, i)] * PASSAGE;
    result.set(points.subarray(source, source + PASSAGE), order[i] * PASSAGE);
  }
  return result;
}

/** [start, end) of every sentence: up to and with the white space after a full stop, question or exclamation mark. */
function sentencesOf(points: Uint32Array): [number, number][] {
  const sentences: [number, number][] = [];
  let start = 0;
  for (let i = 1; i < points.length; i++) {
    const ends = isSpace(points[i - 1]) && !isSpace(points[i]) && SENTENCE_ENDS.has(lastVisible(points, i - 1));
    if (!ends) continue;
    sentences.push([start, i]);
    start = i;
  }
  if (start < points.length) sentences.push([start, points.length]);
  return sentences;
}

function lastVisible(points: Uint32Array, i: number): number {
  while (i > 0 && isSpace(points[i])) i--;
  return points[i];
}

/** Words and the white space between them, in turns. */
function runsOf(points: Uint32Array): Uint32Array[] {
  const runs: Uint32Array[] = [];
  for (let start = 0; start < points.length; ) {
    let end = start + 1;
    while (end < points.length && isSpace(points[end]) === isSpace(points[start])) end++;
    runs.push(points.subarray(start, end));
    start = end;
  }
  return runs;
}

function isSpace(point: number): boolean {
  return point === SPACE || point === TAB || point === LINE_FEED || point === CARRIAGE_RETURN;
}
