import { describe, expect, it } from 'vitest';
import { findCrossings } from '../../src/analysis/crossover.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { CellResult } from '../../src/experiments/cell.ts';
import { evidenceCell, resultsOf } from '../../src/experiments/evidence.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';

const { batch } = DEFAULT_SPEC.train;
const TOKENS = batch * DEFAULT_SPEC.model.context;
const FLOPS = { ar: 2e9, diffusion: 3e9 };

function record(family: FamilyId, step: number, value: number, more: Partial<MetricRecord> = {}): MetricRecord {
  return {
    step,
    tokens: step * TOKENS,
    epoch: (step * TOKENS) / DEFAULT_SPEC.data.uniqueTokens,
    flops: step * FLOPS[family],
    seconds: step / 10,
    family,
    split: 'validation',
    metric: 'loss',
    value,
    bound: family === 'ar' ? 'exact' : 'upper',
    se: 0.001,
    ...more,
  };
}

const ASKED = { task: 'cloze', scoring: 'full-sequence', questions: 100, chance: 0.25 } as const;

/** AR is best at step 2,130 and turns up; diffusion falls slowly below it: a thousand evaluations of each. */
function longRace(): CellResult {
  const steps = Array.from({ length: 1001 }, (_, i) => 10 * i);
  const loss = {
    ar: (step: number) => 2.5 + 1.5 * Math.exp(-step / 500) + Math.abs(step - 2130) / 20_000,
    diffusion: (step: number) => 2.3 + 1.7 * Math.exp(-step / 2500),
  };
  const results = FAMILIES.map((family) => [
    family,
    {
      steps: 10_000,
      ended: 'budget',
      seconds: 1000,
      parameters: 1e5,
      flopsPerStep: FLOPS[family],
      records: [
        ...steps.flatMap((step) => [
          record(family, step, loss[family](step), { windows: [1, 2, 3] }),
          record(family, step, 0.5, { split: 'questions', metric: 'accuracy', asked: ASKED }),
        ]),
        record(family, 2130, 2.6, { split: 'test' }),
      ],
    },
  ]);
  const spec = DEFAULT_SPEC;
  const about = { id: 'abc', experiment: 'long', levels: {}, seed: 1, spec, families: FAMILIES, version: 1 as const };
  const ranOn = { executor: 'cpu', adapter: 'simd', host: 'test', lab: '0' };
  return { ...about, results: Object.fromEntries(results), ranOn, wallSeconds: 2000 };
}

const losses = ({ records }: { records: readonly MetricRecord[] }) => records.filter((r) => r.split === 'validation');

describe('shipped evidence', () => {
  const whole = longRace();
  const cell = evidenceCell(whole);
  const [shipped] = resultsOf({ cells: [cell] });
  const [ar, diffusion] = FAMILIES.map((family) => shipped.results[family]!);

  it('has at most 300 points a curve, without the losses of windows, and is small', () => {
    for (const { records } of [ar, diffusion]) {
      expect(losses({ records }).length).toBeGreaterThan(100);
      expect(losses({ records }).length).toBeLessThanOrEqual(300);
      expect(records.every(({ windows }) => windows === undefined)).toBe(true);
    }
    expect(JSON.stringify(cell).length).toBeLessThan(JSON.stringify(whole).length / 10);
  });

  it('keeps the best, the ends, the test, and both crossings where they were', () => {
    const raw = whole.results;
    const best = (records: readonly MetricRecord[]) => records.reduce((a, b) => (b.value < a.value ? b : a)).step;
    for (const family of FAMILIES) {
      const [kept, all] = [shipped.results[family]!, raw[family]!].map(losses);
      expect(best(kept)).toBe(best(all));
      expect([kept[0].step, kept.at(-1)!.step]).toEqual([0, 10_000]);
      expect(shipped.results[family]!.records.filter(({ split }) => split === 'test')).toHaveLength(1);
    }
    const found = findCrossings(losses(ar), losses(diffusion));
    const expected = findCrossings(losses(raw.ar!), losses(raw.diffusion!));
    for (const which of ['live', 'strict'] as const) {
      expect(expected[which].status).toBe('confirmed');
      expect(found[which].status).toBe('confirmed');
      expect(found[which].at!.step).toBe(expected[which].at!.step);
    }
  });

  it('measures both families, and their answers, at the same steps', () => {
    const steps = (records: readonly MetricRecord[], split: MetricRecord['split']) =>
      records.filter((r) => r.split === split).map(({ step }) => step);
    for (const split of ['validation', 'questions'] as const) {
      expect(steps(ar.records, split)).toEqual(steps(losses(diffusion), 'validation'));
    }
  });

  it('says of every record what it said, to six digits', () => {
    const originals = new Map(
      whole.results.ar!.records.map((each) => [`${each.split} ${each.metric} ${each.step}`, each]),
    );
    for (const each of ar.records) {
      const { windows: _, value, ...original } = originals.get(`${each.split} ${each.metric} ${each.step}`)!;
      expect(each).toMatchObject(original);
      expect(each.value).toBeCloseTo(value, 5);
    }
  });

  it('keeps a value that is not finite as one', () => {
    const diverged = longRace();
    diverged.results.ar!.records = [record('ar', 10, Number.NaN, { se: null })];
    const [again] = resultsOf(JSON.parse(JSON.stringify({ cells: [evidenceCell(diverged)] })));
    expect(again.results.ar!.records).toMatchObject([{ step: 10, value: Number.NaN, se: null }]);
  });
});
