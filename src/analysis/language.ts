/**
 * The language in which people read numbers, and the labels that the layers below the page make. It is English unless the
 * page says otherwise: a terminal and every worker stay in English, and so does every file that a program may read.
 */
export interface Language {
  /** BCP 47 tags: for whole numbers and their groups, and for dates. */
  numbers: string;
  dates: string;
  decimal: string;
  /** What stands between a number and the letter of its size: 13k, 13 k. */
  gap: string;
  /** Units of 1, 10³, 10⁶ and 10⁹ bytes. */
  bytes: readonly [string, string, string, string];
  percent: string;
  quotes: readonly [string, string];
  /** Seconds from a minute on: 1:48, 2:05:10. */
  duration(hours: number, minutes: number, seconds: number): string;
  /** A whole sentence, or one with `{0}`, `{1}` … for its values; undefined where this language has none for it. */
  sentence(english: string): string | undefined;
  /** `{0}`, `{1}` … of such a sentence replaced by values. */
  filled(sentence: string, values: readonly (string | number)[]): string;
}

const two = (value: number) => String(value).padStart(2, '0');

export const ENGLISH: Language = {
  numbers: 'en-US',
  dates: 'en-GB',
  decimal: '.',
  gap: '',
  bytes: ['B', 'kB', 'MB', 'GB'],
  percent: ' %',
  quotes: ['“', '”'],
  duration: (hours, minutes, seconds) =>
    hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`,
  sentence: (english) => english,
  filled: (sentence, values) => sentence.replace(/\{(\d)\}/g, (_, place) => String(values[Number(place)])),
};

let spoken = ENGLISH;

/** The language that is spoken now. */
export const language = (): Language => spoken;

/** From now on this language is spoken. */
export function speakIn(next: Language): void {
  spoken = next;
}

/** What `make` returns when it is made in English: sentences that are kept, compared or translated as a whole. */
export function inEnglish<T>(make: () => T): T {
  const before = spoken;
  spoken = ENGLISH;
  try {
    return make();
  } finally {
    spoken = before;
  }
}

/** An English label or sentence in the language that is spoken, `{0}`, `{1}` … filled with `values`; English where there is no other. */
export function told(english: string, ...values: readonly (string | number)[]): string {
  const by = spoken.sentence(english);
  if (values.length === 0) return by ?? english;
  return by === undefined ? ENGLISH.filled(english, values) : spoken.filled(by, values);
}

/** Digits with a decimal point, as the language writes them: 2.410, 2,410. */
export function decimals(digits: string): string {
  return digits.replace('.', spoken.decimal);
}

/** What was typed in the language's own way, with a decimal point. */
export function withPoint(typed: string): string {
  return typed.replace(spoken.decimal, '.');
}
