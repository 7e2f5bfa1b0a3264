import { describe, expect, it } from 'vitest';
import { CheckpointPace } from '../../src/lab/checkpointPace.ts';
import { Soundness } from '../../src/lab/soundness.ts';

/** A pace whose checkpoints take `cost` ms, on a clock that only moves when it is told to. */
function paceOf(cost: number, seldom = false) {
  let time = 0;
  const pace = new CheckpointPace(() => time, seldom);
  return {
    pace,
    pass: (ms: number) => {
      time += ms;
    },
    take: () =>
      pace.take(async () => {
        time += cost;
      }),
  };
}

describe('checkpoints', () => {
  it('are left every five seconds, and after every evaluation', async () => {
    const { pace, pass, take } = paceOf(1);
    await take();
    pass(20);
    expect(pace.due(true, true)).toBe(true);
    expect(pace.due(false, true)).toBe(false);
    pass(5000);
    expect(pace.due(false, true)).toBe(true);
  });

  it('take 2 % of the time at most where they are dear, 10 % around evaluations', async () => {
    const { pace, pass, take } = paceOf(1000);
    await take();
    pass(9_000);
    expect(pace.due(true, true)).toBe(false);
    pass(2_000);
    expect(pace.due(true, true)).toBe(true);
    expect(pace.due(false, true)).toBe(false);
    pass(40_000);
    expect(pace.due(false, true)).toBe(true);
  });

  it('wait for half a minute while the weights run off, and in sweeps', async () => {
    for (const seldom of [false, true]) {
      const { pace, pass, take } = paceOf(1, seldom);
      await take();
      pass(29_000);
      expect(pace.due(true, seldom)).toBe(false);
      pass(2_000);
      expect(pace.due(true, seldom)).toBe(true);
    }
  });
});

describe('weights', () => {
  const having = (...losses: number[]) => {
    const soundness = new Soundness(3);
    for (const loss of losses) soundness.hear(loss);
    return soundness;
  };

  it('are sound while the loss falls, and after a single bad draw', () => {
    expect(having(3.1, 2.5, 80, 2.4, 90, 2.3).ok).toBe(true);
  });

  it('run off when several losses in a row are far above guessing, and are not trusted when it seems over', () => {
    const soundness = having(3, 2.5, 20, 300, 4000, 3, 3, 3);
    expect(soundness.ok).toBe(false);
    soundness.kept();
    expect(soundness.ok).toBe(true);
  });

  it('may begin far above guessing', () => {
    expect(having(12, 14, 13, 11, 9).ok).toBe(true);
  });
});
