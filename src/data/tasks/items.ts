import { badInput } from '../../core/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { QuestionSet } from '../../families/question.ts';
import type { RaceSpec } from '../../spec/schema.ts';

/** What a task generates from a spec, before anything is cut or batched. Items are rows of T ids. */
export interface TaskItems {
  symbols: readonly string[];
  /** [⌊U/T⌋, T]: all different, and those of a smaller budget come first. */
  training: Uint32Array;
  /** [·, T], none of them among `training`, and none in both. */
  validation: Uint32Array;
  test: Uint32Array;
  /** The first `count` questions, or as many as there are. */
  questions(count: number): QuestionSet;
  /** −ln p of an item under the law that it was drawn from, in nats, where that is known exactly. */
  trueLoss?(item: Uint32Array): number;
}

export type TaskMaker = (spec: RaceSpec) => TaskItems;

export function rowsOf(items: Uint32Array, T: number): Uint32Array[] {
  return Array.from({ length: items.length / T }, (_, i) => items.subarray(i * T, (i + 1) * T));
}

export function joined(rows: readonly ArrayLike<number>[]): Uint32Array {
  return Uint32Array.from(rows.flatMap((row) => Array.from(row)));
}

/** Two items are equal exactly when their keys are. */
export function keyOf(item: ArrayLike<number>): string {
  return String.fromCharCode(...Array.from(item));
}

/** The first `count` items of draw(0), draw(1), … whose keys are not yet in `taken`, where they are then put. */
export function distinctItems(count: number, taken: Set<string>, draw: (n: number) => Uint32Array): Uint32Array[] {
  const items: Uint32Array[] = [];
  for (let n = 0; items.length < count; n++) {
    const item = draw(n);
    const key = keyOf(item);
    if (taken.has(key)) continue;
    taken.add(key);
    items.push(item);
  }
  return items;
}

/** The number of items that U holds; refuses more than there are. `what` says what they are: "the world has 240 statements". */
export function itemBudget({ data, model }: RaceSpec, available: number, what: string): number {
  const items = Math.floor(data.uniqueTokens / model.context);
  if (items <= available) return items;
  throw badInput(
    `data.uniqueTokens is ${data.uniqueTokens}; ${what} of ${model.context} tokens to train on: choose at most ${available * model.context}`,
  );
}

/** Items that nobody trains on, in two halves as even as possible: the first of each two to validation. */
export function shareOut(rows: readonly Uint32Array[]): { validation: Uint32Array; test: Uint32Array } {
  return {
    validation: joined(rows.filter((_, i) => i % 2 === 0)),
    test: joined(rows.filter((_, i) => i % 2 === 1)),
  };
}

/**
 * The right option among three others (or as many as there are) that are drawn without repetition from `choices`, at
 * a random place. Counters (n, 0 … 3).
 */
export function fourOptions(
  right: Uint32Array,
  choices: readonly Uint32Array[],
  rng: Rng,
  n: number,
): { options: Uint32Array[]; answer: number } {
  const byKey = new Map(choices.map((choice) => [keyOf(choice), choice]));
  byKey.delete(keyOf(right));
  const others = [...byKey.values()];
  const options: Uint32Array[] = [];
  for (let i = 0; i < 3; i++) options.push(...others.splice(rng.below(others.length, n, i), 1));
  const answer = rng.below(options.length + 1, n, 3);
  options.splice(answer, 0, right);
  return { options, answer };
}
