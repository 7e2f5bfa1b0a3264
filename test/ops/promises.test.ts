import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elements } from '../../src/core/shape.ts';
import { backward } from '../../src/graph/autograd.ts';
import { Interpreter, NO_STEP } from '../../src/graph/interpreter.ts';
import { f32, type Op, type StepState, u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { adamwOp } from '../../src/ops/adamw.ts';
import { add } from '../../src/ops/add.ts';
import { assignOp } from '../../src/ops/assign.ts';
import { chooseTokensOp } from '../../src/ops/chooseTokens.ts';
import { crossEntropy, crossEntropyOp } from '../../src/ops/crossEntropy.ts';
import { dropout, dropoutOp } from '../../src/ops/dropout.ts';
import { emaOp } from '../../src/ops/ema.ts';
import { embeddingGradOp } from '../../src/ops/embedding.ts';
import { gradNorm } from '../../src/ops/gradNorm.ts';
import { metricsOp } from '../../src/ops/metrics.ts';
import { qkRope, qkRopeOp, ropeTable } from '../../src/ops/qkRope.ts';
import { residualNorm, rmsNorm } from '../../src/ops/rmsNorm.ts';
import { routeOp } from '../../src/ops/route.ts';
import { softmaxOp } from '../../src/ops/softmax.ts';
import { swiglu } from '../../src/ops/swiglu.ts';

type Given = Record<string, { shape: number[]; data: readonly number[] }>;

/** Runs the reference of an op; returns every tensor by name, mutated inputs included. */
function reference(op: Op, given: Given, attrs: Record<string, number> = {}, step: Partial<StepState> = {}) {
  const spec = (name: string) => ({ shape: given[name].shape, dtype: 'f32' as const });
  const tensors = Object.fromEntries(op.inputs.map((name) => [name, spec(name)]));
  const outputs = op.infer({ tensors, attrs });
  const t = Object.fromEntries(op.inputs.map((name) => [name, Float64Array.from(given[name].data)]));
  for (const [name, { shape }] of Object.entries(outputs)) t[name] = new Float64Array(elements(shape));
  op.reference(t, { tensors: { ...tensors, ...outputs }, attrs }, { ...NO_STEP, ...step });
  return t;
}

const vector = (...data: number[]) => ({ shape: [data.length], data });
const matrix = (...rows: number[][]) => ({ shape: [rows.length, rows[0].length], data: rows.flat() });
const constant = (size: number, value: number) => vector(...Array.from({ length: size }, () => value));

describe('an op refuses, in words,', () => {
  const tape = new Tape();
  const x = tape.input('x', f32(4, 8));
  const table = tape.input('table', f32(2, 6));
  const gain = tape.input('gain', f32(6));
  const qkv = tape.input('qkv', f32(3, 36));
  const ids = tape.input('ids', u32(4));
  const refusals: [string, () => unknown, string][] = [
    ['a gain of another width', () => rmsNorm(x, gain, 1e-6), 'rmsNorm: gain must be [8] like a row of x; got [6]'],
    ['a residual of another shape', () => residualNorm(x, qkv, gain, 1e-6), 'residualNorm: r must be [4, 8] like x'],
    ['a sum of two shapes', () => add(x, qkv), 'add: b must be [4, 8] like a; got [3, 36]'],
    ['half a gate', () => swiglu(tape.input('odd', f32(2, 3))), 'the width of gateUp must be a multiple of 2; got 3'],
    [
      'a tensor of another rank',
      () => rmsNorm(gain, gain, 1e-6),
      'rmsNorm: x must be [N, C], each at least 1; got [6]',
    ],
    [
      'rows that are no whole sequences',
      () => qkRope(qkv, gain, gain, table, { T: 2, H: 2, epsilon: 1e-6 }),
      'qkRope: the number of rows of qkv must be a multiple of 2; got 3',
    ],
    [
      'heads of an odd size',
      () => qkRope(qkv, gain, gain, table, { T: 3, H: 4, epsilon: 1e-6 }),
      'a row of qkv must be 3 × 4 heads of an even size D; got 36 numbers',
    ],
    ['weights that are integers', () => crossEntropy(x, ids, ids, 7), 'weights must be f32; ids is u32'],
    [
      'a suppressed column beyond the vocabulary',
      () => crossEntropy(x, ids, tape.input('weights', f32(4)), 8),
      'suppressed must be -1 (none) or a column of logits that leaves another; got 8',
    ],
    ['to drop everything', () => dropout(x, 1, 0), 'dropout: rate must be at least 0 and below 1; got 1'],
    ['an arena that is no multiple of 64', () => gradNorm(gain), 'the size of grads must be a multiple of 64; got 6'],
  ];
  it.each(refusals)('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  it('to differentiate from anything but a loss', () => {
    const y = swiglu(x);
    expect(() => backward(tape, new Map([[y, 'ones']]), add)).toThrow(
      'swiglu cannot be the root of a differentiation; only the rowLoss of crossEntropy can',
    );
  });

  it('to differentiate through a loss', () => {
    const other = new Tape();
    const loss = crossEntropy(
      other.input('logits', f32(2, 3)),
      other.input('targets', u32(2)),
      other.input('weights', f32(2)),
      -1,
    );
    const seed = other.input('seed', f32(2));
    expect(() => backward(other, new Map([[loss.rowLoss, seed]]), add)).toThrow('rowLoss must be the root');
  });
});

