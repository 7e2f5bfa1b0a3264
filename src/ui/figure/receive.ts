import type { LabEvent, SweepEvent } from '../../lab/protocol.ts';
import type { PageStore } from '../store.ts';
import type { CellResults } from './results.ts';
import { afterEvent } from './state.ts';

const TYPES: ReadonlySet<string> = new Set<SweepEvent['type']>([
  'sweepState',
  'sweepCells',
  'sweepCost',
  'cellRace',
  'sweepProgress',
  'cellDone',
]);

export function isSweepEvent(event: LabEvent | SweepEvent): event is SweepEvent {
  return TYPES.has(event.type);
}

/** The figure follows what is measured at most this often. */
const VERSION_EVERY_MS = 500;

/** Turns what the worker says of a sweep into the page's state; a hidden page is not redrawn. */
export function createSweepReceiver(
  store: PageStore,
  cells: CellResults,
  run: () => void,
): (event: SweepEvent) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stale = false;
  const raise = () => {
    timer = undefined;
    if (!stale || document.hidden) return;
    stale = false;
    store.setState(({ figure }) => ({ figure: { ...figure, version: figure.version + 1 } }));
    timer = setTimeout(raise, VERSION_EVERY_MS);
  };
  document.addEventListener('visibilitychange', () => timer === undefined && raise());
  return (event) => {
    store.setState(({ figure }) => ({ figure: { ...figure, ...afterEvent(figure, event) } }));
    const { sweep } = store.getState().figure;
    if (event.type === 'sweepCost' && sweep?.goesOn && event.cost.cells > 0) run();
    if (!cells.hear(event)) return;
    stale = true;
    if (timer === undefined) raise();
  };
}
