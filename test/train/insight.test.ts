import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyOf } from '../../src/families/index.ts';
import { readingOf } from '../../src/families/looking.ts';
import type { Executor } from '../../src/graph/executor.ts';
import { Interpreter } from '../../src/graph/interpreter.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../src/spec/schema.ts';
import { attentionMaps, attentionProbabilities, MOST_PROBABILITIES } from '../../src/train/attention.ts';
import { Evaluator, windowsOf } from '../../src/train/evaluation.ts';
import { samplingGraph } from '../../src/train/graphs.ts';
import { fillHoles, type InsightOptions, likenessOf, MOST_HOLES, scoreTokens } from '../../src/train/insight.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { openTestCpu } from '../support/cpu.ts';
import { expertSpec } from '../support/experts.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';
import { train, trainerOf, VARIANTS } from '../support/training.ts';

let cpu: Executor;
const trainers: Trainer[] = [];
beforeAll(async () => {
  cpu = await openTestCpu();
});
afterAll(() => {
  for (const trainer of trainers) trainer.destroy();
  cpu.destroy();
});

const spec = tinySpec();
const { context: T, layers: L, heads: H, channels: C } = spec.model;
const D = C / H;

/** A family after some steps of training. */
async function trained(id: FamilyId, of: RaceSpec = spec, executor: Executor = cpu): Promise<InsightOptions> {
  const trainer = await trainerOf(executor, of, id);
  trainers.push(trainer);
  await train(trainer, 12);
  const dataset = tinyDataset(of);
  const { state } = trainer;
  return { executor, spec: of, family: familyOf(id, of), dataset, state, arena: 'ema', variants: VARIANTS };
}

const window = (of: RaceSpec = spec) => tinyDataset(of).windows('validation', 1, 1).tokens;

describe.each(FAMILIES)('the attention of %s', (id) => {
  it('mixes the values to what the kernel of attention makes of them', async () => {
    const options = await trained(id);
    const { extra, vocabulary } = options.dataset;
    const { maps, layers, given } = await attentionMaps(options, window(), { length: T, layer: 0 });
    expect(layers).toEqual([0, 1]);
    expect(given).toBe(id === 'ar' ? 'before' : 'rest');
    const graph = samplingGraph(spec, vocabulary, options.family, 'ema');
    const attention = graph.tape.nodes.filter(({ op }) => op.name === 'attention');
    const keep = attention.flatMap(({ inputs, outputs }) => [inputs[0], outputs[0]]);
    const program = await cpu.compile(graph.tape, options.state, { keep, variants: { ...VARIANTS } });
    program.write(graph.ids, readingOf(options.family, window(), extra));
    program.run();
    for (const [layer, { inputs, outputs }] of attention.entries()) {
      const [rows, mixed] = [await program.read(inputs[0]), await program.read(outputs[0])];
      for (let h = 0; h < H; h++)
        for (let i = 0; i < T; i++)
          for (let d = 0; d < D; d++) {
            const map = maps.subarray(((layer * H + h) * T + i) * T, ((layer * H + h) * T + i + 1) * T);
            const sum = map.reduce((total, p, j) => total + p * rows[j * 3 * C + 2 * C + h * D + d], 0);
            expect(sum).toBeCloseTo(mixed[i * C + h * D + d], 5);
          }
    }
    program.destroy();
  });

  it('has rows that sum to 1, and a probability of exactly 0 for what a causal model may not see', async () => {
    const options = await trained(id);
    const { maps, size } = await attentionMaps(options, window(), { length: 7, layer: 0 });
    expect(size).toBe(options.family.causal ? 7 : T);
    for (let row = 0; row < L * H * size; row++) {
      const own = maps.subarray(row * size, (row + 1) * size);
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      const after = own.subarray((row % size) + 1);
      if (options.family.causal) expect(after.every((p) => p === 0)).toBe(true);
      else if (after.length > 0) expect(Math.min(...after)).toBeGreaterThan(0);
    }
  });

  it('is that of the f64 interpreter', async () => {
    const found = await attentionMaps(await trained(id), window(), { length: T, layer: 0 });
    const expected = await attentionMaps(await trained(id, spec, new Interpreter()), window(), { length: T, layer: 0 });
    for (const [i, p] of found.maps.entries()) expect(p).toBeCloseTo(expected.maps[i], 4);
  });
});

