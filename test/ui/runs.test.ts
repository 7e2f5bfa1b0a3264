import { describe, expect, it } from 'vitest';
import type { KeptRace } from '../../src/lab/protocol.ts';
import { withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { comparisonOf, differenceRows, settingRows, summarySentences } from '../../src/ui/runs/comparison.ts';
import { RaceContents } from '../../src/ui/runs/contents.ts';
import {
  bestOf,
  canGoOn,
  checkpointOf,
  crossingEpoch,
  listed,
  MOST_IN_NAME,
  nameIssue,
  type Sort,
  shownName,
  sizeWords,
  textWords,
} from '../../src/ui/runs/list.ts';
import { content, kept, summed } from '../support/kept.ts';

describe('the list of kept races', () => {
  const races = [
    kept('a', {
      name: 'Second',
      begun: '2026-01-02T00:00:00Z',
      summary: summed({ ar: 2.5, diffusion: 2.4 }, { live: 30 }),
    }),
    kept('b', { name: 'first', begun: '2026-01-01T00:00:00Z', state: 'diverged' }),
    kept('c', {
      name: 'Run 10',
      begun: '2026-01-03T00:00:00Z',
      summary: summed({ ar: 2.2, diffusion: 2.6 }, { live: 20, strict: 90 }),
      spec: withValue(DEFAULT_SPEC, 'data.corpus', 'sotu'),
    }),
    kept('d', { name: 'Run 9', begun: '2026-01-04T00:00:00Z', bytes: 5 }),
  ];
  const ids = (by: Sort['by'], descending = false, filter = '') =>
    listed(races, filter, { by, descending })
      .map(({ id }) => id)
      .join('');

  it.each([
    ['begun', 'bacd'],
    ['name', 'bdca'],
    ['ar', 'cabd'],
    ['diffusion', 'acbd'],
    ['live', 'cabd'],
    ['strict', 'cabd'],
    ['bytes', 'dabc'],
  ] as const)('is sorted by %s; what has no value comes last', (by, order) => {
    expect(ids(by)).toBe(order);
  });

  it('is turned, but for what has no value', () => {
    expect(ids('begun', true)).toBe('dcab');
    expect(ids('ar', true)).toBe('acbd');
  });

  it('is filtered by all words, wherever they stand', () => {
    expect(ids('begun', false, 'state of the UNION')).toBe('c');
    expect(ids('begun', false, 'diverged')).toBe('b');
    expect(ids('begun', false, 'run finished')).toBe('cd');
    expect(ids('begun', false, 'nothing like it')).toBe('');
  });

  it('says what a race is about', () => {
    expect(textWords(races[2])).toBe('State of the Union, 5,000 tokens');
    expect(sizeWords(DEFAULT_SPEC)).toBe('S: 2 layers, 64 channels, 4 heads');
    const own = { spec: withValue(DEFAULT_SPEC, 'data.corpus', 'own'), ownText: 'diary.txt' };
    expect(textWords(own)).toBe('diary.txt, 5,000 tokens');
  });

  it('knows which races can go on: from the checkpoint that both families have', () => {
    expect(canGoOn(races[0])).toBe(false);
    const begun = kept('a', { state: 'unfinished', checkpoints: { ar: 400, diffusion: 380 } });
    expect([canGoOn(begun), checkpointOf(begun)]).toEqual([true, 380]);
    expect(canGoOn(kept('a', { state: 'unfinished', checkpoints: { ar: 400 } }))).toBe(false);
    const alone = kept('a', { state: 'failed', steps: { ar: 410 }, checkpoints: { ar: 400 } });
    expect([canGoOn(alone), checkpointOf(alone)]).toEqual([true, 400]);
  });
});

describe('the name of a race', () => {
  it('must be there, and short', () => {
    expect(nameIssue('  ')).toMatch(/needs a name/);
    expect(nameIssue('ok')).toBeNull();
    expect(nameIssue('x'.repeat(MOST_IN_NAME + 1))).toMatch(/at most/);
  });

  it('out of a stranger’s file is shown in one line, and no longer than a name may be', () => {
    expect(shownName(' a\n\tb ')).toBe('a b');
    expect([...shownName('😀'.repeat(500))]).toHaveLength(MOST_IN_NAME);
  });
});

describe('a race of one family', () => {
  it('has the best of that one, and no crossing', () => {
    const { summary: _, ...race } = kept('a');
    const alone: KeptRace = { ...race, bests: { ar: 2.5 } };
    expect([bestOf(alone, 'ar'), bestOf(alone, 'diffusion'), crossingEpoch(alone, 'live')]).toEqual([2.5, null, null]);
  });
});

describe('what races have measured', () => {
  const found = (id: string, changed = '1') => ({ race: kept(id, { changed }), content: content() });

  it('is asked for once, held while it is compared, and asked for again when it was written', () => {
    const asked: string[] = [];
    const contents = new RaceContents((id) => asked.push(id));
    contents.hold([kept('a', { changed: '1' }), kept('b', { changed: '1' })]);
    contents.hold([kept('a', { changed: '1' }), kept('b', { changed: '1' })]);
    expect(asked).toEqual(['a', 'b']);
    expect(contents.hear(found('a'))).toBe(true);
    expect(contents.get('a')).toBeDefined();
    contents.hold([kept('a', { changed: '2' })]);
    expect(asked).toEqual(['a', 'b', 'a']);
    contents.hold([]);
    expect(contents.get('a')).toBeUndefined();
  });

  it('is passed over where nobody asked', () => {
    const contents = new RaceContents(() => {});
    expect(contents.hear(found('a'))).toBe(false);
    expect(contents.get('a')).toBeUndefined();
  });

  it('comes to whoever reads it, and after an error may be asked for again', async () => {
    const asked: string[] = [];
    const contents = new RaceContents((id) => asked.push(id));
    const read = contents.read('a');
    contents.giveUp();
    const again = contents.read('a');
    expect(asked).toEqual(['a', 'a']);
    contents.hear(found('a'));
    expect((await again).race.id).toBe('a');
    await expect(Promise.race([read, Promise.resolve('nothing')])).resolves.toBe('nothing');
  });
});

describe('a comparison in words', () => {
  const found = (id: string, seed: number, shift: number, settings: Record<string, unknown> = {}) => ({
    race: kept(id, {
      spec: Object.entries({ ...settings, seed }).reduce(
        (spec, [path, value]) => withValue(spec, path, value as never),
        DEFAULT_SPEC,
      ),
    }),
    content: content(shift),
  });

  it('says what came out of each group, over its seeds', () => {
    const comparison = comparisonOf([found('a', 1, 0), found('b', 2, 0.2), found('c', 1, 0, { 'train.dropout': 0.1 })]);
    const [a, c] = summarySentences(comparison);
    expect(a).toMatch(
      /^A: the median of AR’s bests is 2\.600, of diffusion’s 2\.400\. Diffusion .* in 2 of 2 seeds\.$/,
    );
    expect(c).toMatch(/^B: AR’s best is 2\.500, diffusion’s 2\.300\./);
  });

  it('has the settings that differ as they are read, and the differences where seeds pair', () => {
    const comparison = comparisonOf([found('a', 1, 0), found('b', 2, 0, { 'data.uniqueTokens': 20_000 })]);
    expect(settingRows(comparison)).toEqual([
      { label: 'Seed', values: ['1', '2'] },
      { label: 'Unique tokens U', values: ['5,000', '20,000'] },
    ]);
    const rows = differenceRows(comparison).map(({ label, seeds }) => [label, seeds]);
    expect(rows).toEqual([
      ['B − A', 0],
      ['AR − diffusion in A', 1],
      ['AR − diffusion in B', 1],
    ]);
  });

  it('says that races about different texts do not compare', () => {
    const comparison = comparisonOf([found('a', 1, 0), found('b', 2, 0, { 'data.corpus': 'sotu' })]);
    expect(summarySentences(comparison).at(-1)).toMatch(/not about the same text/);
  });
});
