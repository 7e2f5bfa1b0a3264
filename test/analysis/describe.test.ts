import { describe, expect, it } from 'vitest';
import { findCrossings } from '../../src/analysis/crossover.ts';
import { boundWords, describeCrossing } from '../../src/analysis/describe.ts';
import { applySettings } from '../../src/spec/parse.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { curve } from './records.ts';

function words(
  kind: 'live' | 'strict',
  ar: number[],
  diffusion: number[],
  when?: 'so far' | 'within the budget',
): string {
  return describeCrossing(findCrossings(curve('ar', ar), curve('diffusion', diffusion))[kind], when);
}

describe('a crossing in words', () => {
  it.each([
    [
      'live',
      [2, 3, 3, 3],
      [3, 2, 2, 2],
      'Diffusion passed AR (live) at step 10, epoch 2.0 — confirmed by 3 evaluations',
    ],
    [
      'live',
      [2, 3],
      [3, 2],
      'Diffusion may have passed AR (live) at step 10, epoch 2.0 — seen at 1 of 3 evaluations in a row',
    ],
    [
      'live',
      [2, 2.52, 2.52, 2.52],
      [3, 2.5, 2.5, 2.5],
      'the gap is not above two standard errors (0.020 ± 0.014 nats per token)',
    ],
    [
      'live',
      [2, 3, 3, 3, 2, 2, 2],
      [3, 2, 2, 2, 3, 3, 3],
      'at step 10, epoch 2.0, but AR was ahead again afterwards — reverted',
    ],
    ['live', [3, 3], [2, 2], 'No live crossing: diffusion is ahead, but AR was never clearly ahead, so there was'],
    ['live', [2, 3, 3], [2.02, 2, 2], 'No live crossing: diffusion is ahead, but AR was never clearly ahead'],
    [
      'strict',
      [4, 2],
      [4.1, 1.9, 1.8, 1.7],
      'Diffusion passed AR’s best (strict) at step 10, epoch 2.0 — confirmed by 3 evaluations',
    ],
    ['strict', [4, 3, 3, 3, 1], [4.1, 2, 2, 2, 2], 'but AR reached a better best afterwards — reverted'],
    ['strict', [3, 3], [2, 2], 'No strict crossing: diffusion was below AR’s best before AR was clearly ahead'],
    ['strict', [4, 3.9], [3.95, 3.8], 'No strict crossing: diffusion was below AR’s best before AR was clearly ahead'],
  ] as const)('%s: AR %j, diffusion %j', (kind, ar, diffusion, expected) => {
    expect(words(kind, [...ar], [...diffusion])).toContain(expected);
  });

  it('is an outcome like any other when there is none, and an upper bound above AR proves nothing', () => {
    expect(words('strict', [4, 2], [4.1, 2.25])).toBe(
      'No strict crossing within the budget: diffusion’s upper bound is 0.250 nats per token above AR’s best, which is inconclusive',
    );
    expect(words('live', [2], [3], 'so far')).toContain('No live crossing so far: ');
    expect(words('live', [], [])).toBe('No live crossing within the budget');
  });

  it('says of an exact loss above AR no more than that it is', () => {
    const exact = curve('diffusion', [4.1, 2.25], { bound: 'exact' });
    expect(describeCrossing(findCrossings(curve('ar', [4, 2]), exact).strict)).toBe(
      'No strict crossing within the budget: diffusion is 0.250 nats per token above AR’s best',
    );
  });

  it('says so when the standard error is not known', () => {
    const unknown = curve('diffusion', [3, 1, 1, 1], { se: null });
    expect(describeCrossing(findCrossings(curve('ar', [2, 2, 2, 2]), unknown).live)).toContain(
      'the standard error of the gap is not known',
    );
  });
});

describe('a loss in words', () => {
  const diffusion = (...settings: string[]) => boundWords('diffusion', applySettings(DEFAULT_SPEC, settings));

  it('is exact or a bound, and from how many draws', () => {
    expect(boundWords('ar', DEFAULT_SPEC)).toBe('exact');
    expect(diffusion('evaluation.draws=4')).toBe('upper bound, 4 draws');
    expect(diffusion('evaluation.draws=1', 'diffusion.order=left-to-right')).toBe('exact chain rule, 1 draw');
  });
});
