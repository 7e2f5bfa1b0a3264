import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the parts of a corpus (chapters, addresses, modules) follow one another. */
const BETWEEN_PARTS = '\n\n';

const readJson = async (...path: string[]): Promise<unknown> => JSON.parse(await readFile(join(...path), 'utf8'));

/** The chapters of Moby Dick and its epilogue, in the order of the package's list; the front matter is left out. */
export async function mobyDick(folder: string): Promise<string> {
  const files = (await readJson(folder, 'data/file_list.json')) as string[];
  const parts = files.filter((file) => /^(chapter_\d+|epilogue)\.txt$/.test(file));
  const texts = await Promise.all(
    parts.map(async (file) => (await readJson(folder, 'data', file.replace('.txt', '.json'))) as { text: string }),
  );
  return texts.map(({ text }) => text).join(BETWEEN_PARTS);
}

interface Address {
  year: number;
  name: string;
  text: string;
}

/** The State of the Union addresses by year; where two presidents spoke in one year, who spoke the year before is first. */
export async function stateOfTheUnion(folder: string): Promise<string> {
  const files = (await readdir(join(folder, 'data'))).filter((file) => /^\d{4}_.*\.json$/.test(file)).sort();
  const addresses = await Promise.all(files.map(async (file) => (await readJson(folder, 'data', file)) as Address));
  const spoke = new Set(addresses.map(({ year, name }) => `${year} ${name}`));
  const isNew = ({ year, name }: Address): number => (spoke.has(`${year - 1} ${name}`) ? 0 : 1);
  return addresses
    .sort((a, b) => a.year - b.year || isNew(a) - isNew(b))
    .map(({ text }) => text)
    .join(BETWEEN_PARTS);
}

/** Modules that are tables which a program wrote, or fixtures of a test, rather than source that a person wrote. */
const GENERATED = /^(encodings\..+|html\.entities|stringprep|_sysconfigdata.*|_testcapi)$/;

/**
 * The Python modules inside `brython_stdlib.js`, by name. That file assigns one JSON object to `scripts`: a module's
 * name → [extension, source, …]. Brython has blanked comments and docstrings line by line; of a run of empty lines
 * one stays.
 */
export async function pythonSource(folder: string): Promise<string> {
  const script = await readFile(join(folder, 'brython_stdlib.js'), 'utf8');
  const json = /^var scripts = (\{.*\})$/m.exec(script)?.[1];
  if (json === undefined) throw new Error('brython_stdlib.js has no line “var scripts = {…}”');
  const modules = JSON.parse(json) as Record<string, unknown>;
  return Object.entries(modules)
    .flatMap(([name, entry]) => {
      if (!Array.isArray(entry) || entry[0] !== '.py' || GENERATED.test(name)) return [];
      const source = tidy(String(entry[1]));
      return source === '' ? [] : [{ name, source }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ source }) => source)
    .join(BETWEEN_PARTS);
}

function tidy(source: string): string {
  return source
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}
