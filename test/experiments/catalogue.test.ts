import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/experiments/cell.ts';
import { CLAIMS, SCALES, type Scale } from '../../src/experiments/experiment.ts';
import { cellsOf, EXPERIMENTS, experimentOf, judge } from '../../src/experiments/index.ts';
import { partsOf } from '../../src/experiments/judge.ts';
import { MEASURES } from '../../src/experiments/measures.ts';
import { forwardFlops, trainingFlops } from '../../src/model/counts.ts';
import type { FamilyId, RaceSpec } from '../../src/spec/schema.ts';
import { isTask } from '../../src/spec/tasks.ts';
import { evaluatesAt } from '../../src/train/schedule.ts';

const PLANS = EXPERIMENTS.flatMap((experiment) => SCALES.map((scale) => ({ experiment, scale })));

/** FLOPs of a family in a cell: training, evaluations, questions (a forward an option) and the test. */
function flopsOf({ data, model, train, evaluation }: RaceSpec, family: FamilyId): number {
  const V = data.corpus === 'python' ? 97 : 50;
  const { experts, expertsPerToken, ...dense } = model;
  const active = experts > 0 ? { ...dense, feedForward: model.feedForward * expertsPerToken } : dense;
  const shape = { ...active, experts: 0, expertsPerToken: 1 };
  const causal = family === 'ar';
  const step = trainingFlops(shape, V, train.batch, causal);
  const window = forwardFlops(shape, V, 1, causal);
  const draws = causal ? 1 : evaluation.draws;
  const evaluations = Array.from({ length: train.steps }, (_, i) => i + 1).filter((at) =>
    evaluatesAt(evaluation, train.steps, at),
  ).length;
  // Brackets and facts: diffusion reads a question once; on a text there are two sets, one of which is filled in as well.
  const readings = isTask(data.corpus) ? (causal ? 4 : 1) : causal ? 14 : 38;
  return (
    train.steps * step +
    evaluations * window * (evaluation.windows * draws + evaluation.questions * readings) +
    evaluation.testWindows * draws * window
  );
}

/** Seconds at a rate, and a least time for a step however small; `together`: families side by side, at the rate each. */
function secondsOf(cells: readonly Cell[], rate: number, stepSeconds: number, together: boolean): number {
  return cells.reduce((sum, { spec, families }) => {
    const costs = families.map((family) => flopsOf(spec, family) / rate + spec.train.steps * stepSeconds);
    return sum + (together ? Math.max(...costs) : costs.reduce((a, b) => a + b, 0));
  }, 0);
}

describe('the experiments', () => {
  it('cover every line of the table of claims', () => {
    const covered = new Set(EXPERIMENTS.flatMap(({ bearsOn }) => bearsOn));
    expect([...covered].sort()).toEqual(Object.keys(CLAIMS).sort());
  });

  it('have ids of their own, a claim in one sentence and where it is made', () => {
    expect(new Set(EXPERIMENTS.map(({ id }) => id)).size).toBe(EXPERIMENTS.length);
    for (const { id, claim, source } of EXPERIMENTS) {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(claim).toMatch(/^[A-Z][^.]*\d?.*\.$/);
      expect(source).toMatch(/arXiv \d{4}\.\d{5}|Quokka/);
    }
  });

  it('are found by id, and an unknown id is answered with those there are', () => {
    expect(experimentOf('ar-dropout').id).toBe('ar-dropout');
    expect(() => experimentOf('dropout')).toThrow(/experiment must be one of data-budget, .*got "dropout"/);
  });

  it.each(PLANS)('$experiment.id at $scale: every cell is a valid race of its own', ({ experiment, scale }) => {
    const cells = cellsOf(experiment, scale);
    expect(cells.length).toBeGreaterThan(0);
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    for (const { id, spec, seed, families } of cells) {
      expect(id).toMatch(/^[0-9a-f]{12}$/);
      expect(spec.seed).toBe(seed);
      expect(families.length).toBeGreaterThan(0);
      expect(spec.train.patience).toBe(0);
    }
  });

  it.each(PLANS)('$experiment.id at $scale: the same levels are run on every seed', ({ experiment, scale }) => {
    const cells = cellsOf(experiment, scale);
    const seeds = [...new Set(cells.map(({ seed }) => seed))];
    const levels = seeds.map((seed) =>
      cells.filter((cell) => cell.seed === seed).map((cell) => [cell.levels, cell.families]),
    );
    for (const each of levels) expect(each).toEqual(levels[0]);
    expect(seeds).toEqual(experiment.plans[scale].seeds);
  });

  it.each(PLANS)('$experiment.id at $scale: the criterion fits the plan', ({ experiment, scale }) => {
    const verdict = judge(experiment, scale, []);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.cells.missing.length).toBe(verdict.cells.planned);
    // A part that could never be judged would say so here instead.
    for (const { words } of verdict.parts) expect(words).toMatch(/missing/);
    const { axes } = experiment.plans[scale];
    expect(axes.map(({ id }) => id)).toContain(experiment.figure.rows);
    expect(partsOf(experiment).some(({ beside }) => !beside)).toBe(true);
  });

  it('name only measures that exist', () => {
    const named = EXPERIMENTS.flatMap((experiment) =>
      partsOf(experiment).flatMap(({ criterion }) => {
        if (criterion.kind === 'trend') return [criterion.measure];
        if (criterion.kind === 'crossing') return [];
        return [criterion.of, ...(criterion.minus ? [criterion.minus] : [])].flatMap(({ measure, by }) =>
          by ? [measure, by] : [measure],
        );
      }),
    );
    for (const id of named) expect(id.includes('@') || MEASURES.includes(id), id).toBe(true);
  });

  it('have parts that each say on their own what they claim: a verdict puts them in another order', () => {
    for (const { id, says } of EXPERIMENTS.flatMap((experiment) =>
      partsOf(experiment).map((part) => ({ ...part, id: experiment.id })),
    )) {
      expect(says, id).not.toMatch(/^(so|it|they|and|but)\b|\b(too|than that|with it|all three)\b/);
    }
  });

  it('never pick a test loss by itself', () => {
    for (const experiment of EXPERIMENTS) {
      for (const { criterion } of partsOf(experiment)) {
        if (criterion.kind !== 'difference') continue;
        for (const quantity of [criterion.of, criterion.minus]) {
          if (quantity?.over && quantity.measure === 'testLoss') expect(quantity.by).toBe('bestLoss');
        }
      }
    }
  });
});

describe('the cost of a sweep', () => {
  const cases = (scale: Scale) => EXPERIMENTS.map((experiment) => ({ experiment, cells: cellsOf(experiment, scale) }));

  it.each(cases('minutes'))('$experiment.id: about 8 minutes on two cores', ({ cells }) => {
    // 15 GFLOP/s a thread, measured with all that is not counted: small kernels, corruption, the host.
    const seconds = secondsOf(cells, 15e9, 0, true);
    expect(seconds / 60).toBeLessThan(8.5);
  });

  it.each(cases('coffee'))('$experiment.id: about a quarter of an hour on a laptop’s GPU', ({ cells }) => {
    expect(secondsOf(cells, 300e9, 4e-3, false) / 60).toBeLessThan(18);
  });

  it.each(cases('night'))('$experiment.id: a night on a workstation', ({ cells }) => {
    expect(secondsOf(cells, 3e12, 3e-3, false) / 60).toBeLessThan(10 * 60);
  });
});
