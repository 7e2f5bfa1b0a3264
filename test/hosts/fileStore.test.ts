import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricRecord } from '../../src/analysis/record.ts';
import { checkWritable, FileStore, type FileStoreOptions } from '../../src/hosts/node/fileStore.ts';
import { ioError, writeAtomically } from '../../src/hosts/node/files.ts';
import { readRunFolder, readRunSpec } from '../../src/hosts/node/runFolder.ts';
import { RUN_FILES } from '../../src/lab/runFiles/names.ts';
import type { Checkpoint } from '../../src/lab/store.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { parseRaceSpec } from '../../src/spec/parse.ts';
import type { RunSpec } from '../../src/spec/schema.ts';
import { evaluation, raceReport } from './raceFixture.ts';

const SYMBOLS = ['a', 'b', 'c'];
const SPEC: RunSpec = {
  ...parseRaceSpec({ model: { layers: 1, channels: 8, heads: 2, context: 8 }, data: { uniqueTokens: 256 } }),
  family: 'ar',
};
const { size } = parameterLayout(SPEC.model, SYMBOLS.length + 1);
const { executor } = raceReport().summary;
const ABOUT = { symbols: SYMBOLS, executor, dataset: raceReport().plan.dataset };

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'crossover-test-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const store = (options: Partial<FileStoreOptions> = {}) =>
  new FileStore({ out, resume: false, version: '0.0.0', ...options });
const begin = (options?: Partial<FileStoreOptions>, spec = SPEC) => store(options).open('abc', spec, ABOUT);
const folder = () => join(out, 'abc-ar');

function checkpointAt(step: number): Checkpoint {
  const arena = (offset: number) =>
    Float32Array.from({ length: size }, (_, i) => Math.fround(Math.sin(i + offset + step)));
  const arenas = { params: arena(0), m: arena(1), v: arena(2), ema: arena(3), best: arena(4) };
  return { step, seconds: 1.5, arenas, variants: { 'matmulNT 8×8': 'vec4' } };
}

const record = (step: number, value = 3): MetricRecord => evaluation('ar', step, value);

