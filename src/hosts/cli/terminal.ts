import { stripVTControlCharacters, styleText } from 'node:util';

/** What the command line needs of a stream; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** Where a command runs: its streams, its environment and its folder. Tests bring their own. */
export interface Terminal {
  /** The root folder of Crossover: `public/` and `dist/` are in it. */
  root: string;
  version: string;
  stdout: Output;
  stderr: Output;
  env: Readonly<Record<string, string | undefined>>;
  /** Calls back at every Ctrl-C (or request to end) until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
}

export type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

/** Whether a stream gets colours: a terminal, unless NO_COLOR is set or it is a dumb one. */
export function hasColour(output: Output, env: Terminal['env']): boolean {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function styleFor(output: Output, env: Terminal['env']): Style {
  return hasColour(output, env) ? (format, text) => styleText(format, text) : (_, text) => text;
}

/** Whether the terminal is set to Unicode, so that braille and block characters can be expected. */
export function hasUnicode(env: Terminal['env'], platform: string = process.platform): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return platform === 'win32' ? Boolean(env.WT_SESSION) : /utf-?8/i.test(locale) || (platform === 'darwin' && !locale);
}

/** Wider lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

/** Lines broken between words where they are wider than the terminal; as they are where there is none. */
export function wrapped(lines: readonly string[], { isTTY, columns }: Output): string[] {
  if (isTTY !== true || columns === undefined) return [...lines];
  const width = Math.min(columns, WIDEST);
  return lines.flatMap((line) => broken(line, width));
}

/** What goes on stands below what it goes on with: below the text of a `label   text`, else two spaces further in. */
function broken(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line];
  const [, space, label] = /^( *)(\S+ {2,})?/.exec(stripVTControlCharacters(line)) as unknown as string[];
  const hang = ' '.repeat(Math.min(space.length + (label?.length ?? 2), Math.floor(width / 2)));
  const lines = [''];
  for (const [word] of line.matchAll(/ *[^ ]+/g)) {
    const last = lines.length - 1;
    if (lines[last].trim() === '' || widthOf(lines[last] + word) <= width) lines[last] += word;
    else lines.push(hang + word.trimStart());
  }
  return lines;
}

const widthOf = (text: string) => [...stripVTControlCharacters(text)].length;

/** A table with its columns aligned: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  const aligned = (cell: string, column: number) => {
    const space = ' '.repeat(widths[column] - [...cell].length);
    return column === 0 ? cell + space : space + cell;
  };
  return rows.map((row) => row.map(aligned).join('   ').trimEnd());
}

/**
 * Lines at the bottom of a terminal that are rewritten in place; other lines go above them. Nothing may be wider than
 * the terminal, or the place could not be found again: longer lines are cut by the caller's measure.
 */
export class LiveRegion {
  readonly #output: Output;
  #lines: readonly string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  draw(lines: readonly string[]): void {
    this.#output.write(`${this.#eraser()}${lines.map((line) => `${line}\n`).join('')}`);
    this.#lines = lines;
  }

  /** A line that stays, above the region. */
  print(line: string): void {
    const text = wrapped([line], this.#output).join('\n');
    this.#output.write(`${this.#eraser()}${text}\n${this.#lines.map((each) => `${each}\n`).join('')}`);
  }

  /** Leaves what is drawn where it is. */
  release(): void {
    this.#lines = [];
  }

  #eraser(): string {
    return this.#lines.length > 0 ? `\x1b[${this.#lines.length}A\x1b[J` : '';
  }
}
