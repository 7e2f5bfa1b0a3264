import { describe, expect, it } from 'vitest';
import { applySettings } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { drawingOf, readingAt } from '../../src/ui/chart/view.ts';
import { RaceLog } from '../../src/ui/race.ts';
import { placeOfStep } from '../../src/ui/shown/moment.ts';
import { standingOf } from '../../src/ui/summary.ts';
import { record } from './records.ts';

const EPOCHS = { axis: 'epoch', logX: false, logY: false, training: false, smoothing: 0.02 } as const;
const upper = { family: 'diffusion', bound: 'upper', se: 0.02 } as const;

function raceOf(...records: Parameters<RaceLog['append']>[0]): RaceLog {
  const race = new RaceLog();
  race.append(records);
  return race;
}

describe('the log of a race', () => {
  const race = raceOf(
    record(0, 4),
    record(0, 3.9, upper),
    record(1, 3.8, { split: 'train', se: null }),
    record(10, 3),
    record(10, 3.5, upper),
    record(20, 3.2, upper),
  );

  it('pairs the evaluations of a step, newest first', () => {
    expect(race.evaluations()).toEqual([
      { step: 20, epoch: 2, values: { diffusion: { value: 3.2, se: 0.02 } } },
      { step: 10, epoch: 1, values: { ar: { value: 3, se: 0.01 }, diffusion: { value: 3.5, se: 0.02 } } },
      { step: 0, epoch: 0, values: { ar: { value: 4, se: 0.01 }, diffusion: { value: 3.9, se: 0.02 } } },
    ]);
  });

  it('exports every record as it was measured', () => {
    const [header, ...lines] = race.toCsv().trimEnd().split('\n');
    expect(header).toBe('step,tokens,epoch,flops,seconds,split,family,metric,value,bound,se,task,category,scoring');
    expect(lines).toHaveLength(6);
    expect(lines).toContain('20,2000,2,20000000,0.4,validation,diffusion,loss,3.2,upper,0.02,,,');
    expect(lines).toContain('1,100,0.1,1000000,0.02,train,ar,loss,3.8,exact,,,,');
  });

  it('keeps the answers to questions apart: from the losses, and each scoring and category from the others', () => {
    const asked = { task: 'brackets', scoring: 'full-sequence', questions: 200, chance: 0.25 } as const;
    const about = { split: 'questions', metric: 'accuracy' } as const;
    const answered = raceOf(
      record(10, 3),
      record(10, 0.5, { ...about, asked }),
      record(10, 0.4, { ...about, asked: { ...asked, category: 'open' } }),
      record(10, 0.3, { ...about, asked: { ...asked, scoring: 'prefix' } }),
      record(10, 1.2, { ...about, metric: 'goldNll', asked }),
    );
    expect(answered.evaluations()).toEqual([{ step: 10, epoch: 1, values: { ar: { value: 3, se: 0.01 } } }]);
    expect(answered.accuracies.map(({ value }) => value)).toEqual([0.5, 0.4, 0.3]);
    const lines = answered.toCsv().trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(5);
    expect(lines).toContain('10,1000,1,10000000,0.2,questions,ar,accuracy,0.4,exact,0.01,brackets,open,full-sequence');
    expect(JSON.parse(answered.toJsonLines().split('\n')[2])).toMatchObject({
      value: 0.4,
      asked: { category: 'open' },
    });
    answered.clear();
    expect(answered.accuracies).toEqual([]);
  });

  it('exports a value that is not finite by its name, as JSON has none', () => {
    expect(JSON.parse(raceOf(record(10, Number.NaN)).toJsonLines()).value).toBe('NaN');
  });

  it('says where both stand', () => {
    const spec = applySettings(DEFAULT_SPEC, ['evaluation.draws=2']);
    expect(standingOf(race, spec)).toBe('Step 20: diffusion 3.200 ± 0.020 (upper bound, 2 draws).');
    const exact = applySettings(DEFAULT_SPEC, ['evaluation.draws=1', 'diffusion.order=left-to-right']);
    expect(standingOf(race, exact)).toBe('Step 20: diffusion 3.200 ± 0.020 (exact chain rule, 1 draw).');
    expect(standingOf(new RaceLog(), spec)).toBe('No evaluation yet.');
  });

  it('is empty after clear', () => {
    const cleared = raceOf(record(0, 1));
    cleared.clear();
    expect(cleared.evaluations()).toEqual([]);
  });
});