describe('a run folder', () => {
  it('holds the files that people, transformers and a resume need', async () => {
    const run = await begin();
    await run.appendRecords([record(10)]);
    await run.saveCheckpoint(checkpointAt(10));
    await run.finish(raceReport().summary.families.ar);
    expect((await readdir(folder())).sort()).toEqual([
      'config.json',
      'env.json',
      'metrics.jsonl',
      'model.safetensors',
      'optimizer.safetensors',
      'run.json',
      'summary.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(await readRunSpec(folder())).toEqual(SPEC);
    const environment = JSON.parse(await readFile(join(folder(), 'env.json'), 'utf8'));
    expect(environment).toMatchObject({ crossover: '0.0.0', executor, dataset: ABOUT.dataset });
  });

  it('gives back records, NaN and infinities among them, with no NaN in its JSON', async () => {
    const run = await begin();
    const odd = [
      { ...record(1, Number.NaN), windows: [1, Number.NaN] },
      record(2, Number.POSITIVE_INFINITY),
      record(3),
    ];
    await run.appendRecords(odd);
    expect(await readFile(join(folder(), RUN_FILES.metrics), 'utf8')).toContain('"value":"NaN"');
    expect((await readRunFolder(folder())).records).toEqual(odd);
  });

  it('keeps a sample whose text is the word NaN a text', async () => {
    const run = await begin();
    const [sample] = raceReport().samples;
    await run.appendSample({ ...sample, text: 'NaN' });
    expect((await readRunFolder(folder())).samples[0].text).toBe('NaN');
  });
});

describe('resuming', () => {
  it('goes on bit for bit from the last checkpoint and forgets what was recorded after it', async () => {
    const run = await begin();
    const [sample] = raceReport().samples;
    await run.appendRecords([record(10), record(20)]);
    await run.saveCheckpoint(checkpointAt(20));
    await run.appendRecords([record(30)]);
    await run.appendSample({ ...sample, step: 30 });
    await run.appendEvent({ step: 30, text: 'later' });

    const { resumed } = await begin({ resume: true });
    expect(resumed?.checkpoint).toEqual(checkpointAt(20));
    expect(resumed?.records).toEqual([record(10), record(20)]);
    const files = await readRunFolder(folder());
    expect(files.records).toEqual([record(10), record(20)]);
    expect([files.samples, files.events]).toEqual([[], []]);
  });

  it('begins again where no checkpoint was reached', async () => {
    await (await begin()).appendRecords([record(10)]);
    const run = await begin({ resume: true });
    expect(run.resumed).toBeUndefined();
    expect((await readRunFolder(folder())).records).toEqual([]);
  });

  it('passes over a last line that a kill cut off, and names any other line that is damaged', async () => {
    const run = await begin();
    await run.appendRecords([record(10)]);
    await run.saveCheckpoint(checkpointAt(10));
    const path = join(folder(), RUN_FILES.metrics);
    const whole = await readFile(path, 'utf8');
    await writeFile(path, `${whole}{"step":11,"val`);
    expect((await begin({ resume: true })).resumed?.records).toEqual([record(10)]);
    await writeFile(path, `${whole}{"step":11,"val\n${whole}`);
    await expect(begin({ resume: true })).rejects.toThrow(`${path}: line 2 is not JSON`);
  });

  it('finds a run that was moved and renamed', async () => {
    const elsewhere = join(out, 'kept');
    const run = await begin({ existing: { ar: elsewhere } });
    await run.saveCheckpoint(checkpointAt(5));
    const again = store({ resume: true, existing: { ar: elsewhere } });
    expect((await again.open('abc', SPEC, ABOUT)).resumed?.checkpoint.step).toBe(5);
    expect(again.folders).toEqual({ ar: elsewhere });
  });

  it('refuses a checkpoint that is cut off', async () => {
    await (await begin()).saveCheckpoint(checkpointAt(10));
    const path = join(folder(), RUN_FILES.checkpoint);
    await writeFile(path, (await readFile(path)).subarray(0, 400));
    await expect(begin({ resume: true })).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('what is there is not overwritten', () => {
  const listing = async () => (await readdir(folder())).sort();

  it.each([
    ['the same run, unless it is to go on', {}, SPEC, 'holds this very run already'],
    ['a run of another spec', { resume: true }, { ...SPEC, seed: 9 }, 'holds a run of another spec'],
  ])('%s', async (_, options, spec, message) => {
    await (await begin()).saveCheckpoint(checkpointAt(10));
    const before = await listing();
    await expect(begin(options, spec)).rejects.toThrow(message);
    expect(await listing()).toEqual(before);
  });

  it('a run on another text of one’s own', async () => {
    await begin({ ownText: { name: 'a.txt', text: 'one' } });
    const other = { ownText: { name: 'a.txt', text: 'two' }, resume: true };
    await expect(begin(other)).rejects.toThrow('holds a run on another text');
    expect(await readFile(join(folder(), RUN_FILES.ownText), 'utf8')).toBe('one');
  });

  it('a folder that is no run', async () => {
    await mkdir(folder());
    await writeFile(join(folder(), 'thesis.txt'), 'dear');
    await expect(begin()).rejects.toThrow('no run.json');
    expect(await listing()).toEqual(['thesis.txt']);
  });

  it('a run of another schema version', async () => {
    await begin();
    const path = join(folder(), RUN_FILES.spec);
    await writeFile(path, JSON.stringify({ ...SPEC, schemaVersion: 99 }));
    await expect(begin({ resume: true })).rejects.toThrow(`${path}: schemaVersion must be 1; got 99`);
  });

  it('what a file cannot take the place of, and nothing is left beside it', async () => {
    const path = join(out, 'file');
    await mkdir(path);
    await writeFile(join(path, 'before'), '');
    await expect(writeAtomically(path, 'after')).rejects.toMatchObject({ code: 'io' });
    expect(await readdir(out)).toEqual(['file']);
    expect(await readdir(path)).toEqual(['before']);
  });
});

describe('an output folder that cannot be written to', () => {
  it('is refused in one sentence that names it', async () => {
    const file = join(out, 'file');
    await writeFile(file, '');
    await expect(checkWritable(join(file, 'runs'))).rejects.toMatchObject({
      code: 'bad-input',
      message: `cannot write to the output folder ${join(file, 'runs')}: a part of the path is a file, not a folder`,
    });
  });

  it.runIf(process.platform === 'linux')('is refused at once where the system itself never ends', async () => {
    await expect(checkWritable('/proc/crossover')).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('a file operation that failed', () => {
  it('is told in words, with what to do where the disk is full', () => {
    const failed = (code: string) => ioError('write', 'runs/a', Object.assign(new Error(code), { code }));
    expect(failed('EROFS')).toMatchObject({ code: 'io', message: 'cannot write runs/a: the file system is read-only' });
    expect(failed('ENOSPC')).toMatchObject({
      message: 'cannot write runs/a: the disk is full',
      hint: expect.stringContaining('Make room'),
    });
  });
});
