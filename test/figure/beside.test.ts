import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/analysis/laws.ts';
import type { MetricRecord } from '../../src/analysis/record.ts';
import type { CellResult } from '../../src/experiments/cell.ts';
import type { Fits } from '../../src/experiments/fits.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import { besideGrid } from '../../src/figure/beside.ts';
import { estimatesPlate } from '../../src/figure/estimates.ts';
import { lawPlates } from '../../src/figure/laws.ts';
import { type Markup, toText } from '../../src/figure/markup.ts';
import { PRINT } from '../../src/figure/palette.ts';
import type { Plate } from '../../src/figure/plate.ts';
import { samplingPlates } from '../../src/figure/sampling.ts';
import { platesSheet } from '../../src/figure/sheet.ts';
import { ran, resultOf } from '../experiments/results.ts';
import { DATA, experiment } from './experiment.ts';

const WIDTH = 340;
const drawing = (plate: Plate, width = WIDTH): Markup =>
  plate.draw({ width, height: plate.height(width) }, PRINT, plate.id);
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

/** Every number in a drawing's places and paths. */
function isSound(svg: string): void {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
}

describe('estimates on one axis', () => {
  const exact = (value: number): Estimate => ({ value, lo: value, hi: value });
  const rows = [
    { label: 'here', family: 'ar', estimate: { value: 5, lo: 3, hi: 8 }, each: [4, 6], strong: true },
    {
      label: 'diffusion here',
      family: 'diffusion',
      estimate: { value: Number.POSITIVE_INFINITY, lo: 90, hi: Number.POSITIVE_INFINITY },
    },
    { label: 'theirs', family: 'ar', estimate: exact(15.4), published: true },
  ] as const;
  const plate = estimatesPlate('r', {
    title: 'R*',
    about: 'R* of both.',
    rows,
    axisTitle: 'repetitions',
    log: true,
    format: String,
  });
  const svg = toText(drawing(plate));

  it('have their value beside them, and say where the data set only a lower limit', () => {
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['here', '5', 'diffusion here', 'more than 90', '15.4']));
    expect(plate.table.rows).toEqual([
      ['here', '5', '3 … 8'],
      ['diffusion here', 'more than 90', '90 … ∞'],
      ['theirs', '15.4', '–'],
    ]);
    isSound(svg);
  });

  it('are told apart by shape: AR round, diffusion square, what is published open', () => {
    const filled = toText(
      drawing(estimatesPlate('s', { ...plateOptions(exact(2)), rows: [row('diffusion', exact(2))] })),
    );
    expect(filled).toMatch(/<rect [^>]*width="8.4"/);
    expect(svg).toMatch(/<circle [^>]*fill="#ffffff" stroke="#1f5fbf"/);
    expect(svg).toMatch(/<circle [^>]*fill="#1f5fbf" stroke="#1f5fbf"/);
  });

  it('put long labels above their line where there is no room beside it', () => {
    const long = {
      ...plateOptions(exact(2)),
      rows: [{ ...row('ar', exact(2)), label: 'a label that is long enough' }],
    };
    const narrow = estimatesPlate('t', long);
    expect(narrow.height(300)).toBeGreaterThan(narrow.height(900));
  });

  it('do not begin at nought: marks are compared by place', () => {
    const narrow = estimatesPlate('u', {
      ...plateOptions(exact(3)),
      rows: [row('ar', { value: 3.1, lo: 3, hi: 3.2 })],
    });
    expect(textsOf(toText(drawing(narrow)))).not.toContain('0');
  });

  const row = (family: 'ar' | 'diffusion', estimate: Estimate) => ({ label: family, family, estimate });
  const plateOptions = (_: Estimate) => ({ title: '', about: '', axisTitle: 'nats', format: String });
});

