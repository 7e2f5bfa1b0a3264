import source from '../../shaders/chooseTokens.wgsl?raw';
import { badInput } from '../core/errors.ts';
import { type Call, type Op, type OpCase, u32 } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { expectMultiple, expectRank } from './refusals.ts';
import { dispatch, shader } from './shader.ts';

/** Positions of a sequence, and how many of them each expert takes. */
type ChoiceAttributes = { T: number; c: number };

const rowsOf = ({ tensors, attrs: { T, c } }: Call<ChoiceAttributes>) => {
  const [N, E] = tensors.p.shape;
  return { N, E, S: E * (N / T) * c };
};

function drawn(title: string, [N, E]: [number, number], attrs: ChoiceAttributes): OpCase<ChoiceAttributes> {
  // Ties among them.
  const values = Array.from({ length: N * E }, (_, i) => ((i * 37 + 11) % 29) / 32);
  return { title, inputs: { p: { shape: [N, E], fill: { values } } }, attrs };
}

/** What of a probability counts in a comparison: as a 32-bit number, its exponent and the first 11 bits after it. */
const keysOf = (p: Float64Array): Uint32Array =>
  new Uint32Array(Float32Array.from(p).buffer).map((bits) => bits >>> 12);

/**
 * Expert choice (Zhou et al., 2022): of each sequence every expert takes the c tokens with the largest p, ties by
 * position. A token may be taken by any number of experts, by none as well. It looks at the whole sequence at once:
 * never for a model that is causal.
 *
 * What differs by less than 2⁻¹¹ of itself counts as a tie: a sequence that is masked as a whole is alike at all its
 * positions, and roundings must not choose among them, for each device has its own.
 *
 *     p[N,E], none negative, N = B·T → slot u32[N,E], source u32[S], starts u32[E+1], S = E·B·c, as `assign` gives them for k = E:
 *     pair n·E + e is token n at expert e, its slot S where it was not taken. No row is left over
 */
export const chooseTokensOp: Op<ChoiceAttributes> = {
  name: 'chooseTokens',
  inputs: ['p'],
  outputs: ['slot', 'source', 'starts'],
  shader: shader('chooseTokens.wgsl', source),
  infer(call) {
    const [N, E] = expectRank('chooseTokens', call, 'p', 'N, E');
    const { T, c } = call.attrs;
    expectMultiple('chooseTokens', 'the number of rows of p', N, T);
    if (!Number.isInteger(c) || c < 1 || c > T)
      throw badInput(`chooseTokens: c must be a whole number from 1 to ${T}; got ${c}`);
    return { slot: u32(N, E), source: u32(rowsOf(call).S), starts: u32(E + 1) };
  },
  scratch: ({ tensors }) => ({ chosen: u32(...tensors.p.shape) }),
  dispatches(call) {
    const { N, E } = rowsOf(call);
    const constants = { N, E, ...call.attrs };
    return [dispatch('compare', N * E, constants), dispatch('gather_chosen', Math.max(N * E, E + 1), constants)];
  },
  reference(t, call) {
    const { N, E, S } = rowsOf(call);
    const { T, c } = call.attrs;
    t.slot.fill(S);
    const keys = keysOf(t.p);
    let next = 0;
    for (let e = 0; e < E; e++) {
      t.starts[e] = next;
      for (let first = 0; first < N; first += T) {
        const tokens = Array.from({ length: T }, (_, i) => first + i);
        const best = tokens.sort((a, b) => keys[b * E + e] - keys[a * E + e] || a - b).slice(0, c);
        for (const token of best.sort((a, b) => a - b)) {
          t.slot[token * E + e] = next;
          t.source[next++] = token * E + e;
        }
      }
    }
    t.starts[E] = next;
  },
  cases: [
    drawn('odd sizes', [14, 5], { T: 7, c: 3 }),
    drawn('all of one expert', [6, 1], { T: 3, c: 3 }),
    drawn('more pairs than a workgroup', [64, 4], { T: 16, c: 4 }),
    {
      ...drawn('ties go to earlier positions', [6, 2], { T: 6, c: 4 }),
      inputs: { p: { shape: [6, 2], fill: { constant: 0.5 } } },
    },
  ],
};

/** The tokens that each expert takes by p[N,E], as `chooseTokensOp` says. */
export function chooseTokens(p: Value, attrs: ChoiceAttributes): Record<'slot' | 'source' | 'starts', Value> {
  const [slot, source, starts] = p.tape.apply(chooseTokensOp, [p], attrs);
  return { slot, source, starts };
}