describe('cross-entropy', () => {
  it('gives the suppressed column probability and gradient zero, and the others the softmax without it', () => {
    const t = reference(
      crossEntropyOp,
      { logits: matrix([Math.log(1), Math.log(3), 50]), targets: vector(1), weights: vector(2) },
      { suppressed: 2 },
    );
    expect(t.rowLoss[0]).toBeCloseTo(2 * Math.log(4 / 3), 12);
    expect([...t.dlogits].map((g) => Number(g.toFixed(12)))).toEqual([0.5, -0.5, 0]);
  });

  it('ignores a row of weight zero, whatever its logits', () => {
    const t = reference(
      crossEntropyOp,
      { logits: matrix([Number.NaN, Number.POSITIVE_INFINITY]), targets: vector(0), weights: vector(0) },
      { suppressed: -1 },
    );
    expect([...t.rowLoss, ...t.dlogits]).toEqual([0, 0, 0]);
  });
});

describe('rotary positions', () => {
  it('make the product of a query and a key depend on their distance alone', () => {
    const [T, D] = [9, 8];
    const table = { shape: [T, D], data: Array.from(ropeTable(T, D, 10_000)) };
    const row = [1, -2, 0.5, 3, 0.1, -1, 2, 0.7, -0.3, 1, 1.5, -2, 0.4, 0.9, -1, 0.2, 0, 0, 0, 0, 0, 0, 0, 0];
    const { rotated } = reference(
      qkRopeOp,
      { qkv: matrix(...Array.from({ length: T }, () => row)), qGain: constant(D, 1), kGain: constant(D, 1), table },
      { T, H: 1, epsilon: 1e-6 },
    );
    const product = (i: number, j: number) => {
      let sum = 0;
      for (let d = 0; d < D; d++) sum += rotated[i * 3 * D + d] * rotated[j * 3 * D + D + d];
      return sum;
    };
    expect(product(5, 3)).toBeCloseTo(product(8, 6), 6);
    expect(product(2, 7)).toBeCloseTo(product(0, 5), 6);
    expect(Math.abs(product(5, 3) - product(3, 5))).toBeGreaterThan(0.01);
  });

  it('leave position 0 as it is', () => {
    expect([...ropeTable(2, 4, 100).slice(0, 4)]).toEqual([1, 1, 0, 0]);
    const [, , , , cos1, cosTenth, sin1, sinTenth] = ropeTable(2, 4, 100);
    expect([cos1, cosTenth, sin1, sinTenth]).toEqual(
      [Math.cos(1), Math.cos(0.1), Math.sin(1), Math.sin(0.1)].map(Math.fround),
    );
  });
});

