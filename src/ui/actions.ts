import { AXES } from '../analysis/record.ts';
import type { Command, ExecutorChoice } from '../lab/protocol.ts';
import type { LabClient } from './client.ts';
import { sweepIsBusy } from './figure/state.ts';
import { readHash, writeLink } from './link.ts';
import { type Draft, draftOf, hasIssues } from './settings.ts';
import { getPage, isBusy, type PageState, setPage, subscribePage } from './store.ts';
import { words } from './words.ts';

/** What a person can do, whether by button or by key. */

let client: LabClient | undefined;

export function bindClient(connected: LabClient): void {
  client = connected;
}

/** A new worker for one that has ended; the race that was on goes on in it. */
export function replaceWorker(): void {
  client?.replaceWorker();
}

export function sendCommand(command: Command): void {
  client?.send(command);
}

type Readiness = Pick<PageState, 'draft' | 'ownText' | 'executor' | 'error' | 'figure'>;

/** Why training cannot begin, in words; null when it can. */
export function obstacle({ draft, ownText, executor, error, figure }: Readiness): string | null {
  const { why } = words.transport;
  if (!executor) return error ? why.noDevice : why.device;
  if (sweepIsBusy(figure)) return why.experiment;
  if (hasIssues(draft)) return why.issues;
  if (draft.spec.data.corpus === 'own' && !ownText?.text.trim()) return why.ownText;
  return null;
}

export function train(): void {
  const state = getPage();
  if (isBusy(state) || obstacle(state)) return;
  const { draft, ownText } = state;
  const own = draft.spec.data.corpus === 'own' && ownText;
  client?.send({
    type: 'start',
    spec: draft.spec,
    ...(own && { ownText: { name: own.name || words.own.pasted, text: own.text } }),
  });
}

/** Asks for another executor; until it is found, nothing can be trained. */
export function chooseExecutor(executorChoice: ExecutorChoice): void {
  const { figure, ...state } = getPage();
  if (isBusy(state) || sweepIsBusy(figure)) return;
  // What an experiment costs was measured on the other one.
  setPage({ executorChoice, executor: null, error: null, figure: { ...figure, sweep: null } });
  client?.send({ type: 'inspect', executor: executorChoice });
}

export function pauseOrResume(): void {
  const { lab, pending } = getPage();
  if (pending) return;
  if (lab === 'running') client?.send({ type: 'pause' });
  else if (lab === 'paused') client?.send({ type: 'resume' });
}

export function step(): void {
  const { lab, pending } = getPage();
  if (lab === 'paused' && !pending) client?.send({ type: 'step' });
}

export function stop(): void {
  const state = getPage();
  if (isBusy(state) && state.pending !== 'stop') client?.send({ type: 'stop' });
}

/** For a button in whose place another one appears: the second click of a double click is not meant for that one. */
export const onFirstClick =
  (act: () => void) =>
  ({ detail }: Pick<UIEvent, 'detail'>): void => {
    if (detail < 2) act();
  };

/** Trains; while a race is on, ends it and begins again. */
export function trainAnew(): void {
  if (!isBusy(getPage())) {
    train();
    return;
  }
  stop();
  const unsubscribe = subscribePage((state) => {
    if (isBusy(state)) return;
    unsubscribe();
    if (state.lab === 'stopped') train();
  });
}

/** Has the next step of both models timed, command by command. */
export function askProfile(): void {
  const state = getPage();
  if (!isBusy(state)) return;
  setPage({ device: { ...state.device, asked: true, refusal: null } });
  client?.send({ type: 'profile' });
}

/** Asks what the device holds and has measured. */
export function askDevice(): void {
  client?.send({ type: 'deviceReport' });
}

/** Replaces the setup and the link that holds it. */
export function changeDraft(draft: Draft): void {
  setPage({ draft });
  writeLink();
}

/** Takes over the setup and the chart of a link that was opened in this tab; what it does not understand is named. */
export function readLink(): void {
  const state = getPage();
  if (isBusy(state)) {
    addNotice(words.notices.busy);
    return;
  }
  const { spec, chart, ignored } = readHash(window.location.hash);
  setPage({ chart });
  changeDraft(draftOf(spec));
  nameIgnored(ignored);
}

/** Characters of a part of a link that are repeated: it may come from anywhere. */
const LONGEST_PART = 80;

/** Says which parts of a link were left out, if any. */
export function nameIgnored(parts: readonly string[]): void {
  if (parts.length === 0) return;
  const named = parts.map((part) => (part.length > LONGEST_PART ? `${part.slice(0, LONGEST_PART)}…` : part));
  addNotice(words.notices.ignored(named.join(', ')));
}

export function addNotice(text: string): void {
  setPage(({ notices }) => ({ notices: [...notices.filter((each) => each !== text), text] }));
}

const SHORTCUTS_KEY = 'crossover.shortcuts';

export function setShortcuts(on: boolean): void {
  setPage({ shortcuts: on });
  try {
    localStorage.setItem(SHORTCUTS_KEY, on ? 'on' : 'off');
  } catch {
    // A browser that stores nothing keeps the choice for this visit only.
  }
}

export function readShortcuts(): boolean {
  try {
    return localStorage.getItem(SHORTCUTS_KEY) !== 'off';
  } catch {
    return true;
  }
}

/** Elements that have a use of their own for the keys below. */
const OWN_KEYS = 'input, select, textarea, button, summary, a, dialog';

function changeChart(part: Partial<PageState['chart']>): void {
  setPage(({ chart }) => ({ chart: { ...chart, ...part } }));
}

function nextAxis(): void {
  const { axis } = getPage().chart;
  changeChart({ axis: AXES[(AXES.indexOf(axis) + 1) % AXES.length] });
}

/** The keys of the help dialog. */
export function onKey(event: KeyboardEvent, openHelp: () => void): void {
  if (!getPage().shortcuts || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input:not([type=range], [type=radio], [type=checkbox]), select, textarea, dialog')) return;
  if (event.key === '.') step();
  else if (event.key === '?') openHelp();
  else if (event.key === ' ' && !target?.closest(OWN_KEYS)) pauseOrResume();
  else if (getPage().view !== 'race' || !onRaceKey(event.key.toLowerCase())) return;
  event.preventDefault();
}

/** Keys that mean something only where the chart is; whether this was one. */
function onRaceKey(key: string): boolean {
  if (key === 'r') trainAnew();
  else if (key === 'l') changeChart({ logY: !getPage().chart.logY });
  else if (key === 'x') nextAxis();
  else return false;
  return true;
}
