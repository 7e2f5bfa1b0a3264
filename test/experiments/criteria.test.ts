import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/experiments/cell.ts';
import type { Axis, Criterion } from '../../src/experiments/experiment.ts';
import {
  CLOSED,
  crossesAt,
  DATA,
  DROPOUT,
  exactly,
  experiment,
  LATER,
  type Made,
  uniqueTokens,
  verdictOf,
  withDropout,
} from '../support/experiment.ts';
import { accuracy, losses, ran, STEPS } from './results.ts';

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
        ? ran(losses('diffusion', { best: 3.2, at: STEPS }))
        : crossesAt((each) => 40 + uniqueTokens(each) / 150)(cell, family);
    const verdict = verdictOf(experiment(LATER), made);
    expect(verdict.status).toBe('reproduced');
    expect(verdict.words).toContain('12000 tokens: more than');
    const line = verdict.crossings.find(({ levels, which }) => levels.data === '12000 tokens' && which === 'live');
    expect(line).toMatchObject({ seeds: 3, none: 3, confirmed: 0, step: null });
  });

  it('is inconclusive when the budgets end before any crossing', () => {
    const verdict = verdictOf(experiment(LATER), (_, family) =>
      ran(losses(family, family === 'ar' ? { best: 2.5, at: 20 } : { best: 3.2, at: STEPS })),
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

describe('a difference', () => {
  const dropoutOf = ({ spec }: Cell) => spec.train.dropout;
  const clearlyBetter = withDropout((cell) => 2.5 - dropoutOf(cell));

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
    const made: Made = (cell, family) => withDropout((of) => 2.5 - dropoutOf(of) / 5)(cell, family);
    expect(verdictOf(experiment(CLOSED, [DROPOUT]), exactly(made)).words).not.toContain('bound');

    const loss = (data: string) => ({ measure: 'testLoss', family: 'diffusion', where: { data } }) as const;
    const compared: Criterion = {
      kind: 'difference',
      of: loss('3000 tokens'),
      minus: loss('6000 tokens'),
      sign: 'positive',
    };
    const mixed = verdictOf(experiment(compared), (cell, family) =>
      (cell.levels.data === '3000 tokens' ? exactly(made) : made)(cell, family),
    );
    expect(mixed.words).toContain('the first loss is exact, the other an upper bound');
    expect(verdictOf(experiment(compared), made).words).toContain('both losses are upper bounds');
  });

  it('is not reproduced when tuned AR is clearly better than diffusion’s exact loss', () => {
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), exactly(clearlyBetter));
    expect(verdict.status).toBe('not reproduced at this scale');
    expect(verdict.effect?.hi).toBeLessThan(0);
  });

  it('is inconclusive when AR is clearly better than diffusion’s upper bound, which may be far above its loss', () => {
    const verdict = verdictOf(experiment(CLOSED, [DROPOUT]), clearlyBetter);
    expect(verdict.status).toBe('inconclusive');
    // What was measured is told as ever, and no number of seeds would change what it is.
    expect(verdict.effect?.hi).toBeLessThan(0);
    expect(verdict.parts[0].decidingSeeds).toBeUndefined();
    const gap = (sign: 'positive' | 'negative'): Criterion => ({
      kind: 'difference',
      of: { measure: 'testGap', where: { dropout: 'none' } },
      sign,
    });
    const behind = withDropout(() => 2);
    for (const sign of ['positive', 'negative'] as const) {
      const [part] = verdictOf(experiment(gap(sign), [DROPOUT]), behind).parts;
      expect(part.status).toBe('inconclusive');
      expect(part.decidingSeeds).toBeUndefined();
    }
    const ahead = withDropout(() => 3);
    expect(verdictOf(experiment(gap('positive'), [DROPOUT]), ahead).status).toBe('reproduced');
    expect(verdictOf(experiment(gap('negative'), [DROPOUT]), ahead).status).toBe('not reproduced at this scale');
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
    const made = exactly(withDropout((cell) => 2.4 + (cell.seed === 2 ? -0.01 : 0.005)));
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
      ran(losses(family, family === 'ar' ? { best: 2.5, at: 20 } : { best: 3.2, at: STEPS }));
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
      ran(losses(family, family === 'ar' ? ar : diffusion));
  const passes = both({ best: 2.5, at: 20, rise: 0.4 }, { best: 2.2, at: 100 });
  const between = both({ best: 2.5, at: 20, rise: 0.9 }, { best: 2.8, at: 100 });
  const stillFalling = both({ best: 2.5, at: 20 }, { best: 2.8, at: STEPS });

  it('is reproduced when it is confirmed on every seed', () => {
    expect(verdictOf(crossing('live', 'confirmed'), passes).status).toBe('reproduced');
    expect(verdictOf(crossing('strict', 'confirmed'), passes).status).toBe('reproduced');
  });

  it('tells the strict from the live one', () => {
    expect(verdictOf(crossing('live', 'confirmed'), between).status).toBe('reproduced');
    const strict = verdictOf(crossing('strict', 'confirmed'), exactly(between));
    expect(strict.status).toBe('not reproduced at this scale');
    expect(strict.words).toContain('AR clearly ahead at the end in 3 of 3 races');
    const bound = verdictOf(crossing('strict', 'confirmed'), between);
    expect(bound.status).toBe('inconclusive');
    expect(bound.words).toContain('AR clearly ahead of diffusion’s upper bound at the end in 3 of 3 races');
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
      ran(accuracy(family, (step) => (family === 'ar' ? (step < 60 ? 0.25 + step / 120 : 0.5) : 0.25 + step / 260)));
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
