import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { evaluateRun } from '../../src/hosts/cli/evaluate.ts';
import { FileStore } from '../../src/hosts/node/fileStore.ts';
import { readRunFolder } from '../../src/hosts/node/runFolder.ts';
import { Control } from '../../src/lab/control.ts';
import type { LabEvent } from '../../src/lab/protocol.ts';
import { Race } from '../../src/lab/race.ts';
import { FAMILIES, type FamilyId } from '../../src/spec/schema.ts';
import { openTestCpu } from '../support/cpu.ts';
import { openSession } from '../support/tableShelf.ts';
import { run } from '../support/terminal.ts';
import { tinyCorpus, tinySpec } from '../support/tiny.ts';

const SPEC = tinySpec({ model: { layers: 1, channels: 8 }, train: { dropout: 0.1 }, sampling: { every: 0 } });
const ownText = { name: tinyCorpus.title, text: tinyCorpus.text };

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'crossover-race-file-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

/** Trains in run folders, as the terminal does, up to the end or until it is stopped. */
async function inTerminal(store: FileStore, stopAt = Number.POSITIVE_INFINITY): Promise<void> {
  const executor = await openTestCpu();
  const control = new Control();
  const emit = (event: LabEvent) => {
    if (event.type === 'progress' && (event.steps.ar ?? 0) >= stopAt) control.stop();
  };
  const now = () => performance.now();
  const breathe = async () => {};
  await new Race({ executor, spec: SPEC, corpus: tinyCorpus, store, control, emit, now, breathe }).run();
  executor.destroy();
}

const storeIn = (name: string, options: { resume?: boolean; existing?: FileStore['folders'] } = {}) =>
  new FileStore({ out: join(out, name), resume: false, version: '0.0.0', ownText, ...options });
const foldersOf = ({ folders }: FileStore) => FAMILIES.map((family) => folders[family]!);
const measured = (records: readonly MetricRecord[]) => records.map(({ seconds: _, ...record }) => record);
const recordsIn = async (folder: string) => measured((await readRunFolder(folder)).records);

describe('a race', () => {
  it('begun in the terminal, gone on with on the page and taken back is the race that was never moved', async () => {
    const whole = storeIn('whole');
    await inTerminal(whole);

    const first = storeIn('first');
    await inTerminal(first, 15);
    const there = join(out, 'there.zip');
    expect((await run('export', ...foldersOf(first), '--out', there)).stdout).toMatch(
      /there\.zip: 2 runs, [\d.]+ KiB\n/,
    );

    const page = openSession();
    const { races } = await page.shelf.importZip('there.zip', await readFile(there));
    expect(races).toMatchObject([
      { name: 'A few sentences, 300 tokens, seed 7', state: 'stopped', origin: 'imported' },
    ]);
    const [{ id }] = races;
    expect((await page.shelf.read(id)).content.plan).toMatchObject({ parameters: expect.any(Number) });
    page.lab.send({ type: 'continueRace', id });
    await page.lab.race();
    const back = join(out, 'back.zip');
    await writeFile(back, (await page.shelf.exportZip(id)).bytes);

    const { code, stdout } = await run('import', back, '--out', join(out, 'back'));
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/: (AR|diffusion), checkpoint at step 40$/);
    const folders = lines.map((line) => line.split(': ')[0]);
    expect(await readdir(folders[0])).toEqual(expect.arrayContaining(await readdir(foldersOf(whole)[0])));
    for (const [i, folder] of folders.entries()) {
      const expected = foldersOf(whole)[i];
      expect(await recordsIn(folder)).toEqual(await recordsIn(expected));
      const weights = (from: string) => readFile(join(from, 'model.safetensors'));
      expect((await weights(folder)).equals(await weights(expected))).toBe(true);
      const evaluated = (from: string) => evaluateRun(from, { openExecutor: openTestCpu, loadText: async () => '' });
      expect(await evaluated(folder)).toEqual(await evaluated(expected));
    }
    const existing = Object.fromEntries(FAMILIES.map((family, i) => [family, folders[i]])) as Record<FamilyId, string>;
    await inTerminal(storeIn('back', { resume: true, existing }));
    expect(await recordsIn(folders[0])).toEqual(await recordsIn(foldersOf(whole)[0]));
  });
});

