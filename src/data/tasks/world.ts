import { badInput } from '../../core/errors.ts';
import { stream } from '../../core/rng.ts';
import type { Question } from '../../families/question.ts';
import { ITEM_TOKENS, WORDINGS } from '../../spec/tasks.ts';
import { fourOptions, itemBudget, joined, shareOut, type TaskMaker } from './items.ts';
import { nameSpace } from './names.ts';

const T = ITEM_TOKENS.world;
const PERSONS = 60;

const PEOPLE = nameSpace(
  ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn', 'Gia', 'Hugo'],
  ['Abel', 'Brook', 'Cole', 'Dale', 'Ellis', 'Frost', 'Gray', 'Hale'],
);

/** Each relation gives every person one object of its own, and can be stated in two wordings each way. */
const RELATIONS = [
  {
    objects: nameSpace(
      ['red', 'blue', 'old', 'new', 'tiny', 'huge', 'silver', 'golden', 'broken'],
      ['violin', 'flute', 'drum', 'harp', 'cello', 'oboe', 'horn', 'lute', 'organ'],
    ),
    forwards: ['plays', 'practises'],
    backwards: ['belongs-to', 'is-played-by'],
  },
  {
    objects: nameSpace(
      ['north', 'south', 'east', 'west', 'upper', 'lower', 'great', 'little', 'royal'],
      ['harbour', 'valley', 'bridge', 'market', 'forest', 'castle', 'island', 'garden', 'mill'],
    ),
    forwards: ['lives-in', 'comes-from'],
    backwards: ['houses', 'is-home-of'],
  },
] as const;

const SYMBOLS = [
  ...PEOPLE.symbols,
  ...RELATIONS.flatMap(({ objects, forwards, backwards }) => [...objects.symbols, ...forwards, ...backwards]),
];
const idOf = new Map(SYMBOLS.map((symbol, id) => [symbol, id]));
const ids = (symbols: readonly string[]): Uint32Array => Uint32Array.from(symbols, (symbol) => idOf.get(symbol)!);

interface Fact {
  person: Uint32Array;
  object: Uint32Array;
  relation: number;
  /** All wordings; the first `data.wordings` of them are taught, the others asked. */
  order: readonly number[];
}

const isForwards = (wording: number): boolean => wording < WORDINGS / 2;

/** A fact in one of its wordings: forwards “person verb object”, backwards “object verb person”. */
function state({ person, object, relation }: Fact, wording: number): Uint32Array {
  const { forwards, backwards } = RELATIONS[relation];
  const verb = ids([[...forwards, ...backwards][wording]]);
  return joined(isForwards(wording) ? [person, verb, object] : [object, verb, person]);
}

/**
 * Facts about people, each taught in some of its four wordings and asked in the others: the name at the end, among
 * three others of its kind. Categories: whether the fact was ever taught in the direction in which it is asked.
 *
 * Facts are taught one after the other, each in all of its taught wordings, so a smaller U teaches fewer facts; only
 * facts that have been taught completely are asked and held out.
 */
export const world: TaskMaker = (spec) => {
  const { seed, data } = spec;
  const rng = stream(seed, 'world');
  const people = [...rng.permutation(PEOPLE.names.length, 0)].slice(0, PERSONS).map((i) => ids(PEOPLE.names[i]));
  const facts = RELATIONS.flatMap(({ objects }, relation): Fact[] => {
    const order = rng.permutation(objects.names.length, 1, relation);
    return people.map((person, p) => ({
      person,
      object: ids(objects.names[order[p]]),
      relation,
      order: [...rng.permutation(WORDINGS, 2, relation * PERSONS + p)],
    }));
  });
  const inOrder = [...rng.permutation(facts.length, 3)].map((i) => facts[i]);

  const { wordings } = data;
  const statements = inOrder.flatMap((fact) => fact.order.slice(0, wordings).map((wording) => state(fact, wording)));
  const items = itemBudget(spec, statements.length, `the world has ${statements.length} statements`);
  const taught = inOrder.slice(0, Math.floor(items / wordings));
  const untaught = taught.flatMap((fact) => fact.order.slice(wordings).map((wording) => ({ fact, wording })));
  if (untaught.length < 2) {
    throw badInput(
      `data.wordings is ${wordings} of ${WORDINGS} and data.uniqueTokens ${data.uniqueTokens}, which leaves nothing of the world to ask`,
    );
  }
  const shuffled = [...rng.permutation(untaught.length, 4)].map((i) => untaught[i]);

  const namesLike = ({ relation }: Fact, wording: number) =>
    isForwards(wording)
      ? taught.filter((other) => other.relation === relation).map(({ object }) => object)
      : taught.map(({ person }) => person);
  return {
    symbols: SYMBOLS,
    training: joined(statements.slice(0, items)),
    ...shareOut(shuffled.map(({ fact, wording }) => state(fact, wording))),
    questions: (count) => ({
      task: 'world',
      ways: ['choose'],
      questions: shuffled.slice(0, count).map(({ fact, wording }, n): Question => {
        const tokens = state(fact, wording);
        const known = fact.order.slice(0, wordings).some((other) => isForwards(other) === isForwards(wording));
        return {
          category: known ? 'taught direction' : 'untaught direction',
          tokens,
          holes: [T - 2, T - 1],
          ...fourOptions(tokens.slice(T - 2), namesLike(fact, wording), stream(seed, 'world options'), n),
        };
      }),
    }),
  };
};
