import { formatNumber } from '../../analysis/format.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Heard } from './Heard.tsx';

/** What happened, newest first; told to screen readers as it comes. Of a race that is shown, what was noted in it. */
export function EventLog() {
  const told = usePage((state) => state.log);
  const events = usePage((state) => state.shown?.events);
  const lines =
    events?.map(({ step, text }, id) => ({
      id,
      at: words.log.atStep(formatNumber(step, 9), ''),
      text,
      lang: undefined,
    })) ?? told.map((line) => ({ at: '', lang: undefined, ...line }));
  return (
    <section className="events" aria-labelledby="events-title">
      <h2 id="events-title">{words.log.title}</h2>
      {lines.length === 0 && <p className="hint">{words.log.empty}</p>}
      <div
        key={events ? 'shown' : 'told'}
        role="log"
        aria-live={events ? 'off' : 'polite'}
        aria-labelledby="events-title"
        className="scroll"
        tabIndex={lines.length > 0 ? 0 : undefined}
      >
        {lines.toReversed().map(({ id, at, text, lang }) => (
          <p key={id} className="log-line" lang={lang}>
            {at}
            {lang ? text : <Heard text={text} />}
          </p>
        ))}
      </div>
    </section>
  );
}
