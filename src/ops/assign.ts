import source from '../../shaders/assign.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { type Call, type Op, type OpCase, u32 } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** Experts, positions of a sequence, and how many pairs of a sequence an expert takes at most; 0: all. */
type AssignAttributes = { E: number; T: number; capacity: number };
type AssignCall = Call<AssignAttributes>;

/** Pairs that an invocation counts: RUN in the shader. */
const RUN = 64;

function sizesOf({ tensors, attrs: { E, T, capacity } }: AssignCall) {
  const [N, k] = tensors.choice.shape;
  const pairs = N * k;
  const sequence = T * k;
  const sequenceRuns = Math.ceil(sequence / RUN);
  const limit = capacity === 0 ? sequence : Math.min(capacity, sequence);
  const S = Math.min(pairs, (N / T) * E * limit);
  return { E, pairs, sequence, sequenceRuns, runs: (N / T) * sequenceRuns, capacity: limit, S };
}

function drawn(title: string, [N, k]: [number, number], attrs: AssignAttributes): OpCase<AssignAttributes> {
  return { title, inputs: { choice: { shape: [N, k], fill: { below: attrs.E } } }, attrs };
}

/**
 * Lays the (token, expert) pairs out by expert, each expert's side by side and in the order of the tokens. Pair
 * n·k + j is the j-th choice of token n.
 *
 *     choice u32[N,k] (each below E), N = B·T →
 *       slot u32[N,k]: the row of each pair among S, or S where it was dropped
 *       source u32[S]: the pair of each row, or N·k for the rows that are left over, all at the end
 *       starts u32[E+1]: expert e has rows starts[e] … starts[e+1] − 1; those from starts[E] on are left over
 *       asked u32[E]: how many pairs chose each expert, the dropped ones too
 *
 * With a capacity an expert takes so many pairs of each sequence at most, those of earlier tokens first: whether a pair
 * is dropped depends on its own sequence up to its token and on nothing else, so that AR stays causal. (All first
 * choices before any second one, as in GShard, would tell a token of later ones.) S = min(N·k, B·E·capacity).
 */
export const assignOp: Op<AssignAttributes> = {
  name: 'assign',
  inputs: ['choice'],
  outputs: ['slot', 'source', 'starts', 'asked'],
  integer: ['choice'],
  shader: shader('assign.wgsl', source),
  infer(call) {
    const [N, k] = expectRank('assign', call, 'choice', 'N, k');
    const { E, T, capacity } = call.attrs;
    expectMultiple('assign', 'the number of rows of choice', N, T);
    if (!Number.isInteger(capacity) || capacity < 0)
      throw badInput(`assign: capacity must be a whole number, 0 for none; got ${capacity}`);
    return { slot: u32(N, k), source: u32(sizesOf(call).S), starts: u32(E + 1), asked: u32(E) };
  },
  scratch(call) {
    const { E, runs } = sizesOf(call);
    return { tally: u32(runs, E), taken: u32(runs, E), kept: u32(E) };
  },
  dispatches(call) {
    const sizes = sizesOf(call);
    const { E, runs, S } = sizes;
    return [
      dispatch('count', Math.max(runs * E, S), sizes),
      dispatch('rank', E, sizes),
      dispatch('place', runs * E, sizes),
    ];
  },
  reference(t, call) {
    const { E, pairs, sequence, capacity, S } = sizesOf(call);
    t.source.fill(pairs);
    t.slot.fill(S);
    let next = 0;
    for (let e = 0; e < E; e++) {
      t.starts[e] = next;
      let left = 0;
      for (let pair = 0; pair < pairs; pair++) {
        if (pair % sequence === 0) left = capacity;
        if (t.choice[pair] !== e) continue;
        t.asked[e]++;
        if (left === 0) continue;
        left--;
        t.slot[pair] = next;
        t.source[next++] = pair;
      }
    }
    t.starts[E] = next;
  },
  cases: [
    drawn('odd sizes', [14, 2], { E: 5, T: 7, capacity: 0 }),
    drawn('one expert', [9, 1], { E: 1, T: 3, capacity: 0 }),
    drawn('several runs a sequence', [150, 3], { E: 4, T: 75, capacity: 0 }),
    drawn('more experts than pairs', [2, 1], { E: 70, T: 2, capacity: 0 }),
    drawn('a capacity that drops some', [24, 2], { E: 3, T: 8, capacity: 4 }),
    drawn('a capacity within several runs', [160, 2], { E: 2, T: 80, capacity: 33 }),
    drawn('a capacity of one', [12, 1], { E: 2, T: 6, capacity: 1 }),
    drawn('a capacity beyond a sequence', [6, 2], { E: 4, T: 3, capacity: 50 }),
  ],
};

/** Where the pairs of choice u32[N,k] go, as `assignOp` says. */
export function assign(choice: Value, attrs: AssignAttributes): Record<'slot' | 'source' | 'starts' | 'asked', Value> {
  const [slot, source, starts, asked] = choice.tape.apply(assignOp, [choice], attrs);
  return { slot, source, starts, asked };
}
