import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command, LabEvent, ShelfEvent } from '../../src/lab/protocol.ts';
import { withValue } from '../../src/spec/fields.ts';
import { DEFAULT_SPEC } from '../../src/spec/presets.ts';
import { bindClient } from '../../src/ui/actions.ts';
import { receiveAnswer } from '../../src/ui/inside/asking.ts';
import * as actions from '../../src/ui/runs/actions.ts';
import { MOST_IN_NAME } from '../../src/ui/runs/list.ts';
import { createShelfReceiver } from '../../src/ui/runs/receive.ts';
import { afterShelf, isImporting, MOST_COMPARED, runsState } from '../../src/ui/runs/state.ts';
import { draftOf } from '../../src/ui/settings.ts';
import { getPage, openPage, setPage } from '../../src/ui/store.ts';
import { content, kept, STORAGE } from '../support/kept.ts';

let sent: Command[];
let receive: (event: LabEvent) => boolean;
beforeEach(() => {
  const { store } = openPage(draftOf(DEFAULT_SPEC));
  sent = [];
  receive = createShelfReceiver(store, actions.shelfParts);
  bindClient({ send: (command) => sent.push(command), replaceWorker: () => {} });
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

describe('what a person does with races', () => {
  beforeEach(() => {
    vi.stubGlobal('window', { location: { search: '', hash: '', pathname: '/' }, history: { replaceState: () => {} } });
    const races = ['a', 'b', 'c'].map((id) => kept(id));
    setPage({ executor: races[0].executor, runs: { ...runsState(), races } });
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

  it('a deleted race stays away while an older list still has it, and is back where the shelf refuses', () => {
    const listed = (...ids: string[]) =>
      receive({ type: 'races', races: ids.map((id) => kept(id)), setAside: 0, storage: STORAGE });
    const here = () => getPage().runs.races?.map(({ id }) => id);
    actions.remove(kept('a'));
    listed('a', 'b', 'c');
    expect(here()).toEqual(['b', 'c']);
    expect(getPage().runs).toMatchObject({ offered: 'a', removed: [{ id: 'a' }], removing: ['a'] });
    listed('b', 'c');
    expect(getPage().runs).toMatchObject({ offered: 'a', removed: [{ id: 'a' }], removing: [] });
    actions.remove(kept('b'));
    listed('b', 'c');
    receive({ type: 'error', code: 'bad-input', message: 'This race is being trained.' });
    expect(sent.at(-1)).toEqual({ type: 'listRaces' });
    listed('b', 'c');
    expect(here()).toEqual(['b', 'c']);
    expect(getPage().runs.removed).toMatchObject([{ id: 'a' }]);
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
