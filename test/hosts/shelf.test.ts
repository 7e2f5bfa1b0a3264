import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { CrossoverError } from '../../src/core/errors.ts';
import { type Change, MemoryTables } from '../../src/hosts/browser/tables.ts';
import type { KeptRace, RaceContent } from '../../src/lab/protocol.ts';
import { readZip } from '../../src/lab/runFiles/zip.ts';
import { FAMILIES, type RaceSpec } from '../../src/spec/schema.ts';
import { openSession, type Session } from '../support/tableShelf.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const SPEC = tinySpec({ model: { layers: 1, channels: 8 }, train: { dropout: 0.1 } });
const ownText = { name: 'a few sentences.txt', text: tinyCorpus.text };

async function race(session: Session, spec: RaceSpec = SPEC): Promise<string> {
  session.lab.send({ type: 'start', spec, ownText });
  await session.lab.race();
  return session.all('raceKept').at(-1)!.id;
}

/** Numbers without the times that they took. */
const untimed = ({ records }: RaceContent) =>
  records.filter(({ metric }) => metric !== 'sampleSeconds').map(({ seconds: _, ...record }) => record);

const inOrder = (records: readonly MetricRecord[]) => {
  const place = ({ step, family, split, metric }: MetricRecord) => [family, String(step).padStart(9), split, metric];
  return [...records].sort((a, b) => (String(place(a)) < String(place(b)) ? -1 : 1));
};

/** Tables as they are at a moment: what is found when the page is closed then. */
async function copyOf(tables: MemoryTables): Promise<MemoryTables> {
  const copy = new MemoryTables();
  for (const table of ['races', 'labels', 'files'])
    await copy.write((await tables.rows(table, [])).map((row) => ({ table, ...row })));
  return copy;
}

