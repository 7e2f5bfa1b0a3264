import { useEffect, useRef } from 'react';
import { getPage, type LabError, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { CopyButton } from './CopyButton.tsx';

const text = words.error;

/** What happened, what was saved, what to do; the rest is behind a fold. */
export function ErrorCard() {
  const error = usePage((state) => state.error);
  return error && <Card key={`${error.code} ${error.message}`} error={error} />;
}

function Card({ error }: { error: LabError }) {
  const card = useRef<HTMLElement>(null);
  const report = diagnostics(error);
  // Without a device nothing works until the page is loaded again: its message stays.
  const lasting = usePage((state) => state.executor === null);

  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  return (
    <section className="error" role="alert" ref={card}>
      <h2>{text.titles[error.code]}</h2>
      <p className="lead">{error.message}</p>
      <dl>
        {error.saved && (
          <div>
            <dt>{text.saved}</dt>
            <dd>{error.saved}</dd>
          </div>
        )}
        <div>
          <dt>{text.todo}</dt>
          <dd>{error.hint ?? text.hints[error.code]}</dd>
        </div>
      </dl>
      <div className="actions">
        <details>
          <summary>{text.details}</summary>
          <pre>{report}</pre>
          <CopyButton content={() => report} />
        </details>
        {!lasting && (
          <button type="button" className="quiet" onClick={() => setPage({ error: null })}>
            {text.dismiss}
          </button>
        )}
      </div>
    </section>
  );
}

/** Everything that a bug report needs, and none of the user's own text. */
function diagnostics(error: LabError): string {
  const { executor, race, draft, lab, progress, log } = getPage();
  const about = {
    error,
    lab,
    progress,
    executor,
    spec: race?.spec ?? draft.spec,
    lastEvents: log.slice(-10).map((line) => line.text),
    browser: navigator.userAgent,
    secureContext: window.isSecureContext,
    webgpu: 'gpu' in navigator,
    time: new Date().toISOString(),
  };
  return JSON.stringify(about, null, 2);
}
