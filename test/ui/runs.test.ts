import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, KeptRace, LabEvent, RaceContent, ShelfEvent } from '../../src/lab/protocol.ts';
import { withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { receiveAnswer } from '../../src/ui/inside/asking.ts';
import * as actions from '../../src/ui/runs/actions.ts';
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
import { createShelfReceiver } from '../../src/ui/runs/receive.ts';
import { afterShelf, isImporting, MOST_COMPARED, runsState } from '../../src/ui/runs/state.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { getPage, openPage, setPage } from '../../src/ui/store.ts';
import { curve } from '../analysis/records.ts';
import { kept, summed } from '../support/kept.ts';

const STORAGE = { used: 10, quota: 100, lasting: true, persisted: false };
const executor = kept('x').executor;
const content = (shift = 0): RaceContent => ({
  records: [
    ...curve(
      'ar',
      [4, 3, 2.5, 2.6, 2.7, 2.8, 2.9, 3].map((value) => value + shift),
    ),
    ...curve(
      'diffusion',
      [4, 3.5, 3.2, 3, 2.8, 2.6, 2.4, 2.3].map((value) => value + shift),
    ),
  ],
  samples: [],
  events: [],
});

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

describe('what the shelf tells', () => {
  it('leaves out of the comparison what is no longer there, and brings back what is', () => {
    const [a, b] = [kept('a'), kept('b')];
    const state = { ...runsState(), selected: ['a', 'b', 'gone'], opened: 'gone', removed: [b], offered: 'b' };
    const after = afterShelf(state, { type: 'races', races: [a, b], setAside: 2, storage: STORAGE });
    expect(after).toMatchObject({ selected: ['a', 'b'], opened: null, removed: [], offered: null, setAside: 2 });
  });

  it('counts the answers of an import, and nothing when none is on', () => {
    const event: ShelfEvent = { type: 'imported', races: [kept('a')], already: [kept('b')], ignored: ['x.txt'] };
    expect(afterShelf(runsState(), event)).toEqual({});
    const imports = { files: 2, answered: 1, file: 'b.zip', names: ['first'], already: [], ignored: [], problems: [] };
    const { imports: after } = afterShelf({ ...runsState(), imports }, event);
    expect(after).toMatchObject({ answered: 2, names: ['first', 'Race a'], already: ['Race b'], ignored: ['x.txt'] });
    expect(isImporting({ imports: after! })).toBe(false);
  });

  it('that nothing more is kept stands until a race is kept again', () => {
    const full = afterShelf(runsState(), { type: 'notKept', why: 'storage-full', message: 'full' });
    expect(full.notKept).toEqual({ why: 'storage-full', message: 'full' });
    const later = afterShelf({ ...runsState(), ...full }, { type: 'raceKept', id: 'a' });
    expect(later).toEqual({ writing: 'a', notKept: null });
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

describe('what a person does with races', () => {
  let sent: Command[];
  let receive: (event: LabEvent) => boolean;
  beforeEach(() => {
    const { store } = openPage(draftOf(DEFAULT_SPEC));
    sent = [];
    receive = createShelfReceiver(store, actions.shelfParts);
    bindClient({ send: (command) => sent.push(command), replaceWorker: () => {} });
    vi.stubGlobal('window', { location: { search: '', hash: '', pathname: '/' }, history: { replaceState: () => {} } });
    store.setState({ executor, runs: { ...runsState(), races: [kept('a'), kept('b'), kept('c')] } });
  });

  it('a race is looked into once its models are read, and not where they cannot be', () => {
    actions.lookInto(kept('a'));
    expect(sent).toEqual([{ type: 'lookInto', id: 'a' }]);
    receiveAnswer({ type: 'lookedInto', id: 'b', step: 40 });
    expect(getPage().view).not.toBe('inside');
    expect(receiveAnswer({ type: 'lookedInto', id: 'a', step: 40 })).toBe(true);
    expect(getPage().view).toBe('inside');
  });

  it('a deleted race is gone at once, can be brought back, and is no longer compared', () => {
    actions.select('a', true);
    sent = [];
    actions.remove(kept('a'));
    expect(getPage().runs).toMatchObject({ offered: 'a', selected: [] });
    expect(getPage().runs.races?.map(({ id }) => id)).toEqual(['b', 'c']);
    actions.restore('a');
    expect(sent).toEqual([
      { type: 'removeRace', id: 'a' },
      { type: 'restoreRace', id: 'a' },
    ]);
  });

  it('the race that is trained can neither be deleted nor gone on with', () => {
    setPage(({ runs }) => ({ lab: 'running', runs: { ...runs, writing: 'a' } }));
    actions.remove(kept('a'));
    actions.goOn(kept('b', { state: 'unfinished', checkpoints: { ar: 1, diffusion: 1 } }));
    actions.takeSetup(kept('b', { spec: withValue(DEFAULT_SPEC, 'seed', 9) }));
    expect(sent).toEqual([]);
    expect(getPage().draft.spec.seed).toBe(DEFAULT_SPEC.seed);
  });

  it('a name is changed where it differs, without the space around it', () => {
    actions.rename(kept('a'), '  Race a ');
    expect(sent).toEqual([]);
    actions.rename(kept('a'), ' Better ');
    expect(sent).toEqual([{ type: 'renameRace', id: 'a', name: 'Better' }]);
    expect(getPage().runs.renamed).toEqual({ a: 'Better' });
  });

  it('a name that was given is shown until the shelf has it, or has refused it', () => {
    const listed = (name: string) =>
      receive({ type: 'races', races: [kept('a', { name })], setAside: 0, storage: STORAGE });
    actions.rename(kept('a'), 'Better');
    listed('Race a');
    expect(getPage().runs.renamed).toEqual({ a: 'Better' });
    listed('Better');
    expect(getPage().runs.renamed).toEqual({});
    actions.rename(kept('a', { name: 'Better' }), 'Best');
    actions.rename(kept('a', { name: 'Better' }), 'Best');
    expect(sent).toHaveLength(2);
    receive({ type: 'error', code: 'storage-full', message: 'The browser’s storage is full.' });
    expect(getPage().runs.renamed).toEqual({});
  });

  it('no more races are compared than can be told apart', () => {
    const many = Array.from({ length: MOST_COMPARED + 1 }, (_, i) => kept(`r${i}`));
    setPage(({ runs }) => ({ runs: { ...runs, races: many } }));
    for (const { id } of many) actions.select(id, true);
    expect(getPage().runs.selected).toHaveLength(MOST_COMPARED);
    expect(sent.filter(({ type }) => type === 'readRace')).toHaveLength(MOST_COMPARED);
  });

  it('a race goes on, and one that diverged as a branch at half the rate', () => {
    const race = kept('b', { state: 'diverged', checkpoints: { ar: 100, diffusion: 100 } });
    actions.goOn(race);
    actions.goOnSlower(race);
    expect(sent[0]).toEqual({ type: 'continueRace', id: 'b' });
    const { train } = DEFAULT_SPEC;
    expect(sent[1]).toMatchObject({
      type: 'branchRace',
      id: 'b',
      spec: { ...DEFAULT_SPEC, train: { ...train, learningRate: train.learningRate / 2 } },
    });
    expect(getPage().view).toBe('race');
  });

  it('a setup is taken over; of an own text it is said that it is not part of it', () => {
    const spec = withValue(withValue(DEFAULT_SPEC, 'data.corpus', 'own'), 'seed', 7);
    actions.takeSetup(kept('a', { spec, ownText: 'diary.txt' }));
    expect(getPage().draft.spec.seed).toBe(7);
    expect(getPage().notices.join()).toContain('diary.txt');
  });

  it('a race is pinned as a ghost and shown on the chart', async () => {
    actions.pin(kept('a'));
    actions.shelfParts.contents.hear({ race: kept('a'), content: content() });
    await vi.waitFor(() => expect(getPage().ghosts).toMatchObject([{ id: 'a', pinned: true }]));
    actions.unpin(kept('a'));
    expect(getPage().ghosts).toEqual([]);
    actions.openOnChart(kept('b'));
    actions.shelfParts.contents.hear({ race: kept('b', { name: 'x'.repeat(500) }), content: content() });
    await vi.waitFor(() => expect(getPage().shown).toMatchObject({ id: 'b', source: { kind: 'kept', id: 'b' } }));
    expect(getPage().shown?.name.length).toBe(MOST_IN_NAME);
  });
});

describe('an import', () => {
  const file = (name: string, bytes: () => Promise<ArrayBuffer> = async () => new ArrayBuffer(4)) =>
    ({ name, arrayBuffer: bytes }) as File;
  const refused: LabEvent = { type: 'error', code: 'bad-input', message: 'b.zip is no .zip', hint: 'Export one.' };
  let sent: Command[];
  let receive: (event: LabEvent) => boolean;

  beforeEach(() => {
    const { store } = openPage(draftOf(DEFAULT_SPEC));
    sent = [];
    bindClient({ send: (command) => sent.push(command), replaceWorker: () => {} });
    receive = createShelfReceiver(store, actions.shelfParts);
  });
  const names = () => sent.map((command) => (command.type === 'importRaces' ? command.name : command.type));
  const sentAre = (...expected: string[]) => vi.waitFor(() => expect(names()).toEqual(expected));

  it('takes file after file, and tells of each that was refused why, in the view alone', async () => {
    actions.importFiles([file('a.zip'), file('b.zip'), file('c.zip')]);
    await sentAre('a.zip');
    receive({ type: 'imported', races: [kept('a')], already: [], ignored: [] });
    await sentAre('a.zip', 'b.zip');
    expect(receive(refused)).toBe(true);
    await sentAre('a.zip', 'b.zip', 'c.zip');
    receive({ type: 'imported', races: [kept('c')], already: [], ignored: ['notes.txt'] });
    const { imports } = getPage().runs;
    expect(imports).toMatchObject({
      answered: 3,
      names: ['Race a', 'Race c'],
      ignored: ['notes.txt'],
      problems: [{ file: 'b.zip', message: 'b.zip is no .zip', hint: 'Export one.' }],
    });
    expect(isImporting(getPage().runs)).toBe(false);
  });

  it('goes on behind a file that cannot be read', async () => {
    actions.importFiles([file('folder', () => Promise.reject(new Error('is a folder'))), file('a.zip')]);
    await sentAre('a.zip');
    expect(getPage().runs.imports?.problems).toMatchObject([{ file: 'folder' }]);
    receive({ type: 'imported', races: [], already: [], ignored: [] });
    expect(isImporting(getPage().runs)).toBe(false);
  });

  it('ends with the worker that was to read it, and says what was not taken', async () => {
    actions.importFiles([file('a.zip'), file('b.zip'), file('c.zip')]);
    await sentAre('a.zip');
    receive({ type: 'imported', races: [kept('a')], already: [], ignored: [] });
    await sentAre('a.zip', 'b.zip');
    actions.exportZip({ id: 'a' });
    actions.loseShelf();
    const { runs } = getPage();
    expect(isImporting(runs)).toBe(false);
    expect(runs.exporting).toEqual([]);
    expect(runs.imports).toMatchObject({
      names: ['Race a'],
      problems: [{ file: 'b.zip', message: expect.stringContaining('2 files were not taken') }],
    });
  });

  it('leaves the errors of a race to the page', async () => {
    actions.importFiles([file('a.zip')]);
    await sentAre('a.zip');
    expect(receive({ type: 'error', code: 'diverged', message: 'Step 10 diverged.' })).toBe(false);
    expect(isImporting(getPage().runs)).toBe(true);
    receive({ type: 'imported', races: [], already: [], ignored: [] });
    expect(receive(refused)).toBe(false);
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
