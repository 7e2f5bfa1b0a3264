import type { Command, LabEvent } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import type { PageStore } from '../store.ts';
import type { KeepingState } from './state.ts';

interface Doing {
  send(command: Command): void;
  /** Makes a setup that of the page. */
  takeSetup(spec: RaceSpec): void;
}

/** Listens to what the lab says for what is kept, what was lost and who else trains. */
export function createKeepingReceiver(store: PageStore, { send, takeSetup }: Doing): (event: LabEvent) => void {
  const change = (part: Partial<KeepingState>) =>
    store.setState(({ keeping }) => ({ keeping: { ...keeping, ...part } }));
  store.setState(({ draft, keeping }) => ({ keeping: { ...keeping, good: draft.spec } }));

  return (event) => {
    switch (event.type) {
      case 'elsewhere': {
        const { type: _, ...elsewhere } = event;
        change({ elsewhere });
        // A race that nobody trains any more may be one that was cut off.
        if (!event.training) send({ type: 'listRaces' });
        break;
      }
      case 'recovered': {
        const { type: _, ...recovered } = event;
        change({ recovered });
        break;
      }
      case 'state': {
        change({ pausedByOther: event.state === 'paused' && event.by !== undefined });
        const { race, keeping } = store.getState();
        const ended = event.state === 'finished' || event.state === 'stopped';
        if (ended && race && !keeping.elsewhere?.watching) change({ good: race.spec });
        break;
      }
      case 'plan': {
        // A kept race that goes on brings its own setup.
        const { draft, keeping } = store.getState();
        const isNew = JSON.stringify(draft.spec) !== JSON.stringify(event.spec);
        if (isNew && !keeping.elsewhere?.watching) takeSetup(event.spec);
        break;
      }
      case 'error':
        change({ recovered: null });
        break;
      default:
    }
  };
}
