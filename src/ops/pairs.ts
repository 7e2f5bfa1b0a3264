import type { Call, OpCase } from '../graph/op.ts';
import { expectShape } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';

/** Tokens, pairs a token (W), rows of the experts (S), channels. */
export interface PairSizes {
  N: number;
  W: number;
  S: number;
  C: number;
}

/**
 * Sizes of the tensors that lead from tokens to the rows of experts and back; `token` has a row a token, `row` one for
 * each row of the experts; either may be absent.
 */
export function pairSizes(op: string, call: Call, { token, row }: { token?: string; row?: string }): PairSizes {
  const [N, W] = expectRank(op, call, 'slot', 'N, W');
  const given = (row ?? token)!;
  const [, C] = expectRank(op, call, given, row ? 'S, C' : 'N, C');
  const S = call.tensors[row ?? 'source'].shape[0];
  if (call.tensors.source) expectShape(op, call, 'source', [S], row ? `the rows of ${row}` : '');
  if (token) expectShape(op, call, token, [N, C], 'the rows of slot');
  expectMultiple(op, `the width of ${given}`, C, 4);
  return { N, W, S, C };
}

export const pairConstants = ({ N, W, S, C }: PairSizes) => ({ N, W, S, width: C / 4 });

/** Slots of the pairs; S where a pair was dropped. */
const CASES: readonly [title: string, slots: readonly (readonly number[])[], S: number, C: number][] = [
  [
    'two experts a token',
    [
      [0, 3],
      [1, 4],
      [5, 2],
    ],
    6,
    12,
  ],
  [
    'dropped pairs, rows left over',
    [
      [3, 6],
      [6, 0],
      [6, 6],
      [1, 2],
    ],
    6,
    8,
  ],
  ['one row', [[0]], 1, 4],
  ['more than a workgroup', Array.from({ length: 30 }, (_, n) => [n, 59 - n]), 61, 20],
];

/** Cases with the slots of some pairs, the sources that go with them, and whatever else the op takes. */
export function pairCases(more: (sizes: PairSizes) => OpCase['inputs']): OpCase[] {
  return CASES.map(([title, slots, S, C]) => {
    const [N, W] = [slots.length, slots[0].length];
    const flat = slots.flat();
    const source = Array.from({ length: S }, (_, row) => (flat.includes(row) ? flat.indexOf(row) : N * W));
    return {
      title,
      inputs: {
        slot: { shape: [N, W], fill: { values: flat } },
        source: { shape: [S], fill: { values: source } },
        ...more({ N, W, S, C }),
      },
      attrs: {},
    };
  });
}
