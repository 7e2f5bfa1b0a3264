import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../src/analysis/groups.ts';
import { type ComparisonView, comparisonPanel, comparisonSheet, drawComparison } from '../../src/figure/compare.ts';
import { comparisonCsv } from '../../src/figure/csv.ts';
import { SIGNS } from '../../src/figure/legend.ts';
import { toText } from '../../src/figure/markup.ts';
import { PRINT } from '../../src/figure/palette.ts';
import { withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { curve, evaluation } from '../analysis/records.ts';

const AR = [4, 3, 2.5, 2.6, 2.7, 2.8, 2.9, 3, 9];
const DIFFUSION = [4, 3.5, 3.2, 3, 2.8, 2.6, 2.4, 2.3, 2.2];

function race(id: string, seed: number, tokens = 5000, shift = 0) {
  const spec = withValue(withValue(DEFAULT_SPEC, 'seed', seed), 'data.uniqueTokens', tokens);
  const values = (all: readonly number[]) => all.map((value) => value + shift);
  const start = [evaluation('ar', 0, 4), evaluation('diffusion', 0, 4)];
  return {
    id,
    name: id,
    spec,
    records: [...start, ...curve('ar', values(AR)), ...curve('diffusion', values(DIFFUSION))],
  };
}

const VIEW: ComparisonView = { axis: 'step', logX: false, logY: false, shown: null };
const two = () => groupsOf([race('a', 1), race('b', 2, 5000, 0.2), race('c', 1, 3000)]);
const svgOf = (view: ComparisonView) =>
  toText(drawComparison(comparisonPanel(two(), view), { width: 900, height: 400, axis: view.axis, palette: PRINT }));
const textsIn = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('the chart of a comparison', () => {
  it('has AR and diffusion of each group, the seeds of one as median and range', () => {
    const { curves } = comparisonPanel(two(), VIEW);
    expect(curves.map(({ family, label, seeds }) => [family, label, seeds.length])).toEqual([
      ['ar', 'A · AR', 2],
      ['diffusion', 'A · diffusion', 2],
      ['ar', 'B · AR', 1],
      ['diffusion', 'B · diffusion', 1],
    ]);
    const [{ across }] = curves;
    expect(across[3].median).toBeCloseTo(2.6);
    expect([across[3].lo, across[3].hi]).toEqual([2.5, 2.7]);
  });

  it('shows every value as it was measured, and the best of every curve', () => {
    const { curves, yDomain } = comparisonPanel(two(), VIEW);
    const shown = curves[2].seeds[0].dots.map(({ y }) => y);
    expect(shown).toEqual([4, ...AR]);
    expect(yDomain[0]).toBeLessThan(2.2);
    // AR ends at 9, through the top, and says so.
    expect(yDomain[1]).toBeLessThan(5);
    expect(textsIn(svgOf(VIEW)).join()).toContain('B · AR ↑ 9.000');
  });

  it('marks the crossings of every race, and only those of what stands out', () => {
    const kinds = (shown: string | null) =>
      comparisonPanel(two(), { ...VIEW, shown }).diamonds.map(({ kind, seed }) => `${kind} ${seed}`);
    expect(kinds(null).filter((kind) => kind.startsWith('live'))).toHaveLength(3);
    expect(kinds('B').every((kind) => kind.endsWith(' 1'))).toBe(true);
    const { curves } = comparisonPanel(two(), { ...VIEW, shown: 'B' });
    expect(curves.map(({ inFull }) => inFull)).toEqual([false, false, true, true]);
  });

  it('leaves step 0 out on a logarithmic axis, where it has no place', () => {
    const { curves, xStart, log } = comparisonPanel(two(), { ...VIEW, logX: true, logY: true });
    expect(curves[0].seeds[0].dots[0].step).toBe(1);
    expect(xStart).toBe(1);
    expect(log).toEqual({ x: true, y: true });
  });

  it.each([
    ['epoch', false],
    ['flops', true],
    ['seconds', true],
  ] as const)('has only numbers on %s, logarithmic: %s', (axis, logX) => {
    expect(svgOf({ ...VIEW, axis, logX, logY: logX })).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names each line where it ends', () => {
    const short = { ...race('c', 1, 3000), records: race('c', 1, 3000).records.filter(({ step }) => step <= 40) };
    const panel = comparisonPanel(groupsOf([race('a', 1), short]), VIEW);
    const svg = toText(drawComparison(panel, { width: 900, height: 400, axis: 'step', palette: PRINT }));
    const at = (name: string) => Number(svg.match(new RegExp(`<text x="([\\d.]+)"[^>]*>${name}</text>`))![1]);
    expect(at('B · diffusion')).toBeLessThan(at('A · diffusion') - 200);
  });

  it('of races without an evaluation is empty, and can be drawn', () => {
    const panel = comparisonPanel(groupsOf([{ ...race('a', 1), records: [] }]), VIEW);
    expect(panel.curves).toEqual([]);
    const svg = toText(drawComparison(panel, { width: 400, height: 300, axis: 'step', palette: PRINT }));
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

describe('the comparison as a file', () => {
  it('says what is compared and what was found, and escapes what it is told', () => {
    const svg = comparisonSheet(comparisonPanel(two(), VIEW), 'step', {
      title: 'Comparison of 3 races',
      groups: [{ letter: 'A', words: '<script>alert(1)</script> & more' }],
      legend: [{ label: 'AR', draw: SIGNS.ar }],
      found: ['A: it went well.'],
    });
    expect(svg).not.toContain('<script');
    expect(textsIn(svg).join(' ')).toContain('A: it went well.');
    expect(svg).toContain('Comparison of 3 races');
  });

  it('as CSV holds every record with its race; a name is never a formula', () => {
    const groups = groupsOf([{ ...race('a', 1), name: '=1+1,"x"' }, race('c', 1, 3000)]);
    const [header, first, ...rest] = comparisonCsv(groups).trimEnd().split('\n');
    expect(header).toMatch(/^group,race,name,seed,step,tokens,epoch,flops,seconds,split,family,metric,value/);
    expect(first).toMatch(/^A,a,"'=1\+1,""x""",1,0,/);
    expect(rest).toHaveLength(2 * 20 - 1);
  });
});
