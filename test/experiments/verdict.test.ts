import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { Cell, FamilyResult } from '../../src/experiments/cell.ts';
import type { Axis, Criterion, Experiment } from '../../src/experiments/experiment.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import { accuracy, losses, ran, resultOf, STEPS, test } from './results.ts';

const DATA: Axis = {
  id: 'data',
  label: 'Unique tokens',
  levels: [3000, 6000, 12_000].map((at) => ({
    label: `${at} tokens`,
    at,
    settings: { 'data.uniqueTokens': at },
  })),
};
const DROPOUT: Axis = {
  id: 'dropout',
  label: 'Dropout',
  levels: [
    { label: 'none', settings: {} },
    { label: '0.1', settings: { 'train.dropout': 0.1 }, families: ['ar'] },
    { label: '0.3', settings: { 'train.dropout': 0.3 }, families: ['ar'] },
  ],
};

function experiment(criterion: Criterion, axes: readonly Axis[] = [DATA], seeds = [1, 2, 3]): Experiment {
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

type Made = (cell: Cell, family: FamilyId) => FamilyResult;

function verdictOf(of: Experiment, made: Made, without: (cell: Cell) => boolean = () => false) {
  const results = cellsOf(of, 'minutes').flatMap((cell) => (without(cell) ? [] : [resultOf(cell, made)]));
  return judge(of, 'minutes', results);
}

const only = (records: MetricRecord[]): FamilyResult => ran(records);
/** A little of its own for every seed. */
const jitter = (seed: number) => (seed - 2) / 100;

const LATER: Criterion = { kind: 'trend', axis: 'data', measure: 'live.loss.tokens', where: {}, direction: 'up' };

/** AR is best at step 20 and rises; diffusion falls until step `at` and so passes it the later the later that is. */
function crossesAt(at: (cell: Cell) => number): Made {
  return (cell, family) =>
    only(
      family === 'ar'
        ? losses('ar', { best: 2.5, at: 20, rise: 0.4 })
        : losses('diffusion', { best: 2.2 + jitter(cell.seed), at: at(cell) }),
    );
}

const uniqueTokens = ({ spec }: Cell) => spec.data.uniqueTokens;

describe('a trend', () => {
  it('is reproduced when it is seen on every seed, and says the medians by level', () => {
    const verdict = verdictOf(
      experiment(LATER),
      crossesAt((cell) => 40 + uniqueTokens(cell) / 150),
    );
    expect(verdict.status).toBe('reproduced');
    expect(verdict.parts[0].words).toMatch(
      /^3000 tokens: \d+k tokens → 6000 tokens: .* → 12000 tokens: .*9 of 9 comparisons over 3 seeds go as claimed \(p = 0\.0046\d?\)/,
    );
    expect(verdict.effect).toMatchObject({ value: 1, lo: 1, hi: 1, unit: 'rank correlation' });
  });

  it('is not reproduced when the opposite is seen on every seed', () => {
    const verdict = verdictOf(
      experiment(LATER),
      crossesAt((cell) => 140 - uniqueTokens(cell) / 150),
    );
    expect(verdict.status).toBe('not reproduced at this scale');
    expect(verdict.effect?.value).toBe(-1);
  });

  it('is inconclusive when every level crosses at the same place', () => {
    const verdict = verdictOf(
      experiment(LATER),
      crossesAt(() => 80),
    );
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toContain('9 left open by the budget or tied');
  });

  it('is inconclusive when the seeds disagree', () => {
    const verdict = verdictOf(
      experiment(LATER),
      crossesAt((cell) => (cell.seed === 2 ? 140 - uniqueTokens(cell) / 150 : 40 + uniqueTokens(cell) / 150)),
    );
    expect(verdict.status).toBe('inconclusive');
  });

  it('takes a crossing that never comes for later than any', () => {
    const never = (cell: Cell) => uniqueTokens(cell) === 12_000;
    const made: Made = (cell, family) =>
      family === 'diffusion' && never(cell)
        ? only(losses('diffusion', { best: 3.2, at: STEPS }))
        : crossesAt((each) => 40 + uniqueTokens(each) / 150)(cell, family);
    const verdict = verdictOf(experiment(LATER), made);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.words).toContain('12000 tokens: more than');
    const line = verdict.crossings.find(({ levels, which }) => levels.data === '12000 tokens' && which === 'live');
    expect(line).toMatchObject({ seeds: 3, none: 3, confirmed: 0, step: null });
  });

  it('is inconclusive when the budgets end before any crossing', () => {
    const verdict = verdictOf(experiment(LATER), (_, family) =>
      only(losses(family, family === 'ar' ? { best: 2.5, at: 20 } : { best: 3.2, at: STEPS })),
    );
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toContain('left open by the budget');
  });

  it('is inconclusive on one seed, however clear', () => {
    const verdict = verdictOf(
      experiment(LATER, [DATA], [1]),
      crossesAt((cell) => 40 + uniqueTokens(cell) / 150),
    );
    expect(verdict.status).toBe('inconclusive');
  });
});

