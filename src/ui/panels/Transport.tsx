import { useId } from 'react';
import { formatDuration } from '../../analysis/format.ts';
import { specToHash } from '../../spec/hash.ts';
import { obstacle, onFirstClick, pauseOrResume, step, stop, train } from '../actions.ts';
import { estimate } from '../shown/estimate.ts';
import { isBusy, type PageState, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';

const text = words.transport;

/** The buttons that begin, hold and end a race; only those that do something now are there. */
export function Transport() {
  const busy = usePage(isBusy);
  return (
    <div className="transport" data-learn="train">
      {busy ? <Running /> : <Ready />}
    </div>
  );
}

function Ready() {
  const why = usePage(obstacle);
  const label = usePage(labelOf);
  const seconds = usePage(estimate);
  const sooner = usePage(({ draft }) => draft.spec.train.patience > 0);
  const about = seconds === undefined ? null : text.about(formatDuration(roughly(seconds)), sooner);
  const reason = useId();
  return (
    <>
      <button
        type="button"
        className="primary"
        onClick={onFirstClick(train)}
        disabled={why !== null}
        aria-describedby={why ? reason : undefined}
      >
        <Icon name="play" />
        <span>
          {label}
          {about && <small>{about}</small>}
        </span>
      </button>
      {why && (
        <p id={reason} className="reason">
          {why}
        </p>
      )}
    </>
  );
}

/** Where the recording of this very setup is on the chart, training is to see it happen. */
function labelOf({ race, shown, draft }: PageState): string {
  if (shown?.source.kind === 'recorded' && specToHash(shown.spec) === specToHash(draft.spec)) return text.live;
  return race ? text.again : text.train;
}

/** An estimate is no measurement: two digits are too many. */
const roughly = (seconds: number): number => Number(seconds.toPrecision(seconds < 10 ? 1 : 2));

function Running() {
  const lab = usePage((state) => state.lab);
  const pending = usePage((state) => state.pending);
  const waiting = pending !== null;
  return (
    <>
      {lab === 'running' && (
        <button type="button" className="primary" onClick={onFirstClick(pauseOrResume)} disabled={waiting}>
          <Icon name="pause" />
          {pending === 'pause' ? text.pausing : text.pause}
        </button>
      )}
      {lab === 'paused' && (
        <>
          <button type="button" className="primary" onClick={onFirstClick(pauseOrResume)} disabled={waiting}>
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
        <button type="button" onClick={onFirstClick(stop)} disabled={pending === 'stop'}>
          <Icon name="stop" />
          {pending === 'stop' ? text.stopping : text.stop}
        </button>
      )}
    </>
  );
}
