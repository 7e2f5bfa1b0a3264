import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import { figureCsv } from '../../src/figure/csv.ts';
import { gridOf } from '../../src/figure/grid.ts';
import { figureSheet } from '../../src/figure/sheet.ts';
import { fitText, textWidth, wrapText } from '../../src/figure/text.ts';
import { DATA, dropout, experiment, resultsOf } from './experiment.ts';

function sheet(of: Experiment, results = resultsOf(of)): string {
  return figureSheet(gridOf(of, cellsOf(of, 'minutes'), results, 'epoch'), judge(of, 'minutes', results));
}
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('the figure as a file', () => {
  it('says what was asked, what came out, on how many seeds and cells, and where it ran', () => {
    const texts = textsOf(sheet(experiment([DATA]))).join(' ');
    for (const words of [
      'Made up &#38; drawn',
      'A &#60; B: the claim.',
      'Reproduced.',
      '3 seeds, 6 cells',
      'run on cpu',
    ])
      expect(texts).toContain(words);
  });

  it('says how far an unfinished sweep has come', () => {
    const of = experiment([DATA]);
    const svg = sheet(of, resultsOf(of).slice(0, 5));
    expect(svg).toContain('5 of 6 cells');
    expect(textsOf(sheet(of, []))).toContain('nothing measured yet');
  });

  it('tells families apart by more than their colour', () => {
    const svg = sheet(experiment([DATA]));
    const lines = [...svg.matchAll(/<path [^>]*stroke="(#\w+)" stroke-width="2"[^>]*>/g)];
    expect(lines).toHaveLength(4);
    for (const [line, colour] of lines) expect(line.includes('stroke-dasharray')).toBe(colour === '#c43b1d');
    expect(textsOf(svg).filter((text) => text === 'diffusion')).toHaveLength(2);
  });

  it('explains only the marks that it has', () => {
    const of = experiment([DATA]);
    const before = resultsOf(of);
    for (const { results } of before)
      for (const family of ['ar', 'diffusion'] as const)
        results[family]!.records = results[family]!.records.filter(({ step }) => step <= 50);
    expect(textsOf(sheet(of))).toContain('strict crossing');
    expect(textsOf(sheet(of, before))).not.toContain('strict crossing');
    expect(textsOf(sheet(experiment([DATA], { seeds: [1] })))).toContain('± 1 standard error');
  });

  it('has no number that is not one, and no id twice', () => {
    const axes = [DATA, { id: 'dropout', label: 'Dropout', levels: [dropout(0), dropout(0.3)] }];
    for (const metrics of [['loss'], ['accuracy', 'loss', 'deltaNll']] as const) {
      const svg = sheet(experiment(axes, { metrics: [...metrics] }));
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(2 * metrics.length);
    }
  });

  it('keeps the names at the line ends inside its width and apart', () => {
    const levels = [0, 0.1, 0.2, 0.3].map((rate) => dropout(rate));
    const svg = sheet(experiment([DATA, { id: 'dropout', label: 'Dropout', levels }]));
    const names = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" fill="#1f5fbf"[^>]*>(dropout[^<]*)</g)];
    const first = names
      .slice(0, 4)
      .map(([, , y]) => Number(y))
      .sort((a, b) => a - b);
    expect(first).toHaveLength(4);
    for (const [i, y] of first.entries()) if (i > 0) expect(y - first[i - 1]).toBeGreaterThanOrEqual(12.9);
  });
});

describe('the numbers behind a figure', () => {
  it('are all records as they were measured, each with its cell, level and seed', () => {
    const of = experiment([DATA], { metrics: ['accuracy', 'loss'] });
    const results = resultsOf(of);
    const [header, ...lines] = figureCsv(results).trimEnd().split('\n');
    expect(header).toBe(
      'experiment,cell,level:data,seed,step,tokens,epoch,flops,seconds,split,family,metric,value,bound,se,task,category,scoring,questions,chance',
    );
    expect(lines).toHaveLength(6 * 2 * 40);
    const { id } = results[0];
    expect(lines[0]).toMatch(new RegExp(`^made-up,${id},little,1,1,.*,validation,ar,loss,[\\d.]+,exact,`));
    expect(lines.find((line) => line.includes('questions'))).toMatch(/,brackets,,full-sequence,1000,0\.25$/);
  });

  it('are quoted where a label needs it', () => {
    const levels = [dropout(0, { label: 'none, “plain” or "bare"' }), dropout(0.1)];
    const csv = figureCsv(resultsOf(experiment([{ id: 'dropout', label: 'Dropout', levels }])));
    expect(csv).toContain(',"none, “plain” or ""bare""",1,');
  });
});

describe('text in a figure', () => {
  it('is broken at spaces, within the width', () => {
    const lines = wrapText('one two three four five six seven eight', 12, 90);
    expect(lines.join(' ')).toBe('one two three four five six seven eight');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(90);
  });

  it('is cut with an ellipsis where there is no room', () => {
    expect(fitText('short', 11, 100)).toBe('short');
    const cut = fitText('a label that is far too long', 11, 60);
    expect(cut.endsWith('…')).toBe(true);
    expect(textWidth(cut, 11)).toBeLessThanOrEqual(60);
  });
});
