/**
 * Sentences that the layers below the page make in English, told in another language. An entry is a whole sentence or a
 * pattern with holes: `{0} of {1} races` for `{0} courses sur {1}`. What fills a hole is a number, or is itself in the book;
 * `{0:any}` takes anything as it is (but for a number, which is written in the other language), `{0:file}` the name of a
 * file, `{0:id}` a name of letters, digits and hyphens. `{0|graine|graines}` in the translation is its first word where
 * hole 0 is a number below 2, else the second.
 */
export type Entries = Readonly<Record<string, string>>;

type Kind = 'any' | 'file' | 'id';

interface Pattern {
  /** What stands before, between and behind the holes. */
  literals: readonly string[];
  /** Of them: where it is missing nothing needs to be tried. */
  longest: string;
  holes: readonly { place: number; kind: Kind | undefined }[];
  translation: string;
}

const HOLE = /\{(\d)(?::(any|file|id))?\}/g;
/** What fills a hole without being in the book. */
const KINDS: Readonly<Record<Kind, RegExp>> = { any: /^/, file: /\S\.[a-z][a-z\d]*$/i, id: /^[a-z\d][a-z\d-]*$/i };
const FILLED = /\{(\d)(?:\|([^|}]*)\|([^}]*))?\}/g;
const NUMBER = /^[−±+-]?(?:NaN|∞|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?:[kMG]|×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)$/;
/** Sentences that were looked for are remembered, so many at most. */
const MEMORY = 4000;

/** Looks sentences up; `number` writes an English number as the other language does. Undefined for what is not in the book. */
export function phrasebook(entries: Entries, number: (english: string) => string) {
  const patterns = Object.entries(entries)
    .filter(([english]) => english.search(HOLE) >= 0)
    .map(([english, translation]) => patternOf(english, translation))
    // A full stop is taken off first; what takes anything at an end would swallow the next sentence and is tried last.
    // Of others, what says most is tried first.
    .sort((a, b) => rank(a) - rank(b) || b.literals.join('').length - a.literals.join('').length);
  const memory = new Map<string, string | undefined>();

  const look = (sentence: string): string | undefined => {
    const exact = Object.hasOwn(entries, sentence) ? entries[sentence] : undefined;
    if (exact !== undefined) return exact;
    if (NUMBER.test(sentence)) return number(sentence);
    if (memory.has(sentence)) return memory.get(sentence);
    const found = search(sentence) ?? begun(sentence);
    if (memory.size >= MEMORY) memory.clear();
    memory.set(sentence, found);
    return found;
  };

  /** A part of a sentence may stand at its beginning, with a capital. */
  const begun = (sentence: string): string | undefined => {
    const small = `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
    const found = small === sentence ? undefined : look(small);
    return found && `${found.charAt(0).toUpperCase()}${found.slice(1)}`;
  };

  const search = (sentence: string): string | undefined => {
    for (const pattern of patterns) {
      const [first] = pattern.literals;
      if (!sentence.startsWith(first) || !sentence.includes(pattern.longest)) continue;
      const parts = fill(pattern, sentence, 0, first.length);
      if (parts) return filled(pattern.translation, new Map(pattern.holes.map(({ place }, i) => [place, parts[i]])));
    }
    return undefined;
  };

  /** What fills the holes from `hole` on, where it begins at `from`: all ways are tried until every part is in the book. */
  const fill = (pattern: Pattern, sentence: string, hole: number, from: number): Part[] | undefined => {
    if (hole === pattern.holes.length) return from === sentence.length ? [] : undefined;
    const after = pattern.literals[hole + 1];
    const last = hole === pattern.holes.length - 1;
    const ends = last ? lastEnd(sentence, after, from) : occurrences(sentence, after, from);
    for (const end of ends) {
      const english = sentence.slice(from, end);
      const rest = fill(pattern, sentence, hole + 1, end + after.length);
      if (!rest) continue;
      const said = inHole(pattern.holes[hole].kind, english);
      if (said !== undefined) return [{ english, said }, ...rest];
    }
    return undefined;
  };

  const inHole = (kind: Kind | undefined, english: string): string | undefined => {
    if (kind === undefined) return look(english);
    if (NUMBER.test(english)) return number(english);
    return KINDS[kind].test(english) ? english : undefined;
  };

  return look;
}

/** `{0}`, `{1}` … of a translation that has been looked up by its pattern, filled by the one who knows the values. */
export function filledWith(translation: string, values: readonly (string | number)[]): string {
  return filled(translation, new Map(values.map((value, i) => [i, { english: String(value), said: String(value) }])));
}

interface Part {
  english: string;
  said: string;
}

function filled(translation: string, parts: ReadonlyMap<number, Part>): string {
  return translation.replace(FILLED, (hole, place: string, one?: string, many?: string) => {
    const part = parts.get(Number(place));
    if (!part) return hole;
    if (one === undefined || many === undefined) return part.said;
    return Math.abs(Number(part.english.replaceAll(',', ''))) < 2 ? one : many;
  });
}

const isStop = ({ literals }: Pattern): boolean => literals.length === 2 && literals.join('') === '.';

/** Whether an end of it may be anything at all. */
const isLoose = ({ literals, holes }: Pattern): boolean =>
  (literals[0] === '' && holes[0].kind === 'any') || (literals.at(-1) === '' && holes.at(-1)!.kind === 'any');

const rank = (pattern: Pattern): number => (isStop(pattern) ? 0 : isLoose(pattern) ? 2 : 1);

function patternOf(english: string, translation: string): Pattern {
  const holes = [...english.matchAll(HOLE)].map(([, place, kind]) => ({ place: Number(place), kind: kind as Kind }));
  const literals = english.split(/\{\d(?::[a-z]+)?\}/);
  const longest = literals.reduce((a, b) => (b.length > a.length ? b : a));
  return { literals, longest, holes, translation };
}

function lastEnd(sentence: string, after: string, from: number): number[] {
  const end = sentence.length - after.length;
  return end > from && sentence.endsWith(after) ? [end] : [];
}

function occurrences(sentence: string, after: string, from: number): number[] {
  const found: number[] = [];
  for (let at = sentence.indexOf(after, from + 1); at >= 0; at = sentence.indexOf(after, at + 1)) found.push(at);
  return found;
}
