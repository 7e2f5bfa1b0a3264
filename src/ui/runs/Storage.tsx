import { useState } from 'react';
import { formatBytes } from '../../analysis/format.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import '../style/storage.css';
import { list } from './actions.ts';

const text = words.runs.storage;

/** How much of this device is used, and whether the browser has promised to leave it alone. */
export function Storage() {
  const storage = usePage(({ runs }) => runs.storage);
  const setAside = usePage(({ runs }) => runs.setAside);
  if (!storage) return null;
  const { used, quota, persisted } = storage;
  return (
    <section className="storage" aria-labelledby="storage-title">
      <h2 id="storage-title">{text.title}</h2>
      <div className="storage-use">
        <p>{quota === null ? text.used(formatBytes(used)) : text.of(formatBytes(used), formatBytes(quota))}</p>
        {quota !== null && <progress max={quota} value={Math.min(used, quota)} aria-label={text.title} />}
      </div>
      <Keeping persisted={persisted} />
      {setAside > 0 && <p className="hint">{words.runs.setAside(setAside)}</p>}
    </section>
  );
}

/** Only the page can ask: a worker has no one to show the question to. */
function Keeping({ persisted }: { persisted: boolean }) {
  const [answer, setAnswer] = useState<'none' | 'asking' | 'granted' | 'denied'>('none');
  const ask = () => {
    setAnswer('asking');
    navigator.storage.persist().then(
      (granted) => {
        setAnswer(granted ? 'granted' : 'denied');
        list();
      },
      () => setAnswer('denied'),
    );
  };
  if (persisted && answer === 'none') return <p className="hint">{text.persisted}</p>;
  const canAsk = 'storage' in navigator && 'persist' in navigator.storage;
  const said = { none: text.notPersisted, asking: text.asking, granted: text.granted, denied: text.denied }[answer];
  return (
    <div className="storage-promise">
      <p className="hint" role="status">
        {said}
      </p>
      {canAsk && answer !== 'granted' && (
        <button type="button" disabled={answer === 'asking'} onClick={ask}>
          {text.ask}
        </button>
      )}
    </div>
  );
}
