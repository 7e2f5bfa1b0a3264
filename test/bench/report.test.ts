import { describe, expect, it } from 'vitest';
import { disagreement, measurementOf, type Opened, type StepFigures, tableOf } from './report.ts';

const row = { host: 'Node 20', version: 'peer 1.0', config: 'small', peer: 'peer wasm', lab: 'lab cpu' };
const opened: Opened = { adapter: 'CPU', software: true, firstStep: 2, metrics: [] };
const timed = (...steps: number[]) => ({ calibration: 1, steps });

describe('the comparison with a peer', () => {
  const lab: StepFigures[] = [
    [4.5717, 0.5622],
    [4.5504, 0.5627],
  ];

  it('is valid when losses and gradient norms agree to three decimals', () => {
    const peer: StepFigures[] = [
      [4.5721, 0.5618],
      [4.5504, 0.5627],
    ];
    expect(disagreement(lab, peer)).toBeUndefined();
  });

  it.each<[string, StepFigures[]]>([
    ['loss of step 1 is 4.5723, the lab’s 4.5717', [[4.5723, 0.5622], lab[1]]],
    ['gradient norm of step 2 is 0.5633, the lab’s 0.5627', [lab[0], [4.5504, 0.5633]]],
    ['loss of step 2 is NaN, the lab’s 4.5504', [lab[0], [Number.NaN, 0.5627]]],
    ['loss of step 2 is undefined, the lab’s 4.5504', [lab[0]]],
  ])('is void when the %s', (words, peer) => {
    expect(disagreement(lab, peer)).toBe(words);
  });

  it('takes ratios within rounds, so that a change of the machine’s speed between rounds does not count', () => {
    const slowed = [
      [timed(10, 11, 10), timed(30, 31, 30)],
      [timed(20), timed(60)],
      [timed(20), timed(40, 50, 60)],
    ] as const;
    const { ratio, ratioSpread, contenders } = measurementOf(row, [opened, opened], slowed);
    expect(ratio).toBe(3);
    expect(ratioSpread).toEqual([2.5, 3]);
    expect(contenders.map(({ msPerStep }) => msPerStep)).toEqual([11, 40]);
  });

  it('is a table with a row a comparison, with a reason where there is no number', () => {
    const measured = measurementOf(row, [opened, opened], [[timed(10), timed(123.4)]]);
    const lines = tableOf([measured, { ...row, why: 'void: it differs' }]).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toContain('| 123 | 10.0 | **12.3** (12.3–12.3) | 2.00 / 2.00 |');
    expect(lines[2]).toContain('| CPU | peer 1.0 |');
    expect(lines[3]).toContain('| void: it differs |');
    expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([13]));
  });
});