describe('attention', () => {
  it('is softmax(q·kᵀ/√D): on one head of two numbers, by hand', () => {
    // Rows of q | k | v. Scores of the second row: 3/√2 and 1/√2.
    const rows = Float32Array.from([1, 0, 3, 1, 9, 9, 1, 0, 1, 1, 9, 9]);
    const maps = attentionProbabilities(rows, { H: 1, size: 2, width: 6, causal: true });
    const odds = Math.exp(2 / Math.SQRT2);
    const expected = [1, 0, odds / (odds + 1), 1 / (odds + 1)];
    for (const [i, p] of maps.entries()) expect(p).toBeCloseTo(expected[i], 6);
  });

  it('is of one layer where all would be too many, and refused where one is', async () => {
    const large = tinySpec({
      data: { uniqueTokens: 2000 },
      model: { context: 420, channels: 16, heads: 4, layers: 6 },
      train: { batch: 1 },
      evaluation: { windows: 1, testWindows: 1 },
    });
    expect(6 * 4 * 420 * 420).toBeGreaterThan(MOST_PROBABILITIES);
    const { vocabulary, extra, tokenizer } = tinyDataset(spec);
    const family = familyOf('diffusion', large);
    const state = cpu.createState({ ema: 100_000 });
    const options = {
      executor: cpu,
      spec: large,
      family,
      dataset: { vocabulary, extra, tokenizer },
      state,
      arena: 'ema' as const,
      variants: {},
    };
    const tokens = new Uint32Array(420);
    const { layers, maps } = await attentionMaps(options, tokens, { length: 420, layer: 3 });
    expect(layers).toEqual([3]);
    expect(maps.length).toBe(4 * 420 * 420);
    state.destroy();
    const larger = { ...options, spec: { ...large, model: { ...large.model, context: 1024 } } };
    await expect(attentionMaps(larger, new Uint32Array(1024), { length: 1024, layer: 0 })).rejects.toThrow(
      '4 heads × 1024 × 1024 probabilities; at most 4000000',
    );
  });

  it('tells the experts of each token where the tokens choose them', async () => {
    const mixture = expertSpec({ experts: 3, expertsPerToken: 2 });
    const options = await trained('ar', mixture);
    const { experts } = await attentionMaps(options, window(mixture), { length: T, layer: 0 });
    expect(experts).toMatchObject({ k: 2, of: 3 });
    expect(experts!.choice.length).toBe(L * T * 2);
    for (let i = 0; i < experts!.choice.length; i += 2) {
      const [first, second] = experts!.choice.subarray(i, i + 2);
      expect(first).not.toBe(second);
      expect(Math.max(first, second)).toBeLessThan(3);
    }
  });
});

describe('the scores of a text', () => {
  it('add up, for AR, to the loss of that window as it is evaluated', async () => {
    const options = await trained('ar');
    const { dataset, ...rest } = options;
    const evaluator = await Evaluator.create({
      ...rest,
      vocabulary: dataset.vocabulary,
      arena: 'ema',
      variants: { ...VARIANTS },
    });
    const { windows } = await evaluator.evaluate(windowsOf(tinyDataset(spec), 'validation'));
    evaluator.destroy();
    const { nll, whole, given } = await scoreTokens(options, window(), { length: T });
    expect(given).toBe('before');
    expect(nll.reduce((a, b) => a + b, 0) / T).toBeCloseTo(windows[1], 5);
    expect(whole).toMatchObject({ bound: 'exact', se: null, draws: 1 });
    expect(whole!.value).toBeCloseTo(windows[1], 5);
  });

  it('are, for diffusion, those of each token masked alone, beside an upper bound of the whole', async () => {
    const options = await trained('diffusion');
    const { given, nll, top, whole } = await scoreTokens(options, window(), { length: T });
    expect(given).toBe('rest');
    expect(whole).toMatchObject({ bound: 'upper', draws: 64 });
    expect(whole!.se).toBeGreaterThan(0);
    for (const [i, token] of window().entries()) {
      const ids = Array.from(top.ids.subarray(i * top.k, (i + 1) * top.k));
      const p = Array.from(top.p.subarray(i * top.k, (i + 1) * top.k));
      expect(p).toEqual(p.toSorted((a, b) => b - a));
      if (ids.includes(token)) expect(-Math.log(p[ids.indexOf(token)])).toBeCloseTo(nll[i], 4);
      else expect(nll[i]).toBeGreaterThanOrEqual(-Math.log(p.at(-1)!) - 1e-4);
    }
    // Masked alone is a hole of one token.
    const { truth } = await fillHoles(options, window(), { length: T, holes: [5] });
    expect(truth[0].nll).toBeCloseTo(nll[5], 5);
  });

  it.each(FAMILIES)('are those of the f64 interpreter (%s)', async (id) => {
    const found = await scoreTokens(await trained(id), window(), { length: 9, from: 2 });
    const expected = await scoreTokens(await trained(id, spec, new Interpreter()), window(), { length: 9, from: 2 });
    expect(found.nll.length).toBe(7);
    for (const [i, nll] of found.nll.entries()) expect(nll).toBeCloseTo(expected.nll[i], 3);
    expect(found.whole!.value).toBeCloseTo(expected.whole!.value, 3);
  });

  it('of AR do not depend on what follows a short text', async () => {
    const options = await trained('ar');
    const short = window().fill(options.dataset.extra, 6);
    const [alone, before] = [
      await scoreTokens(options, short, { length: 6 }),
      await scoreTokens(options, window(), { length: T }),
    ];
    for (const [i, nll] of alone.nll.entries()) expect(nll).toBeCloseTo(before.nll[i], 6);
  });

  it('leave the kernels that a race has chosen as they are', async () => {
    const variants = { ...VARIANTS };
    await scoreTokens({ ...(await trained('diffusion')), variants }, window(), { length: T });
    expect(variants).toEqual(VARIANTS);
  });
});

