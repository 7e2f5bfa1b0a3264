import { describe, expect, it } from 'vitest';
import {
  type ComparedRace,
  crossingSpread,
  differenceOf,
  gapWithin,
  groupsOf,
  sameText,
  settingsThatDiffer,
  spreadOf,
} from '../../src/analysis/groups.ts';
import { withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { curve, evaluation } from './records.ts';

const AR = [4, 3, 2.5, 2.6, 2.7, 2.8, 2.9, 3];
const DIFFUSION = [4, 3.5, 3.2, 3, 2.8, 2.6, 2.4, 2.3];

interface Made {
  seed?: number;
  settings?: Record<string, unknown>;
  shift?: number;
  windows?: readonly number[];
}

function race(id: string, { seed = 1, settings = {}, shift = 0, windows }: Made & Partial<ComparedRace> = {}) {
  const spec = Object.entries({ seed, ...settings }).reduce(
    (made, [path, value]) => withValue(made, path, value),
    DEFAULT_SPEC,
  );
  const shifted = (values: readonly number[]) => values.map((value) => value + shift);
  const more = windows ? { windows: windows.map((each) => each + shift) } : {};
  const records = [...curve('ar', shifted(AR), more), ...curve('diffusion', shifted(DIFFUSION), more)];
  return { id, name: id, spec, textHash: 'abc', records } satisfies ComparedRace;
}

describe('races that are compared', () => {
  it('are one group where only their seeds differ, in order of the seeds', () => {
    const other = { 'data.uniqueTokens': 3000 };
    const groups = groupsOf([race('a', { seed: 2 }), race('b', { settings: other }), race('c', { seed: 1 })]);
    expect(groups.map(({ letter, races }) => [letter, races.map(({ id }) => id)])).toEqual([
      ['A', ['c', 'a']],
      ['B', ['b']],
    ]);
  });

  it('of one setup and one seed stand side by side: they may come from two devices', () => {
    const groups = groupsOf([race('a'), race('b'), race('c', { seed: 2 })]);
    expect(groups.map(({ races }) => races.map(({ id }) => id))).toEqual([['a', 'c'], ['b']]);
  });

  it('are groups of their own where they branched off, or are about other texts of somebody', () => {
    const own = (id: string, seed: number, textHash: string) => ({
      ...race(id, { seed, settings: { 'data.corpus': 'own' } }),
      ownText: 'mine.txt',
      textHash,
    });
    const branched = { ...race('b', { seed: 2 }), parent: { id: 'a', step: 100 } };
    expect(groupsOf([race('a'), branched])).toHaveLength(2);
    expect(groupsOf([own('a', 1, 'x'), own('b', 2, 'y')])).toHaveLength(2);
    expect(groupsOf([own('a', 1, 'x'), own('b', 2, 'x')])).toHaveLength(1);
  });

  it('differ in the settings that differ, and in no others', () => {
    const groups = groupsOf([
      race('a', { seed: 1 }),
      race('b', { seed: 2 }),
      race('c', { settings: { 'train.dropout': 0.2 } }),
    ]);
    const found = settingsThatDiffer(groups).map(({ field: { path }, values }) => [path, values]);
    expect(found).toEqual([
      ['seed', [[1, 2], [1]]],
      ['train.dropout', [[0], [0.2]]],
    ]);
  });
});

describe('the results of a group', () => {
  const [group] = groupsOf([
    race('a', { seed: 1 }),
    race('b', { seed: 2, shift: 0.1 }),
    race('c', { seed: 3, shift: 0.3 }),
  ]);

  it('are a median and a range over its seeds, or one value with its error', () => {
    const best = spreadOf(group, 'ar', 'best')!;
    expect(best.median).toBeCloseTo(2.6);
    expect([best.lo, best.hi]).toEqual([2.5, 2.8]);
    expect(best.se).toBeNull();
    expect(spreadOf(group, 'ar', 'last')!.median).toBeCloseTo(3.1);
    expect(spreadOf(group, 'ar', 'test')).toBeNull();
    expect(spreadOf(groupsOf([race('a')])[0], 'diffusion', 'best')).toMatchObject({ median: 2.3, se: 0.01, seeds: 1 });
  });

  it('leave out values that are not finite', () => {
    const broken = race('a');
    broken.records.push(evaluation('ar', 90, Number.NaN));
    expect(spreadOf(groupsOf([broken])[0], 'ar', 'last')!.median).toBe(3);
  });

  it('hold the confirmed crossings of all seeds', () => {
    expect(crossingSpread(group, 'live')).toMatchObject({ confirmed: 3, races: 3 });
    const alone = groupsOf([{ ...race('a'), records: curve('ar', AR) }])[0];
    expect(crossingSpread(alone, 'live')).toEqual({ confirmed: 0, races: 1, epoch: null });
  });
});

describe('the difference between two groups', () => {
  const dropout = { 'train.dropout': 0.2 };
  const two = (windows?: readonly number[]) =>
    groupsOf([
      race('a', { seed: 1, ...(windows && { windows }) }),
      race('b', { seed: 2, shift: 0.4, ...(windows && { windows }) }),
      race('c', { seed: 1, settings: dropout, shift: -0.1, ...(windows && { windows }) }),
      race('d', { seed: 2, settings: dropout, shift: 0.32, ...(windows && { windows }) }),
    ]);

  it('is taken seed by seed: what the seeds have in common is not in its interval', () => {
    const [a, b] = two();
    const { value, interval, over, seeds } = differenceOf(b, a, 'ar', 'best')!;
    expect(value).toBeCloseTo(-0.09);
    expect([over, seeds]).toEqual(['seeds', 2]);
    // The seeds themselves are 0.4 apart.
    expect(interval![0]).toBeGreaterThan(-0.3);
    expect(interval![1]).toBeLessThan(0.2);
  });

  it('of one seed is as sure as its paired windows, and where these are not kept nobody knows', () => {
    const paired = (windows: readonly number[]) =>
      groupsOf([race('a', { windows }), race('b', { settings: dropout, shift: -0.1, windows })]);
    const [a, b] = paired([1, 2, 3, 4]);
    const found = differenceOf(b, a, 'ar', 'best')!;
    expect(found).toMatchObject({ over: 'windows', seeds: 1 });
    expect(found.interval![0]).toBeCloseTo(-0.1);
    expect(found.interval![1]).toBeCloseTo(-0.1);
    const [c, d] = groupsOf([race('a'), race('b', { settings: dropout })]);
    expect(differenceOf(d, c, 'ar', 'best')).toMatchObject({ value: 0, interval: null });
  });

  it('does not pair windows of other lengths', () => {
    const windows = [1, 2, 3];
    const [a, b] = groupsOf([race('a', { windows }), race('b', { settings: { 'model.context': 32 }, windows })]);
    expect(differenceOf(b, a, 'ar', 'best')).toMatchObject({ interval: null });
  });

  it('is none where no seed pairs, or where the texts are not the same', () => {
    const [a, b] = groupsOf([race('a'), race('b', { seed: 2, settings: dropout })]);
    expect(differenceOf(b, a, 'ar', 'best')).toBeNull();
    const [c, d] = groupsOf([race('a'), { ...race('b', { settings: { 'data.corpus': 'sotu' } }), textHash: 'x' }]);
    expect(differenceOf(d, c, 'ar', 'best')).toBeNull();
  });

  it('within a group is AR minus diffusion', () => {
    const [a] = two();
    expect(gapWithin(a, 'best')!.value).toBeCloseTo(0.2);
  });

  it('takes the own texts of two people for the same only where that is known', () => {
    const own = (textHash?: string) => {
      const { textHash: _, ...rest } = race('a', { settings: { 'data.corpus': 'own' } });
      return { ...rest, ...(textHash && { textHash }) };
    };
    expect(sameText(own('x'), own('x'))).toBe(true);
    expect(sameText(own('x'), own('y'))).toBe(false);
    expect(sameText(own(), own())).toBe(false);
  });
});
