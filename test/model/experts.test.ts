import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/rng.ts';
import { familyOf } from '../../src/families/index.ts';
import { Interpreter, type InterpreterProgram } from '../../src/graph/interpreter.ts';
import { u32 } from '../../src/graph/op.ts';
import { Tape } from '../../src/graph/tape.ts';
import { activeParameterCount, forwardFlops, parameterCount, trainingFlops } from '../../src/model/counts.ts';
import { initialParameters, type ModelSpec, parameterLayout } from '../../src/model/parameters.ts';
import { type TransformerOptions, transformer } from '../../src/model/transformer.ts';
import { activeExperts, denseLike, expertRows, slotsOfSequence, tokensTaken } from '../../src/spec/experts.ts';
import type { FamilyId, RaceSpec } from '../../src/spec/schema.ts';
import { arenaSizes, evaluationGraph, trainingGraph } from '../../src/train/graphs.ts';
import { stepState } from '../../src/train/schedule.ts';
import { writeBatch } from '../../src/train/trainer.ts';
import { expertSpec, itTrainsExperts, MIXTURES } from '../support/experts.ts';
import { tinyDataset } from '../support/tiny.ts';
import { trainerOf } from '../support/training.ts';

const V = 9;
const mixture = (changes: Partial<ModelSpec> = {}) => expertSpec({ experts: 3, expertsPerToken: 2, ...changes });
const T = mixture().model.context;

/** Logits [B·T, V] in f64. */
async function logitsOf(
  model: ModelSpec,
  ids: readonly number[],
  options: Partial<TransformerOptions> = {},
): Promise<Float64Array> {
  const interpreter = new Interpreter();
  const layout = parameterLayout(model, V);
  const state = interpreter.createState({ params: layout.size });
  const tape = new Tape();
  const input = tape.input('ids', u32(ids.length));
  const { logits } = transformer(input, { model, vocabulary: V, causal: true, arena: 'params', ...options });
  const program = await interpreter.compile(tape, state);
  state.write('params', initialParameters(model, layout, 3));
  program.write(input, Uint32Array.from(ids));
  program.run();
  return program.exact(logits);
}

const draws = stream(1, 'text');
const text = Array.from({ length: T }, (_, i) => draws.below(V - 1, 0, i));
const changedAt = (j: number) => text.map((id, i) => (i === j ? (id + 1) % (V - 1) : id));
const rowsThatDiffer = (a: Float64Array, b: Float64Array) =>
  Array.from({ length: a.length / V }, (_, i) => i).filter((i) =>
    a.slice(i * V, (i + 1) * V).some((x, c) => x !== b[i * V + c]),
  );

/** A training program of the interpreter on the first batch of the tiny text, run once. */
async function trained(spec: RaceSpec, id: FamilyId = 'ar') {
  const dataset = tinyDataset(spec);
  const family = familyOf(id, spec);
  const interpreter = new Interpreter();
  const layout = parameterLayout(spec.model, dataset.vocabulary);
  const state = interpreter.createState(arenaSizes(layout));
  const graph = trainingGraph(spec, dataset.vocabulary, family);
  const program = await interpreter.compile(graph.tape, state);
  const params = initialParameters(spec.model, layout, spec.seed);
  const run = (weights: Float32Array): InterpreterProgram => {
    state.write('params', weights);
    writeBatch(program, graph.inputs, family.corrupt(dataset.batch(0), stream(1, 'noise'), 0));
    program.run(stepState(spec.train, spec.seed, 0, 64));
    return program;
  };
  return { graph, layout, params, program: run(params), run };
}

const sum = (values: Float64Array) => values.reduce((total, x) => total + x, 0);
const outputsOf = ({ graph, program }: Awaited<ReturnType<typeof trained>>, op: string, output: number) =>
  graph.tape.nodes.filter((node) => node.op.name === op).map((node) => program.exact(node.outputs[output]));

describe('the interpreter', () => {
  const interpreter = new Interpreter();
  describe('fact 15:', () => itTrainsExperts(() => interpreter));
});

describe('fact 8 with experts: what a prediction may depend on', () => {
  it('in AR, changing x_j changes no logit before j, with a capacity that drops tokens too', async () => {
    const { model } = mixture({ expertCapacity: 0.6 });
    const before = await logitsOf(model, text, { limited: true });
    expect(rowsThatDiffer(before, await logitsOf(model, text))).not.toEqual([]);
    for (const j of [1, 5, T - 1]) {
      const differing = rowsThatDiffer(before, await logitsOf(model, changedAt(j), { limited: true }));
      expect(Math.min(...differing)).toBe(j);
    }
  });

  it('nothing depends on the other sequences of a batch, with a capacity or with experts that choose', async () => {
    const other = text.map((id) => (id + 3) % (V - 1));
    for (const [model, options] of [
      [mixture({ expertCapacity: 0.6 }).model, { limited: true }],
      [mixture({ routing: 'expert' }).model, { causal: false }],
    ] as const) {
      const alone = await logitsOf(model, text, options);
      const beside = await logitsOf(model, [...other, ...text], options);
      expect(beside.slice(T * V)).toEqual(alone);
    }
  });

  it('experts that choose look at the whole sequence, and a causal model refuses them', async () => {
    const { model } = mixture({ routing: 'expert' });
    const bidirectional = { causal: false };
    const [a, b] = [await logitsOf(model, text, bidirectional), await logitsOf(model, changedAt(T - 1), bidirectional)];
    expect(rowsThatDiffer(a, b)).toContain(0);
    await expect(logitsOf(model, text)).rejects.toThrow(
      'model.routing expert cannot be used by a causal model: which tokens an expert takes depends on the whole sequence',
    );
  });
});

