import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCrossings } from '../../src/analysis/crossover.ts';
import { curve, evaluation } from './records.ts';

const live = (ar: number[], diffusion: number[]) => findCrossings(curve('ar', ar), curve('diffusion', diffusion)).live;
const strict = (ar: number[], diffusion: number[]) =>
  findCrossings(curve('ar', ar), curve('diffusion', diffusion)).strict;

describe('the live crossing', () => {
  it('is none while AR is ahead', () => {
    expect(live([3, 2, 1], [4, 3, 2])).toEqual({
      kind: 'live',
      metric: 'loss',
      status: 'none',
      bound: 'upper',
      held: 0,
      needed: 3,
      gap: { value: -1, se: Math.hypot(0.01, 0.01) },
    });
  });

  it('is none without evaluations, and has no gap then', () => {
    expect(live([], [])).toEqual({
      kind: 'live',
      metric: 'loss',
      status: 'none',
      bound: 'exact',
      held: 0,
      needed: 3,
    });
  });

  it('is possible once diffusion is ahead, with the place on every axis', () => {
    const found = live([3, 2, 2.5, 2.7], [4, 3, 2.4, 2.3]);
    expect(found).toMatchObject({
      status: 'possible',
      held: 2,
      at: { step: 20, tokens: 20_480, epoch: 4.096, flops: 4e9, seconds: 4 },
      value: { diffusion: 2.4, ar: 2.5 },
    });
    expect(found.gap?.value).toBeCloseTo(0.4, 12);
  });

  it('is confirmed by three evaluations in a row, at the first of them', () => {
    expect(live([3, 2, 2.5, 2.7, 2.9], [4, 3, 2.4, 2.3, 2.2])).toMatchObject({
      status: 'confirmed',
      held: 3,
      at: { step: 20 },
    });
  });

  it('stays possible, however long it holds, while the gap is within two standard errors', () => {
    expect(live([2, 2.52, 2.52, 2.52, 2.52], [3, 2.5, 2.5, 2.5, 2.5])).toMatchObject({ status: 'possible', held: 4 });
    expect(live([2, 2.53, 2.53, 2.53, 2.53], [3, 2.5, 2.5, 2.5, 2.5])).toMatchObject({ status: 'confirmed', held: 4 });
  });

  it('leaves no trace when it ends unconfirmed, and begins anew', () => {
    expect(live([2, 3, 3, 2], [3, 2, 2, 3])).toMatchObject({ status: 'none', held: 0 });
    expect(live([2, 3, 3, 2], [3, 2, 2, 3]).at).toBeUndefined();
    expect(live([2, 3, 2, 3, 3, 3], [3, 2, 3, 2, 2, 2])).toMatchObject({ status: 'confirmed', at: { step: 30 } });
  });

  it('is reverted when AR is ahead again at three evaluations in a row, not before', () => {
    const rise = [2, 3, 3, 3];
    const fall = [3, 2, 2, 2];
    expect(live([...rise, 2, 2], [...fall, 3, 3])).toMatchObject({ status: 'confirmed', held: 3, at: { step: 10 } });
    expect(live([...rise, 2, 2, 2], [...fall, 3, 3, 3])).toMatchObject({
      status: 'reverted',
      held: 3,
      at: { step: 10 },
    });
  });

  it('can be found again after it was reverted', () => {
    const ar = [2, 3, 3, 3, 2, 2, 2, 3];
    const diffusion = [3, 2, 2, 2, 3, 3, 3, 2];
    expect(live(ar, diffusion)).toMatchObject({ status: 'possible', held: 1, at: { step: 70 } });
    expect(live([...ar, 2], [...diffusion, 3])).toMatchObject({ status: 'reverted', at: { step: 10 } });
    expect(live([...ar, 3, 3], [...diffusion, 2, 2])).toMatchObject({ status: 'confirmed', at: { step: 70 } });
  });

  it('needs more than a lead of AR before anything was trained, or one within the noise', () => {
    const untrained = [evaluation('ar', 0, 3), evaluation('diffusion', 0, 4)];
    const ahead = (family: 'ar' | 'diffusion', value: number) => [10, 20, 30].map((s) => evaluation(family, s, value));
    const found = findCrossings([untrained[0], ...ahead('ar', 3)], [untrained[1], ...ahead('diffusion', 2)]);
    expect(found.live).toMatchObject({ status: 'none', held: 3 });
    expect(found.strict).toMatchObject({ status: 'none', held: 3 });
    expect(live([2, 3, 3, 3], [2.02, 2, 2, 2])).toMatchObject({ status: 'none', held: 3 });
  });

  it('is no crossing when diffusion is ahead from the first evaluation: there was nothing to pass', () => {
    expect(live([3, 3, 3, 3], [2, 2, 2, 2])).toMatchObject({ status: 'none', held: 4 });
    expect(live([3, 2, 3, 3, 3], [2, 3, 2, 2, 2])).toMatchObject({ status: 'confirmed', at: { step: 20 } });
  });

  it('takes a tie, or a value that is not finite, as evidence for neither', () => {
    expect(live([2, 3, 3, 2.5, 3], [3, 2, 2, 2.5, 2])).toMatchObject({ status: 'possible', held: 1, at: { step: 40 } });
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(live([2, 3, 3, broken, 3], [3, 2, 2, 2, 2])).toMatchObject({
        status: 'possible',
        held: 1,
        at: { step: 40 },
      });
      expect(live([2, 3, 3, 3, 2, 2, 2, 2], [3, 2, 2, 2, 3, broken, 3, 3])).toMatchObject({ status: 'confirmed' });
    }
    expect(live([2, 2, 2], [2, 1, 1])).toMatchObject({ status: 'none', held: 2 });
  });

  it('can be judged only as long as both have evaluations, and stays as it was', () => {
    const ar = [2, 3, 3];
    expect(live(ar, [3, 2, 2, 2, 2])).toMatchObject({ status: 'possible', held: 2, at: { step: 10 } });
    expect(live([2, 2, 2], [3, 3, 3, 1, 1, 1])).toMatchObject({ status: 'none', held: 0 });
  });

  it('looks at validation losses only, and at the later one of a step that was evaluated twice', () => {
    const others = [
      evaluation('diffusion', 10, 0, { split: 'train' }),
      evaluation('diffusion', 20, 0, { split: 'test' }),
      evaluation('diffusion', 20, 0, { metric: 'gradNorm' }),
    ];
    const repeated = [evaluation('ar', 10, 9), ...curve('ar', [2, 2, 2])];
    expect(findCrossings(repeated, [...curve('diffusion', [3, 3, 3]), ...others]).live).toMatchObject({
      status: 'none',
      held: 0,
    });
  });

  it('needs as many evaluations in a row as it is told', () => {
    const ar = curve('ar', [2, 3, 3]);
    const diffusion = curve('diffusion', [3, 2, 2]);
    expect(findCrossings(ar, diffusion, { needed: 2 }).live).toMatchObject({ status: 'confirmed', needed: 2 });
  });

  it('does not depend on the order of the records, and changes none', () => {
    const ar = curve('ar', [2, 3, 3, 3]);
    const diffusion = curve('diffusion', [3, 2, 2, 2]);
    const before = JSON.stringify([ar, diffusion]);
    const backwards = findCrossings([...ar].reverse(), [...diffusion].reverse());
    expect(backwards).toEqual(findCrossings(ar, diffusion));
    expect(JSON.stringify([ar, diffusion])).toBe(before);
  });
});

