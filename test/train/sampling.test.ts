import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { generate, slipLoss } from '../../src/data/synthetic.ts';
import { tokenizerOf } from '../../src/data/tokenizer.ts';
import { familyOf } from '../../src/families/index.ts';
import type { State } from '../../src/graph/executor.ts';
import { forwardFlops } from '../../src/model/counts.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import type { SamplingSettings } from '../../src/spec/writing.ts';
import { Evaluator } from '../../src/train/evaluation.ts';
import { languageJudge, ReferenceJudge } from '../../src/train/judges.ts';
import { type MeasureOptions, measureSamples, Writer } from '../../src/train/sampling.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { openTestCpu } from '../support/cpu.ts';
import { tinyDataset, tinySpec } from '../support/tiny.ts';

const spec = tinySpec();
const { sampling } = spec;
const dataset = tinyDataset(spec);
const T = spec.model.context;

describe('texts that a model writes', () => {
  let cpu: CpuExecutor;
  const states = new Map<FamilyId, State>();
  const trainers: Trainer[] = [];

  beforeAll(async () => {
    cpu = await openTestCpu();
    for (const id of FAMILIES) {
      const trainer = await Trainer.create({ executor: cpu, spec, family: familyOf(id, spec), dataset, variants: {} });
      trainers.push(trainer);
      states.set(id, trainer.state);
    }
  });
  afterAll(() => {
    for (const trainer of trainers) trainer.destroy();
    cpu.destroy();
  });

  const about = (id: FamilyId) => ({
    executor: cpu,
    spec,
    family: familyOf(id, spec),
    dataset,
    state: states.get(id)!,
    variants: {},
  });

  function measure(id: FamilyId, texts: number, settings: SamplingSettings[], changes: Partial<MeasureOptions> = {}) {
    let clock = 0;
    return measureSamples({
      ...about(id),
      requests: settings.map((each) => ({ settings: each, texts })),
      now: () => (clock += 500),
      ...changes,
    });
  }

  it.each(FAMILIES)('are the same one by one and several at a time (%s)', async (id) => {
    const [single, several] = await Promise.all([
      Writer.create(about(id)),
      Writer.create({ ...about(id), together: 3 }),
    ]);
    const together = (await several.samples({ settings: sampling, first: 4, texts: 5 }))!;
    for (const [i, sampler] of together.entries()) {
      expect((await single.write(4 + i))!.text).toBe(several.written(sampler).text);
    }
    single.destroy();
    several.destroy();
  });

  it('keep what is given and are written around it', async () => {
    const writer = await Writer.create(about('diffusion'));
    const start = Uint32Array.from({ length: T }, (_, i) => (i % 3 === 0 ? i % 5 : dataset.extra));
    const [{ tokens }] = (await writer.samples({ settings: sampling, texts: 1, start }))!;
    for (let i = 0; i < T; i += 3) expect(tokens[i]).toBe(i % 5);
    expect([...tokens]).not.toContain(dataset.extra);
    writer.destroy();
  });

  it('end at once when they are told to, and show what stands so far', async () => {
    const writer = await Writer.create(about('ar'));
    const seen: number[] = [];
    const none = await writer.samples({ settings: sampling, texts: 1 }, ([{ forwards }]) => {
      seen.push(forwards);
      return forwards < 3;
    });
    expect(none).toBeNull();
    expect(seen).toEqual([0, 1, 2, 3]);
    writer.destroy();
  });

  it('are counted: forwards, FLOPs with a cache and without one, seconds, and their entropy', async () => {
    const pass = (causal: boolean) => forwardFlops(spec.model, dataset.vocabulary, 1, causal);
    const [ar] = (await measure('ar', 4, [sampling]))!;
    expect(ar.nfe).toEqual({ value: T, se: 0 });
    expect(ar.flops).toBeCloseTo(pass(true), 6);
    expect(ar.seconds).toBeCloseTo(0.5 / 4, 12);
    expect(ar.written).toEqual({ reveal: 'left-to-right', steps: T, temperature: 0.8, texts: 4, together: 3 });
    expect(ar.nll).toBeUndefined();

    const few = { ...sampling, revealSteps: 2 };
    const [six, two] = (await measure('diffusion', 4, [sampling, few]))!;
    expect([six.nfe.value, two.nfe.value]).toEqual([6, 2]);
    expect(six.flops / two.flops).toBeCloseTo(3, 12);
    expect(two.flops).toBeCloseTo(2 * pass(false), 6);
    expect(two.written.steps).toBe(2);
    const entropies = two.texts.map(({ text }) => {
      const counts = [...new Set(text)].map((symbol) => text.split(symbol).length - 1);
      return counts.reduce((sum, n) => sum - (n / T) * Math.log(n / T), 0);
    });
    expect(two.entropy.value).toBeCloseTo(entropies.reduce((a, b) => a + b) / 4, 10);
    expect(new Set(two.texts.map(({ text }) => text)).size).toBe(4);
  });

  it('are judged, each by itself, and together with an error', async () => {
    const judge = {
      name: 'the letter count',
      judge: (texts: readonly Uint32Array[]) => Promise.resolve(texts.map((_, i) => i)),
    };
    const [set] = (await measure('diffusion', 3, [sampling], { judge }))!;
    expect(set.written.judge).toBe('the letter count');
    expect(set.texts.map(({ nll }) => nll)).toEqual([0, 1, 2]);
    expect(set.nll!.value).toBe(1);
    expect(set.nll!.se).toBeCloseTo(Math.sqrt(1 / 3), 12);
  });

  it('are not measured to the end when that is stopped', async () => {
    expect(await measure('ar', 2, [sampling], { proceed: () => false })).toBeNull();
  });

  describe('under a reference model', () => {
    const reference = (id: FamilyId) => ({
      name: 'a small one',
      spec,
      family: familyOf(id, spec),
      tokenizer: dataset.tokenizer,
      state: states.get(id)!,
      arena: 'ema' as const,
    });
    const create = (id: FamilyId, written: { tokenizer: typeof dataset.tokenizer; T: number }) =>
      ReferenceJudge.create({ executor: cpu, reference: reference(id), written });

    it('have the likelihood that its evaluation gives them', async () => {
      const judge = await create('ar', { tokenizer: dataset.tokenizer, T });
      const { tokens } = dataset.windows('validation', 0, 5);
      const rows = [0, 1, 2, 3, 4].map((row) => tokens.subarray(row * T, (row + 1) * T));
      const { family, state } = reference('ar');
      const { vocabulary } = dataset;
      const evaluator = await Evaluator.create({
        executor: cpu,
        spec,
        family,
        vocabulary,
        state,
        arena: 'ema',
        variants: {},
      });
      const set = { count: 5, read: (first: number, n: number) => dataset.windows('validation', first, n) };
      const { windows } = await evaluator.evaluate(set);
      (await judge.judge(rows)).forEach((loss, i) => {
        expect(loss).toBeCloseTo(windows[i], 5);
      });
      judge.destroy();
      evaluator.destroy();
    });

    it('have the same likelihood where its tokens are numbered otherwise, and where they are shorter than it reads', async () => {
      const backwards = tokenizerOf([...dataset.tokenizer.symbols].reverse());
      const whole = await create('ar', { tokenizer: dataset.tokenizer, T });
      const other = await create('ar', { tokenizer: backwards, T: 8 });
      const { tokens } = dataset.windows('validation', 0, 1);
      const short = tokens.slice(0, 8);
      const renumbered = short.map((id) => backwards.size - 1 - id);
      const [[a], [b]] = [await whole.judge([short]), await other.judge([renumbered])];
      expect(a).toBeCloseTo(b, 12);
      // What follows them does not matter.
      const [c] = await whole.judge([tokens]);
      expect(a).not.toBeCloseTo(c, 6);
      whole.destroy();
      other.destroy();
    });

    it('refuse one that is not AR, that reads less at once, or that lacks a symbol', async () => {
      const { tokenizer } = dataset;
      await expect(create('diffusion', { tokenizer, T })).rejects.toThrow('a small one must be an AR model');
      await expect(create('ar', { tokenizer, T: 99 })).rejects.toThrow(
        'reads T = 12 tokens at once; the texts have 99',
      );
      const strange = tokenizerOf([...tokenizer.symbols, 'é']);
      await expect(create('ar', { tokenizer: strange, T })).rejects.toThrow('does not know the symbol "é"');
    });
  });
});

describe('the judge of the synthetic language', () => {
  it('gives a text its exact likelihood, mistakes included', async () => {
    const text = generate(5, 40);
    const tokenizer = tokenizerOf([...new Set(generate(1, 20_000))].sort());
    const judge = languageJudge(tokenizer);
    const ids = tokenizer.encode(text).ids;
    const spoilt = ids.slice().reverse();
    expect(await judge.judge([ids, spoilt])).toEqual([slipLoss(text), slipLoss([...text].reverse().join(''))]);
    expect(judge.name).toBe('the synthetic language with 1 % slips');
  });
});
