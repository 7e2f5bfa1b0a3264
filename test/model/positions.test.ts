import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { initialParameters, parameterLayout } from '../../src/model/parameters.ts';
import { transformer } from '../../src/model/transformer.ts';
import { arWith } from '../support/families.ts';
import { tinySpec } from '../support/tiny.ts';

const { model } = tinySpec();
const T = model.context;
const V = 9;
const draws = stream(1, 'text');
const text = Uint32Array.from({ length: T }, (_, i) => draws.below(V - 1, 0, i));

/** Logits [T, V] in f64; `positions` are those of each row's query and key. */
async function logitsOf(ids: Uint32Array, positions?: ArrayLike<number>): Promise<Float64Array> {
  const interpreter = new Interpreter();
  const layout = parameterLayout(model, V);
  const state = interpreter.createState({ params: layout.size });
  const tape = new Tape();
  const input = tape.input('ids', u32(T));
  const places = positions && tape.constant('positions', u32(T, 2), Uint32Array.from(positions));
  const { logits } = transformer(input, {
    model,
    vocabulary: V,
    causal: true,
    arena: 'params',
    ...(places && { positions: places }),
  });
  const program = await interpreter.compile(tape, state);
  state.write('params', initialParameters(model, layout, 3));
  program.write(input, ids);
  program.run();
  return program.exact(logits);
}

const difference = (a: Float64Array, b: Float64Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
const pairs = (of: (i: number) => [number, number]) => Array.from({ length: T }, (_, i) => of(i)).flat();

describe('given positions', () => {
  it('at each row’s own place are the model without them, to the bit', async () => {
    expect(
      await logitsOf(
        text,
        pairs((i) => [i, i]),
      ),
    ).toEqual(await logitsOf(text));
  });

  it('matter by query − key alone: all of them one further changes nothing', async () => {
    // The table is rounded to f32.
    const [here, there] = [pairs((i) => [i, i]), pairs((i) => [i + 1, i + 1])];
    expect(difference(await logitsOf(text, here), await logitsOf(text, there))).toBeLessThan(1e-5);
  });

  it('of AR from left to right are those of ordinary AR with every query one place further', async () => {
    const family = arWith({ orders: 1 });
    const { inputs, positions } = family.corrupt({ tokens: text, B: 1, T, extra: V - 1 }, stream(1, 'noise'), 0);
    expect([...positions!]).toEqual(pairs((i) => [i + 1, i]));
    const [ordered, ordinary] = [await logitsOf(inputs, positions), await logitsOf(inputs)];
    // Row 0 sees nothing but itself, whatever the distance.
    expect(difference(ordered.subarray(0, V), ordinary.subarray(0, V))).toBe(0);
    expect(difference(ordered, ordinary)).toBeGreaterThan(1e-4);
  });

  it('tell the model which token comes next: the same text read, another target, another prediction', async () => {
    const [one, other] = [pairs((i) => [i + 1, i]), pairs((i) => [i === 5 ? 9 : i + 1, i])];
    const [a, b] = [await logitsOf(text, one), await logitsOf(text, other)];
    const row = (logits: Float64Array, i: number) => logits.subarray(i * V, (i + 1) * V);
    expect(difference(row(a, 4), row(b, 4))).toBe(0);
    expect(difference(row(a, 5), row(b, 5))).toBeGreaterThan(1e-4);
  });
});
