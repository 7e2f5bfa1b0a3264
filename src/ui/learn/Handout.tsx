import { useMemo } from 'react';
import { boundWords } from '../../analysis/describe.ts';
import { formatDate, formatNumber } from '../../analysis/format.ts';
import { PRINT } from '../../figure/palette.ts';
import { aboutRace, type FigureData, RACE_SIZE, raceDrawing } from '../../figure/raceFile.ts';
import { DEFAULT_SPEC } from '../../spec/presets.ts';
import { changeDraft } from '../actions.ts';
import { adapterName } from '../adapter.ts';
import { drawn } from '../figure/markup.tsx';
import { addressOf } from '../link.ts';
import { Notices } from '../panels/Header.tsx';
import { draftOf } from '../settings.ts';
import { type OnChart, useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { type PageState, usePage } from '../store.ts';
import { words } from '../words.ts';
import { changeLearn } from './address.ts';
import { type Facts, factsOf } from './facts.ts';
import '../style/handout.css';

/** One sheet for every student: the question, the race on the chart, what to see in it, and tasks with room to write. */
export function Handout() {
  const chart = useOnChart();
  const version = usePage((state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes with the version
  const facts = useMemo(() => chart && factsOf(chart, shownLog()), [chart, version]);
  const text = words.learn.handout;
  return (
    <main className="handout-page">
      <Notices />
      <div className="handout-tools">
        <button type="button" className="primary" disabled={!facts} onClick={() => window.print()}>
          {text.print}
        </button>
        <button type="button" onClick={() => changeLearn({ handout: false })}>
          {text.back}
        </button>
      </div>
      {chart && facts ? (
        <Sheet chart={chart} facts={facts} version={version} />
      ) : (
        <div className="handout-nothing">
          <p>{text.nothing}</p>
          <button type="button" onClick={() => changeDraft(draftOf(DEFAULT_SPEC))}>
            {words.learn.guide.recording}
          </button>
        </div>
      )}
    </main>
  );
}

function Sheet({ chart, facts, version }: { chart: OnChart; facts: Facts; version: number }) {
  const text = words.learn.handout;
  const { spec } = facts;
  return (
    <article className="handout" aria-label={text.title}>
      <header>
        <p className="handout-brand">{words.name}</p>
        <p className="handout-blanks">
          {text.name} <i /> {text.date} <i />
        </p>
      </header>
      <h2>{text.question}</h2>
      <p className="handout-lead">{text.lead}</p>
      <figure>
        <RaceFigure chart={chart} version={version} />
        <figcaption>
          {text.figure(
            formatNumber(spec.data.uniqueTokens, 9),
            words.setup.corpora[spec.data.corpus],
            formatNumber(spec.train.steps, 9),
            formatNumber(facts.epochs),
            String(spec.seed),
          )}{' '}
          <Origin chart={chart} />
        </figcaption>
      </figure>
      <div className="handout-columns">
        <div>
          <section>
            <h3>{text.observe}</h3>
            <ol>
              {observationsOf(facts).map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ol>
          </section>
          <section>
            <h3>{text.bound}</h3>
            <p>{facts.bound === 'upper' ? text.boundText : text.exactText}</p>
          </section>
        </div>
        <section>
          <h3>{text.tasks}</h3>
          <ol className="handout-tasks">
            <li>{text.best}</li>
            <li>{facts.crossings.live?.at ? text.crossed : text.notCrossed}</li>
            <li className="is-open">{text.why}</li>
            <li>{text.bet}</li>
            <li>{text.seed}</li>
            <li className="is-open">{text.doubt}</li>
          </ol>
        </section>
      </div>
      <footer>
        <p>
          {text.link} <strong>{addressOf(spec)}</strong>
        </p>
        <p>{words.sources.paper}</p>
      </footer>
    </article>
  );
}

/** What can be seen in this race, and not in every other one. */
export function observationsOf({ turned, training, crossings: { live } }: Facts): string[] {
  const { observations: text } = words.learn.handout;
  const byHeart = training !== null && training.last < training.atBest;
  const passing = {
    confirmed: text.passed,
    possible: text.unsure,
    reverted: text.reverted,
    none: text.notPassed,
  } as const;
  return [text.fall, turned ? (byHeart ? text.byHeart : text.turned) : text.notTurned, passing[live?.status ?? 'none']];
}

/** The figure as a file has it, in the colours of print. */
function RaceFigure({ chart, version }: { chart: OnChart; version: number }) {
  const axis = usePage((state) => state.chart.axis);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes with the version
  const figure = useMemo(() => {
    const { live, strict } = chart.crossings;
    const trueLoss = chart.plan?.dataset.trueLoss?.validation;
    const data: FigureData = {
      records: [...shownLog().records()],
      crossings: [live, strict].filter((crossing) => crossing !== undefined),
      // In print both families share an axis on which they are evaluated at the same places.
      axis: axis === 'seconds' ? 'epoch' : axis,
      bounds: { ar: boundWords('ar', chart.spec), diffusion: boundWords('diffusion', chart.spec) },
      ...(trueLoss !== undefined && { trueLoss }),
    };
    return { about: aboutRace(data), drawing: raceDrawing(data, PRINT) };
  }, [chart, version, axis]);
  return (
    <svg viewBox={`0 0 ${RACE_SIZE.width} ${RACE_SIZE.height}`} role="img" aria-label={figure.about}>
      {drawn(figure.drawing)}
    </svg>
  );
}

/** Whence the race comes. */
function Origin({ chart }: { chart: OnChart }) {
  const shown = usePage((state: PageState) => state.shown);
  const { origin } = words.learn.handout;
  const device = chart.executor ? adapterName(chart.executor) : '';
  const date = shown?.begun ? formatDate(shown.begun) : '';
  if (!shown) return origin.live(device);
  return shown.source.kind === 'recorded'
    ? origin.recorded(device, date, shown.source.command)
    : origin.other(shown.name, date);
}
