import { useEffect, useState } from 'react';
import { showView } from '../figure/actions.ts';
import { Boundary } from '../panels/Boundary.tsx';
import { ErrorCard } from '../panels/ErrorCard.tsx';
import { Notices } from '../panels/Header.tsx';
import { Heard } from '../panels/Heard.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/runs.css';
import { list } from './actions.ts';
import { ComparisonView } from './ComparisonView.tsx';
import { DropArea, ImportButton, ImportReport } from './Imports.tsx';
import { RemovedList, UndoOffer } from './Removed.tsx';
import { RunList } from './RunList.tsx';
import { Storage } from './Storage.tsx';
import { MOST_COMPARED } from './state.ts';

const text = words.runs;

/** Everything that was trained and kept: to be shown again, gone on with, compared and carried elsewhere. */
export default function RunsView() {
  useEffect(list, []);
  const empty = usePage(({ runs }) => runs.races?.length === 0);
  const loading = usePage(({ runs }) => runs.races === null);
  const removed = usePage(({ runs }) => runs.removed.length > 0);
  const lasting = useLasting();
  return (
    <DropArea>
      <Notices />
      <ErrorCard />
      <NotKept />
      <header className="runs-head">
        <div>
          <h2>{text.title}</h2>
          {!empty && (
            <p className="hint">
              {lasting && text.where} {text.compare.hint(MOST_COMPARED)}
            </p>
          )}
        </div>
        {!empty && <ImportButton />}
      </header>
      <ImportReport />
      <Boundary>
        {loading && <p className="hint">{text.loading}</p>}
        {empty && <Empty />}
        {!loading && !empty && (
          <>
            <RunList />
            <Boundary>
              <ComparisonView />
            </Boundary>
          </>
        )}
        {removed && <RemovedList />}
        {!loading && lasting && <Storage />}
      </Boundary>
      <Dock />
    </DropArea>
  );
}

/** Why nothing, or nothing more, is kept. */
function NotKept() {
  const notKept = usePage(({ runs }) => runs.notKept);
  const lasting = useLasting();
  if (lasting && notKept?.why !== 'storage-full') return null;
  const { title, todo } = lasting ? text.full : text.visitOnly;
  return (
    <section className="notice not-kept" role="status">
      <div>
        <h2>{title}</h2>
        <p>{lasting ? notKept && <Heard text={notKept.message} /> : text.visitOnly.why}</p>
        <p>{todo}</p>
      </div>
    </section>
  );
}

/** Whether what is kept outlives this visit; so long as that is not known it is taken for granted. */
const useLasting = (): boolean =>
  usePage(({ runs: { storage, notKept } }) => storage?.lasting !== false && notKept?.why !== 'no-storage');

function Empty() {
  const { title, what, where, train } = text.empty;
  const lasting = useLasting();
  return (
    <section className="runs-empty">
      <p className="lead">{title}</p>
      <p>{what}</p>
      {lasting && <p>{where}</p>}
      <p className="actions">
        <button type="button" className="primary" onClick={() => showView('race')}>
          {train}
        </button>
        <ImportButton />
      </p>
    </section>
  );
}

/** At the lower edge: the offer to undo, and how many races are ticked where their comparison is not in sight. */
function Dock() {
  const ticked = usePage(({ runs }) => runs.selected.length);
  const inSight = useInSight('comparison', ticked > 1);
  return (
    <div className="runs-dock">
      <UndoOffer />
      {ticked > 0 && !inSight && (
        <div className="toast">
          <span role="status">{text.compare.ticked(ticked)}</span>
          {ticked > 1 ? (
            <button type="button" onClick={toComparison}>
              {text.compare.show}
            </button>
          ) : (
            <span className="muted">{text.compare.oneMore}</span>
          )}
        </div>
      )}
    </div>
  );
}

/** Whether an element that is `there` can be seen, but for its very edge. */
function useInSight(id: string, there: boolean): boolean {
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const element = there ? document.getElementById(id) : null;
    if (!element) return setInSight(false);
    const observer = new IntersectionObserver(([entry]) => setInSight(entry.isIntersecting), {
      rootMargin: '0px 0px -120px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [id, there]);
  return inSight;
}

function toComparison(): void {
  const heading = document.getElementById('comparison-title');
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  heading?.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' });
  heading?.focus({ preventScroll: true });
}
