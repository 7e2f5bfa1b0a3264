import { useEffect, useRef } from 'react';
import { browserFacts } from '../browser.ts';
import { wasCutOff } from '../figure/state.ts';
import { getPage, type LabError, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { CopyButton } from './CopyButton.tsx';
import { Heard } from './Heard.tsx';
import { Offers } from './Offers.tsx';

/** What happened, what was saved, what to do, each in a sentence; the rest is behind a fold. */
export function ErrorCard() {
  const error = usePage((state) => state.error);
  return error && <Card key={`${error.code} ${error.message}`} error={error} />;
}

function Card({ error }: { error: LabError }) {
  const card = useRef<HTMLElement>(null);
  const text = words.error;
  const report = diagnostics(error);
  // Without a device nothing works until there is another one: its message stays.
  const lasting = usePage((state) => state.executor === null);
  const dead = usePage((state) => state.keeping.dead);
  const cutOff = usePage(({ figure }) => wasCutOff(figure));
  const { title, lead, todo } = wordsOf(error, dead, cutOff);

  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  return (
    <section className="error" role="alert" ref={card}>
      <h2>{title}</h2>
      <p className="lead">{lead === error.message ? <Heard text={lead} lang={error.lang} /> : lead}</p>
      <dl>
        {error.saved && (
          <div>
            <dt>{text.saved}</dt>
            <dd>
              <Heard text={error.saved} />
            </dd>
          </div>
        )}
        <div>
          <dt>{text.todo}</dt>
          <dd>{todo === error.hint ? <Heard text={todo} /> : todo}</dd>
        </div>
      </dl>
      <div className="offers">
        <Offers error={error} />
        {!lasting && (
          <button type="button" className="quiet" onClick={() => setPage({ error: null })}>
            {text.dismiss}
          </button>
        )}
      </div>
      <details>
        <summary>{text.details}</summary>
        <pre>{report}</pre>
        <CopyButton content={() => report} />
      </details>
    </section>
  );
}

/** The sentences of a card: where something can be done with a click, they are about that. */
function wordsOf(error: LabError, dead: { race: string | null } | null, cutOff: boolean) {
  const { titles, hints } = words.error;
  const { todo, noGpu, titles: own } = words.keeping;
  const plain = { title: titles[error.code], lead: error.message, todo: error.hint ?? hints[error.code] };
  const offered = error.offers?.[0]?.type;
  if (dead) {
    const idle = cutOff ? todo.deadSweep : todo.deadIdle;
    return { ...plain, title: own.dead, todo: dead.race === null ? idle : todo.dead };
  }
  if (error.noGpu) {
    const { title, text, todo: what } = noGpu[error.noGpu];
    return { title, lead: text, todo: what };
  }
  if (error.code === 'device-lost' && cutOff) return { ...plain, todo: todo.lostSweep };
  if (error.code === 'diverged' && offered)
    return { ...plain, todo: offered === 'branch' ? todo.diverged : todo.divergedAtOnce };
  if (error.code === 'device-lost' && offered)
    return { ...plain, todo: getPage().executor?.kind === 'gpu' ? todo.lostGpu : todo.lostCpu };
  if (offered === 'use') return { ...plain, todo: error.offers!.length === 1 ? todo.fitsOnly : todo.fits };
  return plain;
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
    ...browserFacts(),
    time: new Date().toISOString(),
  };
  return JSON.stringify(about, null, 2);
}
