import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CpuExecutor } from '../../src/cpu/executor.ts';
import { buildDataset } from '../../src/data/buildDataset.ts';
import { loadCorpus } from '../../src/data/corpora.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { familyOf } from '../../src/families/index.ts';
import type { Question, QuestionSet } from '../../src/families/question.ts';
import type { Executor, Program } from '../../src/graph/executor.ts';
import { applySettings, parseRaceSpec } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { FAMILIES, type FamilyId, type RaceSpec, type TaskCorpusId } from '../../src/spec/schema.ts';
import { withCorpus } from '../../src/spec/tasks.ts';
import { type Answers, Examiner } from '../../src/train/tasks.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { conditionalsOf, type Predictor, randomJoint, sequences, type Toy } from '../science/toyJoint.ts';
import { openTestCpu } from '../support/cpu.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const toy: Toy = { L: 4, symbols: 3 };
const toySpec = parseRaceSpec({ data: { uniqueTokens: 64 }, model: { context: 4 }, train: { batch: 3 } });

/** An executor whose programs answer with a predictor's probabilities, whatever the weights. */
function predicting(predict: Predictor, family: FamilyId): { executor: Executor; batches: () => number } {
  const V = toy.symbols + 1;
  let ids = new Uint32Array();
  let logits = new Float32Array();
  let batches = 0;
  const program = {
    write: (_, data) => {
      ids = (data as Uint32Array).slice();
    },
    run: () => {
      batches++;
      logits = new Float32Array(ids.length * V).fill(50);
      for (let i = 0; i < ids.length; i++) {
        const row = ids.subarray(i - (i % toy.L), i - (i % toy.L) + toy.L);
        const before = Array.from(row, (_, j) => (j < i % toy.L ? row[j + 1] : toy.symbols));
        predict(family === 'ar' ? before : row, i % toy.L).forEach((p, token) => {
          logits[i * V + token] = Math.log(p) + 3;
        });
      }
    },
    read: () => Promise.resolve(logits),
  } as Partial<Program> as Program;
  return {
    executor: { compile: () => Promise.resolve(program) } as Partial<Executor> as Executor,
    batches: () => batches,
  };
}

function examine(
  executor: Executor,
  spec: RaceSpec,
  family: FamilyId,
  dataset: Pick<Dataset, 'vocabulary' | 'extra' | 'questions'>,
) {
  const state = undefined as never;
  return Examiner.create({
    executor,
    spec,
    family: familyOf(family, spec),
    dataset,
    state,
    arena: 'ema',
    variants: {},
  });
}

const joint = randomJoint(toy);
const predict = conditionalsOf(toy, joint);
const p = (x: readonly number[]) => joint[sequences(toy).findIndex((each) => each.join() === x.join())];

/** One question about each first token: which token stands in the middle? The true one is what the joint prefers. */
const questions: Question[] = [0, 1, 2].map((first) => {
  const filled = [0, 1, 2].map((middle) => [first, middle, 2, 1]);
  const answer = filled.reduce((best, x, i) => (p(x) > p(filled[best]) ? i : best), 0);
  return {
    category: first === 0 ? 'zero' : 'other',
    tokens: Uint32Array.from(filled[answer]),
    holes: [1],
    options: filled.map(([, middle]) => Uint32Array.of(middle)),
    answer,
  };
});
const toyData = (...sets: QuestionSet[]) => ({ vocabulary: toy.symbols + 1, extra: toy.symbols, questions: sets });
const choosing: QuestionSet = { task: 'toy', ways: ['choose'], questions };

