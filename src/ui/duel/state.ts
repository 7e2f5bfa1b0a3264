import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { AnswerOf, Weights } from '../../lab/protocol.ts';
import { ask, Line, models, NoAnswer } from '../inside/asking.ts';
import { partsOf, wordsOf } from '../inside/tokens.ts';

/** The duel: a text of which words are hidden, and what both models make of it. */

export interface DuelState {
  text: string | null;
  excerpt: number;
  /** Which parts of the text are hidden, by their number in `wordsOf`. */
  hidden: ReadonlySet<number>;
  /** Which of the models' weights fill it. */
  weights: Weights;
  answer: AnswerOf<'fill'> | null;
  problem: NoAnswer | null;
}

const NOTHING: DuelState = { text: null, excerpt: 0, hidden: new Set(), weights: 'last', answer: null, problem: null };

const store = createStore<DuelState>(() => NOTHING);
export const useDuel = <T>(selector: (state: DuelState) => T): T => useStore(store, selector);

models.subscribe((now, before) => {
  if (now.race !== before.race) store.setState(NOTHING);
});

const line = new Line();

/** Does what asks the models, unless the race has changed meanwhile; a refusal is shown. */
function asking(act: (isStill: () => boolean) => Promise<void>): Promise<void> {
  return line.put(async () => {
    const { race } = models.getState();
    const isStill = () => models.getState().race === race;
    try {
      await act(isStill);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (isStill()) store.setState({ problem: error, answer: null });
    }
  });
}

/** A window of the validation text, a word of it hidden. */
export function openExcerpt(excerpt: number): Promise<void> {
  return asking(async (isStill) => {
    const { answer } = await ask<'excerpt'>({ kind: 'excerpt', number: excerpt });
    if (!isStill()) return;
    const { text, number } = answer;
    store.setState({ text, excerpt: number, hidden: new Set([longestInside(text)]), answer: null, problem: null });
    await fillNow(isStill);
  });
}

/** Fills what is hidden with the models as they are now, or were at their best. */
export const fill = (): Promise<void> => asking(fillNow);

async function fillNow(isStill: () => boolean): Promise<void> {
  const { text, hidden, weights } = store.getState();
  if (text === null || hidden.size === 0) return;
  const { answer } = await ask<'fill'>({ kind: 'fill', parts: partsOf(text, hidden) }, weights);
  const now = store.getState();
  // What was hidden or chosen meanwhile is asked for by whoever did so.
  if (isStill() && now.hidden === hidden && now.weights === weights) store.setState({ answer, problem: null });
}

export function fillWith(weights: Weights): void {
  if (weights === store.getState().weights) return;
  store.setState({ weights });
  void fill();
}

function hide(hidden: ReadonlySet<number>): void {
  store.setState({ hidden, problem: null, ...(hidden.size === 0 && { answer: null }) });
  void fill();
}

export function toggle(part: number): void {
  const hidden = new Set(store.getState().hidden);
  if (!hidden.delete(part)) hidden.add(part);
  hide(hidden);
}

export const showAll = (): void => hide(new Set());

/** Hides a third of the words, and at least one. */
export function hideAtRandom(): void {
  const { text } = store.getState();
  if (text === null) return;
  const all = placesOfWords(text);
  const wanted = Math.max(1, Math.round(all.length / 3));
  const mixed = all.map((part) => ({ part, at: Math.random() })).sort((a, b) => a.at - b.at);
  hide(new Set(mixed.slice(0, wanted).map(({ part }) => part)));
}

function placesOfWords(text: string): number[] {
  return wordsOf(text).flatMap(({ isWord }, part) => (isWord ? [part] : []));
}

/** The longest word that has others on both sides, which the edges of a window do not cut. */
function longestInside(text: string): number {
  const parts = wordsOf(text);
  const places = placesOfWords(text);
  const inside = places.length > 2 ? places.slice(1, -1) : places;
  return inside.reduce((best, part) => (parts[part].text.length > parts[best].text.length ? part : best), inside[0]);
}
