import { useEffect, useRef, useState } from 'react';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/storage.css';
import { change, purge, restore } from './actions.ts';
import { shownName } from './list.ts';

const text = words.runs.removed;
/** As long as it takes to read the offer and think; it does not go while it is pointed at or has the focus. */
const OFFERED_MS = 12_000;

/** The offer to bring back what was deleted just now. */
export function UndoOffer() {
  const race = usePage(({ runs }) => runs.removed.find(({ id }) => id === runs.offered));
  const [held, setHeld] = useState(false);
  const undo = useRef<HTMLButtonElement>(null);
  const id = race?.id;
  useEffect(() => {
    // The button that was pressed has gone with its race: the next one to press is this.
    if (id !== undefined) undo.current?.focus();
  }, [id]);
  useEffect(() => {
    if (id === undefined || held) return;
    const timer = setTimeout(() => change({ offered: null }), OFFERED_MS);
    return () => clearTimeout(timer);
  }, [id, held]);
  return (
    <div role="status">
      {race && (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while it is pointed at
        <div
          className="toast"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={({ target }) => setHeld(target.matches(':focus-visible'))}
          onBlur={() => setHeld(false)}
        >
          <span>{text.done(shownName(race.name))}</span>
          <button ref={undo} type="button" onClick={() => restore(race.id)}>
            {text.undo}
          </button>
          <button type="button" className="quiet" onClick={() => change({ offered: null })}>
            {text.dismiss}
          </button>
        </div>
      )}
    </div>
  );
}

/** All that was deleted in this visit. */
export function RemovedList() {
  const removed = usePage(({ runs }) => runs.removed);
  const busy = usePage(({ runs }) => runs.removing.length > 0);
  if (removed.length === 0) return null;
  return (
    <details className="fold" aria-busy={busy}>
      <summary>{text.fold(removed.length)}</summary>
      <div className="removed">
        <p className="hint">{text.note}</p>
        <ul>
          {removed.map(({ id, name }) => (
            <li key={id}>
              <bdi>{shownName(name)}</bdi>
              <button type="button" aria-label={text.restore(shownName(name))} onClick={() => restore(id)}>
                {text.undo}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className="danger" onClick={purge}>
          {text.purge}
        </button>
      </div>
    </details>
  );
}
