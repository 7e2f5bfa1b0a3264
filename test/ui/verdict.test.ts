import { describe, expect, it } from 'vitest';
import type { Crossing, CrossingKind, CrossingStatus } from '../../src/analysis/crossing.ts';
import { headlineOf } from '../../src/ui/verdict.ts';

const at = { epoch: 45.06, step: 1220, tokens: 1, flops: 1, seconds: 1 };
const crossing = (kind: CrossingKind, status: CrossingStatus): Crossing => ({
  kind,
  metric: 'loss',
  status,
  bound: 'upper',
  held: 3,
  needed: 3,
  ...(status !== 'none' && { at, value: { diffusion: 2.4, ar: 2.5 } }),
});
const running = { lab: 'running', steps: 2000, crossings: {} } as const;
const withGap = (value: number, bound: Crossing['bound'] = 'upper') =>
  headlineOf({ ...running, crossings: { live: { ...crossing('live', 'none'), bound, gap: { value, se: 0.01 } } } });

describe('the headline of the verdict', () => {
  it('waits for an evaluation', () => {
    expect(headlineOf(running)).toBe('No evaluation yet.');
  });

  it('says who is ahead only beyond two standard errors, and of diffusion only what its bound allows', () => {
    expect(withGap(-0.213)).toBe('AR is 0.213 nats below diffusion’s upper bound.');
    expect(withGap(-0.213, 'exact')).toBe('AR is ahead of diffusion by 0.213 nats.');
    expect(withGap(0.05)).toBe('Diffusion is ahead of AR by 0.050 nats.');
    expect(withGap(0.015)).toBe('The two are level within the error.');
  });

  it('gives a crossing its certainty', () => {
    const live = (status: CrossingStatus) => headlineOf({ ...running, crossings: { live: crossing('live', status) } });
    expect(live('possible')).toBe('Diffusion may have passed AR at step 1,220, epoch 45.1.');
    expect(live('confirmed')).toBe('Diffusion passed AR at step 1,220, epoch 45.1.');
    expect(live('reverted')).toBe('Diffusion passed AR at step 1,220, epoch 45.1, then AR was ahead again.');
  });

  it('puts the strict crossing above the live one once it is confirmed', () => {
    const both = (strict: CrossingStatus) =>
      headlineOf({
        ...running,
        crossings: { live: crossing('live', 'confirmed'), strict: crossing('strict', strict) },
      });
    expect(both('possible')).toBe('Diffusion passed AR at step 1,220, epoch 45.1.');
    expect(both('confirmed')).toBe('Diffusion beat the best of AR at step 1,220, epoch 45.1.');
  });

  it('takes no crossing for an answer', () => {
    const crossings = { live: crossing('live', 'none'), strict: crossing('strict', 'none') };
    expect(headlineOf({ lab: 'finished', steps: 2000, crossings })).toBe(
      'No crossing within the budget of 2,000 steps.',
    );
    expect(headlineOf({ lab: 'stopped', steps: 2000, crossings })).toBe('Stopped before any crossing.');
  });
});