describe('holes', () => {
  const holes = [3, 4, 8];

  it('are filled by AR from left to right, one a forward, and what is given stays', async () => {
    const options = await trained('ar');
    const { steps, truth, toTheEnd, given } = await fillHoles(options, window(), { length: T, holes });
    expect(given).toBe('before');
    expect(steps.map(({ open }) => open)).toEqual(holes.map((hole) => [hole]));
    for (const { filled, top } of steps) {
      expect(filled.token).toBe(top.ids[0]);
      expect(filled.p).toBeCloseTo(top.p[0], 6);
    }
    const { nll } = await scoreTokens(options, window(), { length: T });
    expect(truth.map((each) => each.position)).toEqual(holes);
    for (const each of truth) expect(each.nll).toBeCloseTo(nll[each.position], 5);
    expect(toTheEnd!.truth).toBeCloseTo(
      nll.slice(3).reduce((a, b) => a + b, 0),
      4,
    );
    const own = window();
    for (const { filled } of steps) own[filled.position] = filled.token;
    const ownScores = await scoreTokens(options, own, { length: T });
    expect(toTheEnd!.own).toBeCloseTo(
      ownScores.nll.slice(3).reduce((a, b) => a + b, 0),
      4,
    );
  });

  it('are filled by diffusion where it is surest first, seeing both sides', async () => {
    const options = await trained('diffusion');
    const { steps, truth, toTheEnd } = await fillHoles(options, window(), { length: T, holes });
    expect(steps.map(({ open }) => open.length)).toEqual([3, 2, 1]);
    for (const { open, top, filled } of steps) {
      const best = open.map((_, i) => top.p[i * top.k]);
      expect(filled.p).toBeCloseTo(Math.max(...best), 6);
      expect(filled.position).toBe(open[best.indexOf(Math.max(...best))]);
    }
    expect(truth.map(({ position }) => position)).toEqual(holes);
    expect(toTheEnd).toBeUndefined();
  });

  it.each(FAMILIES)('of a short text are filled alone: what lies beyond stays unknown (%s)', async (id) => {
    const options = await trained(id);
    const short = window().fill(options.dataset.extra, 7);
    const { steps } = await fillHoles(options, short, { length: 7, holes: [2, 5] });
    expect(steps.map(({ filled }) => filled.position).toSorted()).toEqual([2, 5]);
  });

  it('are refused where they are too many, with the number', async () => {
    const many = Array.from({ length: MOST_HOLES + 1 }, (_, i) => i);
    await expect(fillHoles(await trained('ar'), window(), { length: T, holes: many })).rejects.toThrow(
      `${MOST_HOLES + 1} tokens are too many`,
    );
  });
});

describe('a model of uniform noise', () => {
  it('says that it has never read a mask, where it is asked for a token that it must not see', async () => {
    const uniform = tinySpec({ diffusion: { noise: 'uniform', objective: 'inverse-t' }, sampling: { every: 0 } });
    const options = await trained('diffusion', uniform);
    for (const asked of [
      scoreTokens(options, window(uniform), { length: T }),
      fillHoles(options, window(uniform), { length: T, holes: [2] }),
    ])
      await expect(asked).rejects.toThrow('has never read [MASK]');
    const { maps } = await attentionMaps(options, window(uniform), { length: T, layer: 0 });
    expect(maps.length).toBe(L * H * T * T);
  });
});

describe('the likeness of symbols', () => {
  it('is the cosine of their embeddings, the most alike first', () => {
    const embedding = Float32Array.from([1, 0, 3, 3, 0, 2, -1, 0]);
    const { nearest, cosine, all, k } = likenessOf(embedding, 4, 2);
    expect(k).toBe(3);
    expect(Array.from(nearest.subarray(0, 3))).toEqual([1, 2, 3]);
    for (const [i, expected] of [Math.SQRT1_2, 0, -1].entries()) expect(cosine[i]).toBeCloseTo(expected, 6);
    expect(all![1 * 4 + 2]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(all![2 * 4 + 2]).toBe(1);
  });
});