const CLOSED: Criterion = {
  kind: 'difference',
  of: { measure: 'testLoss', family: 'ar', where: {}, over: 'min', by: 'bestLoss' },
  minus: { measure: 'testLoss', family: 'diffusion', where: { dropout: 'none' } },
  sign: 'positive',
};

/** Diffusion tests at 2.3, AR at what its dropout gives it. */
function withDropout(arLoss: (cell: Cell) => number): Made {
  return (cell, family) => {
    const best = (family === 'ar' ? arLoss(cell) : 2.3) + jitter(cell.seed);
    return only([...losses(family, { best, at: 100 }), test(family, best + 0.01)]);
  };
}

describe('a difference', () => {
  const dropoutOf = ({ spec }: Cell) => spec.train.dropout;

  it('is reproduced when its whole interval lies above the margin, for the best that tuning finds', () => {
    const verdict = verdictOf(
      experiment(CLOSED, [DROPOUT]),
      withDropout((cell) => 2.5 - dropoutOf(cell) / 5),
    );
    expect(verdict.status).toBe('reproduced');
    expect(verdict.effect?.value).toBeCloseTo(0.14);
    expect(verdict.effect?.lo).toBeGreaterThan(0);
    expect(verdict.words).toContain('best of AR at 0.3');
    expect(verdict.words).toContain('diffusion’s loss is an upper bound');
  });

  it('says of losses only what they are: all exact, all bounds, or one of each', () => {
    const exact = (records: MetricRecord[]) => records.map((record) => ({ ...record, bound: 'exact' as const }));
    const made: Made = (cell, family) => withDropout((of) => 2.5 - dropoutOf(of) / 5)(cell, family);
    const all = verdictOf(experiment(CLOSED, [DROPOUT]), (cell, family) => {
      const result = made(cell, family);
      return { ...result, records: exact(result.records) };
    });
    expect(all.words).not.toContain('bound');

    const loss = (data: string) => ({ measure: 'testLoss', family: 'diffusion', where: { data } }) as const;
    const compared: Criterion = {
      kind: 'difference',
      of: loss('3000 tokens'),
      minus: loss('6000 tokens'),
      sign: 'positive',
    };
    const mixed = verdictOf(experiment(compared), (cell, family) => {
      const result = made(cell, family);
      return cell.levels.data === '3000 tokens' ? { ...result, records: exact(result.records) } : result;
    });
    expect(mixed.words).toContain('the first loss is exact, the other an upper bound');
    expect(verdictOf(experiment(compared), made).words).not.toContain('bound');
  });

  it('is not reproduced when tuned AR is clearly better', () => {
    const verdict = verdictOf(
      experiment(CLOSED, [DROPOUT]),
      withDropout((cell) => 2.5 - dropoutOf(cell)),
    );
    expect(verdict.status).toBe('not reproduced at this scale');
    expect(verdict.effect?.hi).toBeLessThan(0);
  });

  it('is inconclusive when the interval includes the margin', () => {
    const verdict = verdictOf(
      experiment(CLOSED, [DROPOUT]),
      withDropout((cell) => 2.32 + (cell.seed === 2 ? -0.05 : 0.03)),
    );
    expect(verdict.status).toBe('inconclusive');
  });

  it('is inconclusive on too few seeds: one says nothing, two only what is very clear', () => {
    const made = (spread: number): Made => withDropout((cell) => 2.5 + (cell.seed === 1 ? spread : -spread));
    expect(verdictOf(experiment(CLOSED, [DROPOUT], [1]), made(0.001))).toMatchObject({
      status: 'inconclusive',
      effect: { lo: null, hi: null },
    });
    expect(verdictOf(experiment(CLOSED, [DROPOUT], [1, 2]), made(0.05)).status).toBe('inconclusive');
    expect(verdictOf(experiment(CLOSED, [DROPOUT], [1, 2]), made(0.001)).status).toBe('reproduced');
  });

  it('asks for three outcomes where it must lie between margins', () => {
    const within = (margin: number): Criterion => ({ ...CLOSED, sign: 'neither', margin });
    const made = withDropout(() => 2.4);
    expect(verdictOf(experiment(within(0.3), [DROPOUT]), made).status).toBe('reproduced');
    expect(verdictOf(experiment(within(0.1), [DROPOUT]), made).status).toBe('inconclusive');
    expect(verdictOf(experiment(within(0.02), [DROPOUT]), made).status).toBe('not reproduced at this scale');
  });

  it('of a crossing that did not come is at least its budget: enough to be large, never to be small', () => {
    const ratio = (sign: 'positive' | 'negative'): Criterion => ({
      kind: 'difference',
      of: { measure: 'computeRatio', where: {} },
      sign,
      margin: 2,
    });
    const one: Axis = { ...DATA, levels: DATA.levels.slice(0, 1) };
    const never: Made = (_, family) =>
      only(losses(family, family === 'ar' ? { best: 2.5, at: 20 } : { best: 3.2, at: STEPS }));
    const large = verdictOf(experiment(ratio('positive'), [one]), never);
    expect(large.status).toBe('reproduced');
    // 190 steps of diffusion at twice AR’s cost, over AR’s 20.
    expect(large.effect).toMatchObject({ value: 19, lo: 19, hi: null });
    expect(large.words).toMatch(/^At least 19×/);
    expect(verdictOf(experiment(ratio('negative'), [one]), never).status).toBe('not reproduced at this scale');
  });
});

