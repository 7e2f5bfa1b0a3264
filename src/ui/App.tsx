import { type LazyExoticComponent, lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { onKey } from './actions.ts';
import { ChartPanel } from './chart/ChartPanel.tsx';
import { Duel } from './duel/Duel.tsx';
import { useLearn, useShows } from './learn/state.ts';
import { Answers } from './panels/Answers.tsx';
import { Boundary } from './panels/Boundary.tsx';
import { ErrorCard } from './panels/ErrorCard.tsx';
import { Evaluations } from './panels/Evaluations.tsx';
import { EventLog } from './panels/EventLog.tsx';
import { Header, Notices } from './panels/Header.tsx';
import { HelpDialog, Sources } from './panels/HelpDialog.tsx';
import { Keeping } from './panels/Keeping.tsx';
import { NewVersion } from './panels/NewVersion.tsx';
import { DataReport, PlanReport } from './panels/Reports.tsx';
import { Samples } from './panels/Samples.tsx';
import { Setup } from './panels/Setup.tsx';
import { Transport } from './panels/Transport.tsx';
import { Verdict } from './panels/Verdict.tsx';
import { usePage } from './store.ts';
import type { View } from './views.ts';
import { words } from './words.ts';

/** The views that are loaded when they are first opened. */
const LATER: Record<Exclude<View, 'race'>, LazyExoticComponent<() => ReactNode>> = {
  figure: lazy(() => import('./figure/FigureView.tsx')),
  gap: lazy(() => import('./gap/GapView.tsx')),
  inside: lazy(() => import('./inside/InsideView.tsx')),
  runs: lazy(() => import('./runs/RunsView.tsx')),
  device: lazy(() => import('./device/DeviceView.tsx')),
  learn: lazy(() => import('./learn/LearnView.tsx')),
};

/** What accompanies the page while somebody learns or teaches. */
const Guide = lazy(() => import('./learn/Guide.tsx'));

/** The page. Its order in the document is a phone's: chart, verdict, samples, setup; a wide screen puts the setup beside. */
export function App() {
  const view = usePage((state) => state.view);
  // Whatever is drawn reads `words`: in another language all of it is drawn anew.
  usePage((state) => state.language);
  const accompanied = useLearn(({ step, teaching }) => step !== null || teaching);
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event, openHelp);
    const openHelp = () => dialog.current?.open || dialog.current?.showModal();
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  return (
    <>
      <Header onHelp={() => dialog.current?.showModal()} />
      <NewVersion />
      {accompanied && (
        <Boundary>
          <Suspense>
            <Guide />
          </Suspense>
        </Boundary>
      )}
      {view === 'race' ? <RaceView /> : <LaterView key={view} view={view} />}
      <Sources />
      <HelpDialog dialog={dialog} />
    </>
  );
}

function RaceView() {
  const [setup, log, reports, duel] = [useShows('setup'), useShows('log'), useShows('reports'), useShows('duel')];
  return (
    <div className={setup ? 'page' : 'page is-alone'}>
      <main className="race">
        <Notices />
        <ErrorCard />
        <Keeping />
        <ChartPanel />
        {!setup && <Transport />}
        <Verdict />
        <Samples />
        {duel && <Duel />}
      </main>
      {setup && (
        <aside className="side">
          <Setup />
        </aside>
      )}
      {(log || reports) && (
        <section className="reports" aria-label={words.reports}>
          {log && <EventLog />}
          {reports && <Reports />}
        </section>
      )}
    </div>
  );
}

function Reports() {
  return (
    <>
      <Answers />
      <Evaluations />
      <DataReport />
      <PlanReport />
    </>
  );
}

function LaterView({ view }: { view: Exclude<View, 'race'> }) {
  const Chosen = LATER[view];
  return (
    <Boundary>
      <Suspense fallback={<p className="waiting">{words.views.loading}</p>}>
        <Chosen />
      </Suspense>
    </Boundary>
  );
}
