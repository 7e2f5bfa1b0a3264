import { describe, expect, it } from 'vitest';
import { RacePace } from '../../src/lab/racePace.ts';

const both = (step: number) => [{ step }, { step }];
const alone = (step: number) => [{ step: 40, ended: 'patience' }, { step }];

describe('how long a race goes on', () => {
  it('is not known before its first step, and is counted without what came before that', () => {
    const pace = new RacePace();
    expect(pace.measure(both(0), 100, 5000)).toEqual({ stepsPerSecond: 0, etaSeconds: null });
    expect(pace.measure(both(10), 100, 6000)).toEqual({ stepsPerSecond: 20 / 6, etaSeconds: 9 });
  });

  it('is measured anew when one has ended: with a lane of its own, the other is no faster for it', () => {
    const pace = new RacePace();
    pace.measure(both(0), 100, 0);
    expect(pace.measure(both(40), 100, 4000).etaSeconds).toBe(6);
    expect(pace.measure(alone(40), 100, 4000).etaSeconds).toBe(6);
    expect(pace.measure(alone(60), 100, 6000).etaSeconds).toBe(4);
  });

  it('is shorter where both have shared one queue, and never longer for a slow moment after the end of one', () => {
    const pace = new RacePace();
    pace.measure(both(0), 100, 0);
    pace.measure(both(40), 100, 4000);
    pace.measure(alone(40), 100, 4000);
    expect(pace.measure(alone(41), 100, 4900).etaSeconds).toBe(5.9);
    expect(pace.measure(alone(60), 100, 5000).etaSeconds).toBe(2);
  });

  it('goes by those who are behind where a race goes on, and is over when all have ended', () => {
    const pace = new RacePace();
    pace.measure([{ step: 20 }, { step: 30 }], 100, 0);
    expect(pace.measure([{ step: 30 }, { step: 30 }], 100, 1000)).toEqual({ stepsPerSecond: 10, etaSeconds: 7 });
    const ended = [20, 30].map((step) => ({ step, ended: 'budget' }));
    expect(pace.measure(ended, 100, 2000).etaSeconds).toBe(0);
  });
});
