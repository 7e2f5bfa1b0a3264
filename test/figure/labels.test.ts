import { describe, expect, it } from 'vitest';
import { spread } from '../../src/figure/labels.ts';

describe('labels at the line ends', () => {
  it('move apart just enough, keep their order and stay within', () => {
    expect(spread([100, 300], 30, [0, 400])).toEqual([100, 300]);
    expect(spread([100, 90], 30, [0, 400])).toEqual([120, 90]);
    expect(spread([395, 390], 30, [0, 400])).toEqual([400, 370]);
  });
});