describe('a crossing', () => {
  const one: Axis = { ...DATA, levels: DATA.levels.slice(0, 1) };
  const crossing = (which: 'live' | 'strict', expected: 'confirmed' | 'none', metric: 'loss' | 'accuracy' = 'loss') =>
    experiment({ kind: 'crossing', which, metric, where: {}, expected }, [one]);
  const both =
    (ar: Parameters<typeof losses>[1], diffusion: Parameters<typeof losses>[1]): Made =>
    (_, family) =>
      only(losses(family, family === 'ar' ? ar : diffusion));
  const passes = both({ best: 2.5, at: 20, rise: 0.4 }, { best: 2.2, at: 100 });
  const between = both({ best: 2.5, at: 20, rise: 0.9 }, { best: 2.8, at: 100 });
  const stillFalling = both({ best: 2.5, at: 20 }, { best: 2.8, at: STEPS });

  it('is reproduced when it is confirmed on every seed', () => {
    expect(verdictOf(crossing('live', 'confirmed'), passes).status).toBe('reproduced');
    expect(verdictOf(crossing('strict', 'confirmed'), passes).status).toBe('reproduced');
  });

  it('tells the strict from the live one', () => {
    expect(verdictOf(crossing('live', 'confirmed'), between).status).toBe('reproduced');
    const strict = verdictOf(crossing('strict', 'confirmed'), between);
    expect(strict.status).toBe('not reproduced at this scale');
    expect(strict.words).toContain('AR clearly ahead at the end in 3 of 3 races');
  });

  it('is inconclusive when the budget ended while diffusion still improved', () => {
    const verdict = verdictOf(crossing('live', 'confirmed'), stillFalling);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toBe('None within the budget in 3 of 3 races (3 seeds).');
  });

  it('that should not come is reproduced when none is seen, and not when it is confirmed', () => {
    expect(verdictOf(crossing('live', 'none'), stillFalling).status).toBe('reproduced');
    expect(verdictOf(crossing('live', 'none'), passes).status).toBe('not reproduced at this scale');
  });

  it('is inconclusive where there was nothing to pass', () => {
    const verdict = verdictOf(crossing('live', 'confirmed'), both({ best: 3, at: 100 }, { best: 2.2, at: 100 }));
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toMatch(/nothing to pass/i);
  });

  it('of an accuracy is found on the questions', () => {
    const made: Made = (_, family) =>
      only(accuracy(family, (step) => (family === 'ar' ? (step < 60 ? 0.25 + step / 120 : 0.5) : 0.25 + step / 260)));
    const verdict = verdictOf(crossing('live', 'confirmed', 'accuracy'), made);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.crossings.map(({ metric, which, confirmed }) => [metric, which, confirmed])).toContainEqual([
      'accuracy',
      'live',
      3,
    ]);
  });

  it('of an accuracy is inconclusive where nothing was asked', () => {
    expect(verdictOf(crossing('live', 'confirmed', 'accuracy'), passes)).toMatchObject({
      status: 'inconclusive',
      words: 'The accuracy was not measured.',
    });
  });
});

