import { ENGLISH, speakIn } from '../analysis/language.ts';
import { addNotice, nameIgnored } from './actions.ts';
import { edit } from './settings.ts';
import { getPage, setPage } from './store.ts';
import { en } from './words/en/index.ts';
import { say, words } from './words.ts';

/** The languages of the page, each named in itself. */
export const LANGUAGES = { en: 'English', fr: 'Français' } as const;
export type LanguageId = keyof typeof LANGUAGES;

export const LANGUAGE_IDS = Object.keys(LANGUAGES) as LanguageId[];

const KEPT = 'crossover.language';

const known = (tag: string | null | undefined): LanguageId | undefined =>
  LANGUAGE_IDS.find((id) => tag?.toLowerCase().split('-')[0] === id);

/** What to speak at first: what the link says (`?lang=fr`), else what was chosen here, else the first that the reader knows. */
export function wantedLanguage(
  search = window.location.search,
  kept = keptLanguage(),
  preferred: readonly string[] = navigator.languages,
): LanguageId {
  return known(new URLSearchParams(search).get('lang')) ?? known(kept) ?? preferred.map(known).find((id) => id) ?? 'en';
}

/** Speaks a language: its sentences and numbers, and the document's. French is loaded when it is first spoken. */
export async function speak(id: LanguageId): Promise<void> {
  const french = id === 'fr' ? await import('./words/fr/speech.ts') : undefined;
  say(french ? french.speech.words : en);
  speakIn(french ? french.speech.language : ENGLISH);
  document.documentElement.lang = id;
}

/** Speaks what was wanted; where it cannot be loaded, the page is English and says so. A link's unknown language is named. */
export async function speakAtFirst(): Promise<void> {
  const id = wantedLanguage();
  try {
    await speak(id);
    setPage({ language: id });
  } catch {
    addNotice(words.language.missing(LANGUAGES[id]));
  }
  const linked = new URLSearchParams(window.location.search).get('lang');
  if (linked !== null && !known(linked)) nameIgnored([`lang=${linked}`]);
}

/** Speaks a language that was chosen, and keeps the choice: here, and in a link that names one. */
export async function chooseLanguage(id: LanguageId): Promise<void> {
  try {
    await speak(id);
  } catch {
    return addNotice(words.language.missing(LANGUAGES[id]));
  }
  keepLanguage(id);
  const address = new URL(window.location.href);
  if (address.searchParams.has('lang')) {
    address.searchParams.set('lang', id);
    window.history.replaceState(window.history.state, '', address);
  }
  // What is wrong with a setting was said in the other language.
  const { draft } = getPage();
  const [typed] = Object.entries(draft.typed);
  setPage({ language: id, draft: typed ? edit(draft, ...typed) : draft });
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepLanguage(id: LanguageId): void {
  try {
    localStorage.setItem(KEPT, id);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
