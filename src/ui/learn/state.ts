import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** What a teacher can leave out of the page. */
export const PARTS = ['setup', 'log', 'reports', 'nav', 'duel'] as const;
export type Part = (typeof PARTS)[number];

/** What is left out where a link does not say. */
export const LEFT_OUT: readonly Part[] = ['setup'];

export interface LearnState {
  /** The step of the guided text, from 1; null while it is closed. */
  step: number | null;
  /** Whether a person has just opened it here: then the focus goes there. */
  entered: boolean;
  /** Teaching: type for a projector, and a page without what is in the way. */
  teaching: boolean;
  hidden: readonly Part[];
  /** Whether “Learn” shows the page to be printed. */
  handout: boolean;
}

export const NOT_LEARNING: LearnState = {
  step: null,
  entered: false,
  teaching: false,
  hidden: LEFT_OUT,
  handout: false,
};

const store = createStore<LearnState>(() => NOT_LEARNING);

export const useLearn = <T>(selector: (state: LearnState) => T): T => useStore(store, selector);
export const getLearn = (): LearnState => store.getState();
export const setLearn = (change: Partial<LearnState>): void => store.setState(change);

/** Whether a part of the page is to be drawn. */
export const useShows = (part: Part): boolean =>
  useLearn(({ teaching, hidden }) => !(teaching && hidden.includes(part)));
