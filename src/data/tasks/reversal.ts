import { badInput } from '../../core/errors.ts';
import { stream } from '../../core/rng.ts';
import type { Question } from '../../families/question.ts';
import { ITEM_TOKENS } from '../../spec/tasks.ts';
import { fourOptions, itemBudget, joined, shareOut, type TaskMaker } from './items.ts';
import { nameSpace } from './names.ts';

const T = ITEM_TOKENS.reversal;

const PEOPLE = nameSpace(
  ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gia', 'Hugo', 'Ida', 'Jon', 'Kim', 'Leo', 'Mia', 'Ned', 'Ola', 'Pia'],
  [
    'Abel',
    'Brook',
    'Cole',
    'Dale',
    'Ellis',
    'Frost',
    'Gray',
    'Hale',
    'Irwin',
    'Jarvis',
    'Keats',
    'Lund',
    'Moss',
  ].concat(['Nash', 'Orr', 'Page']),
);
const TITLES = nameSpace(
  [
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
    'sixth',
    'seventh',
    'eighth',
    'ninth',
    'tenth',
    'young',
    'old',
  ].concat(['tall', 'silent', 'famous', 'royal']),
  [
    'baker',
    'sailor',
    'weaver',
    'painter',
    'smith',
    'miller',
    'judge',
    'poet',
    'tailor',
    'doctor',
    'pilot',
    'guard',
  ].concat(['clerk', 'mason', 'cook', 'piper']),
);
const SYMBOLS = [...PEOPLE.symbols, ...TITLES.symbols, 'is'];
const idOf = new Map(SYMBOLS.map((symbol, id) => [symbol, id]));
const ids = (symbols: readonly string[]): Uint32Array => Uint32Array.from(symbols, (symbol) => idOf.get(symbol)!);
const IS = ids(['is']);

interface Pair {
  a: Uint32Array;
  b: Uint32Array;
  /** “B is A” is taught too. */
  bothWays: boolean;
}

const forwards = ({ a, b }: Pair) => joined([a, IS, b]);
const backwards = ({ a, b }: Pair) => joined([b, IS, a]);

/**
 * Pairs of which “A is B” is taught, and of a share of them “B is A” as well. Asked about the others, one name among
 * four: B of “A is …” (it was taught), A of “B is …” (it was not), and A of “… is B”, where the sentence was taught and
 * its first name is hidden. Held out: “B is A” of those pairs.
 */
export const reversal: TaskMaker = (spec) => {
  const { seed, data } = spec;
  const rng = stream(seed, 'reversal');
  const titles = rng.permutation(TITLES.names.length, 1);
  const all = [...rng.permutation(PEOPLE.names.length, 0)].map(
    (person, i): Pair => ({
      a: ids(PEOPLE.names[person]),
      b: ids(TITLES.names[titles[i]]),
      // Spread evenly, so that any number of pairs has its share of them.
      bothWays: Math.floor((i + 1) * data.bothWays) > Math.floor(i * data.bothWays),
    }),
  );
  const sentences = all.flatMap((pair) => (pair.bothWays ? [forwards(pair), backwards(pair)] : [forwards(pair)]));
  const items = itemBudget(spec, sentences.length, `there are ${all.length} pairs in ${sentences.length} sentences`);
  let left = items;
  const taught = all.filter(({ bothWays }) => {
    left -= bothWays ? 2 : 1;
    return left >= 0;
  });
  const oneWay = taught.filter(({ bothWays }) => !bothWays);
  if (oneWay.length < 2) {
    throw badInput(`data.bothWays is ${data.bothWays}, which leaves no pair to ask the other way round`);
  }

  const ask = (pair: Pair, n: number): Question => {
    const kinds = [
      { category: 'taught direction', tokens: forwards(pair), holes: [T - 2, T - 1], names: taught.map(({ b }) => b) },
      {
        category: 'untaught direction',
        tokens: backwards(pair),
        holes: [T - 2, T - 1],
        names: taught.map(({ a }) => a),
      },
      { category: 'first name hidden', tokens: forwards(pair), holes: [0, 1], names: taught.map(({ a }) => a) },
    ];
    const { names, ...question } = kinds[n % kinds.length];
    const right = Uint32Array.from(question.holes, (hole) => question.tokens[hole]);
    return { ...question, ...fourOptions(right, names, stream(seed, 'reversal options'), n) };
  };
  return {
    symbols: SYMBOLS,
    training: joined(sentences.slice(0, items)),
    ...shareOut(oneWay.map(backwards)),
    questions: (count) => ({
      task: 'reversal',
      ways: ['choose'],
      questions: oneWay.flatMap((pair, i) => [0, 1, 2].map((kind) => ask(pair, 3 * i + kind))).slice(0, count),
    }),
  };
};
