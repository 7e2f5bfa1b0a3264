import { describe, expect, it } from 'vitest';
import { buildDataset } from '../../src/data/buildDataset.ts';
import { loadCorpus } from '../../src/data/corpora.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { MIN_DISTANCE, pairsOf } from '../../src/data/tasks/brackets.ts';
import { keyOf, rowsOf } from '../../src/data/tasks/items.ts';
import { allGrids } from '../../src/data/tasks/sudoku.ts';
import type { Question } from '../../src/families/question.ts';
import { applySettings } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { TASK_CORPORA, type TaskCorpusId } from '../../src/spec/schema.ts';
import { ITEM_TOKENS, withCorpus } from '../../src/spec/tasks.ts';

const noFile = () => Promise.reject(new Error('a task needs no file'));

async function build(corpus: TaskCorpusId, ...settings: string[]): Promise<Dataset> {
  const spec = applySettings(withCorpus(DEFAULT_SPEC, corpus), ['evaluation.testWindows=128', ...settings]);
  return buildDataset(await loadCorpus(corpus, noFile), spec);
}

/** The training items in the order of the first epoch, without the last part of a batch. */
function trainingItems({ batch, report }: Dataset): Uint32Array[] {
  const { B, T } = batch(0);
  return Array.from({ length: Math.floor(report.trainWindows / B) }, (_, step) => rowsOf(batch(step).tokens, T)).flat();
}

function heldOutItems({ report, windows }: Dataset, split: 'validation' | 'test'): Uint32Array[] {
  const { tokens, T } = windows(split, 0, report[split].windows);
  return rowsOf(tokens, T);
}

const questionsOf = ({ questions }: Dataset): readonly Question[] => questions[0].questions;
const inCategory = (dataset: Dataset, wanted: string) =>
  questionsOf(dataset).filter(({ category }) => category === wanted);
const optionIn = ({ options, answer }: Question) => options[answer];

describe.each(TASK_CORPORA)('the task %s', (corpus) => {
  it('has U / T different items, of which none is held out, and none held out twice', async () => {
    const dataset = await build(corpus, 'train.batch=4');
    const { uniqueTokens, trainWindows, usedTokens } = dataset.report;
    expect(trainWindows).toBe(uniqueTokens / ITEM_TOKENS[corpus]);
    expect(usedTokens).toBe(uniqueTokens);
    const items = [
      ...trainingItems(dataset),
      ...heldOutItems(dataset, 'validation'),
      ...heldOutItems(dataset, 'test'),
    ].map(keyOf);
    expect(new Set(items).size).toBe(items.length);
    expect(trainingItems(dataset).length).toBe(trainWindows);
  });

  it('asks about held-out and taught sequences of T tokens, the right option filled in, and says how many', async () => {
    const dataset = await build(corpus, 'evaluation.questions=50');
    expect(dataset.report.questions).toEqual([{ task: corpus, count: 50 }]);
    for (const question of questionsOf(dataset)) {
      const { tokens, holes, options } = question;
      expect(tokens.length).toBe(ITEM_TOKENS[corpus]);
      expect(holes).toEqual([...holes].sort((a, b) => a - b));
      if (corpus === 'sudoku') continue;
      expect(holes.map((hole) => tokens[hole])).toEqual([...optionIn(question)]);
      expect(new Set(options.map(keyOf)).size).toBe(4);
      expect(options.every(({ length }) => length === holes.length)).toBe(true);
    }
  });

  it('is the same for the same seed, another for another, and grows by its budget from the front', async () => {
    const [one, again, other] = await Promise.all([build(corpus), build(corpus), build(corpus, 'seed=2')]);
    expect(again.report).toEqual(one.report);
    expect(again.questions).toEqual(one.questions);
    expect(other.report.corpus.sha256).not.toBe(one.report.corpus.sha256);
    const half = Math.floor(one.report.uniqueTokens / 2);
    const small = await build(corpus, `data.uniqueTokens=${half}`, 'train.batch=1');
    const all = new Set(trainingItems(await build(corpus, 'train.batch=1')).map(keyOf));
    expect(trainingItems(small).every((item) => all.has(keyOf(item)))).toBe(true);
  });

  it('writes itself as words or digits that can be read back', async () => {
    const { tokenizer, batch } = await build(corpus);
    const { tokens, T } = batch(0);
    const text = tokenizer.decode(tokens.subarray(0, T));
    expect([...tokenizer.encode(text).ids]).toEqual([...tokens.subarray(0, T)]);
    expect(text).toMatch(corpus === 'sudoku' ? /^[1-4]{16}$/ : /^\S+( \S+)+$/);
  });

  it('asks nothing where no questions are wanted', async () => {
    const dataset = await build(corpus, 'evaluation.questions=0');
    expect(dataset.questions).toEqual([]);
    expect(dataset.report.questions).toBeUndefined();
  });

  it('refuses a context that is not the length of an item, and windows that would cut one', async () => {
    const T = ITEM_TOKENS[corpus];
    await expect(build(corpus, 'model.context=64')).rejects.toThrow(
      `model.context must be ${T}, the tokens of an item of ${corpus}; got 64`,
    );
    await expect(build(corpus, 'data.windows=random')).rejects.toThrow('whose items may not be cut; got random');
    await expect(build(corpus, 'data.corruption=words')).rejects.toThrow('only a text can be spoilt; got words');
  });
});