const entriesOf = (bytes: Uint8Array) =>
  Object.fromEntries(readZip(bytes, 'race.zip').map((entry) => [entry.name, entry.unpack()]));
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('a race on the shelf', () => {
  it('has all that the race told, and how it ended', async () => {
    const session = openSession();
    const id = await race(session);
    const { races } = await session.shelf.list();
    expect(races).toMatchObject([
      {
        id,
        name: 'a few sentences.txt, 300 tokens, seed 7',
        spec: SPEC,
        ownText: 'a few sentences.txt',
        state: 'finished',
        steps: { ar: 40, diffusion: 40 },
        checkpoints: { ar: 40, diffusion: 40 },
        origin: 'here',
        executor: { kind: 'cpu' },
        summary: session.all('summary')[0].summary,
      },
    ]);
    expect(races[0].bytes).toBeGreaterThan(10_000);
    session.lab.send({ type: 'readRace', id });
    await expect.poll(() => session.all('raceContent').length).toBe(1);
    const { content } = session.all('raceContent')[0];
    const told = session.all('records').flatMap(({ records }) => records);
    // Those of steps are told together, after an evaluation that came later.
    expect(inOrder(content.records)).toEqual(inOrder(told));
    expect(content.samples).toHaveLength(session.all('sample').length);
    expect(content.plan).toEqual(session.all('plan')[0].plan);
  });

  it('that cannot begin leaves nothing behind', async () => {
    const session = openSession();
    session.lab.send({ type: 'start', spec: SPEC, ownText: { name: 'short', text: 'too short' } });
    expect(await session.lab.race()).toBeNull();
    expect((await session.shelf.list()).races).toEqual([]);
  });

  it('goes on in another session where its checkpoint was, to the same numbers', async () => {
    const whole = openSession();
    const expected = await whole.shelf.read(await race(whole));

    const stored = new MemoryTables();
    let cut: Promise<MemoryTables> | undefined;
    const first = openSession({
      stored,
      // While the clock stands still, a checkpoint costs nothing: there is one after every evaluation.
      now: () => 0,
      onEvent: (event, { lab }) => {
        if (event.type !== 'progress' || cut || (event.steps.ar ?? 0) < 20) return;
        lab.send({ type: 'pause' });
        // Only what is on its way is still written.
        cut = new Promise((resolve) => setTimeout(resolve, 700)).then(() => copyOf(stored));
        void cut.then(() => lab.send({ type: 'stop' }));
      },
    });
    const id = await race(first);

    const second = openSession({ stored: await cut! });
    const [found] = (await second.shelf.list()).races;
    expect(found).toMatchObject({ id, state: 'unfinished' });
    expect(found.checkpoints.ar).toBeGreaterThan(0);
    second.lab.send({ type: 'continueRace', id });
    await second.lab.race();
    const again = await second.shelf.read(id);
    expect(again.race.state).toBe('finished');
    expect(untimed(again.content)).toEqual(untimed(expected.content));
  });

  it('branches off under another rate, and keeps the numbers from before', async () => {
    const session = openSession();
    const id = await race(session);
    const spec = { ...SPEC, train: { ...SPEC.train, learningRate: 1e-3, steps: 50 } };
    session.lab.send({ type: 'branchRace', id, spec });
    await session.lab.race();
    const branch = session.all('raceKept').at(-1)!.id;
    const { race: kept, content } = await session.shelf.read(branch);
    expect(kept).toMatchObject({ spec, state: 'finished', steps: { ar: 50, diffusion: 50 } });
    expect(kept.parent).toEqual({ id, name: 'a few sentences.txt, 300 tokens, seed 7', step: 40 });
    const parent = await session.shelf.read(id);
    const earlier = (all: RaceContent) => all.records.filter(({ step, split }) => step <= 40 && split !== 'test');
    expect(earlier(content)).toEqual(earlier(parent.content));
    const other = { ...SPEC, model: { ...SPEC.model, channels: 16 } };
    await expect(session.shelf.branch(id, other)).rejects.toThrow(/may differ from it in the section train only/);
  });

  it('is renamed, removed, brought back, and given up for good', async () => {
    const stored = new MemoryTables();
    const { shelf, ...session } = openSession({ stored });
    const id = await race({ shelf, ...session });
    await shelf.rename(id, '  The whale ');
    expect((await shelf.list()).races[0].name).toBe('The whale');
    await expect(shelf.rename(id, ' ')).rejects.toThrow('1 to 200 characters');
    await shelf.remove(id);
    expect((await shelf.list()).races).toEqual([]);
    await shelf.restore(id);
    expect((await shelf.list()).races).toHaveLength(1);
    await shelf.remove(id);
    await shelf.purge();
    for (const table of ['races', 'labels', 'files']) expect(await stored.rows(table, [])).toEqual([]);
    await expect(shelf.restore(id)).rejects.toThrow(`There is no race "${id}" on the shelf`);
  });

  it('of another version, or unreadable, is set aside and left as it is', async () => {
    const stored = new MemoryTables();
    const session = openSession({ stored });
    const id = await race(session);
    const [row] = await stored.rows('races', [id]);
    const later = { key: ['later'] as const, value: String(row.value).replace('"version":1', '"version":2') };
    await stored.write([
      { table: 'races', ...later },
      { table: 'labels', key: ['later'], value: '{"name":"from the future"}' },
      { table: 'races', key: ['odd'], value: { what: 'is this?' } },
    ]);
    const { races, setAside } = await openSession({ stored }).shelf.list();
    expect([races.map((each) => each.id), setAside]).toEqual([[id], 2]);
    await openSession({ stored }).shelf.purge();
    expect(await stored.rows('races', ['later'])).toMatchObject([later]);
  });
});

describe('where there is no room', () => {
  /** Takes so many writes and no more. */
  class SmallTables extends MemoryTables {
    constructor(private left: number) {
      super();
    }
    override async write(changes: readonly Change[]): Promise<void> {
      if (this.left-- <= 0) throw new CrossoverError('storage-full', 'The disk is full.');
      await super.write(changes);
    }
  }

  it('the race goes on, that is told once, and all of it can still be exported', async () => {
    const whole = openSession();
    const expected = await whole.shelf.read(await race(whole));
    for (const writes of [0, 3, 12]) {
      const stored = new SmallTables(writes);
      const session = openSession({ stored });
      const id = await race(session);
      expect(session.all('notKept'), `after ${writes} writes`).toHaveLength(1);
      expect(session.all('state').at(-1)?.state).toBe('finished');
      const { content } = await session.shelf.read(id);
      expect(untimed(content)).toEqual(untimed(expected.content));
      const { bytes } = await session.shelf.exportZip(id);
      expect((await openSession().shelf.importZip('race.zip', bytes)).races).toMatchObject([{ state: 'finished' }]);
      // What is stored is what was whole.
      for (const { state } of (await openSession({ stored }).shelf.list()).races) expect(state).toBe('unfinished');
    }
  });

  it('at all, as in a private window, that is told, too', async () => {
    const { shelf, ...refused } = openSession({ refused: true });
    const id = await race({ shelf, ...refused });
    expect(refused.all('notKept')).toMatchObject([{ why: 'no-storage' }]);
    expect((await shelf.list()).races).toMatchObject([{ id, state: 'finished' }]);
  });

  it('an import is refused and leaves nothing', async () => {
    const session = openSession();
    const { bytes } = await session.shelf.exportZip(await race(session));
    const stored = new SmallTables(0);
    await expect(openSession({ stored }).shelf.importZip('race.zip', bytes)).rejects.toMatchObject({
      code: 'storage-full',
    });
    expect((await openSession({ stored }).shelf.list()).races).toEqual([]);
  });
});

