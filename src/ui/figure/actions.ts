import { SCALES, type Scale } from '../../experiments/experiment.ts';
import { EXPERIMENTS } from '../../experiments/index.ts';
import { sendCommand } from '../actions.ts';
import { getPage, isBusy, type PageState, setPage } from '../store.ts';
import { VIEWS, type View } from '../views.ts';
import { words } from '../words.ts';
import { readEntries } from './evidence.ts';
import { type FigureState, isSame, type SweepChoice, sweepIsBusy } from './state.ts';

/** What a person can do in the view of experiments. */

export function change(part: Partial<FigureState>): void {
  setPage(({ figure }) => ({ figure: { ...figure, ...part } }));
}

/** Changes the view, and the address with it: `?view=runs`, `?experiment=data-budget&scale=minutes`. */
export function showView(view: View): void {
  setPage({ view });
  if (view === 'figure') enter();
  writeAddress();
}

/** Takes the view from the address; what it does not know it leaves as it is. */
export function readView(): void {
  const query = new URLSearchParams(window.location.search);
  const experiment = EXPERIMENTS.find(({ id }) => id === query.get('experiment'))?.id;
  if (!experiment) {
    setPage({ view: VIEWS.find((each) => each === query.get('view')) ?? 'race' });
    if (getPage().view === 'figure') enter();
    return;
  }
  const scale = SCALES.find((each) => each === query.get('scale')) ?? getPage().figure.choice.scale;
  setPage({ view: 'figure' });
  change({ choice: { experiment, scale }, source: null });
  enter();
}

/** Loads what the view needs: the index of what is recorded, and what this browser keeps of the sweep. */
function enter(): void {
  const { evidence, choice } = getPage().figure;
  if (evidence === null) {
    readEntries()
      .then((entries) => change({ evidence: entries }))
      .catch((error: unknown) =>
        change({ evidence: { problem: error instanceof Error ? error.message : String(error) } }),
      );
  }
  sendCommand({ type: 'openSweep', ...choice });
}

export function choose(part: Partial<SweepChoice>): void {
  const choice = { ...getPage().figure.choice, ...part };
  if (isSame(choice, getPage().figure.choice)) return;
  change({ choice, source: null });
  sendCommand({ type: 'openSweep', ...choice });
  writeAddress();
}

export const chooseScale = (scale: Scale): void => choose({ scale });

function writeAddress(): void {
  const { view, figure } = getPage();
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(figure.choice)) {
    if (view === 'figure') query.set(name, value);
    else query.delete(name);
  }
  if (view === 'race' || view === 'figure') query.delete('view');
  else query.set('view', view);
  const text = query.toString();
  const { pathname, hash } = window.location;
  window.history.replaceState(null, '', `${pathname}${text ? `?${text}` : ''}${hash}`);
}

/** Why no sweep can begin, in words; null when one can. */
export function sweepObstacle(state: Pick<PageState, 'lab' | 'pending' | 'executor' | 'error'>): string | null {
  if (isBusy(state)) return words.figure.run.race;
  if (!state.executor) return state.error ? words.figure.run.noDevice : words.figure.run.device;
  return null;
}

export function measure(): void {
  const state = getPage();
  if (sweepObstacle(state) || sweepIsBusy(state.figure)) return;
  const { choice } = state.figure;
  change({ sweep: { choice, phase: 'preparing', cost: null, progress: null } });
  sendCommand({ type: 'planSweep', ...choice });
}

export function run(): void {
  const { figure, ...state } = getPage();
  const { sweep } = figure;
  if (sweepObstacle(state) || sweep?.phase !== 'planned' || !isSame(sweep.choice, figure.choice)) return;
  change({ sweep: { ...sweep, phase: 'starting' }, source: 'own' });
  sendCommand({ type: 'runSweep' });
}

export function hold(): void {
  const { sweep } = getPage().figure;
  if (sweep?.phase === 'running') sendCommand({ type: 'pause' });
  else if (sweep?.phase === 'paused') sendCommand({ type: 'resume' });
}

export function end(): void {
  const { sweep } = getPage().figure;
  if (sweep?.phase !== 'running' && sweep?.phase !== 'paused') return;
  change({ sweep: { ...sweep, phase: 'stopping' } });
  sendCommand({ type: 'stop' });
}
