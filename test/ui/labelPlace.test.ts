import { describe, expect, it } from 'vitest';
import { labelPlace, lowestPlace } from '../../src/ui/chart/labelPlace.ts';

const edges = { left: 0, right: 400, top: 0, bottom: 300 };

describe('the label of a crossing', () => {
  it('stands above its mark, in the middle, where nothing is in the way', () => {
    expect(labelPlace([200, 150], 80, edges, [])).toMatchObject({ way: -1, anchor: 'middle', foot: 110 });
  });

  it('goes where it covers no line', () => {
    const rising = [
      [200, 150],
      [240, 0],
    ] as const;
    const place = labelPlace([200, 150], 80, edges, [rising]);
    expect([place.way, place.anchor]).not.toEqual([-1, 'middle']);
  });

  it('leaves alone the label of the other crossing', () => {
    const first = labelPlace([200, 150], 80, edges, []);
    const second = labelPlace([210, 150], 80, edges, [], [first.box]);
    expect(
      second.box.left >= first.box.right || second.box.top >= first.box.bottom || second.box.bottom <= first.box.top,
    ).toBe(true);
  });

  it('stays within the plot', () => {
    expect(labelPlace([4, 150], 80, edges, []).anchor).toBe('start');
    expect(labelPlace([396, 150], 80, edges, []).anchor).toBe('end');
    expect(labelPlace([200, 10], 80, edges, []).way).toBe(1);
  });
});

describe('the flag of a bet', () => {
  const sides = { left: 100, right: 180, height: 20 };

  it('stands low, and above a line that runs there', () => {
    expect(lowestPlace(sides, edges, [])).toBe(280);
    const flat = [
      [0, 285],
      [400, 285],
    ] as const;
    expect(lowestPlace(sides, edges, [flat])).toBe(260);
  });

  it('covers as little as may be where there is no room', () => {
    const all = Array.from({ length: 60 }, (_, i) => [[0, 5 * i] as const, [i > 40 ? 400 : 140, 5 * i] as const]);
    expect(lowestPlace(sides, edges, all)).toBeLessThan(200);
  });
});