describe('the laws of a sweep as figures', () => {
  const law = { E: 2, A: 0, B: 50, alpha: 0, beta: 0.4, repetitions: 10 };
  const fitted = (value: number, lo: number, hi: number) => ({
    law,
    repetitions: { value, lo, hi },
    error: 0.01,
    points: 4,
    runs: 2,
  });
  const points = [6000, 10_000].flatMap((uniqueTokens) =>
    [1, 4].map((epochs) => ({
      parameters: 1e5,
      tokens: epochs * uniqueTokens,
      uniqueTokens,
      loss: 3 - 0.1 * epochs,
      run: `${uniqueTokens}`,
    })),
  );
  const fits: Fits = {
    laws: {
      ar: { fit: fitted(5, 3, 6), points },
      diffusion: { fit: fitted(Number.POSITIVE_INFINITY, 100, Number.POSITIVE_INFINITY), points },
    },
    critical: { factor: 1e6, exponent: { value: 1.4, lo: -1, hi: 3.7 }, points: 3 },
    crossings: [
      { uniqueTokens: 6000, seed: 1, flops: 1e11 },
      { uniqueTokens: 6000, seed: 2, flops: 1.5e11 },
      { uniqueTokens: 10_000, seed: 1, flops: 3e11 },
    ],
    open: [{ uniqueTokens: 20_000, seed: 1, flops: 8e11 }],
    epochs: 40,
  };
  const { plates, note } = lawPlates(fits);
  const plate = (id: string) => plates.find((each) => each.id === id)!;

  it('show the fit of each family, R*, the critical compute and its exponent', () => {
    expect(plates.map(({ id }) => id)).toEqual(['law-ar', 'law-diffusion', 'repetitions', 'critical', 'exponent']);
    for (const each of plates) isSound(toText(drawing(each)));
  });

  it('have the published values beside one’s own', () => {
    const texts = plate('repetitions').table.rows.map(([label, value]) => `${label} ${value}`);
    expect(texts).toEqual([
      'AR, here 5',
      'AR, Muennighoff et al. 15.4',
      'AR, Prabhudesai et al. 31',
      'diffusion, here more than 100',
      'diffusion, Prabhudesai et al. 494',
    ]);
    const [own, ...published] = plate('exponent').table.rows;
    expect(own).toEqual(['here', '1.4', '−1 … 3.7']);
    expect(published.map(([, value]) => value)).toEqual(['2.17', '1.43', '2.1']);
  });

  it('tell budgets that had not met from those that had, and that the line leaves them out', () => {
    expect(plate('critical').table.rows.map(([, , met]) => met)).toEqual(['met', 'met', 'met', 'had not met']);
    expect(note).toContain('↑ marks budgets in which they had not met by the end');
    expect(note).toContain('Above 400, ten times the epochs that were seen');
  });

  it('are drawn without a line where only one budget met', () => {
    const { critical: _, ...rest } = fits;
    const bare = lawPlates({ ...rest, crossings: fits.crossings.slice(0, 1) }).plates;
    expect(bare.map(({ id }) => id)).toEqual(['law-ar', 'law-diffusion', 'repetitions', 'critical']);
    for (const each of bare) isSound(toText(drawing(each)));
  });
});

describe('what texts are worth against their cost', () => {
  const of = experiment([{ ...DATA, levels: DATA.levels.slice(0, 1) }]);
  const written = (family: 'ar' | 'diffusion', steps: number, seed: number): MetricRecord[] => {
    const sampled = {
      reveal: family === 'ar' ? ('left-to-right' as const) : ('random' as const),
      steps,
      temperature: 1,
      texts: 32,
      together: 16,
      judge: 'the language',
    };
    const base = { step: 9, tokens: 9, epoch: 1, flops: 9, seconds: 1, family, bound: 'exact' as const, se: null };
    const values = {
      sampleNll: 3 + 2 / steps + 0.01 * seed,
      sampleEntropy: 2.7,
      sampleFlops: family === 'ar' ? 1e7 : steps * 1e7,
      sampleSeconds: steps / 1000,
    };
    return Object.entries(values).map(([metric, value]) => ({
      ...base,
      split: 'samples' as const,
      metric: metric as MetricRecord['metric'],
      value,
      sampled,
    }));
  };
  const results: CellResult[] = cellsOf(of, 'minutes').map((cell) =>
    resultOf(cell, ({ seed }, family) =>
      ran(
        family === 'ar' ? written('ar', 64, seed) : [4, 16, 64].flatMap((steps) => written('diffusion', steps, seed)),
      ),
    ),
  );

  it('are medians over the seeds by the number of steps, with AR beside them', () => {
    const { plates, note } = samplingPlates(results)!;
    expect(plates.map(({ id }) => id)).toEqual(['nll-flops', 'nll-seconds', 'entropy-flops']);
    expect(plates[0].table.rows).toEqual([
      ['4 steps', '4×10⁷', '3.520', '3.510 … 3.530'],
      ['16 steps', '1.6×10⁸', '3.145', '3.135 … 3.155'],
      ['AR', '10⁷', '3.051', '3.041 … 3.061'],
      ['64 steps', '6.4×10⁸', '3.051', '3.041 … 3.061'],
    ]);
    expect(note).toContain('NLL under the language, nats per token: lower is better.');
    for (const plate of plates) isSound(toText(drawing(plate)));
  });

  it('are drawn of a sweep whose texts were judged, and of no other', () => {
    expect(besideGrid(results).map(({ id }) => id)).toEqual(['sampling']);
    const silent = results.map((result) => ({ ...result, results: { ar: ran([]), diffusion: ran([]) } }));
    expect(besideGrid(silent)).toEqual([]);
  });

  it('make a sheet of their own, with where it was run and how to run it again', () => {
    const verdict = judge(of, 'minutes', results);
    const svg = platesSheet(samplingPlates(results)!, verdict);
    isSound(svg);
    const texts = textsOf(svg).join(' ');
    expect(texts).toContain('run on cpu');
    expect(texts).toMatch(/Again: npx crossover sweep .*made-up.* --scale minutes/);
  });
});
