import { describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiments/cell.ts';
import type { Experiment, Level } from '../../src/experiments/experiment.ts';
import { cellsOf, judge } from '../../src/experiments/index.ts';
import { acrossSeeds, type FigureAxis } from '../../src/figure/curves.ts';
import { gridOf } from '../../src/figure/grid.ts';
import { legendOf } from '../../src/figure/legend.ts';
import { summaryOf } from '../../src/figure/summary.ts';
import { DATA, dropout, experiment, resultsOf } from './experiment.ts';

function grid(of: Experiment, results: readonly CellResult[] = resultsOf(of), axis: FigureAxis = 'step') {
  return gridOf(of, cellsOf(of, 'minutes'), results, axis);
}

describe('the grid of a sweep', () => {
  it('has the levels of the row axis as rows and the metrics as columns', () => {
    const { rows, panels } = grid(experiment([DATA], { metrics: ['accuracy', 'loss'] }));
    expect(rows).toEqual(['little', 'much']);
    expect(panels.map((row) => row.map(({ metric }) => metric))).toEqual([
      ['accuracy', 'loss'],
      ['accuracy', 'loss'],
    ]);
    expect(panels[0][0].reference).toEqual({ value: 0.25, label: 'guessing' });
    expect(panels[0][1].reference).toBeNull();
  });

  it('draws both families of a row, all seeds of each', () => {
    const [[panel]] = grid(experiment([DATA])).panels;
    expect(panel.curves.map(({ family, label, seeds }) => [family, label, seeds.length])).toEqual([
      ['ar', '', 3],
      ['diffusion', '', 3],
    ]);
    const [ar] = panel.curves;
    expect(ar.across.find(({ x }) => x === 50)).toMatchObject({ median: 2.02, lo: 2.01, hi: 2.03 });
    expect(ar.across.at(-1)).toMatchObject({ median: 4.02, best: 2.02 });
  });

  it('makes curves of the other axes, and names them by the level that sets them apart', () => {
    const of = experiment([DATA, { id: 'dropout', label: 'Dropout', levels: [dropout(0), dropout(0.3)] }]);
    const labels = grid(of).panels[0][0].curves.map(({ family, label }) => `${family}: ${label}`);
    expect(labels).toEqual(['ar: dropout 0', 'ar: dropout 0.3', 'diffusion: dropout 0', 'diffusion: dropout 0.3']);
  });

  it('says in the legend what the losses of diffusion are: a bound, exact, or some of each', () => {
    const order = (label: string, value: string) => ({ label, settings: { 'diffusion.order': value } });
    const [any, exact] = [order('any', 'any'), order('left to right', 'left-to-right')];
    const named = (levels: Level[]) =>
      legendOf(grid(experiment([{ id: 'order', label: 'Order', levels }]))).map(({ label }) => label);
    expect(named([any])).toContain('diffusion (upper bound, 4 draws), median');
    expect(named([exact])).toContain('diffusion (left-to-right masks: exact chain rule, 4 draws), median');
    expect(named([any, exact])).toContain(
      'diffusion (upper bound; left-to-right masks: exact chain rule, 4 draws), median',
    );
  });

  it('draws a family that a row does not train from its reference', () => {
    const levels = [dropout(0), dropout(0.3, { families: ['ar'] })];
    const { panels } = grid(experiment([{ id: 'dropout', label: 'Dropout', levels }]));
    expect(panels.map(([{ curves }]) => curves.map(({ family }) => family))).toEqual([
      ['ar', 'diffusion'],
      ['ar', 'diffusion'],
    ]);
  });

  it('compares families in one panel where the row axis gives them levels of their own', () => {
    const levels = [
      dropout(0, { label: 'AR', families: ['ar'] }),
      dropout(0.1, { label: 'AR, noisy', families: ['ar'] }),
      dropout(0, { label: 'diffusion', families: ['diffusion'] }),
      dropout(0.1, { label: 'diffusion, noisy', families: ['diffusion'] }),
    ];
    const { rows, panels } = grid(experiment([{ id: 'model', label: 'Model', levels }]));
    expect(rows).toEqual(['']);
    expect(panels[0][0].curves.map(({ label }) => label)).toEqual(levels.map(({ label }) => label));
  });

  it('draws only the best in full where a family has many curves', () => {
    const levels = [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((rate) => dropout(rate));
    const of = experiment([DATA, { id: 'dropout', label: 'Dropout', levels }]);
    const results = resultsOf(of);
    const favourite = results.filter(({ levels }) => levels.dropout === 'dropout 0.2');
    for (const {
      results: { ar, diffusion },
    } of favourite)
      for (const record of [...ar!.records, ...diffusion!.records]) record.value -= 0.1;
    const full = grid(of, results).panels[0][0].curves.filter(({ inFull }) => inFull);
    expect(full.map(({ family, label }) => `${family}: ${label}`)).toEqual([
      'ar: dropout 0.2',
      'diffusion: dropout 0.2',
    ]);
  });

  it('marks every seed’s crossings on the axis that is drawn, and notes their median', () => {
    const of = experiment([DATA]);
    const [[onSteps]] = grid(of).panels;
    expect(onSteps.diamonds.map(({ kind, seed, status }) => `${kind} ${seed} ${status}`).sort()).toEqual([
      'live 1 confirmed',
      'live 2 confirmed',
      'live 3 confirmed',
      'strict 1 confirmed',
      'strict 2 confirmed',
      'strict 3 confirmed',
    ]);
    const [live, strict] = onSteps.notes;
    expect(live).toMatchObject({ kind: 'live', confirmed: 3, seeds: 3 });
    expect(strict.at!).toBeGreaterThan(live.at!);
    const [[onTokens]] = grid(of, resultsOf(of), 'tokens').panels;
    const perStep = onTokens.xEnd / onSteps.xEnd;
    expect(onTokens.notes[0].at).toBeCloseTo(live.at! * perStep);
  });

  it('marks crossings of an accuracy, where more is better', () => {
    const [[{ notes, diamonds }]] = grid(experiment([DATA], { metrics: ['accuracy'] })).panels;
    expect(notes[0]).toMatchObject({ kind: 'live', confirmed: 3 });
    expect(diamonds.every(({ y }) => y > 0.55 && y < 0.75)).toBe(true);
  });

  it('gives an accuracy one scale for all rows, and a loss one for each', () => {
    const of = experiment([DATA], { metrics: ['loss', 'accuracy'] });
    const results = resultsOf(of);
    for (const {
      results: { ar },
    } of results.filter(({ levels }) => levels.data === 'much'))
      for (const record of ar!.records) record.value *= 0.5;
    const { panels } = grid(of, results);
    expect(panels[0][1].yDomain).toEqual(panels[1][1].yDomain);
    expect(panels[0][0].yDomain).not.toEqual(panels[1][0].yDomain);
  });

  it('leaves the place of what is not there yet empty, and a value that is not finite out', () => {
    const of = experiment([DATA]);
    const results = resultsOf(of).filter(({ levels }) => levels.data === 'little');
    results[0].results.ar!.records[5].value = Number.NaN;
    const [[little], [much]] = grid(of, results).panels;
    expect(much.curves).toEqual([]);
    const [ar] = little.curves;
    expect(ar.seeds.map(({ dots }) => dots.length)).toEqual([19, 20, 20]);
    expect(ar.across).toHaveLength(19);
  });
});

describe('the median of the seeds', () => {
  it('ends where the first seed ends, so that no line jumps', () => {
    const dots = (ends: number) => [0, 10, 20].slice(0, ends).map((step) => ({ step, x: step, y: 1, se: null }));
    const across = acrossSeeds(
      [
        { seed: 1, dots: dots(3) },
        { seed: 2, dots: dots(2) },
      ],
      'loss',
    );
    expect(across.map(({ x }) => x)).toEqual([0, 10]);
  });

  it('has a best so far that is the highest of an accuracy, and none of ΔNLL', () => {
    const dots = [0.5, 0.8, 0.6].map((y, step) => ({ step, x: step, y, se: null }));
    expect(acrossSeeds([{ seed: 1, dots }], 'accuracy').map(({ best }) => best)).toEqual([0.5, 0.8, 0.8]);
    expect(acrossSeeds([{ seed: 1, dots }], 'deltaNll').every(({ best }) => Number.isNaN(best))).toBe(true);
  });
});

describe('the figure as a table', () => {
  it('says of every curve its best median, its end, and the range over the seeds at both', () => {
    const rows = summaryOf(grid(experiment([DATA], { metrics: ['accuracy', 'loss'] })));
    expect(rows.slice(0, 4).map(({ column, curve, best, end }) => [column, curve, best, end])).toEqual([
      [
        'accuracy',
        'AR',
        { median: '58.0 %', range: '57.0 % … 59.0 %' },
        { median: '58.0 %', range: '57.0 % … 59.0 %' },
      ],
      [
        'accuracy',
        'diffusion',
        { median: '78.0 %', range: '77.0 % … 79.0 %' },
        { median: '78.0 %', range: '77.0 % … 79.0 %' },
      ],
      ['loss', 'AR', { median: '2.020', range: '2.010 … 2.030' }, { median: '4.020', range: '4.010 … 4.030' }],
      ['loss', 'diffusion', { median: '1.520', range: '1.510 … 1.530' }, { median: '1.520', range: '1.510 … 1.530' }],
    ]);
  });
});

describe('thinned results', () => {
  const of = experiment([DATA]);
  const whole = resultsOf(of);
  const { crossings } = judge(of, 'minutes', whole);
  // Without the losses of windows, gaps have the larger error of independent means: nothing is confirmed.
  const thinned = whole.map((result) => ({
    ...result,
    results: Object.fromEntries(
      Object.entries(result.results).map(([family, { records, ...rest }]) => [
        family,
        { ...rest, records: records.map(({ windows: _, ...record }) => ({ ...record, se: 2 })) },
      ]),
    ),
  }));
  const cells = cellsOf(of, 'minutes');

  it('show the crossings that the verdict on the whole ones knows, at their median', () => {
    const bare = gridOf(of, cells, thinned, 'step').panels[0][0];
    expect(bare.notes.map(({ confirmed }) => confirmed)).toEqual([0, 0]);
    for (const axis of ['step', 'tokens', 'epoch', 'flops'] as const) {
      const expected = gridOf(of, cells, whole, axis).panels[0][0];
      const { notes, diamonds } = gridOf(of, cells, thinned, axis, crossings).panels[0][0];
      // The made-up records have batches of another size than the spec: tokens are on another scale, not in another order.
      if (axis === 'tokens') expect(notes[1].at!).toBeGreaterThan(notes[0].at!);
      else expect(notes).toEqual(expected.notes);
      expect(notes.map(({ confirmed, seeds }) => [confirmed, seeds])).toEqual([
        [3, 3],
        [3, 3],
      ]);
      expect(diamonds.map(({ seed }) => seed)).toEqual([null, null]);
    }
  });

  it('keep their own where both agree', () => {
    const own = gridOf(of, cells, whole, 'step').panels[0][0].diamonds;
    expect(gridOf(of, cells, whole, 'step', crossings).panels[0][0].diamonds).toEqual(own);
  });
});
