import { useId } from 'react';
import { obstacle, pauseOrResume, step, stop, train } from '../actions.ts';
import { isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';

const text = words.transport;

/** The buttons that begin, hold and end a race; only those that do something now are there. */
export function Transport() {
  const busy = usePage(isBusy);
  return <div className="transport">{busy ? <Running /> : <Ready />}</div>;
}

function Ready() {
  const why = usePage(obstacle);
  const again = usePage((state) => state.race !== null);
  const reason = useId();
  return (
    <>
      <button
        type="button"
        className="primary"
        onClick={train}
        disabled={why !== null}
        aria-describedby={why ? reason : undefined}
      >
        <Icon name="play" />
        {again ? text.again : text.train}
      </button>
      {why && (
        <p id={reason} className="reason">
          {why}
        </p>
      )}
    </>
  );
}

function Running() {
  const lab = usePage((state) => state.lab);
  const pending = usePage((state) => state.pending);
  const waiting = pending !== null;
  return (
    <>
      {lab === 'running' && (
        <button type="button" className="primary" onClick={pauseOrResume} disabled={waiting}>
          <Icon name="pause" />
          {pending === 'pause' ? text.pausing : text.pause}
        </button>
      )}
      {lab === 'paused' && (
        <>
          <button type="button" className="primary" onClick={pauseOrResume} disabled={waiting}>
            <Icon name="play" />
            {pending === 'resume' ? text.resuming : text.resume}
          </button>
          <button type="button" onClick={step} disabled={waiting}>
            <Icon name="step" />
            {pending === 'step' ? text.stepping : text.step}
          </button>
        </>
      )}
      {pending === 'start' ? (
        <button type="button" className="primary" disabled>
          {text.starting}
        </button>
      ) : (
        <button type="button" onClick={stop} disabled={pending === 'stop'}>
          <Icon name="stop" />
          {pending === 'stop' ? text.stopping : text.stop}
        </button>
      )}
    </>
  );
}