describe('the losses of the routers', () => {
  it('are coeff·E·Σ mean p·share and coeff·mean(lse²), and no part of the reported loss', async () => {
    const spec = expertSpec({ experts: 3, expertsPerToken: 2 }, { balanceLoss: 0.5, routerZLoss: 0.25 });
    const run = await trained(spec);
    const N = spec.train.batch * T;
    const [p] = outputsOf(run, 'softmax', 0);
    const [asked] = outputsOf(run, 'assign', 3);
    const logits = run.program.exact(run.graph.tape.nodes.find(({ op }) => op.name === 'softmax')!.inputs[0]);
    const rows = Array.from({ length: N }, (_, i) => [...logits.subarray(3 * i, 3 * i + 3)]);
    const lse2 = rows.map((row) => Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) ** 2);
    const balance = [0, 1, 2].map((e) => {
      const mean = rows.reduce((total, _, i) => total + p[3 * i + e], 0) / N;
      return (mean * asked[e]) / (2 * N);
    });
    const expected = 0.5 * 3 * balance.reduce((a, b) => a + b) + (0.25 * lse2.reduce((a, b) => a + b)) / N;
    expect(sum(outputsOf(run, 'routerLoss', 0)[0])).toBeCloseTo(expected, 10);
    const without = await trained(expertSpec({ experts: 3, expertsPerToken: 2 }, { balanceLoss: 0, routerZLoss: 0 }));
    expect(outputsOf(without, 'routerLoss', 0)).toEqual([]);
    expect(sum(run.program.exact(run.graph.rowLoss))).toBe(sum(without.program.exact(without.graph.rowLoss)));
    expect(run.program.exact(run.graph.ring)[0]).toBe(sum(run.program.exact(run.graph.rowLoss)));
  });

  it('teach nothing where all experts take equally many tokens', async () => {
    const of = (balanceLoss: number) =>
      trained(
        expertSpec({ experts: 3, expertsPerToken: 2, routing: 'expert' }, { balanceLoss, routerZLoss: 0 }),
        'diffusion',
      );
    const [some, none] = [await of(1), await of(0)];
    for (const [name, gradient] of none.graph.gradients) {
      const other = some.program.exact(some.graph.gradients.get(name)!);
      for (const [i, x] of none.program.exact(gradient).entries()) expect(other[i]).toBeCloseTo(x, 12);
    }
  });
});

describe('fact 15: the gradient of the router', () => {
  it.each(MIXTURES)('of %s (%s) is that of finite differences of the whole loss', async (_, id, model) => {
    const spec = expertSpec(model, { balanceLoss: 0.3, routerZLoss: 0.1 });
    const run = await trained(spec, id);
    const total = ({ program, graph }: typeof run) =>
      [program.exact(graph.rowLoss), ...outputsOf(run, 'routerLoss', 0)].reduce((all, each) => all + sum(each), 0);
    for (const layer of [0, 1]) {
      const name = `layers.${layer}.router`;
      const { offset } = run.layout.slices.find((slice) => slice.name === name)!;
      const gradient = Float64Array.from(run.program.exact(run.graph.gradients.get(name)!));
      for (const i of [0, 7, 30, 65]) {
        // The parameters are f32: what was really added is what counts.
        const at = (h: number) => {
          const moved = run.params.slice();
          moved[offset + i] += h;
          run.run(moved);
          return { loss: total(run), x: moved[offset + i] };
        };
        const [above, below] = [at(4e-6), at(-4e-6)];
        expect((above.loss - below.loss) / (above.x - below.x)).toBeCloseTo(gradient[i], 6);
      }
      run.run(run.params);
    }
  });
});

