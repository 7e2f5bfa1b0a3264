import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { LARGEST_TEXT, takeFile, takeText, textOf } from '../../src/ui/ownText.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { getPage, openPage, setPage } from '../../src/ui/store.ts';

const file = (bytes: Uint8Array<ArrayBuffer> | string, name = 'a.txt') => new File([bytes], name);

beforeEach(() => {
  openPage(draftOf(DEFAULT_SPEC));
  vi.stubGlobal('window', { location: { hash: '' }, history: { replaceState: () => {} } });
});

describe('a file as one’s own text', () => {
  it('is read as UTF-8', async () => {
    expect(await textOf(file('Ahoy, Käpt’n'))).toEqual({ text: 'Ahoy, Käpt’n' });
  });

  it('is refused in words where it is none', async () => {
    expect(await textOf(file(new Uint8Array([0xff, 0xd8, 0xff]), 'a.jpg'))).toEqual({
      problem: 'a.jpg is not a text: it holds bytes that no UTF-8 text has.',
    });
    expect(await textOf(file('a\0b', 'a.bin'))).toMatchObject({
      problem: expect.stringContaining('a.bin is not a text'),
    });
    expect(await textOf(file(' \n', 'b.txt'))).toEqual({ problem: 'b.txt is empty.' });
    const large = { name: 'c.txt', size: LARGEST_TEXT + 1e6, arrayBuffer: () => Promise.reject(new Error('not read')) };
    expect(await textOf(large)).toEqual({ problem: 'c.txt has 51 MB; a text may have at most 50 MB.' });
    expect(await textOf({ ...large, size: 5 })).toEqual({ problem: 'c.txt could not be read.' });
  });

  it('becomes what is trained on, and a bad one leaves the text as it was', async () => {
    await takeFile(file('Call me Ishmael.'));
    expect(getPage()).toMatchObject({ ownText: { name: 'a.txt', text: 'Call me Ishmael.' }, ownProblem: null });
    expect(getPage().draft.spec.data.corpus).toBe('own');
    await takeFile(file('\0'));
    expect(getPage()).toMatchObject({
      ownText: { name: 'a.txt' },
      ownProblem: expect.stringContaining('is not a text'),
    });
  });

  it('is not taken while a race is on', () => {
    setPage({ lab: 'running' });
    takeText('Call me Ishmael.');
    expect(getPage().ownText).toBeNull();
  });
});
