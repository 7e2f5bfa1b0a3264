import { describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiments/cell.ts';
import type { Axis, Experiment } from '../../src/experiments/experiment.ts';
import { cellsOf } from '../../src/experiments/index.ts';
import { bestsPlate, gapPanel, settingsOf } from '../../src/figure/gap.ts';
import { toText } from '../../src/figure/markup.ts';
import { PRINT } from '../../src/figure/palette.ts';
import { drawPanel } from '../../src/figure/panel.ts';
import { accuracy, losses, ran, resultOf, test } from '../experiments/results.ts';
import { dropout, experiment } from './experiment.ts';

const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const level = (rate: number, label = String(rate)) => dropout(rate, rate > 0 ? { label, families: ['ar'] } : { label });
const NOISE: Axis = { id: 'dropout', label: 'Dropout', levels: [level(0, 'none'), level(0.1), level(0.3)] };

/** AR is best with dropout 0.1 in both; its test loss is 0.1 above its validation loss, diffusion’s as well. */
function resultsOf(of: Experiment): CellResult[] {
  return cellsOf(of, 'minutes').map((cell) =>
    resultOf(cell, ({ seed, spec }, family) => {
      const best = family === 'ar' ? 2 + Math.abs(spec.train.dropout - 0.1) + 0.01 * seed : 1.9 + 0.02 * seed;
      return ran([...losses(family, { best, at: 100 }), test(family, best + 0.1)]);
    }),
  );
}

describe('the best of every setting', () => {
  const of = experiment([NOISE]);
  const cells = cellsOf(of, 'minutes');
  const settings = settingsOf(cells, resultsOf(of), 'loss');

  it('is told of each family at each level that it is trained at, in words', () => {
    expect(settings.map(({ family, label }) => `${family}: ${label}`)).toEqual([
      'ar: no dropout',
      'ar: dropout 0.1',
      'ar: dropout 0.3',
      'diffusion: ',
    ]);
  });

  it('is the mean test loss over the seeds with its interval by Student’s t', () => {
    const [, best] = settings;
    expect(best.bySeed).toHaveLength(3);
    expect(best.estimate.value).toBeCloseTo(2.12);
    // s / √3 = 0.01 / √3, t(2) = 4.303
    expect(best.estimate.hi - best.estimate.value).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 4);
  });

  it('has no interval on one seed', () => {
    const one = experiment([NOISE], { seeds: [1] });
    const [{ estimate }] = settingsOf(cellsOf(one, 'minutes'), resultsOf(one), 'loss');
    expect(estimate.lo).toBe(estimate.hi);
  });

  it('is drawn with what tuning picks in bold, and against diffusion', () => {
    const plate = bestsPlate('bests', settings, 'loss');
    expect(plate.table.rows.map(([label]) => label)).toEqual([
      'AR, no dropout',
      'AR, dropout 0.1',
      'AR, dropout 0.3',
      'diffusion (upper bound)',
    ]);
    expect(plate.about).toContain('AR, dropout 0.1: 2.120');
    expect(plate.about).toContain('diffusion: 2.040');
  });

  it('never reaches beyond all: the interval of a share ends there', () => {
    const nearlyAll = cells.map((cell) =>
      resultOf(cell, ({ seed }, family) => ran(accuracy(family, () => (seed === 1 ? 0.9 : 1)))),
    );
    const [{ estimate }] = settingsOf(cells, nearlyAll, 'accuracy');
    expect(estimate.value).toBeCloseTo(2.9 / 3);
    expect(estimate.hi).toBe(1);
    expect(estimate.lo).toBeLessThan(0.9);
  });

  it('leaves out what diverged and what is not there', () => {
    const some = resultsOf(of).slice(1);
    some[0].results.ar!.ended = 'diverged';
    const left = settingsOf(cells, some, 'loss');
    expect(left.find(({ label }) => label === 'dropout 0.1')!.bySeed).toHaveLength(2);
    expect(settingsOf(cells, [], 'loss')).toEqual([]);
    expect(settingsOf(cells, resultsOf(of), 'accuracy')).toEqual([]);
  });
});

describe('a search over several axes', () => {
  const axis = (id: string, path: string, values: readonly number[]): Axis => ({
    id,
    label: id,
    levels: values.map((value) => ({ label: `${id} ${value}`, settings: { [path]: value } })),
  });
  const of = experiment([
    axis('dropout', 'train.dropout', [0, 0.1]),
    axis('decay', 'train.weightDecay', [0.1, 1.6]),
    axis('rate', 'train.learningRate', [2e-3, 4e-3]),
  ]);
  const cells = cellsOf(of, 'minutes');
  const results = cells.map((cell) =>
    resultOf(cell, ({ spec: { train } }, family) => {
      const validation = 2 + train.dropout + (train.learningRate === 2e-3 ? 0.2 : 0);
      // On the test split the other rate would be better: nobody may pick by that.
      const tested = 3 + train.dropout - (train.learningRate === 2e-3 ? 0.5 : 0);
      return ran([...losses(family, { best: validation, at: 100 }), test(family, tested)]);
    }),
  );

  it('shows the first axes, each at the best of the last on the validation split', () => {
    const settings = settingsOf(cells, results, 'loss');
    expect(
      settings.filter(({ family }) => family === 'ar').map(({ label, estimate }) => [label, estimate.value]),
    ).toEqual([
      ['dropout 0, decay 0.1', 3],
      ['dropout 0, decay 1.6', 3],
      ['dropout 0.1, decay 0.1', 3.1],
      ['dropout 0.1, decay 1.6', 3.1],
    ]);
    expect(settings).toHaveLength(8);
  });

  it('has both families in one row of each setting, and says a setting where it differs from the row above', () => {
    const plate = bestsPlate('bests', settingsOf(cells, results, 'loss'), 'loss');
    const size = { width: 400, height: plate.height(400) };
    const texts = textsOf(toText(plate.draw(size, PRINT, 'bests')));
    const rows = texts.slice(0, texts.lastIndexOf('3.100') + 1).filter((each) => !each.startsWith('test loss'));
    expect(rows.slice(0, 4)).toEqual(['dropout', 'decay', 'AR', 'diffusion']);
    expect(rows.slice(-14)).toEqual([
      ...['0', '0.1', '3.000', '3.000', '1.6', '3.000', '3.000'],
      ...['0.1', '0.1', '3.100', '3.100', '1.6', '3.100', '3.100'],
    ]);
    expect(plate.table.rows.map(([label]) => label).slice(3, 5)).toEqual([
      'AR, dropout 0.1, decay 1.6',
      'diffusion, dropout 0, decay 0.1',
    ]);
  });

  it('names curves by their numbers in columns below their axes, each behind a piece of its line', () => {
    const panel = gapPanel(cells, results, 'loss');
    const options = { width: 400, height: 260, axis: 'epoch', palette: PRINT, id: 'c', titled: true } as const;
    const svg = toText(drawPanel(panel, options));
    const texts = textsOf(svg);
    const header = texts.indexOf('dropout');
    expect(texts.slice(header, header + 6)).toEqual(['dropout', 'decay', 'rate', '0', '0.1', '0.004']);
    expect(svg).toContain('stroke-dasharray="4.5 2.5"');
  });

  it('is one panel of curves without crossings', () => {
    const { curves, diamonds } = gapPanel(cells, results, 'loss');
    expect(curves).toHaveLength(16);
    expect(diamonds).toEqual([]);
  });
});
