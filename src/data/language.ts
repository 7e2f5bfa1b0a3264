import { stream } from '../core/rng.ts';
import { codePoints } from './text.ts';

/**
 * A language of known entropy. Sentences follow a small grammar, a Markov chain over its states: in each state an
 * arc is drawn, then a word of the arc's class by a Zipf law, then the arc's ending is written and its state
 * entered. Classes share no word, endings hold no letter and the arcs of a state differ in class or ending, so a
 * text that begins at a word can be read in one way only, and everything about it can be computed exactly.
 */
interface Arc {
  p: number;
  word: WordClass;
  ending: string;
  to: GrammarState;
}

type WordClass = keyof typeof CLASSES;
type GrammarState = 'sentence' | 'opened' | 'subject' | 'verb' | 'complement' | 'object' | 'manner';

const CLASSES = {
  article: { words: 4, syllables: 1 },
  adjective: { words: 80, syllables: 3 },
  noun: { words: 160, syllables: 3 },
  verb: { words: 80, syllables: 3 },
  adverb: { words: 40, syllables: 3 },
} as const;

const GRAMMAR: Readonly<Record<GrammarState, readonly Arc[]>> = {
  sentence: [
    { p: 0.8, word: 'article', ending: ' ', to: 'subject' },
    { p: 0.2, word: 'adverb', ending: ', ', to: 'opened' },
  ],
  opened: [{ p: 1, word: 'article', ending: ' ', to: 'subject' }],
  subject: [
    { p: 0.35, word: 'adjective', ending: ' ', to: 'subject' },
    { p: 0.65, word: 'noun', ending: ' ', to: 'verb' },
  ],
  verb: [
    { p: 0.8, word: 'verb', ending: ' ', to: 'complement' },
    { p: 0.15, word: 'verb', ending: '. ', to: 'sentence' },
    { p: 0.05, word: 'verb', ending: '.\n', to: 'sentence' },
  ],
  complement: [
    { p: 0.75, word: 'article', ending: ' ', to: 'object' },
    { p: 0.18, word: 'adverb', ending: '. ', to: 'sentence' },
    { p: 0.07, word: 'adverb', ending: '.\n', to: 'sentence' },
  ],
  object: [
    { p: 0.3, word: 'adjective', ending: ' ', to: 'object' },
    { p: 0.3, word: 'noun', ending: '. ', to: 'sentence' },
    { p: 0.1, word: 'noun', ending: '.\n', to: 'sentence' },
    { p: 0.15, word: 'noun', ending: ', ', to: 'opened' },
    { p: 0.15, word: 'noun', ending: ' ', to: 'manner' },
  ],
  manner: [
    { p: 0.75, word: 'adverb', ending: '. ', to: 'sentence' },
    { p: 0.25, word: 'adverb', ending: '.\n', to: 'sentence' },
  ],
};

/** Fixes the words themselves; which text is written with them is a seed of its own. */
const LEXICON_SEED = 2511;
const CONSONANTS = 'bcdfghjklmnpqrstvwxyz';
const VOWELS = 'aeiou';

/** A way out of a node: the character that takes it, its probability there, and the node it leads to. */
export interface Edge {
  code: number;
  p: number;
  to: number;
}

/**
 * The grammar spelled out in characters. Each state is the root of a trie of its words with their endings, whose last
 * characters lead to the root of the next state. `edges[node]` are the ways out by character; `stationary[node]`
 * is the share of time that the language spends in the node.
 */
export interface Automaton {
  edges: readonly ReadonlyMap<number, Edge>[];
  stationary: Float64Array;
}

export function buildAutomaton(): Automaton {
  const states = Object.keys(GRAMMAR) as GrammarState[];
  const words = lexicon();
  // The first nodes are the roots. mass[node]: the probability that a word of its state passes through it.
  const edges = states.map(() => new Map<number, Edge>());
  const mass = states.map(() => 1);
  const stateOf = states.map((_, state) => state);
  const jumps = states.map(() => new Float64Array(states.length));

  states.forEach((name, state) => {
    for (const arc of GRAMMAR[name]) {
      const end = states.indexOf(arc.to);
      jumps[state][end] += arc.p;
      for (const { word, p } of words[arc.word]) {
        const codes = codePoints(word + arc.ending);
        let node = state;
        codes.forEach((code, i) => {
          const isLast = i === codes.length - 1;
          let edge = edges[node].get(code);
          if (edge === undefined) {
            edge = { code, p: 0, to: isLast ? end : edges.length };
            edges[node].set(code, edge);
            if (!isLast) {
              edges.push(new Map());
              mass.push(0);
              stateOf.push(state);
            }
          }
          edge.p += arc.p * p;
          if (!isLast) mass[edge.to] += arc.p * p;
          node = edge.to;
        });
      }
    }
  });
  edges.forEach((ways, node) => {
    for (const edge of ways.values()) edge.p /= mass[node];
  });

  const visits = stationaryLaw(jumps);
  const time = mass.map((m, node) => visits[stateOf[node]] * m);
  const total = time.reduce((sum, t) => sum + t, 0);
  return { edges, stationary: Float64Array.from(time, (t) => t / total) };
}

/** The law π = πP of a chain, by iterating its lazy version (I + P)/2, which has the same law and no period. */
function stationaryLaw(P: readonly Float64Array[]): Float64Array {
  let law = new Float64Array(P.length).fill(1 / P.length);
  for (let i = 0; i < 1000; i++) {
    law = law.map((p, to) => (p + P.reduce((sum, row, from) => sum + law[from] * row[to], 0)) / 2);
  }
  return law;
}

/** The words of each class, each word once in all; shorter ones are more frequent: p ∝ 1 / (rank + 2). */
function lexicon(): Record<WordClass, { word: string; p: number }[]> {
  const rng = stream(LEXICON_SEED, 'lexicon');
  let draws = 0;
  const below = (n: number): number => rng.below(n, draws++, 0);
  const oneOf = (letters: string): string => letters[below(letters.length)];

  const taken = new Set<string>();
  const newWord = (maxSyllables: number): string => {
    let word = '';
    for (let left = 1 + below(maxSyllables); left > 0; left--) word += oneOf(CONSONANTS) + oneOf(VOWELS);
    if (below(2) === 0) word += oneOf(CONSONANTS);
    if (taken.has(word)) return newWord(maxSyllables);
    taken.add(word);
    return word;
  };

  const classes = Object.entries(CLASSES).map(([name, { words, syllables }]) => {
    const spelled = Array.from({ length: words }, () => newWord(syllables)).sort((a, b) => a.length - b.length);
    const weights = spelled.map((_, rank) => 1 / (rank + 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return [name, spelled.map((word, rank) => ({ word, p: weights[rank] / total }))] as const;
  });
  return Object.fromEntries(classes) as Record<WordClass, { word: string; p: number }[]>;
}
