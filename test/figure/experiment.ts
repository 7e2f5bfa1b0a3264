import type { CellResult } from '../../src/experiments/cell.ts';
import type { Axis, Experiment, Level } from '../../src/experiments/experiment.ts';
import { cellsOf } from '../../src/experiments/index.ts';
import type { FigureMetric } from '../../src/figure/curves.ts';
import { accuracy, losses, ran, resultOf } from '../experiments/results.ts';

export const tokens = (label: string, at: number): Level => ({ label, at, settings: { 'data.uniqueTokens': at } });
export const dropout = (rate: number, more: Partial<Level> = {}): Level => ({
  label: `dropout ${rate}`,
  settings: { 'train.dropout': rate },
  ...more,
});

export const DATA: Axis = {
  id: 'data',
  label: 'Unique tokens',
  levels: [tokens('little', 4000), tokens('much', 8000)],
};

/** An experiment over the axes, the first of which are the rows. */
export function experiment(
  axes: readonly Axis[],
  { seeds = [1, 2, 3], metrics = ['loss'] }: { seeds?: number[]; metrics?: FigureMetric[] } = {},
): Experiment {
  const plan = { preset: 'default', settings: {}, axes, seeds };
  return {
    id: 'made-up',
    title: 'Made up & drawn',
    claim: 'A < B: the claim.',
    source: 'Nobody',
    bearsOn: ['crossover'],
    plans: { minutes: plan, coffee: plan, night: plan },
    criterion: { kind: 'crossing', which: 'live', metric: 'loss', where: {}, expected: 'confirmed' },
    figure: { rows: axes[0].id, columns: metrics.map((metric) => ({ metric, label: metric })) },
  };
}

/** Every cell's result: AR is best early and rises, diffusion falls to the end and passes it; seeds differ by 0.01. */
export function resultsOf(of: Experiment): CellResult[] {
  return cellsOf(of, 'minutes').map((cell) =>
    resultOf(cell, ({ seed }, family) => {
      const shift = 0.01 * seed;
      const course = family === 'ar' ? { best: 2 + shift, at: 50, rise: 2 } : { best: 1.5 + shift, at: 190 };
      const share = (step: number) => (family === 'ar' ? 0.6 : 0.3 + step / 380) - shift;
      return ran([...losses(family, course), ...accuracy(family, share)]);
    }),
  );
}
