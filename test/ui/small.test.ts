import { describe, expect, it } from 'vitest';
import { smallCharts, valueOn } from '../../src/ui/chart/small.ts';
import { RaceLog } from '../../src/ui/race.ts';
import { record } from './records.ts';

const view = { axis: 'step', logX: false, logY: false, smoothing: 0.02 } as const;
const train = { split: 'train', se: null } as const;
const asked = { task: 'brackets', scoring: 'full-sequence', questions: 200, chance: 0.25 } as const;
const answer = { split: 'questions', metric: 'accuracy', asked } as const;

function logOf(...records: Parameters<RaceLog['append']>[0]): RaceLog {
  const log = new RaceLog();
  log.append(records);
  return log;
}

describe('the small charts', () => {
  it('are those of which something was measured, the answers first', () => {
    const log = logOf(
      record(1, 3, train),
      record(1, 5, { ...train, metric: 'gradNorm' }),
      record(10, 0.5, answer),
      record(10, 1, { ...answer, metric: 'deltaNll' }),
    );
    expect(smallCharts(log, view).map(({ id }) => id)).toEqual(['accuracy', 'deltaNll', 'train', 'gradNorm']);
    expect(smallCharts(logOf(record(1, 3, train)), view).map(({ id }) => id)).toEqual(['train']);
  });

  it('hold an accuracy against guessing, and count no category and no side scoring for the whole', () => {
    const log = logOf(
      record(10, 0.5, answer),
      record(10, 0.9, { ...answer, asked: { ...asked, category: 'open' } }),
      record(10, 0.8, { ...answer, asked: { ...asked, scoring: 'prefix' } }),
    );
    const [accuracy] = smallCharts(log, view);
    expect(accuracy).toMatchObject({ reference: 0.25, y: [0.25, 0.5] });
    expect(accuracy.lines[0].line).toEqual([{ x: 10, y: 0.5 }]);
  });

  it('draw the training loss averaged, with what was measured behind it; or as it is, where nobody wants an average', () => {
    const log = logOf(...Array.from({ length: 200 }, (_, step) => record(step, step % 2, train)));
    const [smoothed] = smallCharts(log, view);
    expect(smoothed.lines[0].raw.map(({ y }) => y).slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(Math.abs(smoothed.lines[0].line.at(-1)!.y - 0.5)).toBeLessThan(0.2);
    const [raw] = smallCharts(log, { ...view, smoothing: 0 });
    expect(raw.lines[0]).toMatchObject({ raw: [], line: smoothed.lines[0].raw });
  });

  it('say where a value was not finite, and leave a gap there', () => {
    const log = logOf(record(1, 3, train), record(2, Number.NaN, train), record(3, 2, train));
    const [{ lines }] = smallCharts(log, { ...view, smoothing: 0 });
    expect(lines[0].broken).toEqual([2]);
    expect(lines[0].line.map(({ y }) => y)).toEqual([3, Number.NaN, 2]);
  });

  it('have a value at any moment: the last one by then', () => {
    const points = [
      { x: 1, y: 5 },
      { x: 2, y: Number.NaN },
      { x: 4, y: 7 },
    ];
    expect([valueOn(points, 3), valueOn(points, 0), valueOn(points, undefined)]).toEqual([5, undefined, 7]);
  });
});
