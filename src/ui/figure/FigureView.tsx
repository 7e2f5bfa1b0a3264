import { formatDate, formatDuration } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import { experimentOf } from '../../experiments/index.ts';
import { Boundary } from '../panels/Boundary.tsx';
import { ErrorCard } from '../panels/ErrorCard.tsx';
import { Choices } from '../panels/Field.tsx';
import { Notices } from '../panels/Header.tsx';
import { Heard } from '../panels/Heard.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { change } from './actions.ts';
import { Beside } from './Beside.tsx';
import { Claims } from './Claims.tsx';
import { Picker } from './Picker.tsx';
import { Plates } from './Plates.tsx';
import { type Shown, useShown } from './shown.ts';
import { VerdictDetails, VerdictHead } from './VerdictCard.tsx';

/** The paper's experiments: choose one, run it or look at what was recorded; below, every claim with its verdict. */
export default function FigureView() {
  return (
    <div className="page">
      <main className="race">
        <Notices />
        <ErrorCard />
        <Boundary>
          <OneExperiment />
        </Boundary>
      </main>
      <aside className="side">
        <Picker />
      </aside>
      <section className="reports" aria-labelledby="claims-title">
        <Boundary>
          <Claims />
        </Boundary>
      </section>
    </div>
  );
}

function OneExperiment() {
  const choice = usePage(({ figure }) => figure.choice);
  const { shown, sources, problem } = useShown();
  const { title, claim, source } = shown?.experiment ?? experimentOf(choice.experiment);
  return (
    <>
      <section className="experiment" aria-labelledby="experiment-title">
        <h2 id="experiment-title">{told(title)}</h2>
        <p className="lead">
          <Heard text={claim} />
        </p>
        <p className="hint">
          <Heard text={source} />
        </p>
      </section>
      {sources.length > 1 && (
        <Choices
          label={words.figure.source.label}
          joined
          options={sources.map((each) => [each, words.figure.source[each]] as const)}
          value={shown?.source}
          onChange={(each) => change({ source: each })}
        />
      )}
      {problem && <p className="issue">{words.figure.source.broken(told(problem))}</p>}
      {shown ? <Found shown={shown} /> : <Nothing />}
    </>
  );
}

function Found({ shown }: { shown: Shown }) {
  const { evidence, verdict } = shown;
  const text = words.figure.source;
  return (
    <>
      <p className={`origin is-${shown.source}`}>
        {evidence
          ? `${text.banner(formatDate(evidence.recorded), told(verdict.ranOn.join('; ')))} ${text.thinned}`
          : text.ownBanner}
      </p>
      <VerdictHead verdict={verdict} />
      <Plates shown={shown} />
      <Beside shown={shown} />
      <VerdictDetails verdict={verdict} />
    </>
  );
}

function Nothing() {
  const loading = usePage(({ figure }) => figure.evidence === null);
  const running = usePage(({ figure }) => figure.sweep?.progress ?? null);
  if (loading) return <p className="hint">{words.figure.loading}</p>;
  if (running) return <p className="hint">{words.figure.run.eta(formatDuration(running.etaSeconds))}</p>;
  return <p className="hint">{words.figure.source.nothing}</p>;
}
