import type { RaceSpec } from '../../spec/schema.ts';
import { nameIgnored } from '../actions.ts';
import { showView } from '../figure/actions.ts';
import { hashOf } from '../link.ts';
import { getPage, type PageState, type PageStore, setPage } from '../store.ts';
import { STEPS } from './chapters.ts';
import { getLearn, LEFT_OUT, type LearnState, NOT_LEARNING, PARTS, type Part, setLearn } from './state.ts';

/** What a person can do with the guided text and with teaching, and how an address holds it: `?teach=1&hide=setup,log&learn=3`. */

type Addressed = Omit<LearnState, 'entered'>;

const NAMES = ['learn', 'teach', 'hide', 'print'] as const;

/** What an address says. What is not understood, or has no effect, is left out and named. */
export function readQuery(query: URLSearchParams, inLearn: boolean): { state: Addressed; ignored: string[] } {
  const ignored: string[] = [];
  const flag = (name: string, counts: boolean): boolean => {
    const value = query.get(name);
    if (value === '1' && counts) return true;
    if (value !== null) ignored.push(`${name}=${value}`);
    return false;
  };
  const teaching = flag('teach', true);
  const handout = flag('print', inLearn);

  const wanted = query.get('learn');
  const step = wanted !== null && /^\d{1,3}$/.test(wanted) && STEPS[Number(wanted) - 1] ? Number(wanted) : null;
  if (wanted !== null && step === null) ignored.push(`learn=${wanted}`);

  const list = query.get('hide');
  const asked = list?.split(',').filter((each) => each !== '') ?? [];
  const known = PARTS.filter((part) => asked.includes(part));
  if (list !== null && !teaching) ignored.push(`hide=${list}`);
  else ignored.push(...asked.filter((each) => !known.some((part) => part === each)).map((each) => `hide=${each}`));
  return { state: { step, teaching, hidden: teaching && list !== null ? known : LEFT_OUT, handout }, ignored };
}

/** A query with what it said of learning replaced; the rest stays. */
export function queryWith(query: URLSearchParams, { step, teaching, hidden, handout }: Addressed): string {
  const written = new URLSearchParams(query);
  for (const name of NAMES) written.delete(name);
  if (teaching) written.set('teach', '1');
  if (teaching && String(hidden) !== String(LEFT_OUT)) written.set('hide', hidden.join());
  if (step !== null) written.set('learn', String(step));
  if (handout) written.set('print', '1');
  const text = written.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

/** The whole address of a lesson on a setup, in the reader's own language or in a given one: what a teacher hands on. */
export function lessonAddress(
  spec: RaceSpec,
  hidden: readonly Part[],
  step: number | null,
  lang?: PageState['language'],
): string {
  const { origin, pathname } = window.location;
  const query = queryWith(new URLSearchParams(lang && { lang }), { step, teaching: true, hidden, handout: false });
  return `${origin}${pathname}${query}${hashOf(spec, getPage().chart)}`;
}

/** Changes what is learnt and how, and the address with it. */
export function changeLearn(change: Partial<LearnState>): void {
  setLearn(change);
  const { pathname, search, hash } = window.location;
  const query = queryWith(new URLSearchParams(search), getLearn());
  window.history.replaceState(null, '', `${pathname}${query}${hash}`);
}

/** Opens the guided text at a step: the focus goes there. */
export function openStep(step: number): void {
  turnTo(step);
  changeLearn({ entered: true });
}

/** Turns to a step; the race is what it is about. */
export function turnTo(step: number): void {
  if (getPage().view !== 'race') showView('race');
  changeLearn({ step });
}

export const closeSteps = (): void => changeLearn({ step: null, entered: false });

export function teach(hidden: readonly Part[]): void {
  changeLearn({ teaching: true, hidden });
}

export const endTeaching = (): void => changeLearn({ teaching: false, hidden: LEFT_OUT });

/** Takes over what the address says, after the view has been read from it. */
export function readLearn(): void {
  const { state, ignored } = readQuery(new URLSearchParams(window.location.search), getPage().view === 'learn');
  nameIgnored(ignored);
  // A step is about the race; only one of them leads to another view.
  if (state.step !== null && !['race', 'gap'].includes(getPage().view)) setPage({ view: 'race' });
  setLearn({ ...NOT_LEARNING, ...state });
}

/** The page to be printed belongs to “Learn”: elsewhere it is closed. */
export function watchHandout(store: PageStore): void {
  store.subscribe(({ view }) => {
    if (view !== 'learn' && getLearn().handout) changeLearn({ handout: false });
  });
}
