import type { Cell, FamilyResult } from '../../src/experiments/cell.ts';
import type { Axis, Criterion, Experiment } from '../../src/experiments/experiment.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import { losses, ran, resultOf, test } from '../experiments/results.ts';

export const DATA: Axis = {
  id: 'data',
  label: 'Unique tokens',
  levels: [3000, 6000, 12_000].map((at) => ({
    label: `${at} tokens`,
    at,
    settings: { 'data.uniqueTokens': at },
  })),
};
export const DROPOUT: Axis = {
  id: 'dropout',
  label: 'Dropout',
  levels: [
    { label: 'none', settings: {} },
    { label: '0.1', settings: { 'train.dropout': 0.1 }, families: ['ar'] },
    { label: '0.3', settings: { 'train.dropout': 0.3 }, families: ['ar'] },
  ],
};

export function experiment(criterion: Criterion, axes: readonly Axis[] = [DATA], seeds = [1, 2, 3]): Experiment {
  const plan = { preset: 'default', settings: {}, axes, seeds };
  return {
    id: 'made-up',
    title: 'Made up',
    claim: 'Something holds.',
    source: 'nobody',
    bearsOn: ['crossover'],
    plans: { minutes: plan, coffee: plan, night: plan },
    criterion,
    figure: { rows: axes[0].id, columns: [{ metric: 'loss', label: 'Loss' }] },
  };
}

export type Made = (cell: Cell, family: FamilyId) => FamilyResult;

export function verdictOf(of: Experiment, made: Made, without: (cell: Cell) => boolean = () => false) {
  const results = cellsOf(of, 'minutes').flatMap((cell) => (without(cell) ? [] : [resultOf(cell, made)]));
  return judge(of, 'minutes', results);
}

/** A little of its own for every seed. */
const jitter = (seed: number) => (seed - 2) / 100;

export const LATER: Extract<Criterion, { kind: 'trend' }> = {
  kind: 'trend',
  axis: 'data',
  measure: 'live.loss.tokens',
  where: {},
  direction: 'up',
};

/** AR is best at step 20 and rises; diffusion falls until step `at` and so passes it the later the later that is. */
export function crossesAt(at: (cell: Cell) => number): Made {
  return (cell, family) =>
    ran(
      family === 'ar'
        ? losses('ar', { best: 2.5, at: 20, rise: 0.4 })
        : losses('diffusion', { best: 2.2 + jitter(cell.seed), at: at(cell) }),
    );
}

export const uniqueTokens = ({ spec }: Cell) => spec.data.uniqueTokens;

export const CLOSED: Extract<Criterion, { kind: 'difference' }> = {
  kind: 'difference',
  of: { measure: 'testLoss', family: 'ar', where: {}, over: 'min', by: 'bestLoss' },
  minus: { measure: 'testLoss', family: 'diffusion', where: { dropout: 'none' } },
  sign: 'positive',
};

/** Diffusion tests at 2.3, AR at what its dropout gives it. */
export function withDropout(arLoss: (cell: Cell) => number): Made {
  return (cell, family) => {
    const best = (family === 'ar' ? arLoss(cell) : 2.3) + jitter(cell.seed);
    return ran([...losses(family, { best, at: 100 }), test(family, best + 0.01)]);
  };
}

/** The same results, had every loss been measured exactly. */
export function exactly(made: Made): Made {
  return (cell, family) => {
    const result = made(cell, family);
    return { ...result, records: result.records.map((record) => ({ ...record, bound: 'exact' })) };
  };
}
