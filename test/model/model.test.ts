import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { familyOf } from '../../src/families/index.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { f32, u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { forwardFlops, parameterCount, trainingFlops } from '../../src/model/counts.ts';
import { initialParameters, parameterLayout } from '../../src/model/parameters.ts';
import { transformer } from '../../src/model/transformer.ts';
import { attention } from '../../src/ops/attention.ts';
import { SIZES, withSize } from '../../src/spec/presets.ts';
import { FAMILIES } from '../../src/spec/schema.ts';
import { arenaSizes, evaluationGraph, trainingGraph } from '../../src/train/graphs.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { tinySpec } from '../support/tiny.ts';

const V = 9;
const { model } = tinySpec();

/** Logits [T, V] of one sequence, in f64. */
async function logitsOf(ids: number[], causal: boolean): Promise<Float64Array> {
  const interpreter = new Interpreter();
  const layout = parameterLayout(model, V);
  const state = interpreter.createState({ params: layout.size });
  const tape = new Tape();
  const input = tape.input('ids', u32(model.context));
  const { logits } = transformer(input, { model, vocabulary: V, causal, arena: 'params' });
  const program = await interpreter.compile(tape, state);
  state.write('params', initialParameters(model, layout, 3));
  program.write(input, Uint32Array.from(ids));
  program.run();
  return program.exact(logits);
}

const draws = stream(1, 'text');
const text = Array.from({ length: model.context }, (_, i) => draws.below(V - 1, 0, i));
const changedAt = (j: number) => text.map((id, i) => (i === j ? (id + 1) % (V - 1) : id));
const rowsThatDiffer = (a: Float64Array, b: Float64Array) =>
  text.map((_, i) => i).filter((i) => a.slice(i * V, (i + 1) * V).some((x, c) => x !== b[i * V + c]));

describe('fact 8: what a prediction may depend on', () => {
  it('in AR, changing x_j changes no logit before j', async () => {
    const before = await logitsOf(text, true);
    for (const j of [1, 5, model.context - 1]) {
      const differing = rowsThatDiffer(before, await logitsOf(changedAt(j), true));
      expect(Math.min(...differing)).toBe(j);
    }
  });

  it('in diffusion, changing x_i at a masked i changes no logit', async () => {
    const spec = tinySpec();
    const family = familyOf('diffusion', spec);
    const corrupted = (tokens: number[]) =>
      family.corrupt({ tokens: Uint32Array.from(tokens), B: 1, T: text.length, extra: V - 1 }, stream(1, 'noise'), 0);
    const masked = corrupted(text).weights.findIndex((weight) => weight > 0);
    const [before, after] = [corrupted(text), corrupted(changedAt(masked))];
    expect(after.targets).not.toEqual(before.targets);
    expect(await logitsOf([...after.inputs], false)).toEqual(await logitsOf([...before.inputs], false));
  });

  it('in diffusion, every logit sees every visible position', async () => {
    const differing = rowsThatDiffer(await logitsOf(text, false), await logitsOf(changedAt(5), false));
    expect(differing).toEqual(text.map((_, i) => i));
  });
});

describe('fact 11: visible positions and [MASK]', () => {
  it('have loss and gradient zero, and probability zero', async () => {
    const spec = tinySpec();
    const { batch: B } = spec.train;
    const { context: T } = spec.model;
    const interpreter = new Interpreter();
    const layout = parameterLayout(spec.model, V);
    const state = interpreter.createState(arenaSizes(layout));
    const graph = trainingGraph(spec, V, familyOf('diffusion', spec));
    const program = await interpreter.compile(graph.tape, state);
    state.write('params', initialParameters(spec.model, layout, 3));
    const tokens = Uint32Array.from({ length: B * T }, (_, i) => draws.below(V - 1, 2, i));
    const batch = familyOf('diffusion', spec).corrupt({ tokens, B, T, extra: V - 1 }, stream(1, 'noise'), 0);
    writeBatch(program, graph.inputs, batch);
    program.run();
    const loss = program.exact(graph.rowLoss);
    const dlogits = program.exact(graph.tape.nodes.find((node) => node.op.name === 'crossEntropy')!.outputs[1]);
    expect(batch.weights.some((w) => w === 0) && batch.weights.some((w) => w > 0)).toBe(true);
    for (const [i, weight] of batch.weights.entries()) {
      const row = dlogits.subarray(i * V, (i + 1) * V);
      expect(loss[i] === 0).toBe(weight === 0);
      expect(row.every((g) => g === 0)).toBe(weight === 0);
      // weight · (p − onehot) is 0 at a column that is no target only where p is 0.
      expect(row[V - 1]).toBe(0);
    }
  });
});