describe('cells that are missing or diverged', () => {
  const made = crossesAt((cell) => 40 + uniqueTokens(cell) / 150);
  const last = (cell: Cell) => cell.seed === 3 && uniqueTokens(cell) === 12_000;

  it('leave a verdict inconclusive, and missing ones are named', () => {
    const verdict = verdictOf(experiment(LATER), made, last);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.words).toBe('A cell is missing.');
    expect(verdict.cells).toMatchObject({ planned: 9, done: 8 });
    expect(verdict.cells.missing).toHaveLength(1);
  });

  it('are named when they diverged', () => {
    const diverging: Made = (cell, family) => ({
      ...made(cell, family),
      ...(last(cell) && family === 'ar' && { ended: 'diverged' as const }),
    });
    const verdict = verdictOf(experiment(LATER), diverging);
    expect(verdict).toMatchObject({ status: 'inconclusive', words: 'Training diverged.' });
    expect(verdict.cells.diverged).toHaveLength(1);
  });

  it('in a search among settings a diverged one is only never the best', () => {
    const sound = withDropout((cell) => 2.5 - cell.spec.train.dropout / 5);
    const diverging: Made = (cell, family) => ({
      ...sound(cell, family),
      ...(cell.spec.train.dropout === 0.3 && { ended: 'diverged' as const }),
    });
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), diverging);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.words).toContain('best of AR at 0.1');
  });

  it('of other plans are left aside', () => {
    const of = experiment(LATER);
    const results = cellsOf(of, 'minutes').map((cell) => resultOf(cell, made));
    const foreign = { ...results[0], id: '000000000000' };
    expect(judge(of, 'minutes', [...results, foreign])).toEqual(judge(of, 'minutes', results));
  });
});

