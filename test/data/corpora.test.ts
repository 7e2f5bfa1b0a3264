import { describe, expect, it } from 'vitest';
import { CORPUS_INFO, loadCorpus } from '../../src/data/corpora.ts';
import { generate } from '../../src/data/synthetic.ts';
import { CORPORA } from '../../src/spec/schema.ts';

const noFile = (path: string): Promise<string> => Promise.reject(new Error(`no file ${path}`));

describe('the corpora', () => {
  it('each say what they are, where they come from and under which licence', () => {
    for (const id of CORPORA) {
      for (const words of Object.values(CORPUS_INFO[id])) expect(words).not.toBe('');
    }
  });

  it('that ship in packages are read from the public folder', async () => {
    const asked: string[] = [];
    const corpus = await loadCorpus('moby-dick', async (path) => {
      asked.push(path);
      return 'Call me Ishmael.';
    });
    expect(asked).toEqual(['corpora/moby-dick.txt']);
    expect(corpus).toMatchObject({ id: 'moby-dick', title: 'Moby Dick', text: 'Call me Ishmael.' });
    await expect(loadCorpus('sotu', noFile)).rejects.toThrow('no file corpora/sotu.txt');
  });

  it('include one that is generated, always the same', async () => {
    const { text } = await loadCorpus('synthetic', noFile);
    expect(text.length).toBe(1_000_000);
    expect(text.slice(0, 500)).toBe(generate(1, 500));
  });

  it('include the user’s own, cleaned of carriage returns and named by its file', async () => {
    const corpus = await loadCorpus('own', noFile, { name: 'notes.txt', text: 'one\r\ntwo' });
    expect(corpus).toMatchObject({ id: 'own', title: 'notes.txt', text: 'one\ntwo' });
    await expect(loadCorpus('own', noFile)).rejects.toThrow('data.corpus is "own", but no text was given');
  });
});