describe('fact 12: permutations', () => {
  const N = 6;
  const C = 8;
  const order = [3, 0, 5, 1, 4, 2];
  const rows = Float32Array.from({ length: N * 3 * C }, (_, i) => draws.normal(1, i));
  const permuted = new Float32Array(rows.length);
  for (const [to, from] of order.entries()) permuted.set(rows.subarray(from * 3 * C, (from + 1) * 3 * C), to * 3 * C);

  it('without RoPE, bidirectional attention permutes its outputs as its inputs are permuted', async () => {
    const attend = async (qkv: Float32Array) => {
      const interpreter = new Interpreter();
      const tape = new Tape();
      const input = tape.input('qkv', f32(N, 3 * C));
      const output = attention(input, { T: N, H: 2, causal: 0 });
      const program = await interpreter.compile(tape, interpreter.createState({}));
      program.write(input, qkv);
      program.run();
      return program.exact(output);
    };
    const [plain, shuffled] = [await attend(rows), await attend(permuted)];
    order.forEach((from, to) => {
      for (let c = 0; c < C; c++) expect(shuffled[to * C + c]).toBeCloseTo(plain[from * C + c], 12);
    });
  });

  it('with RoPE, the model is not permutation-equivariant', async () => {
    const swapped = [text[1], text[0], ...text.slice(2)];
    expect(text[0]).not.toBe(text[1]);
    const [plain, moved] = [await logitsOf(text, false), await logitsOf(swapped, false)];
    expect(Math.abs(plain[0] - moved[V])).toBeGreaterThan(1e-6);
  });
});

describe('counts', () => {
  it.each([
    ['XS', 48, 60_288],
    ['S', 64, 107_008],
    ['M', 128, 816_768],
  ] as const)('%s has the parameters of the study at 49 characters', (id, channels, parameters) => {
    const spec = withSize(tinySpec({ model: { context: 64 }, data: { uniqueTokens: 5000 } }), id);
    expect(spec.model.channels).toBe(channels);
    expect(parameterCount({ ...spec.model, feedForward: 0 }, 49)).toBe(parameters);
    expect(SIZES[id].layers).toBe(spec.model.layers);
  });

  it('of parameters are those of the arena, without its padding', () => {
    const layout = parameterLayout(model, V);
    const elements = layout.slices.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
    expect(elements).toBe(parameterCount(model, V));
    for (const { offset } of layout.slices) expect(offset % 64).toBe(0);
  });

  it.each(FAMILIES)('of FLOPs are those of the compiled programs (%s)', async (id) => {
    const spec = tinySpec();
    const family = familyOf(id, spec);
    const { causal } = family;
    const interpreter = new Interpreter();
    const state = interpreter.createState({});
    const flopsOf = async (tape: Tape) => {
      for (const value of tape.values) if (value.storage.kind === 'state') value.storage = { kind: 'input' };
      return (await interpreter.compile(tape, state)).flops;
    };
    const { batch } = spec.train;
    expect(await flopsOf(trainingGraph(spec, V, family).tape)).toBe(trainingFlops(spec.model, V, batch, causal));
    expect(await flopsOf(evaluationGraph(spec, V, family, 'ema').tape)).toBe(
      forwardFlops(spec.model, V, batch, causal),
    );
  });

  it('charge bidirectional attention about twice as much as causal', () => {
    const long = { ...model, context: 1024 };
    const matrices = forwardFlops({ ...long, context: 1 }, V, 1024, true) - 1024 * model.layers * 4 * model.channels;
    const attentionOf = (causal: boolean) => forwardFlops(long, V, 1, causal) - matrices;
    expect(attentionOf(false) / attentionOf(true)).toBeCloseTo(2, 2);
  });
});

describe('initialisation', () => {
  it('is the same for the same seed, N(0, std), with residual projections scaled by 1/√(2L) and gains 1', () => {
    const big = { ...model, channels: 64, heads: 4 };
    const layout = parameterLayout(big, 50);
    const arena = initialParameters(big, layout, 1);
    expect(initialParameters(big, layout, 1)).toEqual(arena);
    const stdOf = (name: string) => {
      const { shape, offset } = layout.slices.find((s) => s.name === name)!;
      const values = arena.subarray(offset, offset + shape[0] * shape[1]);
      return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    };
    expect(stdOf('layers.0.qkv')).toBeCloseTo(big.initStd, 2);
    expect(stdOf('layers.0.proj')).toBeCloseTo(big.initStd / 2, 2);
    const gain = layout.slices.find((s) => s.name === 'norm')!;
    expect(arena[gain.offset]).toBe(1);
  });
});