describe('brackets', () => {
  const TYPE = 6;

  it('are balanced sentences of every type and variant alike', async () => {
    const dataset = await build('brackets', 'data.uniqueTokens=40000', 'train.batch=1');
    const counts = new Array<number>(48).fill(0);
    for (const item of trainingItems(dataset)) {
      for (const id of item) counts[id]++;
      const pairs = pairsOf(item);
      expect(pairs.length).toBe(10);
      for (const [open, close] of pairs) {
        expect(Math.floor(item[close] / TYPE)).toBe(Math.floor(item[open] / TYPE) + 4);
      }
    }
    // 40,000 tokens of 48 kinds: 833 each, give or take five standard deviations.
    for (const count of counts) expect(Math.abs(count - 40_000 / 48)).toBeLessThan(150);
  });

  it('ask for one end of a pair at a distance of three or more, half of them closings, half openings', async () => {
    const dataset = await build('brackets', 'evaluation.questions=200');
    expect(inCategory(dataset, 'close').length).toBe(100);
    expect(inCategory(dataset, 'open').length).toBe(100);
    const taught = new Set(trainingItems(dataset).map(keyOf));
    for (const { tokens, holes, category, options } of questionsOf(dataset)) {
      expect(taught.has(keyOf(tokens))).toBe(false);
      const [open, close] = pairsOf(tokens).find((pair) => pair.includes(holes[0]))!;
      expect(holes).toEqual([category === 'close' ? close : open]);
      expect(close - open).toBeGreaterThanOrEqual(MIN_DISTANCE);
      expect(new Set(options.map(([id]) => id % TYPE)).size).toBe(1);
      expect(new Set(options.map(([id]) => Math.floor(id / TYPE)))).toEqual(
        new Set(category === 'close' ? [4, 5, 6, 7] : [0, 1, 2, 3]),
      );
    }
  });

  it('know their entropy: the mean of −ln p is that of enumerating what the generator may draw', async () => {
    const { report } = await build('brackets', 'evaluation.testWindows=5000');
    // By dynamic programming over depth and remaining length: the coins that are really tossed.
    const coins = (depth: number, left: number): number => {
      if (left === 0) return 0;
      if (depth === 0) return coins(1, left - 1);
      if (depth === left) return coins(depth - 1, left - 1);
      return 1 + (coins(depth + 1, left - 1) + coins(depth - 1, left - 1)) / 2;
    };
    const entropy = (coins(0, 20) * Math.LN2 + 10 * Math.log(4) + 20 * Math.log(6)) / 20;
    expect(report.trueLoss!.test).toBeCloseTo(entropy, 2);
  });
});