describe('dropout', () => {
  const ones = { x: constant(4000, 1) };
  const mask = (site: number, step: number) => reference(dropoutOp, ones, { rate: 0.25, site }, { seed: 3, step }).y;

  it('drops about its rate and keeps the mean', () => {
    const y = mask(0, 0);
    const kept = y.filter((value) => value !== 0);
    expect(kept.length / y.length).toBeCloseTo(0.75, 1);
    expect(new Set(kept)).toEqual(new Set([1 / 0.75]));
  });

  it('draws another mask for another site or step, and the same for the same', () => {
    const overlap = (a: Float64Array, b: Float64Array) => a.filter((value, i) => value === b[i]).length / a.length;
    expect(overlap(mask(0, 0), mask(0, 0))).toBe(1);
    // Independent masks agree with probability 0.75² + 0.25².
    expect(overlap(mask(0, 0), mask(1, 0))).toBeCloseTo(0.625, 1);
    expect(overlap(mask(0, 0), mask(0, 1))).toBeCloseTo(0.625, 1);
  });

  it('uses the same mask for the gradient', async () => {
    const tape = new Tape();
    const x = tape.input('x', f32(200));
    const dy = tape.input('dy', f32(200));
    const y = dropout(x, 0.5, 1);
    const dx = backward(tape, new Map([[y, dy]]), add).get(x)!;
    const interpreter = new Interpreter();
    const program = await interpreter.compile(tape, interpreter.createState({}));
    for (const value of [x, dy]) program.write(value, new Float32Array(200).fill(1));
    program.run({ ...NO_STEP, seed: 9, step: 4 });
    expect(program.exact(dx)).toEqual(program.exact(y));
  });
});

describe('the gradient of an embedding', () => {
  it('is the sum of the rows that used a word, and conserves the total', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }), (ids) => {
        const rows = ids.map((_, i) => [i + 1, -i]);
        const { dtable } = reference(embeddingGradOp, { ids: vector(...ids), dx: matrix(...rows) }, { V: 5 });
        for (let v = 0; v < 5; v++)
          expect(dtable[2 * v]).toBe(ids.reduce((sum, id, i) => sum + (id === v ? i + 1 : 0), 0));
      }),
    );
  });
});

describe('the choice of experts', () => {
  it('takes the most probable ones, the best first, ties by index, and its gates add up to 1', () => {
    const p = matrix([0.1, 0.4, 0.1, 0.4], [0.25, 0.25, 0.25, 0.25]);
    const { choice, gates } = reference(routeOp, { p }, { k: 3 });
    expect([...choice]).toEqual([1, 3, 0, 0, 1, 2]);
    for (const row of [0, 3]) expect(gates[row] + gates[row + 1] + gates[row + 2]).toBeCloseTo(1, 12);
  });

  it('weighs a single one by its probability, and one of one by exactly 1', () => {
    expect([...reference(routeOp, { p: matrix([0.25, 0.5, 0.25]) }, { k: 1 }).gates]).toEqual([0.5]);
    const { p } = reference(softmaxOp, { x: matrix([-3.7]) });
    expect([...reference(routeOp, { p: { shape: [1, 1], data: [...p] } }, { k: 1 }).gates]).toEqual([1]);
  });

  it('lays every pair out once, by expert and in order, and drops the later ones of a sequence', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 24, maxLength: 24 }),
        fc.integer({ min: 0, max: 5 }),
        (ids, capacity) => {
          const choice = { shape: [12, 2], data: ids };
          const { slot, source, starts, asked } = reference(assignOp, { choice }, { E: 4, T: 6, capacity });
          const kept = [...source].filter((pair) => pair < 24);
          expect(kept.length).toBe(starts[4]);
          for (const [row, pair] of kept.entries()) {
            expect(slot[pair]).toBe(row);
            expect(row >= starts[ids[pair]] && row < starts[ids[pair] + 1]).toBe(true);
          }
          for (let e = 0; e < 4; e++) {
            const pairs = ids.flatMap((id, pair) => (id === e ? [pair] : []));
            expect(asked[e]).toBe(pairs.length);
            const sequences = [pairs.filter((pair) => pair < 12), pairs.filter((pair) => pair >= 12)];
            const expected = sequences.flatMap((own) => own.slice(0, capacity || own.length));
            expect([...source.slice(starts[e], starts[e + 1])]).toEqual(expected);
          }
        },
      ),
    );
  });

  it('by the experts themselves takes equally many tokens of each sequence, near ties by position', () => {
    const alike = 0.3 + 1e-6;
    const p = matrix([0.3, 0.9], [alike, 0.1], [0.3, 0.8], [0.2, 0.7]);
    const { source, starts } = reference(chooseTokensOp, { p }, { T: 4, c: 2 });
    expect([...starts]).toEqual([0, 2, 4]);
    expect([...source].map((pair) => pair >> 1)).toEqual([0, 1, 0, 2]);
  });
});

