import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { AnswerOf, Question, ReadText, Subject, Weights } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { ask, Line, models, NoAnswer } from './asking.ts';

/** What the view “Inside” shows, and what a person can do in it. */

type Kind = 'score' | 'attend' | 'likeness';

interface HeadChoice {
  layer: number;
  head: number;
}

export interface InsideState {
  /** What is read; null before there is an excerpt. */
  text: string | null;
  /** Which excerpt that is; null for a text of one's own. */
  excerpt: number | null;
  subject: Subject | null;
  score: AnswerOf<'score'> | null;
  attend: AnswerOf<'attend'> | null;
  likeness: AnswerOf<'likeness'> | null;
  problems: Partial<Record<Kind | 'excerpt', NoAnswer>>;
  /** The chosen token of the text. */
  place: number;
  /** A symbol that was chosen by itself, by id; else it is that of the chosen token. */
  symbol: number | null;
  /** The first token that is scored. */
  from: number;
  /** Whether diffusion reads the chosen token as a mask. */
  hide: boolean;
  heads: Record<FamilyId, HeadChoice>;
  /** Which of the models' weights are asked. */
  weights: Weights;
  /** Whether it looks again at each evaluation. */
  following: boolean;
  looking: boolean;
}

/** Of an excerpt, the token that is chosen at first: so far in that there is something on both sides. */
const CHOSEN = 0.6;

const NOTHING = {
  text: null,
  excerpt: 0,
  subject: null,
  score: null,
  attend: null,
  likeness: null,
  problems: {},
  place: 0,
  symbol: null,
  from: 0,
  heads: { ar: { layer: 0, head: 0 }, diffusion: { layer: 0, head: 0 } },
  weights: 'last',
  looking: false,
} satisfies Partial<InsideState>;

const store = createStore<InsideState>(() => ({ ...NOTHING, hide: true, following: true }));

export const useInside = <T>(selector: (state: InsideState) => T): T => useStore(store, selector);
export const getInside = store.getState;
const set = store.setState;

// Another race has another vocabulary, and nothing that was found holds of it.
models.subscribe((now, before) => {
  if (now.race !== before.race) set(NOTHING);
});

const lines: Record<Kind | 'excerpt', Line> = {
  excerpt: new Line(),
  score: new Line(),
  attend: new Line(),
  likeness: new Line(),
};

/** Asks when the one before has been answered; forgets the answer where the race has changed meanwhile. */
function put<K extends keyof typeof lines>(
  kind: K,
  question: () => Extract<Question, { kind: K }> | null,
  take: (answer: AnswerOf<K>, subject: Subject) => Partial<InsideState>,
): Promise<void> {
  return lines[kind].put(async () => {
    const asked = question();
    if (!asked) return;
    const { race } = models.getState();
    const { weights } = getInside();
    // The text is the same whichever weights read it.
    const stillThere = () => models.getState().race === race && (kind === 'excerpt' || getInside().weights === weights);
    try {
      const { answer, subject } = await ask<K>(asked, weights);
      if (stillThere())
        set(({ problems }) => ({ subject, problems: { ...problems, [kind]: undefined }, ...take(answer, subject) }));
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (stillThere()) set(({ problems }) => ({ problems: { ...problems, [kind]: error } }));
    }
  });
}

/** Reads a window of the validation text. */
export async function readExcerpt(number: number): Promise<void> {
  await put(
    'excerpt',
    () => ({ kind: 'excerpt', number }),
    ({ text, number: excerpt }, { spec }) => ({
      text,
      excerpt,
      from: 0,
      place: Math.floor(CHOSEN * spec.model.context),
    }),
  );
  if (getInside().text !== null) await look();
}

/** Reads a text of one's own. */
export function readText(text: string): void {
  set({ text, excerpt: null, from: 0 });
  if (text.trim() !== '') void look();
}

/** Asks everything anew of the models as they are now. */
export async function look(): Promise<void> {
  set({ looking: true });
  const likeness = put(
    'likeness',
    () => ({ kind: 'likeness' }),
    (answer) => ({ likeness: answer }),
  );
  // A shorter text may move the chosen token, which the attention is asked about.
  await lookAtScores();
  await Promise.all([lookAtAttention(), likeness]);
  set({ looking: false });
}

function lookAtScores(): Promise<void> {
  return put(
    'score',
    () => {
      const { text, from } = getInside();
      return text === null ? null : { kind: 'score', text, from };
    },
    (score) => ({ score, place: Math.min(getInside().place, score.read.tokens.length - 1) }),
  );
}

function lookAtAttention(): Promise<void> {
  return put(
    'attend',
    () => {
      const { text, hide, place, heads } = getInside();
      // Where all layers are too many, both models are asked for the same one.
      const { layer } = heads.ar;
      return text === null ? null : { kind: 'attend', text, layer, ...(hide && { hidden: place }) };
    },
    (attend) => ({ attend }),
  );
}

/** The chosen token of a text that was answered about, which may be shorter than the one that is read by now. */
export const usePlace = ({ tokens }: Pick<ReadText, 'tokens'>): number =>
  useInside(({ place }) => Math.min(place, tokens.length - 1));

export function choose(place: number): void {
  const { hide, place: before } = getInside();
  set({ place, symbol: null });
  if (hide && place !== before) void lookAtAttention();
}

export function chooseSymbol(symbol: number): void {
  set({ symbol });
}

export function hideChosen(hide: boolean): void {
  set({ hide });
  void lookAtAttention();
}

export function chooseHead(family: FamilyId, choice: HeadChoice): void {
  set(({ heads }) => ({ heads: { ...heads, [family]: choice } }));
}

/** For models of which one layer at a time is told. */
export function chooseLayer(layer: number): void {
  set(({ heads }) => ({
    heads: Object.fromEntries(FAMILIES.map((family) => [family, { ...heads[family], layer }])) as InsideState['heads'],
  }));
  void lookAtAttention();
}

export function scoreFrom(from: number): void {
  set({ from });
  void lookAtScores();
}

/** Asks the models as they are, or as they were at their best. */
export function chooseWeights(weights: Weights): void {
  set({ weights });
  void look();
}

export function setFollowing(following: boolean): void {
  set({ following });
}