describe('an examiner, on a joint distribution that is known', () => {
  it.each(FAMILIES)(
    'has %s choose what is most probable given the whole rest, all together and by category',
    async (id) => {
      const { executor } = predicting(predict, id);
      const answers = await (await examine(executor, toySpec, id, toyData(choosing))).ask();
      const main = answers.filter(({ scoring }) => scoring !== 'prefix');
      expect(main.map(({ category, questions: count }) => [category, count])).toEqual([
        [undefined, 3],
        ['other', 2],
        ['zero', 1],
      ]);
      for (const { accuracy, chance, questions: count } of main) {
        expect(accuracy).toEqual({ value: 1, se: count > 1 ? 0 : null });
        expect(chance).toBeCloseTo(1 / 3);
      }
      const wanted = questions.map(({ options, answer, tokens }) => {
        const masses = options.map(([middle]) => p([tokens[0], middle, 2, 1]));
        // AR's number is of all that follows the first token; its differences are those of the conditional.
        const whole = id === 'ar' ? sum(all(tokens[0])) : sum(masses);
        const nll = masses.map((mass) => -Math.log(mass / whole));
        return { gold: nll[answer], rest: mean(nll.filter((_, i) => i !== answer)) };
      });
      const { nll } = main[0];
      expect(nll!.gold.value).toBeCloseTo(mean(wanted.map(({ gold }) => gold)), 5);
      expect(nll!.distractors.value).toBeCloseTo(mean(wanted.map(({ rest }) => rest)), 5);
      expect(nll!.delta.value).toBeCloseTo(mean(wanted.map(({ gold, rest }) => rest - gold)), 5);
    },
  );

  it('gives AR by its prefix less than by the full sequence: it cannot look at what follows', async () => {
    const { executor } = predicting(predict, 'ar');
    const answers = await (await examine(executor, toySpec, 'ar', toyData(choosing))).ask();
    const [full, prefix] = (['full-sequence', 'prefix'] as const).map(
      (scoring) => answers.find((each) => each.scoring === scoring && !each.category)!,
    );
    expect(prefix.nll!.gold.value).toBeLessThan(full.nll!.gold.value);
    const right = questions.filter(({ answer, tokens }) => {
      const ofMiddle = [0, 1, 2].map((middle) => sum(all(tokens[0], middle)));
      return ofMiddle[answer] === Math.max(...ofMiddle);
    });
    expect(prefix.accuracy.value).toBeCloseTo(right.length / 3);
  });

  it('makes a forward once that several options need, in batches of B', async () => {
    const { executor, batches } = predicting(predict, 'diffusion');
    await (await examine(executor, toySpec, 'diffusion', toyData(choosing))).ask();
    // Three questions with one mask each: three sequences, a batch of three.
    expect(batches()).toBe(1);
  });

  it('counts a tie as the share of a guess, and an answer that is not finite as wrong', async () => {
    const level = predicting(() => [1 / 3, 1 / 3, 1 / 3], 'diffusion');
    const [tied] = await (await examine(level.executor, toySpec, 'diffusion', toyData(choosing))).ask();
    expect(tied.accuracy.value).toBeCloseTo(1 / 3);
    const broken = predicting(() => [Number.NaN, Number.NaN, Number.NaN], 'diffusion');
    const [wrong] = await (await examine(broken.executor, toySpec, 'diffusion', toyData(choosing))).ask();
    expect(wrong.accuracy.value).toBe(0);
  });

  it('compares what is filled in with what was there, token by token', async () => {
    const filling: QuestionSet = { task: 'toy', ways: ['fill', 'fill-randomly'], questions };
    const { executor } = predicting(predict, 'diffusion');
    const answers = await (await examine(executor, toySpec, 'diffusion', toyData(filling))).ask();
    expect(answers.map(({ scoring, category }) => [scoring, category])).toEqual([
      ['exact-match', undefined],
      ['exact-match', 'other'],
      ['exact-match', 'zero'],
      ['exact-match', 'random order'],
    ]);
    for (const { accuracy, chance, nll } of answers) {
      expect(accuracy.value).toBe(1);
      expect(chance).toBeCloseTo(1 / 3);
      expect(nll).toBeUndefined();
    }
    expect((await (await examine(executor, toySpec, 'ar', toyData(filling))).ask()).length).toBe(3);
  });
});

/** p of every sequence that begins so. */
function all(...begins: number[]): number[] {
  return sequences(toy).flatMap((x, n) => (begins.every((token, i) => x[i] === token) ? [joint[n]] : []));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

describe('an examiner, on a model that has learnt nothing', () => {
  let cpu: CpuExecutor;
  beforeAll(async () => {
    cpu = await openTestCpu();
  });
  afterAll(() => cpu.destroy());

  async function untrained(spec: RaceSpec, dataset: Dataset, id: FamilyId): Promise<Answers[]> {
    const trainer = await Trainer.create({ executor: cpu, spec, family: familyOf(id, spec), dataset, variants: {} });
    const examiner = await Examiner.create({
      executor: cpu,
      spec,
      family: familyOf(id, spec),
      dataset,
      state: trainer.state,
      arena: 'ema',
      variants: {},
    });
    const answers = await examiner.ask();
    expect(await examiner.ask()).toEqual(answers);
    examiner.destroy();
    trainer.destroy();
    return answers;
  }

  const taskSpec = (corpus: TaskCorpusId) =>
    applySettings(withCorpus(DEFAULT_SPEC, corpus), [
      'model.channels=16',
      'model.layers=1',
      'evaluation.questions=150',
    ]);

  it.each(['brackets', 'world', 'reversal'] as const)(
    'finds %s at the level of chance, the same every time',
    async (corpus) => {
      const spec = taskSpec(corpus);
      const dataset = buildDataset(await loadCorpus(corpus, () => Promise.reject(new Error('no file'))), spec);
      for (const id of FAMILIES) {
        for (const { accuracy, chance, questions: n } of await untrained(spec, dataset, id)) {
          expect(chance).toBeCloseTo(1 / 4);
          expect(Math.abs(accuracy.value - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / n));
        }
      }
    },
  );

  it('asks a text for endings and for what is missing, by the scorings that fit', async () => {
    const spec = tinySpec({ model: { context: 24 }, evaluation: { questions: 6 } });
    const dataset = buildDataset(tinyCorpus, spec);
    const asked = async (id: FamilyId) =>
      (await untrained(spec, dataset, id)).map(({ task, scoring, questions: n }) => `${task} ${scoring} ${n}`);
    const n = dataset.questions[0].questions.length;
    expect(n).toBeGreaterThan(3);
    expect(await asked('ar')).toEqual([
      `cloze full-sequence ${n}`,
      `infilling full-sequence ${n}`,
      `infilling prefix ${n}`,
      `infilling exact-match ${n}`,
    ]);
    expect(await asked('diffusion')).toEqual([
      `cloze bound ${n}`,
      `infilling chain-rule ${n}`,
      `infilling exact-match ${n}`,
    ]);
  });
});