describe('the guard', () => {
  const ring = { shape: [2, 4], data: [0, 0, 0, 0, 0, 0, 0, 0] };

  it('trips at the first loss or norm that is not finite, and names the step', () => {
    const rowLoss = vector(1, Number.NaN);
    const t = reference(metricsOp, { rowLoss, norm: vector(1), ring, guard: vector(0, 0, 0, 0) }, {}, { step: 7 });
    expect([...t.guard]).toEqual([1, 7, 0, 0]);
  });

  it('stays tripped', () => {
    const given = { rowLoss: vector(1), norm: vector(1), ring, guard: vector(1, 7, 0, 0) };
    expect([...reference(metricsOp, given, {}, { step: 8 }).guard]).toEqual([1, 7, 0, 0]);
  });

  it('keeps the optimizer and the average from touching the last good state', () => {
    const guard = vector(1, 7, 0, 0);
    const arena = constant(64, 2);
    const attrs = { decayEnd: 64, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
    const given = { params: arena, grads: constant(64, 5), m: arena, v: arena, norm: vector(Number.NaN), guard };
    const t = reference(adamwOp, given, attrs, { learningRate: 1, clipNorm: 1 });
    expect([...t.params, ...t.m, ...t.v]).toEqual(constant(192, 2).data);
    const average = reference(emaOp, { ema: arena, params: constant(64, 9), guard }, {}, { emaDecay: 0.5 }).ema;
    expect([...average]).toEqual(arena.data);
  });
});

describe('AdamW', () => {
  const attrs = { decayEnd: 1, beta1: 0.9, beta2: 0.95, epsilon: 0, weightDecay: 0.5 };
  const first = { learningRate: 0.1, correction1: 0.1, correction2: 0.05 };
  const zeros = constant(64, 0);

  it('moves every parameter by the learning rate in its first step, after decaying those below decayEnd', () => {
    const grads = vector(...Array.from({ length: 64 }, (_, i) => (i % 2 ? -3 : 0.01)));
    const given = { params: constant(64, 1), grads, m: zeros, v: zeros, norm: vector(1), guard: vector(0, 0, 0, 0) };
    const { params } = reference(adamwOp, given, attrs, first);
    expect(params[0]).toBeCloseTo(1 - 0.1 * 0.5 - 0.1, 12);
    expect(params[1]).toBeCloseTo(1 + 0.1, 12);
    expect(params[2]).toBeCloseTo(1 - 0.1, 12);
  });

  it('scales the gradient to the clip norm only when it is longer', () => {
    const given = (norm: number) => ({
      params: zeros,
      grads: constant(64, 1),
      m: zeros,
      v: zeros,
      norm: vector(norm),
      guard: vector(0, 0, 0, 0),
    });
    const moment = (norm: number, clipNorm: number) =>
      reference(adamwOp, given(norm), attrs, { ...first, clipNorm }).m[0];
    expect(moment(8, 2)).toBeCloseTo(0.1 * (2 / 8), 6);
    expect(moment(8, 16)).toBeCloseTo(0.1, 12);
    expect(moment(8, 0)).toBeCloseTo(0.1, 12);
  });
});
