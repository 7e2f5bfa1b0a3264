import { specToHash } from '../../spec/hash.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { sendCommand } from '../actions.ts';
import { getPage, isBusy, type PageState, type PageStore, setPage } from '../store.ts';

/** How long a race would take on this device: measured once, silently, while its recording plays. */

/** What was found for a setup on a device. */
export interface Estimate {
  hash: string;
  adapter: string;
  seconds: number;
}

const KEY = 'crossover.estimates';
/** More setups than these were not recorded. */
const MOST_KEPT = 16;
/** The page comes first: it is drawn, and the recording plays. */
const WAIT_MS = 2500;

/** Seconds that the setup in the form takes here, where they were measured and its recording is on the chart. */
export function estimate({ estimates, shown, draft, executor }: PageState): number | undefined {
  if (shown?.source.kind !== 'recorded' || !executor) return undefined;
  const hash = specToHash(draft.spec);
  return estimates.find((each) => each.hash === hash && each.adapter === executor.adapter)?.seconds;
}

export function receiveEstimate({ spec, seconds }: { spec: RaceSpec; seconds: number }): void {
  const { executor, estimates } = getPage();
  if (!executor || !Number.isFinite(seconds)) return;
  const found: Estimate = { hash: specToHash(spec), adapter: executor.adapter, seconds };
  const others = estimates.filter(({ hash, adapter }) => hash !== found.hash || adapter !== found.adapter);
  const kept = [...others, found].slice(-MOST_KEPT);
  setPage({ estimates: kept });
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that stores nothing measures it again on the next visit.
  }
}

/** What was measured on earlier visits; nothing where that cannot be read. */
export function readEstimates(): Estimate[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isEstimate) : [];
  } catch {
    return [];
  }
}

function isEstimate(value: unknown): value is Estimate {
  const { hash, adapter, seconds } = Object(value) as Partial<Record<keyof Estimate, unknown>>;
  return typeof hash === 'string' && typeof adapter === 'string' && typeof seconds === 'number' && seconds > 0;
}

/** Has the setup of a recording measured when it is on the chart, once there is a device that has nothing else to do. */
export function watchForEstimate(store: PageStore): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const asked = new Set<string>();
  store.subscribe((state, before) => {
    if (state.shown === before.shown && state.executor === before.executor && state.draft === before.draft) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = store.getState();
      const { executor, shown, draft } = now;
      const hash = specToHash(draft.spec);
      const key = `${executor?.adapter} ${hash}`;
      const wanted = shown?.source.kind === 'recorded' && specToHash(shown.spec) === hash;
      if (!executor || !wanted || isBusy(now) || document.hidden || asked.has(key) || estimate(now) !== undefined)
        return;
      asked.add(key);
      sendCommand({ type: 'estimate', spec: draft.spec });
    }, WAIT_MS);
  });
}