describe('a race as a .zip', () => {
  const stored = new MemoryTables();
  let exported: { name: string; bytes: Uint8Array<ArrayBuffer> } | undefined;
  const original = async () => {
    const session = openSession({ stored });
    if (!exported) exported = await session.shelf.exportZip(await race(session));
    const [kept] = (await session.shelf.list()).races;
    return { session, kept, ...exported };
  };
  const WEIGHTS = /\.safetensors$/;

  it('holds the two run folders that the terminal writes', async () => {
    const { name, bytes } = await original();
    expect(name).toBe('a-few-sentences-txt-300-tokens-seed-7.zip');
    const names = Object.keys(entriesOf(bytes)).sort();
    const inFolder = (family: string) =>
      names.filter((each) => each.includes(`-${family}/`)).map((each) => each.replace(/^[0-9a-f]{12}-/, ''));
    for (const family of FAMILIES)
      expect(inFolder(family)).toEqual(
        [
          'config.json',
          'env.json',
          'metrics.jsonl',
          'model.safetensors',
          'optimizer.safetensors',
          'run.json',
          'samples.jsonl',
          'summary.json',
          'text.txt',
          'tokenizer.json',
          'tokenizer_config.json',
        ].map((file) => `${family}/${file}`),
      );
  });

  it('comes back as the same race, ready to go on', async () => {
    const { session, kept, name, bytes } = await original();
    const other = openSession();
    other.lab.send({ type: 'importRaces', name, bytes });
    await expect.poll(() => other.all('imported').length).toBe(1);
    const { races, ignored } = other.all('imported')[0];
    const about = ({ id: _, origin: __, changed: ___, bytes: ____, ...rest }: KeptRace) => rest;
    expect(races.map(about)).toEqual([about(kept)]);
    expect([races[0].origin, ignored]).toEqual(['imported', []]);
    const content = async ({ shelf }: Session, id: string) => (await shelf.read(id)).content;
    expect(await content(other, races[0].id)).toEqual(await content(session, kept.id));
    expect(entriesOf((await other.shelf.exportZip(races[0].id)).bytes)).toEqual(entriesOf(bytes));
    const reopened = await other.shelf.reopen(races[0].id);
    expect(reopened.ownText).toEqual(ownText);
  });

  type Files = Record<string, Uint8Array>;
  const replaced = (files: Files, file: RegExp, change: (text: string) => string): Files =>
    Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        name,
        file.test(name) ? new TextEncoder().encode(change(textOf(bytes))) : bytes,
      ]),
    );

  it('is taken once: what is there already is left as it is, what was deleted comes back', async () => {
    const { name, bytes } = await original();
    const { shelf } = openSession();
    const [first] = (await shelf.importZip(name, bytes)).races;
    await shelf.rename(first.id, 'Mine');
    const again = await shelf.importZip('renamed.zip', bytes);
    expect(again).toMatchObject({ races: [], already: [{ id: first.id, name: 'Mine' }] });
    expect((await shelf.list()).races).toHaveLength(1);

    // Other numbers are another race.
    const seconds = replaced(entriesOf(bytes), /-ar\/metrics/, (text) => text.replace(/"value":[\d.]+/, '"value":9'));
    expect(await shelf.importZip(name, zipSync(seconds))).toMatchObject({ races: [{}], already: [] });
    await shelf.remove(first.id);
    expect(await shelf.importZip(name, bytes)).toMatchObject({ races: [{}], already: [] });
  });

  it('with weights is taken beside the same one without', async () => {
    const { session, kept, name, bytes } = await original();
    const { shelf } = openSession();
    const light = (await session.shelf.exportZip(kept.id, { weights: false })).bytes;
    await shelf.importZip(name, light);
    expect((await shelf.importZip(name, bytes)).races).toHaveLength(1);
    expect((await shelf.importZip(name, light)).already).toHaveLength(1);
  });

  it('can be shown as a recording without being kept', async () => {
    const { session, kept, bytes } = await original();
    const light = (await session.shelf.exportZip(kept.id, { weights: false })).bytes;
    expect(Object.keys(entriesOf(light)).filter((name) => WEIGHTS.test(name))).toEqual([]);
    expect(light.length).toBeLessThan(bytes.length / 2);
    const other = openSession({ files: { 'recordings/whale.zip': light } });
    other.lab.send({ type: 'readRecording', path: 'recordings/whale.zip' });
    await expect.poll(() => other.all('raceContent').length).toBe(1);
    const { race: shown, content } = other.all('raceContent')[0];
    expect(shown).toMatchObject({ id: 'recordings/whale.zip', origin: 'recorded', name: kept.name, checkpoints: {} });
    expect(content).toEqual((await session.shelf.read(kept.id)).content);
    expect((await other.shelf.list()).races).toEqual([]);
    const missing = 'recordings/none.zip';
    other.lab.send({ type: 'readRecording', path: missing });
    await expect.poll(() => other.all('error').map(({ message }) => message)).toEqual([`there is no ${missing}`]);
  });

  it('may hold one family only, and other files, which are named', async () => {
    const { kept, bytes } = await original();
    const files = Object.entries(entriesOf(bytes)).filter(([name]) => !name.includes('-diffusion/'));
    const changed = zipSync({ ...Object.fromEntries(files), 'notes/<b>.txt': new Uint8Array(3) });
    const { races, ignored } = await openSession().shelf.importZip('race.zip', changed);
    expect(races).toMatchObject([{ steps: { ar: 40 }, checkpoints: { ar: 40 }, state: 'finished' }]);
    expect(races[0].summary).toBeUndefined();
    expect(races[0].bests).toEqual({ ar: kept.summary!.families.ar.best.value });
    expect(ignored).toEqual(['notes/<b>.txt']);
  });

  const without = (files: Files, file: RegExp): Files =>
    Object.fromEntries(Object.entries(files).filter(([name]) => !file.test(name)));

  it.each<[string, (files: Files) => Files, RegExp]>([
    ['no run', (files) => without(files, /run\.json/), /holds no run: no folder in it has a run\.json/],
    [
      'a spec that cannot be',
      (files) => replaced(files, /-ar\/run\.json/, (text) => text.replace('"layers": 1', '"layers": 1e9')),
      /-ar\/run\.json: model\.layers must be/,
    ],
    [
      'a spec of a later version',
      (files) => replaced(files, /-ar\/run\.json/, (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')),
      /schemaVersion must be 1; got 2/,
    ],
    [
      'a line that is no record',
      (files) => replaced(files, /-ar\/metrics/, (text) => text.replace('"step":1,', '"step":"<img onerror=…>",')),
      /-ar\/metrics\.jsonl: line \d+ is not as Crossover writes it: step/,
    ],
    [
      'numbers of the other family',
      (files) => replaced(files, /-ar\/metrics/, (text) => text.replaceAll('"family":"ar"', '"family":"diffusion"')),
      /is a run of ar, but holds numbers of diffusion/,
    ],
    ['no environment', (files) => without(files, /-ar\/env\.json/), /-ar has no env\.json/],
    ['no text of its own', (files) => without(files, /text\.txt/), /has no text\.txt/],
    [
      'no tokenizer for its weights',
      (files) => without(files, /tokenizer\.json/),
      /has weights, and no tokenizer\.json/,
    ],
    [
      'weights of another model',
      (files) => replaced(files, /-ar\/run\.json/, (text) => text.replace('"channels": 8', '"channels": 16')),
      /-ar\/(model|optimizer)\.safetensors/,
    ],
    [
      'weights that are cut off',
      (files) => {
        const [name] = Object.keys(files).filter((each) => each.endsWith('-ar/optimizer.safetensors'));
        return { ...files, [name]: files[name].slice(0, 500) };
      },
      /-ar\/optimizer\.safetensors is not a readable safetensors file/,
    ],
    [
      'one family twice',
      (files) => ({
        ...files,
        ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`copy/${name}`, bytes])),
      }),
      /holds AR of one race twice/,
    ],
    [
      'too much',
      (files) => ({ ...files, [`${Object.keys(files)[0].split('/')[0]}/config.json`]: new Uint8Array(17 * 2 ** 20) }),
      /config\.json has 17\.0 MiB unpacked; 16\.0 MiB are allowed/,
    ],
  ])('with %s is refused, and nothing of it is kept', async (_, change, message) => {
    const { bytes } = await original();
    const other = openSession();
    const hostile = zipSync(change(entriesOf(bytes)));
    await expect(other.shelf.importZip('race.zip', hostile)).rejects.toThrow(message);
    await expect(other.shelf.importZip('race.zip', hostile)).rejects.toMatchObject({ code: 'bad-input' });
    expect((await other.shelf.list()).races).toEqual([]);
  });
});
