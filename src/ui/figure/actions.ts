import { told } from '../../analysis/language.ts';
import { SCALES } from '../../experiments/experiment.ts';
import { cellsOf, EXPERIMENTS, experimentOf } from '../../experiments/index.ts';
import { parseSettings, settingTexts } from '../../experiments/settings.ts';
import { addNotice, nameIgnored, sendCommand } from '../actions.ts';
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

/** What the query of an address may hold: of the view, of the experiment, and what is read elsewhere. */
const CHOICE: ReadonlySet<string> = new Set(['scale', 'seeds', 'set']);
const ELSEWHERE = ['lang', 'open', 'learn', 'teach', 'hide', 'print'];
const QUERY: ReadonlySet<string> = new Set(['view', 'experiment', ...CHOICE, ...ELSEWHERE]);

/** Takes the view from the address; what it does not know, and what has no effect, it names and leaves as it is. */
export function readView(): void {
  const query = new URLSearchParams(window.location.search);
  const ids = EXPERIMENTS.map(({ id }) => id);
  const ignored = Object.entries({ view: VIEWS, experiment: ids, scale: SCALES }).flatMap(([name, known]) => {
    const value = query.get(name);
    return value === null || known.some((each) => each === value) ? [] : [`${name}=${value}`];
  });
  const named = (is: (name: string) => boolean) =>
    [...query].filter(([name]) => is(name)).map(([name, value]) => `${name}=${value}`);
  ignored.push(...named((name) => !QUERY.has(name)));
  const experiment = ids.find((id) => id === query.get('experiment'));
  if (!experiment) {
    nameIgnored([...new Set([...ignored, ...named((name) => CHOICE.has(name))])]);
    setPage({ view: VIEWS.find((each) => each === query.get('view')) ?? 'race' });
    if (getPage().view === 'figure') enter();
    return;
  }
  const scale = SCALES.find((each) => each === query.get('scale')) ?? getPage().figure.choice.scale;
  const { choice, problem } = changedChoice({ experiment, scale }, query.get('seeds'), query.getAll('set'));
  // Seeds and settings are a whole: where one of them does not fit, the experiment is as it was planned.
  nameIgnored(ignored);
  const refused = named((name) => name === 'seeds' || name === 'set').join(', ');
  if (problem !== null) addNotice(words.notices.ignored(`${refused} (${told(problem)})`));
  setPage({ view: 'figure' });
  change({ choice, source: null });
  enter();
}

/** More seeds than this are no choice for a page; the terminal takes any. */
export const MOST_SEEDS = 64;

/** A choice with other seeds and settings, as they are typed; where they do not fit, the choice without them, and why. */
export function changedChoice(
  { experiment, scale }: Pick<SweepChoice, 'experiment' | 'scale'>,
  seeds: string | null,
  set: readonly string[],
): { choice: SweepChoice; problem: string | null } {
  const plain = { experiment, scale };
  const count = seeds === null || seeds.trim() === '' ? null : Number(seeds);
  try {
    if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= MOST_SEEDS))
      return { choice: plain, problem: words.figure.picker.badSeeds(String(seeds), MOST_SEEDS) };
    const settings = parseSettings(set.map((text) => text.trim()).filter((text) => text !== ''));
    const planned = experimentOf(experiment).plans[scale].seeds.length;
    const choice: SweepChoice = {
      ...plain,
      ...(count !== null && count !== planned && { seeds: Array.from({ length: count }, (_, i) => i + 1) }),
      ...(Object.keys(settings).length > 0 && { settings }),
    };
    cellsOf(experimentOf(experiment), scale, choice);
    return { choice, problem: null };
  } catch (error) {
    return { choice: plain, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Loads what the view needs: the index of what is recorded, and what this browser keeps of the sweep. */
function enter(): void {
  loadEntries();
  sendCommand({ type: 'openSweep', ...getPage().figure.choice });
}

/** Loads the index of what is recorded, once. */
export function loadEntries(): void {
  if (getPage().figure.evidence !== null) return;
  readEntries()
    .then((entries) => change({ evidence: entries }))
    .catch((error: unknown) =>
      change({ evidence: { problem: error instanceof Error ? error.message : String(error) } }),
    );
}

/** Another experiment or size, as it is planned, or with seeds and settings of one's own. */
export function choose(choice: SweepChoice): void {
  if (isSame(choice, getPage().figure.choice)) return;
  change({ choice, source: null });
  sendCommand({ type: 'openSweep', ...choice });
  writeAddress();
}

/** Opens the view of experiments on a choice. */
export function showExperiment(choice: SweepChoice): void {
  choose(choice);
  showView('figure');
}

function writeAddress(): void {
  const { view, figure } = getPage();
  const query = new URLSearchParams(window.location.search);
  for (const name of ['experiment', 'scale', 'seeds', 'set']) query.delete(name);
  if (view === 'figure') {
    const { experiment, scale, seeds } = figure.choice;
    query.set('experiment', experiment);
    query.set('scale', scale);
    if (seeds) query.set('seeds', String(seeds.length));
    for (const text of settingTexts(figure.choice)) query.append('set', text);
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

/** Goes on with a sweep that could not: measures what is left on the device as it is now, and runs it. */
export function goOn(): void {
  const { figure, view } = getPage();
  if (!figure.sweep) return;
  setPage({ error: null });
  choose(figure.sweep.choice);
  if (view !== 'figure') showView('figure');
  measure();
  const { sweep } = getPage().figure;
  if (sweep?.phase === 'preparing') change({ sweep: { ...sweep, goesOn: true } });
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
