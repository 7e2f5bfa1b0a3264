import { type Rng, stream } from '../../core/rng.ts';
import type { Question } from '../../families/question.ts';
import { ITEM_TOKENS } from '../../spec/tasks.ts';
import { distinctItems, itemBudget, joined, type TaskMaker } from './items.ts';

/** Length of a sentence, types of brackets, and variants of each bracket, which carry no meaning. */
const L = ITEM_TOKENS.brackets;
const TYPES = ['()', '[]', '{}', '⟨⟩'] as const;
const VARIANTS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** A pair that is asked about lies at least this far apart. */
export const MIN_DISTANCE = 3;

const bracket = (closes: boolean, type: number, variant: number): number =>
  ((closes ? TYPES.length : 0) + type) * VARIANTS.length + variant;
const closes = (id: number): boolean => id >= TYPES.length * VARIANTS.length;
const typeOf = (id: number): number => Math.floor(id / VARIANTS.length) % TYPES.length;
const variantOf = (id: number): number => id % VARIANTS.length;

/** `(a` opens, `a)` closes. */
const SYMBOLS = [false, true].flatMap((closing) =>
  TYPES.flatMap(([open, close]) => VARIANTS.map((variant) => (closing ? variant + close : open + variant))),
);

/** What may come next: always an opening where nothing is open, always a closing where the rest is just long enough. */
function mayOpen(depth: number, remaining: number): 'must' | 'may' | 'must not' {
  if (depth === 0) return 'must';
  return depth < remaining ? 'may' : 'must not';
}

/** Sentence n of a stream: balanced, types and variants uniform, a fair coin wherever it may open or close. */
function sentence(rng: Rng, n: number): Uint32Array {
  const ids = new Uint32Array(L);
  const stack: number[] = [];
  for (let i = 0; i < L; i++) {
    const may = mayOpen(stack.length, L - i);
    const opens = may === 'must' || (may === 'may' && rng.below(2, n, 3 * i) === 0);
    const type = opens ? rng.below(TYPES.length, n, 3 * i + 1) : stack.pop()!;
    if (opens) stack.push(type);
    ids[i] = bracket(!opens, type, rng.below(VARIANTS.length, n, 3 * i + 2));
  }
  return ids;
}

/** −ln p of a sentence. */
function trueLoss(item: Uint32Array): number {
  let depth = 0;
  let loss = 0;
  item.forEach((id, i) => {
    if (mayOpen(depth, L - i) === 'may') loss += Math.LN2;
    if (!closes(id)) loss += Math.log(TYPES.length);
    loss += Math.log(VARIANTS.length);
    depth += closes(id) ? -1 : 1;
  });
  return loss;
}

/** The matched pairs of a sentence, as [open, close]. */
export function pairsOf(item: ArrayLike<number>): [number, number][] {
  const stack: number[] = [];
  return Array.from(item).flatMap((id, i): [number, number][] => {
    if (closes(id)) return [[stack.pop()!, i]];
    stack.push(i);
    return [];
  });
}

/** A question about sentence n; none where no pair lies far enough apart. */
function ask(item: Uint32Array, rng: Rng, n: number, hides: 'close' | 'open'): Question | undefined {
  const pairs = pairsOf(item).filter(([open, close]) => close - open >= MIN_DISTANCE);
  if (pairs.length === 0) return undefined;
  const [open, close] = pairs[rng.below(pairs.length, n, 3 * L)];
  const hole = hides === 'close' ? close : open;
  const variant = variantOf(item[hole]);
  return {
    category: hides,
    tokens: item,
    holes: [hole],
    options: TYPES.map((_, type) => Uint32Array.of(bracket(hides === 'close', type, variant))),
    answer: typeOf(item[hole]),
  };
}

/**
 * Balanced sentences of four types of brackets. Asked: which type a hidden bracket of a fresh sentence has, four
 * options of the same variant. To know, one must find its partner.
 */
export const brackets: TaskMaker = (spec) => {
  const { seed, evaluation } = spec;
  const taken = new Set<string>();
  const fresh = (name: string, count: number) => {
    const rng = stream(seed, `brackets ${name}`);
    return distinctItems(count, taken, (n) => sentence(rng, n));
  };
  return {
    symbols: SYMBOLS,
    training: joined(fresh('training', itemBudget(spec, Number.POSITIVE_INFINITY, 'there are sentences'))),
    validation: joined(fresh('validation', evaluation.windows)),
    test: joined(fresh('test', evaluation.testWindows)),
    questions: (count) => {
      const rng = stream(seed, 'brackets questions');
      const questions: Question[] = [];
      const seen = new Set(taken);
      for (let n = 0; questions.length < count; n++) {
        const [item] = distinctItems(1, seen, (again) => sentence(rng, n + again * 0x10000));
        const question = ask(item, rng, n, questions.length % 2 === 0 ? 'close' : 'open');
        if (question) questions.push(question);
      }
      return { task: 'brackets', ways: ['choose'], questions };
    },
    trueLoss,
  };
};
