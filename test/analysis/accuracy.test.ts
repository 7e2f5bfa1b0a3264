import { describe, expect, it } from 'vitest';
import { findAccuracyCrossings, taskResults } from '../../src/analysis/accuracy.ts';
import { describeCrossing } from '../../src/analysis/describe.ts';
import type { Asked, MetricRecord } from '../../src/analysis/record.ts';
import type { FamilyId } from '../../src/spec/schema.ts';

const QUESTIONS = 400;

function record(family: FamilyId, step: number, value: number, asked: Partial<Asked> = {}): MetricRecord {
  const scoring = family === 'ar' ? 'full-sequence' : 'chain-rule';
  return {
    step,
    tokens: step * 640,
    epoch: step / 10,
    flops: step * 1e6,
    seconds: step,
    family,
    split: 'questions',
    metric: 'accuracy',
    asked: { task: 'brackets', scoring, questions: QUESTIONS, chance: 0.25, ...asked },
    value,
    bound: 'exact',
    se: Math.sqrt((value * (1 - value)) / QUESTIONS),
  };
}

/** Evaluations at steps 0, 100, 200 … */
const line = (family: FamilyId, values: readonly number[], asked?: Partial<Asked>) =>
  values.map((value, i) => record(family, 100 * i, value, asked));

const AR = line('ar', [0.25, 0.6, 0.65, 0.5, 0.4, 0.35, 0.35, 0.35, 0.35]);
const DIFFUSION = line('diffusion', [0.25, 0.3, 0.4, 0.45, 0.55, 0.6, 0.75, 0.85, 0.9]);

describe('crossings of the accuracy', () => {
  it('are live where diffusion passes AR, strict where it passes the best that AR ever had', () => {
    const { live, strict } = findAccuracyCrossings(AR, DIFFUSION, 'brackets');
    expect(live).toMatchObject({ metric: 'accuracy', kind: 'live', status: 'confirmed', at: { step: 400 } });
    expect(live.value!.diffusion).toBeCloseTo(0.55);
    expect(live.value!.ar).toBeCloseTo(0.4);
    expect(strict).toMatchObject({ metric: 'accuracy', kind: 'strict', status: 'confirmed', at: { step: 600 } });
    expect(strict.value!.ar).toBeCloseTo(0.65);
    expect(strict.gap!.value).toBeCloseTo(0.9 - 0.65);
    expect(strict.gap!.se).toBeCloseTo(Math.hypot(Math.sqrt((0.9 * 0.1) / 400), Math.sqrt((0.65 * 0.35) / 400)));
  });

  it('are none where AR stays ahead, and say by how much', () => {
    const { live, strict } = findAccuracyCrossings(
      line('ar', [0.25, 0.8, 0.9, 0.95]),
      DIFFUSION.slice(0, 4),
      'brackets',
    );
    expect([live.status, strict.status]).toEqual(['none', 'none']);
    expect(describeCrossing(strict)).toBe(
      'No strict crossing in accuracy within the budget: diffusion is 0.500 below AR’s best',
    );
  });

  it('are none where AR was never clearly ahead', () => {
    const { live } = findAccuracyCrossings(line('ar', [0.25, 0.26, 0.25, 0.24]), DIFFUSION.slice(0, 4), 'brackets');
    expect(live.status).toBe('none');
    expect(describeCrossing(live)).toContain('AR was never clearly ahead');
  });

  it('are judged on the whole set and the main scoring, whatever else was recorded', () => {
    const noise = [
      ...line('ar', Array(9).fill(0.99), { scoring: 'prefix' }),
      ...line('ar', Array(9).fill(0.99), { category: 'open' }),
      ...line('ar', Array(9).fill(0.99), { task: 'world' }),
      ...line('ar', Array(9).fill(0.99)).map((each) => ({ ...each, metric: 'goldNll' as const })),
      ...line('ar', Array(9).fill(0.99)).map((each) => ({
        ...each,
        split: 'validation' as const,
        metric: 'loss' as const,
      })),
    ];
    expect(findAccuracyCrossings([...AR, ...noise], DIFFUSION, 'brackets')).toEqual(
      findAccuracyCrossings(AR, DIFFUSION, 'brackets'),
    );
  });

  it('are told with the word accuracy and without nats', () => {
    const { live } = findAccuracyCrossings(AR, DIFFUSION, 'brackets');
    expect(describeCrossing(live)).toBe(
      'Diffusion passed AR in accuracy (live) at step 400, epoch 40.0 — confirmed by 5 evaluations, now 0.550 ± 0.028',
    );
  });
});

describe('the results of tasks', () => {
  it('are a line for each family, scoring and category, with its best and its last', () => {
    const records = [...AR, ...line('ar', [0.2, 0.4, 0.3], { scoring: 'prefix' }), ...DIFFUSION];
    const [{ task, ways, lines }, ...others] = taskResults(records);
    expect(others).toEqual([]);
    expect(task).toBe('brackets');
    expect(ways.map(({ way, strict }) => [way, strict.at?.step])).toEqual([['choose', 600]]);
    expect(
      lines.map(({ family, asked, best, last }) => [family, asked.scoring, best.value, best.step, last.value]),
    ).toEqual([
      ['ar', 'full-sequence', 0.65, 200, 0.35],
      ['ar', 'prefix', 0.4, 100, 0.3],
      ['diffusion', 'chain-rule', 0.9, 800, 0.9],
    ]);
  });

  it('tell apart what was chosen and what was filled in', () => {
    const filled = [
      ...line('ar', [0, 0.1], { task: 'infilling', scoring: 'exact-match' }),
      ...line('diffusion', [0, 0.2], { task: 'infilling', scoring: 'exact-match' }),
      ...line('diffusion', [0.2, 0.3], { task: 'infilling' }),
    ];
    expect(taskResults(filled)[0].ways.map(({ way }) => way)).toEqual(['fill', 'choose']);
  });

  it('are none where nothing was asked', () => {
    expect(taskResults([{ ...AR[0], split: 'validation', metric: 'loss' }])).toEqual([]);
  });
});