describe('a verdict', () => {
  const made = crossesAt((cell) => 40 + uniqueTokens(cell) / 150);
  const parts: Criterion = {
    kind: 'all',
    parts: [
      { says: 'it comes later', criterion: LATER },
      { says: 'it comes earlier', criterion: { ...LATER, direction: 'down' }, beside: true },
    ],
  };

  it('rests on the parts that count, and shows the others', () => {
    const verdict = verdictOf(experiment(parts), made);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.parts.map(({ says, counts, status }) => [says, counts, status])).toEqual([
      ['it comes later', true, 'reproduced'],
      ['it comes earlier', false, 'not reproduced at this scale'],
    ]);
  });

  it('is not reproduced as soon as one part clearly is not', () => {
    const counting: Criterion = { ...parts, parts: parts.parts.map(({ says, criterion }) => ({ says, criterion })) };
    const verdict = verdictOf(experiment(counting), made);
    expect(verdict.status).toBe('not reproduced at this scale');
    expect(verdict.words).toBe('Holds: it comes later. Does not hold: it comes earlier.');
  });

  it('is the same for the same cells in any order, and survives JSON', () => {
    const of = experiment(parts);
    const results = cellsOf(of, 'minutes').map((cell) => resultOf(cell, made));
    const verdict = judge(of, 'minutes', results);
    expect(judge(of, 'minutes', [...results].reverse())).toEqual(verdict);
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  it('says how to run it again', () => {
    const of = experiment(LATER);
    expect(judge(of, 'minutes', []).command).toBe('npx crossover sweep --file made-up.json --scale minutes');
    const options = { seeds: [1, 2], settings: { 'train.steps': 50 } };
    expect(judge(of, 'night', [], options).command).toBe(
      'npx crossover sweep --file made-up.json --scale night --seeds 2 --set train.steps=50',
    );
  });

  it('that is inconclusive says what would decide it: its missing cells, more seeds, or the next scale', () => {
    const noisy = withDropout((cell) => 2.36 + (cell.seed === 2 ? -0.06 : 0.03));
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), noisy);
    expect(verdict.status).toBe('inconclusive');
    const { decidingSeeds } = verdict.parts[0];
    expect(decidingSeeds).toBeGreaterThan(3);
    expect(decidingSeeds).toBeLessThan(12);
    expect(verdict.toDecide).toMatchObject({
      words: `${decidingSeeds} seeds, if they are like these`,
      command: `npx crossover sweep --file made-up.json --scale minutes --seeds ${decidingSeeds}`,
      scale: 'minutes',
      seeds: decidingSeeds,
    });
    const none = verdictOf(
      experiment(LATER),
      crossesAt(() => 80),
    );
    expect(none.toDecide?.command).toBe('npx crossover sweep --file made-up.json --scale coffee');
    const unfinished = judge(experiment(LATER), 'minutes', []);
    // Nothing was run by which to judge what they take.
    expect(unfinished.toDecide).toEqual({
      words: 'the cells that are missing',
      command: 'npx crossover sweep --file made-up.json --scale minutes',
      scale: 'minutes',
      seeds: 3,
    });
    expect(verdictOf(experiment(parts), made).toDecide).toBeUndefined();
  });

  it('says the criterion in words that were fixed before the run', () => {
    expect(judge(experiment(CLOSED, [DROPOUT]), 'minutes', []).parts[0].criterion).toBe(
      'test loss of the best weights of AR, in the cell of smallest best validation loss minus test loss of the best weights of diffusion (none) is above 0 nats per token',
    );
  });
});

describe('an experiment that does not fit', () => {
  it('names the axis or the level that its plan does not have', () => {
    const at = (where: Record<string, string>) =>
      experiment({ ...CLOSED, of: { ...CLOSED.of, where } } as Criterion, [DROPOUT]);
    expect(() => judge(at({ size: 'S' }), 'minutes', [])).toThrow(
      'the criterion names the axis size; the plan has dropout',
    );
    expect(() => judge(at({ dropout: '0.2' }), 'minutes', [])).toThrow(
      'the criterion names “0.2” on the axis dropout; the plan has none, 0.1, 0.3',
    );
  });

  it('names the axis of a trend that its plan does not have', () => {
    expect(() => judge(experiment({ ...LATER, axis: 'size' }), 'minutes', [])).toThrow(
      'the trend is along the axis size; the plan has data',
    );
  });

  it('names a criterion that leaves several cells', () => {
    const { over: _, by: __, ...of } = (CLOSED as Extract<Criterion, { kind: 'difference' }>).of;
    expect(() => judge(experiment({ ...CLOSED, of } as Criterion, [DROPOUT]), 'minutes', [])).toThrow(
      /leaves 3 cells for testLoss/,
    );
  });

  it('names an unknown field, a bad value, and a setting that an axis varies', () => {
    const with_ = (settings: Record<string, number>) =>
      experiment(LATER, [{ ...DATA, levels: [{ label: 'bad', settings }] }]);
    expect(() => cellsOf(with_({ 'data.tokens': 1 }), 'minutes')).toThrow('data.tokens is not a field');
    expect(() => cellsOf(with_({ 'train.dropout': 2 }), 'minutes')).toThrow(
      'made-up, data “bad”: train.dropout must be a number from 0 to 0.95; got 2',
    );
    expect(() => cellsOf(experiment(LATER), 'minutes', { settings: { 'data.uniqueTokens': 1 } })).toThrow(
      'data.uniqueTokens cannot be set: it is varied by the axis data of made-up',
    );
  });
});
