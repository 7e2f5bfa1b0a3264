import { en } from './words/en/index.ts';
import type { Widened } from './words/widened.ts';

export type Words = Widened<typeof en>;

/**
 * Every sentence of the page, in the language that was chosen. Read it while drawing: it changes with the language. Its
 * branches stay the same objects (`const text = words.runs` may be kept), its sentences and lists do not.
 */
export const words: Words = copyOf(en) as Words;

/** From now on `words` has these sentences. */
export function say(tree: Words): void {
  assign(words, tree);
}

type Tree = Record<string, unknown>;

function isBranch(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function assign(onto: Tree, tree: Tree): void {
  for (const [name, value] of Object.entries(tree)) {
    const own = onto[name];
    if (isBranch(value) && isBranch(own)) assign(own, value);
    else onto[name] = value;
  }
}

function copyOf(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [name, isBranch(value) ? copyOf(value) : value]),
  );
}
