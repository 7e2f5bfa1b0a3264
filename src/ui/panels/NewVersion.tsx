import { sweepIsBusy } from '../figure/state.ts';
import { takeNewVersion } from '../offline.ts';
import { isBusy, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { Icon } from './Icons.tsx';

/** Says that a newer version is there. It is taken by reloading, which is offered only while nothing is trained. */
export function NewVersion() {
  const text = words.newVersion;
  const version = usePage((state) => state.newVersion);
  const busy = usePage((state) => isBusy(state) || sweepIsBusy(state.figure));
  if (!version) return null;
  return (
    <div className="notice new-version" role="status">
      <p>
        {text.ready} {version === 'waits' ? text.others : busy && text.busy}
      </p>
      {!busy && (
        <button type="button" onClick={takeNewVersion}>
          {text.reload}
        </button>
      )}
      <button
        type="button"
        className="quiet square"
        aria-label={text.later}
        onClick={() => setPage({ newVersion: null })}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