describe('the world', () => {
  it('teaches 120 facts in two of four wordings and asks every one in the two others', async () => {
    const dataset = await build('world', 'evaluation.questions=10000');
    expect(dataset.report).toMatchObject({ symbols: 60, trainWindows: 240 });
    expect(questionsOf(dataset).length).toBe(240);
    const taught = trainingItems(dataset).map((item) => dataset.tokenizer.decode(item));
    for (const question of questionsOf(dataset)) {
      const [a, b, verb, c, d] = dataset.tokenizer.decode(question.tokens).split(' ');
      const same = taught.filter((text) => text.startsWith(`${a} ${b} `) && text.endsWith(` ${c} ${d}`));
      const turned = taught.filter((text) => text.startsWith(`${c} ${d} `) && text.endsWith(` ${a} ${b}`));
      expect(same.length + turned.length).toBe(2);
      expect(same.some((text) => text.includes(` ${verb} `))).toBe(false);
      expect(question.category).toBe(same.length > 0 ? 'taught direction' : 'untaught direction');
    }
  });

  it('teaches three wordings as a control, in which every direction has been taught', async () => {
    const dataset = await build('world', 'data.wordings=3', 'data.uniqueTokens=1800');
    expect(inCategory(dataset, 'untaught direction')).toEqual([]);
    await expect(build('world', 'data.wordings=4')).rejects.toThrow(
      'data.wordings must be below 4 with data.corpus world',
    );
  });

  it('names the largest budget, and asks only about facts that have been taught', async () => {
    await expect(build('world', 'data.uniqueTokens=1201')).resolves.toBeDefined();
    await expect(build('world', 'data.uniqueTokens=5000')).rejects.toThrow('choose at most 1200');
    const dataset = await build('world', 'data.uniqueTokens=200');
    expect(questionsOf(dataset).length).toBe(40);
  });
});

describe('reversal', () => {
  it('teaches “A is B”, a share of the pairs both ways, and asks only about the others', async () => {
    for (const share of [0, 0.5]) {
      const dataset = await build('reversal', `data.bothWays=${share}`, 'evaluation.questions=10000', 'train.batch=1');
      const taught = new Set(trainingItems(dataset).map((item) => dataset.tokenizer.decode(item)));
      const turn = (text: string) => text.split(' is ').reverse().join(' is ');
      const twice = [...taught].filter((text) => taught.has(turn(text))).length / 2;
      expect(twice / (taught.size - twice)).toBeCloseTo(share, 1);
      for (const { category, tokens } of questionsOf(dataset)) {
        const text = dataset.tokenizer.decode(tokens);
        expect(taught.has(text)).toBe(category !== 'untaught direction');
        expect(taught.has(turn(text))).toBe(category === 'untaught direction');
      }
    }
  });

  it('hides the first name of a taught sentence in a third of the questions', async () => {
    const hidden = inCategory(await build('reversal', 'evaluation.questions=90'), 'first name hidden');
    expect(hidden.length).toBe(30);
    for (const { holes } of hidden) expect(holes).toEqual([0, 1]);
    await expect(build('reversal', 'data.bothWays=1')).rejects.toThrow('leaves no pair to ask');
  });
});

describe('sudoku', () => {
  it('has 288 grids, each digit once in every row, column and block', () => {
    const grids = allGrids();
    expect(grids.length).toBe(288);
    for (const grid of grids) {
      for (let i = 0; i < 4; i++) {
        const row = [0, 1, 2, 3].map((j) => grid[4 * i + j]);
        const column = [0, 1, 2, 3].map((j) => grid[4 * j + i]);
        const block = [0, 1, 4, 5].map((j) => grid[8 * (i >> 1) + 2 * (i & 1) + j]);
        for (const unit of [row, column, block]) expect(new Set(unit).size).toBe(4);
      }
    }
  });

  it('asks for held-out grids, with clues that allow one solution and no more', async () => {
    const dataset = await build('sudoku');
    const taught = new Set(trainingItems(dataset).map(keyOf));
    const grids = allGrids();
    for (const { tokens, holes } of questionsOf(dataset).slice(0, 40)) {
      expect(taught.has(keyOf(tokens))).toBe(false);
      const agrees = (grid: Uint32Array) => grid.every((digit, i) => holes.includes(i) || digit === tokens[i]);
      expect(grids.filter(agrees).map(keyOf)).toEqual([keyOf(tokens)]);
    }
    await expect(build('sudoku', 'data.uniqueTokens=4000')).rejects.toThrow('choose at most 2304');
  });
});
