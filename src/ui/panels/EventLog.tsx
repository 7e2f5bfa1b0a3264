import { usePage } from '../store.ts';
import { words } from '../words.ts';

/** What happened, newest first; told to screen readers as it comes. */
export function EventLog() {
  const lines = usePage((state) => state.log);
  return (
    <section className="events" aria-labelledby="events-title">
      <h2 id="events-title">{words.log.title}</h2>
      {lines.length === 0 && <p className="hint">{words.log.empty}</p>}
      <div role="log" aria-labelledby="events-title" className="scroll" tabIndex={lines.length > 0 ? 0 : undefined}>
        {lines.toReversed().map(({ id, text }) => (
          <p key={id} className="log-line">
            {text}
          </p>
        ))}
      </div>
    </section>
  );
}