describe('crossover export', () => {
  it('leaves weights out where that is asked for, and overwrites nothing', async () => {
    const store = storeIn('light');
    await inTerminal(store, 5);
    const light = join(out, 'light.zip');
    expect((await run('export', ...foldersOf(store), '--out', light, '--without-weights')).code).toBe(0);
    const { stdout } = await run('import', light, '--out', join(out, 'light again'));
    expect(stdout).toMatch(/: AR, without a checkpoint\n.*: diffusion, without a checkpoint\n/);
    const again = await run('export', ...foldersOf(store), '--out', light);
    expect([again.code, again.stderr]).toEqual([2, `crossover: ${light} is there already; nothing was written\n`]);
    const twice = await run('export', foldersOf(store)[0], foldersOf(store)[0], '--out', join(out, 'twice.zip'));
    expect(twice.stderr).toMatch(/is the name of two of the folders/);
  });

  it('refuses a folder that is no run, and one that could not be read again', async () => {
    const none = await run('export', out, '--out', join(out, 'none.zip'));
    expect([none.code, none.stderr]).toEqual([2, `crossover: ${out} is not a run folder: it has no run.json\n`]);
    const store = storeIn('damaged');
    await inTerminal(store, 5);
    await writeFile(join(foldersOf(store)[0], 'metrics.jsonl'), '{"step":\n');
    const damaged = await run('export', ...foldersOf(store), '--out', join(out, 'damaged.zip'));
    expect(damaged.stderr).toMatch(/metrics\.jsonl: line 1 is not JSON/);
    expect(await readdir(out)).not.toContain('damaged.zip');
  });

  it('refuses weights that import would refuse, by the name of their file', async () => {
    const store = storeIn('weights');
    await inTerminal(store, 5);
    const [folder] = foldersOf(store);
    const zip = join(out, 'weights.zip');
    for (const file of ['model.safetensors', 'optimizer.safetensors']) {
      const path = join(folder, file);
      const whole = await readFile(path);
      await writeFile(path, whole.subarray(0, 400));
      const { code, stderr } = await run('export', folder, '--out', zip);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`crossover: ${path}`)]);
      const light = join(out, `without ${file}.zip`);
      expect((await run('export', folder, '--out', light, '--without-weights')).code).toBe(0);
      await writeFile(path, whole);
    }
    await rm(join(folder, 'tokenizer.json'));
    const without = await run('export', folder, '--out', zip);
    expect([without.code, without.stderr]).toEqual([
      2,
      `crossover: ${folder} has weights, and no tokenizer.json that says for which symbols\n`,
    ]);
    expect(await readdir(out)).not.toContain('weights.zip');
  });
});

describe('crossover import', () => {
  it('writes all or nothing, names what it passes over, and never into a run that is there', async () => {
    const store = storeIn('names');
    await inTerminal(store, 5);
    const zip = join(out, 'names.zip');
    await run('export', ...foldersOf(store), '--out', zip);
    const there = await run('import', zip, '--out', join(out, 'names'));
    expect(there.stderr).toMatch(/-ar is there already; nothing was written\nChoose another folder with --out\.\n$/);
    const hostile = join(out, 'hostile.zip');
    await writeFile(hostile, zipSync({ '../../run.json': new TextEncoder().encode('{}') }));
    const refused = await run('import', hostile, '--out', join(out, 'new'));
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `crossover: ${hostile} cannot be read as a .zip: "../../run.json" leads out of the folder that it is unpacked into\n`,
    ]);
    expect(await readdir(out)).not.toContain('new');
    const missing = await run('import', join(out, 'missing.zip'));
    expect([missing.code, missing.stderr]).toEqual([6, expect.stringContaining('there is no such file or folder')]);
  });
});
