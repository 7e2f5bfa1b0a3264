import { useMemo } from 'react';
import { formatCount, formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { experimentOf } from '../../experiments/index.ts';
import { bestsPlate, type GapMetric, gapPanel, settingsOf } from '../../figure/gap.ts';
import { drawPanel } from '../../figure/panel.ts';
import { type Plate, plotHeight } from '../../figure/plate.ts';
import { summaryOf } from '../../figure/summary.ts';
import { showExperiment } from '../figure/actions.ts';
import { Badge } from '../figure/Badge.tsx';
import { PlateList, PlateTable } from '../figure/Beside.tsx';
import type { Shown } from '../figure/shown.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { commandFor, type GapAnswer, type Question, type Remedy } from './answers.ts';
import type { FoundRemedy } from './GapView.tsx';
import { Replies } from './Replies.tsx';

const text = words.gap;

interface Props extends FoundRemedy {
  remedy: Remedy;
  metric: GapMetric;
  answers: Partial<Record<Question, GapAnswer>>;
}

/** One remedy: AR at each strength and diffusion as curves, and the best of each setting. */
export function RemedyFigures({ remedy, metric, answers, shown, scale, problem }: Props) {
  const { title } = experimentOf(remedy);
  const id = `gap-${remedy}`;
  return (
    <section className="gap-remedy" aria-labelledby={id}>
      <header>
        <h3 id={id}>
          <span className="gap-name">{text.remedies[remedy]}</span> {shown && <Badge status={shown.verdict.status} />}
        </h3>
        <button
          type="button"
          className="link"
          aria-label={text.experimentLong(told(title))}
          onClick={() => showExperiment({ experiment: remedy, scale })}
        >
          {text.experiment}
        </button>
      </header>
      <p className="hint">
        {text.about[remedy]} {shown && setupWords(shown)}
      </p>
      <Replies answers={answers} />
      {problem && <p className="issue">{words.figure.source.broken(told(problem))}</p>}
      {shown ? <Found shown={shown} metric={metric} id={remedy} /> : <Missing remedy={remedy} />}
    </section>
  );
}

function Found({ shown, metric, id }: { shown: Shown; metric: GapMetric; id: Remedy }) {
  const { cells, results, verdict } = shown;
  const language = usePage((state) => state.language);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the plates say is in the language of the page
  const plates = useMemo(() => platesOf(id, cells, results, metric), [id, cells, results, metric, language]);
  if (plates.length === 0) return <p className="hint">{text.noQuestions}</p>;
  const { done, planned, missing } = verdict.cells;
  return (
    <>
      {missing.length > 0 && <p className="hint">{text.unfinished(formatNumber(done), formatNumber(planned))}</p>}
      <PlateList plates={plates} most={2} />
      {Object.keys(cells[0].levels).length > 1 && <p className="hint">{text.tuned}</p>}
      <details className="fold">
        <summary>{text.table}</summary>
        {plates.map((plate) => (
          <PlateTable key={plate.id} plate={plate} />
        ))}
      </details>
    </>
  );
}

function platesOf(id: Remedy, cells: Shown['cells'], results: Shown['results'], metric: GapMetric): Plate[] {
  const settings = settingsOf(cells, results, metric);
  if (settings.length === 0) return [];
  return [curvesPlate(`${id}-curves`, cells, results, metric), bestsPlate(`${id}-bests`, settings, metric)];
}

/** The curves of all settings in one panel. */
function curvesPlate(id: string, cells: Shown['cells'], results: Shown['results'], metric: GapMetric): Plate {
  const panel = gapPanel(cells, results, metric);
  const title = text.curves[metric];
  const grid = { axis: 'epoch', rows: [''], columns: [{ metric, label: title }], panels: [[panel]] } as const;
  const rows = summaryOf({ ...grid, rows: [''], panels: [[panel]], seeds: 1, draws: null, bounds: new Set() });
  return {
    id,
    title,
    about: `${title}. ${rows.map(({ curve, best, end }) => text.curve(curve, best.median, end.median)).join('; ')}.`,
    table: {
      columns: ['', ...words.figure.grid.columns.slice(2)],
      rows: rows.map(({ curve, best, end }) => [curve, best.median, best.range, end.median, end.range]),
    },
    height: (width) => plotHeight(width) + 20,
    draw: ({ width, height }, palette, of) =>
      drawPanel(panel, { width, height, axis: 'epoch', palette, id: of, titled: true, labelled: true }),
  };
}

function setupWords({ cells, verdict }: Shown): string {
  const [{ spec }] = cells;
  const corpus = words.setup.corpora[spec.data.corpus];
  const { uniqueTokens } = spec.data;
  return text.setup(formatCount(uniqueTokens), corpus, formatNumber(spec.train.steps), verdict.seeds.length);
}

function Missing({ remedy }: { remedy: Remedy }) {
  return (
    <p className="hint">
      {text.missing} <code>{commandFor(experimentOf(remedy))}</code>
    </p>
  );
}
