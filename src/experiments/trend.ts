import type { Measurement } from './measures.ts';

export interface Trend {
  /** Of each seed: comparisons that go as claimed minus those that go the other way, over all of them; from −1 to 1. */
  scores: number[];
  comparisons: number;
  agree: number;
  /** Ties, and comparisons that the budget leaves open. */
  open: number;
  /** Share of all exchanges of levels within seeds that score as high, and as low, as what was seen. */
  reached: number;
  fallen: number;
}

/**
 * Whether measurements grow (or fall) along the levels: `rows` holds the levels' measurements of each seed, in order. Each
 * two levels of a seed are compared (Kendall's score); the law of the sum under exchanges of the levels is enumerated
 * exactly, k! for each seed, and convolved over seeds. Up to 8 levels.
 */
export function trendOf(rows: readonly (readonly Measurement[])[], direction: 'up' | 'down'): Trend {
  const sign = direction === 'up' ? 1 : -1;
  const scored = rows.map((row) => {
    const k = row.length;
    const order = row.map((a) => row.map((b) => sign * compare(a, b)));
    const seen = scoreOf(
      order,
      row.map((_, i) => i),
    );
    const law = new Map<number, number>();
    let permutations = 0;
    for (const permutation of permutationsOf(k)) {
      const score = scoreOf(order, permutation);
      law.set(score, (law.get(score) ?? 0) + 1);
      permutations++;
    }
    for (const [score, count] of law) law.set(score, count / permutations);
    let agree = 0;
    let against = 0;
    for (let i = 0; i < k; i++) {
      for (let j = i + 1; j < k; j++) {
        if (order[i][j] > 0) agree++;
        else if (order[i][j] < 0) against++;
      }
    }
    return { seen, law, agree, against, pairs: (k * (k - 1)) / 2 };
  });
  const total = scored.reduce((sum, { seen }) => sum + seen, 0);
  const law = scored.reduce((sum, each) => convolved(sum, each.law), new Map([[0, 1]]));
  const share = (holds: (score: number) => boolean) =>
    [...law].reduce((sum, [score, p]) => (holds(score) ? sum + p : sum), 0);
  const count = (of: (each: (typeof scored)[number]) => number) => scored.reduce((sum, each) => sum + of(each), 0);
  return {
    scores: scored.map(({ seen, pairs }) => (pairs > 0 ? seen / pairs : 0)),
    comparisons: count(({ pairs }) => pairs),
    agree: count(({ agree }) => agree),
    open: count(({ pairs, agree, against }) => pairs - agree - against),
    reached: share((score) => score >= total),
    fallen: share((score) => score <= total),
  };
}

/** 1 where b is surely above a, −1 where it is surely below, else 0. What never came within a budget is above its end. */
function compare(a: Measurement, b: Measurement): number {
  if (surelyBelow(a, b)) return 1;
  return surelyBelow(b, a) ? -1 : 0;
}

function surelyBelow(a: Measurement, b: Measurement): boolean {
  return a.hi < b.lo || (a.hi === b.lo && b.hi > b.lo);
}

function scoreOf(order: readonly (readonly number[])[], permutation: readonly number[]): number {
  let score = 0;
  for (let i = 0; i < permutation.length; i++) {
    for (let j = i + 1; j < permutation.length; j++) score += order[permutation[i]][permutation[j]];
  }
  return score;
}

function* permutationsOf(k: number): Generator<readonly number[]> {
  const order = Array.from({ length: k }, (_, i) => i);
  const swap = (i: number, j: number) => {
    const held = order[i];
    order[i] = order[j];
    order[j] = held;
  };
  // Heap's algorithm: each permutation differs from the one before by one exchange.
  const counters = new Array<number>(k).fill(0);
  yield order;
  for (let i = 1; i < k; ) {
    if (counters[i] < i) {
      swap(i % 2 === 0 ? 0 : counters[i], i);
      yield order;
      counters[i]++;
      i = 1;
    } else {
      counters[i] = 0;
      i++;
    }
  }
}

function convolved(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const result = new Map<number, number>();
  for (const [x, p] of a) for (const [y, q] of b) result.set(x + y, (result.get(x + y) ?? 0) + p * q);
  return result;
}
