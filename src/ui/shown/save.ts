import { boundWords } from '../../analysis/describe.ts';
import { raceFile } from '../../figure/raceFile.ts';
import { download, pngOf } from '../files.ts';
import type { ChartView } from '../store.ts';
import type { OnChart } from './onChart.ts';
import { shownLog } from './show.ts';

export const RACE_FORMATS = ['csv', 'jsonl', 'svg', 'png'] as const;
export type RaceFormat = (typeof RACE_FORMATS)[number];

/** Gives the person the race on the chart: its raw records, or the figure as for print. Rejects where a PNG cannot be made. */
export async function saveRace(race: OnChart, view: Pick<ChartView, 'axis'>, format: RaceFormat): Promise<void> {
  const log = shownLog();
  const name = `crossover-${race.id}.${format}`;
  if (format === 'csv') return download(name, new Blob([log.toCsv()], { type: 'text/csv' }));
  if (format === 'jsonl') return download(name, new Blob([log.toJsonLines()], { type: 'application/x-ndjson' }));
  const { live, strict } = race.crossings;
  const trueLoss = race.plan?.dataset.trueLoss?.validation;
  const figure = raceFile({
    records: [...log.records()],
    crossings: [live, strict].filter((crossing) => crossing !== undefined),
    // In print both families share an axis on which they are evaluated at the same places.
    axis: view.axis === 'seconds' ? 'epoch' : view.axis,
    bounds: { ar: boundWords('ar', race.spec), diffusion: boundWords('diffusion', race.spec) },
    ...(trueLoss !== undefined && { trueLoss }),
  });
  const svg = new Blob([figure], { type: 'image/svg+xml' });
  download(name, format === 'svg' ? svg : await pngOf(svg));
}