describe('the standard error of a gap', () => {
  const ar = (windows: number[]) => curve('ar', [2, 2.6, 2.6, 2.6], { windows });
  const diffusion = (windows: number[]) => curve('diffusion', [3, 2.5, 2.5, 2.5], { windows, se: 0.2 });

  it('is that of paired differences when both were measured on the same windows', () => {
    const { gap, status } = findCrossings(ar([2, 3, 2.8]), diffusion([1.9, 2.9, 2.7])).live;
    expect(gap?.se).toBeCloseTo(0, 12);
    expect(status).toBe('confirmed');
  });

  it('is that of independent means when the windows differ in number', () => {
    const { gap, status } = findCrossings(ar([2, 3, 2.8]), diffusion([1.9, 2.9])).live;
    expect(gap?.se).toBeCloseTo(Math.hypot(0.01, 0.2), 12);
    expect(status).toBe('possible');
  });

  it('confirms nothing when it is not known', () => {
    const unknown = curve('diffusion', [3, 1, 1, 1, 1], { se: null });
    expect(findCrossings(curve('ar', [2, 2, 2, 2, 2]), unknown).live).toMatchObject({
      status: 'possible',
      gap: { se: NaN },
    });
  });
});

describe('the strict crossing', () => {
  it('compares with AR’s best ever, not with its current value', () => {
    const ar = [4, 2, 3, 4, 5];
    expect(strict(ar, [4.1, 3, 2.5, 2.2, 2.1])).toMatchObject({ status: 'none', held: 0 });
    const found = strict(ar, [4.1, 3, 2.5, 1.9, 1.8]);
    expect(found).toMatchObject({ status: 'possible', held: 2, at: { step: 30 }, value: { diffusion: 1.9, ar: 2 } });
    expect(found.gap?.value).toBeCloseTo(0.2, 12);
  });

  it('goes on after AR has ended by patience', () => {
    expect(strict([4, 2, 3], [4.1, 3, 2.5, 2.2, 1.9, 1.8, 1.7])).toMatchObject({
      status: 'confirmed',
      held: 3,
      at: { step: 40 },
    });
  });

  it('needs several of diffusion’s own evaluations below AR’s best: one lucky dip is not confirmed', () => {
    expect(strict([4, 2], [4.1, 1.5, 2.5, 2.4, 2.3])).toMatchObject({ status: 'possible', held: 1, at: { step: 10 } });
  });

  it('needs a gap of the bests above two standard errors', () => {
    expect(strict([4, 2], [4.1, 1.99, 1.98, 1.98, 1.98])).toMatchObject({ status: 'possible', held: 4 });
    expect(strict([4, 2], [4.1, 1.99, 1.98, 1.98, 1.97])).toMatchObject({
      status: 'confirmed',
      held: 4,
      at: { step: 10 },
    });
  });

  it('is taken back by a later, better AR: without a trace while unconfirmed, else as reverted', () => {
    expect(strict([4, 3, 3, 1], [4.1, 2, 2, 2])).toMatchObject({ status: 'none', held: 0 });
    const reverted = strict([4, 3, 3, 3, 1], [4.1, 2, 2, 2, 2]);
    expect(reverted).toMatchObject({ status: 'reverted', at: { step: 10 }, gap: { value: -1 } });
  });

  it('is found again when diffusion passes the better AR too', () => {
    const ar = [4, 3, 3, 3, 1];
    const diffusion = [4.1, 2, 2, 2, 2, 0.9];
    expect(strict(ar, diffusion)).toMatchObject({ status: 'possible', held: 1, at: { step: 50 } });
    expect(strict(ar, [...diffusion, 0.8, 0.7])).toMatchObject({ status: 'confirmed', held: 3, at: { step: 50 } });
  });

  it('moves to where it passes AR’s best ever when a better AR leaves it standing', () => {
    expect(strict([4, 3, 3, 3, 2.5], [4.1, 2.9, 2.4, 2.3, 2.2])).toMatchObject({
      status: 'confirmed',
      at: { step: 20 },
    });
  });

  it('is no crossing when diffusion’s first evaluation is already below AR’s best', () => {
    expect(strict([3, 3, 3], [2, 1.9, 1.8])).toMatchObject({ status: 'none', held: 3 });
  });

  it('is no crossing when AR was never clearly ahead: there was nothing to pass', () => {
    expect(strict([4, 3.9, 3.9], [3.95, 3.8, 3.7])).toMatchObject({ status: 'none', held: 2 });
  });

  it('is not moved by values that are not finite', () => {
    expect(strict([4, Number.NaN, 2, Number.NEGATIVE_INFINITY], [4.1, Number.NaN, 3, 2.5])).toMatchObject({
      status: 'none',
    });
    expect(strict([4, 2], [4.1, Number.NEGATIVE_INFINITY, 1.9, Number.NaN])).toMatchObject({
      status: 'possible',
      held: 1,
    });
  });

  it('never comes before diffusion’s value is below every value of AR', () => {
    const values = fc.array(fc.double({ min: 1, max: 5, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, values, (ar, diffusion) => {
        const { status, at } = strict(ar, diffusion);
        const first = diffusion.findIndex((value) => value < Math.min(...ar));
        const arLed = diffusion.some((value, i) => value - ar[i] > 2 * Math.hypot(0.01, 0.01));
        if (status === 'possible' || status === 'confirmed') expect(at?.step).toBe(10 * first);
        else expect(first <= 0 || !arLed).toBe(true);
      }),
    );
  });
});