describe('what is drawn', () => {
  const race = raceOf(record(0, 4), record(10, 2), record(20, 3), record(5, 2.5, { split: 'train', se: null }));

  it('is every evaluation with its error band, and the best so far', () => {
    const { lines, x, y } = drawingOf(race, EPOCHS);
    expect(lines.ar.evaluations.map((point) => [point.x, point.y])).toEqual([
      [0, 4],
      [1, 2],
      [2, 3],
    ]);
    expect(lines.ar.evaluations[1].band).toEqual([1.99, 2.01]);
    expect(lines.ar.best.map((point) => point.y)).toEqual([4, 2, 2]);
    expect(lines.ar.training).toEqual([]);
    expect(x).toEqual({ smallestPositive: 1, largest: 2 });
    expect(y.low).toBeCloseTo(1.99);
    expect(y.high).toBeCloseTo(4.01);
    expect(y.lowest).toBeCloseTo(1.99);
  });

  it('leaves out step 0 on a log axis and shows the training loss on demand', () => {
    const { lines } = drawingOf(race, { ...EPOCHS, logX: true, training: true });
    expect(lines.ar.evaluations.map((point) => point.x)).toEqual([1, 2]);
    expect(lines.ar.training.map((point) => point.y)).toEqual([2.5]);
  });

  it('names the places at which a loss was not finite, and does not hide the gap', () => {
    const broken = raceOf(record(0, 4), record(10, Number.NaN), record(20, 3));
    const { lines } = drawingOf(broken, { ...EPOCHS, axis: 'step' });
    expect(lines.ar.broken).toEqual([10]);
    expect(lines.ar.evaluations.map((point) => point.y)).toEqual([4, Number.NaN, 3]);
  });

  it('stays small when the race is long', () => {
    const long = raceOf(...Array.from({ length: 5000 }, (_, step) => record(step, 2 + Math.sin(step))));
    const { lines } = drawingOf(long, EPOCHS);
    expect(lines.ar.evaluations.length).toBeLessThanOrEqual(400);
    expect(lines.ar.evaluations.at(-1)?.x).toBeCloseTo(499.9);
    const training = Array.from({ length: 100_000 }, (_, step) =>
      record(step, step === 50_001 ? Number.NaN : step === 70_003 ? 99 : 2, { split: 'train', se: null }),
    );
    const all = drawingOf(raceOf(record(0, 3), ...training), { ...EPOCHS, axis: 'step', training: true });
    expect(all.lines.ar.training.length).toBeLessThanOrEqual(512);
    expect(all.lines.ar.broken).toEqual([50_001]);
  });
});

describe('the reading under the pointer', () => {
  const race = raceOf(record(0, 4), record(10, 2), record(20, 3, { se: null }));

  it('is the nearest evaluation', () => {
    expect(readingAt(race, 'ar', 'epoch', 0.9)).toEqual({ step: 10, x: 1, value: 2, se: 0.01 });
    expect(readingAt(race, 'ar', 'epoch', 99)).toEqual({ step: 20, x: 2, value: 3, se: null });
    expect(readingAt(race, 'diffusion', 'epoch', 1)).toBeUndefined();
  });

  it('finds a step on any axis', () => {
    expect(placeOfStep(race, 15, 'epoch')).toBe(1.5);
    expect(placeOfStep(race, 10, 'flops')).toBe(1e7);
    expect(placeOfStep(race, 30, 'epoch')).toBeUndefined();
  });
});