describe('capacity', () => {
  it('drops later tokens, counts them, and holds while training only', async () => {
    const spec = mixture({ expertCapacity: 0.5 });
    const run = await trained(spec);
    const slots = outputsOf(run, 'assign', 0);
    const rows = spec.train.batch * spec.model.experts * slotsOfSequence(spec.model);
    const dropped = slots.map((slot) => slot.filter((s) => s === rows).length / slot.length);
    expect(Math.min(...dropped)).toBeGreaterThan(0.4);
    expect(run.program.exact(run.graph.ring)[2]).toBeCloseTo((dropped[0] + dropped[1]) / 2, 6);
    const { tape } = evaluationGraph(spec, V, familyOf('ar', spec), 'ema');
    for (const { op, attrs } of tape.nodes) if (op.name === 'assign') expect(attrs.capacity).toBe(0);
  });

  it('is recorded step by step as the share of dropped pairs; without one nothing is', async () => {
    const dropping = await trainerOf(new Interpreter(), mixture({ expertCapacity: 0.5 }), 'diffusion');
    await dropping.advance();
    const [{ dropped }] = await dropping.metrics();
    expect(dropped).toBeGreaterThan(0.4);
    expect(dropped).toBeLessThan(1);
    const free = await trainerOf(new Interpreter(), mixture(), 'diffusion');
    await free.advance();
    expect((await free.metrics())[0]).not.toHaveProperty('dropped');
  });

  it('is a share of T·k/E slots in a sequence', () => {
    expect(slotsOfSequence(mixture().model)).toBe(0);
    expect(slotsOfSequence(mixture({ expertCapacity: 1.25 }).model)).toBe(10);
    expect(slotsOfSequence(mixture({ expertCapacity: 60 }).model)).toBe(T);
    expect(tokensTaken(mixture({ experts: 5 }).model)).toBe(5);
    expect(expertRows(mixture({ experts: 5, routing: 'expert' }).model, 2, false)).toBe(50);
  });
});

describe('experts', () => {
  it('begin with numbers of their own, the first with those of the dense model', () => {
    const numbers = (model: ModelSpec, name: string) => {
      const layout = parameterLayout(model, V);
      const { shape, offset } = layout.slices.find((slice) => slice.name === name)!;
      return initialParameters(model, layout, 5).slice(offset, offset + shape[0] * shape[1]);
    };
    const { model } = mixture();
    const F = 20;
    for (const name of ['gateUp', 'down']) {
      const dense = numbers(denseLike({ ...model, experts: 1, expertsPerToken: 1 }, 'flops'), `layers.1.${name}`);
      const experts = numbers(model, `layers.1.experts.${name}`);
      const [first, second, third] = [0, 1, 2].map((e) => experts.slice(e * dense.length, (e + 1) * dense.length));
      expect(first).toEqual(dense);
      expect(second).not.toEqual(first);
      expect(third).not.toEqual(second);
      expect(dense).toHaveLength((name === 'down' ? 1 : 2) * F * model.channels);
    }
  });

  it('and routers are matrices, which weight decay acts on', () => {
    const layout = parameterLayout(mixture({ sharedExpert: true }).model, V);
    const decayed = layout.slices.filter(({ offset }) => offset < layout.decayEnd).map(({ name }) => name);
    for (const name of ['router', 'experts.gateUp', 'experts.down', 'shared.gateUp', 'shared.down'])
      expect(decayed).toContain(`layers.1.${name}`);
  });
});

describe('counts', () => {
  it('of parameters tell those that a token uses from all', () => {
    const { model } = mixture({ sharedExpert: true });
    const expert = 3 * 20 * model.channels;
    const router = 3 * model.channels;
    const dense = parameterCount({ ...model, experts: 0 }, V);
    expect(parameterCount(model, V)).toBe(dense + model.layers * (3 * expert + router));
    expect(activeParameterCount(model, V)).toBe(dense + model.layers * (2 * expert + router));
    expect(activeParameterCount({ ...model, experts: 0 }, V)).toBe(dense);
    expect(parameterCount({ ...model, experts: 1, expertsPerToken: 1, sharedExpert: false }, V)).toBe(dense);
  });

  it('of FLOPs are those of the compiled programs, capacity and router included', async () => {
    for (const [, id, changes] of MIXTURES) {
      const spec = expertSpec(changes);
      const family = familyOf(id, spec);
      const flopsOf = async (tape: Tape) => {
        for (const value of tape.values) if (value.storage.kind === 'state') value.storage = { kind: 'input' };
        const interpreter = new Interpreter();
        return (await interpreter.compile(tape, interpreter.createState({}))).flops;
      };
      const { batch } = spec.train;
      const { causal } = family;
      expect(await flopsOf(trainingGraph(spec, V, family).tape)).toBe(trainingFlops(spec.model, V, batch, causal));
      expect(await flopsOf(evaluationGraph(spec, V, family, 'ema').tape)).toBe(
        forwardFlops(spec.model, V, batch, causal),
      );
    }
  });

  it('name the dense models of equal FLOPs a token and of equally many parameters, the router apart', () => {
    const { model } = mixture({ sharedExpert: true });
    const [flops, parameters] = [denseLike(model, 'flops'), denseLike(model, 'parameters')];
    expect([flops.feedForward, parameters.feedForward, activeExperts(model)]).toEqual([60, 80, 3]);
    expect([flops.experts, parameters.sharedExpert]).toEqual([0, false]);
    const router = model.layers * 3 * model.channels;
    expect(forwardFlops(model, V, 4, true) - forwardFlops(flops, V, 4, true)).toBe(2 * 4 * T * router);
    expect(parameterCount(model, V) - parameterCount(parameters, V)).toBe(router);
  });
});
