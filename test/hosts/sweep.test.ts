import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiments/cell.ts';
import { type Evidence, resultsOf } from '../../src/experiments/evidence.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { EXPERIMENTS, judge } from '../../src/experiments/index.ts';
import { parseExperiment } from '../../src/experiments/parse.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { run, terminal } from '../support/terminal.ts';

/** An experiment of one's own that takes a moment: facts of five tokens, a model of one layer. */
const MINE = {
  id: 'mine',
  title: 'Mine',
  claim: 'A higher rate learns faster.',
  source: 'this test',
  plans: {
    minutes: {
      preset: 'world',
      settings: {
        'model.layers': 1,
        'model.channels': 8,
        'model.heads': 2,
        'train.batch': 4,
        'train.steps': 4,
        'evaluation.every': 2,
        'evaluation.denseUntil': 0,
        'evaluation.windows': 4,
        'evaluation.testWindows': 4,
        'evaluation.questions': 0,
        'sampling.every': 0,
      },
      axes: [
        {
          id: 'rate',
          label: 'Rate',
          levels: [
            { label: 'slow', settings: { 'train.learningRate': 1e-4 } },
            { label: 'fast', settings: { 'train.learningRate': 1e-2 } },
          ],
        },
      ],
      seeds: [1, 2],
    },
  },
  criterion: {
    kind: 'difference',
    of: { measure: 'bestLoss', family: 'ar', where: { rate: 'slow' } },
    minus: { measure: 'bestLoss', family: 'ar', where: { rate: 'fast' } },
    sign: 'positive',
  },
  figure: { rows: 'rate', columns: [{ metric: 'loss', label: 'Validation loss' }] },
} as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-sweep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(content: unknown, name = 'mine.json'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const CPU = ['--executor', 'interpret'] as const;
const cellNames = async (sweep: string) => (await readdir(join(sweep, 'cells'))).sort();
const readJson = async (path: string) => JSON.parse(await readFile(path, 'utf8'));

/** The folder of the whole experiment, made once; tests copy what they spoil. */
let whole: string;
let told: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), 'crossover-sweep-'));
  whole = join(root, 'whole');
  await writeFile(join(root, 'mine.json'), JSON.stringify(MINE));
  told = await run('sweep', '--file', join(root, 'mine.json'), '--out', whole, ...CPU);
}, 60_000);
afterAll(() => rm(join(whole, '..'), { recursive: true, force: true }));

async function copied(name: string): Promise<string> {
  const path = join(folder, name);
  await cp(whole, path, { recursive: true });
  return path;
}

describe('crossover sweep', () => {
  it('lists the experiments', async () => {
    const { code, stdout } = await run('sweep', '--list');
    expect(code).toBe(0);
    for (const { id, claim } of EXPERIMENTS) expect(stdout).toMatch(new RegExp(`${id} +${escaped(claim)}`));
    const lines = (await run('sweep', '--list', '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(EXPERIMENTS.map(({ id }) => id));
  });

  it('says with --dry-run what it would run, and writes nothing', async () => {
    const out = join(folder, 'sweep');
    const args = ['sweep', '--file', await file(MINE), '--out', out, '--dry-run', ...CPU];
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/slow, seed 1 +[0-9a-f]{12} +AR, diffusion/);
    expect(stdout).toMatch(/4 cells to run\. .* FLOPs of training and .* of evaluation: at most .* here/);
    await expect(stat(out)).rejects.toThrow('ENOENT');
    const shard = await run(...args, '--shard', '1/2');
    expect(shard.stdout).toContain('2 cells to run');
    const lines = (await run(...args, '--shard', '1/2', '--json')).stdout.trim().split('\n');
    const cells = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'cell');
    expect(cells.map(({ cell }) => cell)).toEqual(shard.stdout.match(/[0-9a-f]{12}/g));
    expect(cells[0]).toMatchObject({ families: ['ar', 'diffusion'], flops: expect.any(Number), seed: 1 });
  });

  it('ends in a verdict in words, and says where everything is', async () => {
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('Mine (minutes)');
    expect(told.stdout).toMatch(/REPRODUCED|NOT REPRODUCED AT THIS SCALE|INCONCLUSIVE/);
    expect(told.stdout).toContain(join(whole, 'verdict.json'));
    expect((await readdir(whole)).sort()).toEqual(
      ['cells', 'figure.csv', 'figure.png', 'figure.svg', 'sweep.json', 'verdict.json'].sort(),
    );
    expect(await cellNames(whole)).toHaveLength(4);
    const verdict = await readJson(join(whole, 'verdict.json'));
    expect(verdict).toMatchObject({ experiment: 'mine', seeds: [1, 2], cells: { planned: 4, done: 4, missing: [] } });
  });

  it('keeps a cell that diverges as diverged, and goes on', async () => {
    const { minutes } = MINE.plans;
    const [axis] = minutes.axes;
    // Every step shrinks the weights by 1 − 10, and soon they overflow.
    const explodes = { label: 'explodes', settings: { 'train.learningRate': 1, 'train.weightDecay': 10 } };
    const axes = [{ ...axis, levels: [axis.levels[0], axis.levels[1], explodes] }];
    const settings = { ...minutes.settings, 'train.steps': 40, 'train.warmupSteps': 0, 'evaluation.every': 20 };
    const mine = { ...MINE, plans: { minutes: { ...minutes, settings, axes, seeds: [1] } } };
    const out = join(folder, 'sweep');
    const { code, stderr } = await run('sweep', '--file', await file(mine), '--out', out, '--executor', 'cpu');
    expect(code).toBe(0);
    expect(stderr).toMatch(/explodes, seed 1: AR diverged \(.*diverged at step \d+/);
    const verdict = await readJson(join(out, 'verdict.json'));
    expect(verdict.cells).toMatchObject({ planned: 3, done: 3, missing: [], diverged: [expect.any(String)] });
    const cells = await Promise.all((await cellNames(out)).map((name) => readJson(join(out, 'cells', name))));
    const ended = cells.map(({ levels, results }) => [levels.rate, results.ar.ended, results.diffusion.ended]);
    expect(ended.sort()).toEqual([
      ['explodes', 'diverged', 'diverged'],
      ['fast', 'budget', 'budget'],
      ['slow', 'budget', 'budget'],
    ]);
  });

  it('never runs a finished cell again, and runs a half-written one', async () => {
    const out = await copied('sweep');
    const [half, ...others] = await cellNames(out);
    const path = join(out, 'cells', half);
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.slice(0, 1000));
    const times = await Promise.all(others.map(async (name) => (await stat(join(out, 'cells', name))).mtimeMs));
    const { code, stderr } = await run('sweep', '--file', await file(MINE), '--out', out, ...CPU);
    expect(code).toBe(0);
    expect(stderr).toContain('1 cell to run; 3 are finished');
    const records = (text: string) => (JSON.parse(text) as CellResult).results.ar!.records.map(({ value }) => value);
    expect(records(await readFile(path, 'utf8'))).toEqual(records(before));
    const after = await Promise.all(others.map(async (name) => (await stat(join(out, 'cells', name))).mtimeMs));
    expect(after).toEqual(times);
  });

  it('can be interrupted, which leaves checkpoints, and goes on', async () => {
    const out = join(folder, 'sweep');
    const { value, written, interrupt } = terminal();
    const write = value.stdout.write;
    value.stdout.write = (text) => {
      write(text);
      if (text.includes('"cellDone"')) interrupt();
    };
    const args = ['sweep', '--file', await file(MINE), '--out', out, '--json', ...CPU];
    expect(await main(args, value)).toBe(130);
    expect(written.stderr).toContain('finished cells are not run again');
    const done = await cellNames(out);
    expect(done).toHaveLength(1);
    const { code, stdout } = await run(...args);
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === 'cellDone').map(({ cell }) => `${cell.id}.json`)).not.toContain(
      done[0],
    );
    expect(events.at(-1)).toMatchObject({ type: 'verdict', folder: out, verdict: { cells: { done: 4 } } });
  });

  it('takes more seeds into a folder later, and settings that no axis varies', async () => {
    const out = await copied('sweep');
    const args = ['sweep', '--file', await file(MINE), '--out', out, ...CPU];
    expect((await run(...args, '--seeds', '3')).stderr).toContain('2 cells to run; 4 are finished');
    expect((await readJson(join(out, 'verdict.json'))).seeds).toEqual([1, 2, 3]);
    const other = await run(...args, '--set', 'train.steps=2');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('holds a sweep of other settings, none') });
    const varied = await run(...args, '--set', 'train.learningRate=1');
    expect(varied.stderr).toContain('train.learningRate cannot be set: it is varied by the axis rate of mine');
  });

  it.each([
    [['sweep'], 'sweep needs the name of an experiment, or --file'],
    [['sweep', 'data-bugdet'], 'experiment must be one of data-budget, '],
    [['sweep', 'data-budget', 'sparse'], 'sweep runs one experiment at a time'],
    [['sweep', 'data-budget', '--shard', '4/3'], '--shard must be i/n with 1 ≤ i ≤ n, such as 2/8; got "4/3"'],
    [['sweep', 'data-budget', '--shard', '0/3'], '--shard must be i/n with 1 ≤ i ≤ n'],
    [['sweep', 'data-budget', '--shard', '1/99999999'], '--shard takes at most 10000 shares; got "1/99999999"'],
    [['sweep', 'data-budget', '--seeds', '0'], '--seeds must be how many seeds'],
    [['sweep', 'data-budget', '--seeds', '1,'], '--seeds must be how many seeds'],
    [['sweep', 'data-budget', '--scale', 'day'], '--scale must be one of minutes, coffee, night; got day'],
    [['sweep', 'data-budget', '--set', 'train.step=2'], 'train.step is not a field; did you mean train.steps?'],
    [['sweep', 'data-budget', '--set', 'seed=2'], 'seed cannot be set'],
    [['sweep', '--file', 'nowhere.json'], 'cannot read nowhere.json'],
    [['merge', 'nowhere', '--out', 'x'], 'nowhere is not a sweep: it has no sweep.json'],
    [['merge', 'nowhere'], '--out'],
    [['claims', '--from', 'nowhere'], 'nowhere is not a sweep'],
  ])('%j is refused in one sentence', async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says of settings that they change nothing, those of an experiment of one’s own included', async () => {
    const { minutes } = MINE.plans;
    const idle = {
      ...MINE,
      plans: { minutes: { ...minutes, settings: { ...minutes.settings, 'train.decayTo': 0.5 } } },
    };
    const args = ['sweep', '--file', await file(idle), '--dry-run', '--set', 'train.dropoutOn=mlp', ...CPU];
    const { code, stderr } = await run(...args);
    expect(code).toBe(0);
    expect(stderr).toContain('train.dropoutOn has no effect here: train.dropout is 0\n');
    expect(stderr).toContain('train.decayTo has no effect here: train.schedule constant never decays; wsd does\n');
    expect(stderr.match(/has no effect/g)).toHaveLength(2);
  });

  it('writes nothing into a folder that is no sweep', async () => {
    await writeFile(join(folder, 'novel.txt'), 'Call me Ishmael.');
    const { code, stderr } = await run('sweep', '--file', await file(MINE), '--out', folder, ...CPU);
    expect(code).toBe(2);
    expect(stderr).toContain('holds files and no sweep.json, so it is not a sweep; nothing was written');
    expect((await readdir(folder)).sort()).toEqual(['mine.json', 'novel.txt']);
  });
});

describe('an experiment of one’s own', () => {
  const plan = MINE.plans.minutes;
  const [axis] = plan.axes;
  const withLevel = (level: object) => ({
    ...MINE,
    plans: { minutes: { ...plan, axes: [{ ...axis, levels: [...axis.levels, level] }] } },
  });

  it.each([
    ['{', 'is not JSON'],
    [{ ...MINE, colour: 'red' }, 'the experiment: Unrecognized key: "colour"'],
    [{ ...MINE, id: 'data-budget' }, 'id "data-budget" is that of an experiment of Crossover'],
    [
      withLevel({ label: 'x', settings: { 'train.learnRate': 1 } }),
      'levels[2].settings.train.learnRate is not a field',
    ],
    [
      withLevel({ label: 'x', settings: { 'train.steps': 'many' } }),
      'must be a whole number from 1 to 10000000; got "many"',
    ],
    [withLevel({ label: 'x', settings: { 'train.steps': 0 } }), 'rate “x”: train.steps must be a whole number from 1'],
    [withLevel({ label: 'x', settings: { 'train.learningRate': 1e-4 } }), 'two cells are the same race'],
    [
      { ...MINE, criterion: { ...MINE.criterion, of: { ...MINE.criterion.of, measure: 'joy' } } },
      'must be a measure: bestLoss',
    ],
    [{ ...MINE, criterion: { kind: 'guess' } }, 'criterion'],
    [
      { ...MINE, figure: { ...MINE.figure, rows: 'colour' } },
      'figure.rows must be an axis of the plan minutes; got "colour"',
    ],
    [{ ...MINE, plans: { minutes: { ...plan, seeds: [] } } }, 'plans.minutes.seeds'],
    [{ ...MINE, plans: { minutes: { ...plan, preset: 'huge' } } }, 'preset must be one of default'],
  ])('%# is refused with the place that is wrong', async (content, message) => {
    const { code, stderr } = await run('sweep', '--file', await file(content), '--dry-run', ...CPU);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--file');
    expect(code).toBe(2);
  });

  it('may be written like those that are shipped', () => {
    for (const experiment of EXPERIMENTS) {
      expect(parseExperiment(JSON.parse(JSON.stringify(experiment)))).toEqual(JSON.parse(JSON.stringify(experiment)));
    }
  });
});

describe('crossover merge', () => {
  it('joins shards to the cells and the verdict of the whole', async () => {
    const path = await file(MINE);
    const shards = [join(folder, 'a'), join(folder, 'b'), join(folder, 'c')];
    for (const [i, out] of shards.entries()) {
      const { code, stderr } = await run('sweep', '--file', path, '--out', out, '--shard', `${i + 1}/3`, ...CPU);
      expect(code).toBe(0);
      expect(stderr).toContain(`Shard ${i + 1} of 3 is done`);
      expect(await readdir(out)).not.toContain('verdict.json');
    }
    const out = join(folder, 'joined');
    const { code, stderr, stdout } = await run('merge', ...shards, '--out', out);
    expect(code).toBe(0);
    expect(stderr).toContain('4 cells copied');
    expect(stdout).toContain('Mine (minutes)');
    expect(await cellNames(out)).toEqual(await cellNames(whole));
    // How long it would take to decide it is by the clock.
    const found = async (sweep: string) => {
      const { toDecide: _, ...verdict } = await readJson(join(sweep, 'verdict.json'));
      return verdict;
    };
    expect(await found(out)).toEqual(await found(whole));
    expect((await run('merge', ...shards, '--out', out)).stderr).toContain('0 cells copied, 4 known already');
  });

  it('leaves a half-written cell where it is, and says so', async () => {
    const half = await copied('half');
    const [name] = await cellNames(half);
    await writeFile(join(half, 'cells', name), '{"version":1,');
    const { code, stderr } = await run('merge', half, '--out', join(folder, 'joined'));
    expect(code).toBe(0);
    expect(stderr).toContain(`${name} was not copied: it is not whole; it is to be run again`);
    expect(await cellNames(join(folder, 'joined'))).not.toContain(name);
  });

  it('refuses a cell that is not what its name says', async () => {
    const other = await copied('other');
    const [name] = await cellNames(other);
    const cell = await readJson(join(other, 'cells', name));
    await writeFile(join(other, 'cells', name), JSON.stringify({ ...cell, seed: 9, spec: { ...cell.spec, seed: 9 } }));
    const { stderr } = await run('merge', other, '--out', join(folder, 'joined'));
    expect(stderr).toContain('its name is not the hash of what it holds');
  });

  it('refuses two cells of one hash with different results, and touches nothing', async () => {
    const other = await copied('other');
    const [name] = await cellNames(other);
    const path = join(other, 'cells', name);
    const cell = await readJson(path);
    cell.results.ar.records[0].value += 1e-9;
    await writeFile(path, JSON.stringify(cell));
    const out = join(folder, 'joined');
    const { code, stderr } = await run('merge', whole, other, '--out', out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/whole.* and .*other.* are the same cell with different results; nothing was written/);
    await expect(stat(out)).rejects.toThrow('ENOENT');
    // Whose clock it was, and how fast, plays no part.
    cell.results.ar.records[0].value -= 1e-9;
    cell.results.ar.seconds *= 2;
    await writeFile(path, JSON.stringify({ ...cell, results: (await readJson(join(whole, 'cells', name))).results }));
    expect((await run('merge', whole, other, '--out', out)).code).toBe(0);
  });

  it.each([
    ['version', { version: 2 }, 'sweep.json has version 2; this Crossover reads version 1'],
    ['scale', { scale: 'night' }, 'holds a sweep of another scale, night'],
    ['settings', { settings: { 'train.steps': 9 } }, 'holds a sweep of other settings, train.steps=9'],
    ['experiment', { experiment: { ...MINE, id: 'yours' } }, 'holds a sweep of another experiment, yours'],
  ])('refuses folders of another %s', async (_, change, message) => {
    const other = await copied('other');
    const path = join(other, 'sweep.json');
    await writeFile(path, JSON.stringify({ ...(await readJson(path)), ...change }));
    const { code, stderr } = await run('merge', whole, other, '--out', join(folder, 'joined'));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    await expect(stat(join(folder, 'joined'))).rejects.toThrow('ENOENT');
  });

  it('refuses cells of another version', async () => {
    const other = await copied('other');
    const [name] = await cellNames(other);
    const path = join(other, 'cells', name);
    await writeFile(path, JSON.stringify({ ...(await readJson(path)), version: 0 }));
    const { code, stderr } = await run('merge', other, '--out', join(folder, 'joined'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has version 0') });
  });
});

describe('crossover claims', () => {
  it('prints every claim with its experiment, criterion, verdict and the command, run or not', async () => {
    const { code, stdout } = await run('claims', '--json');
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const pairs = EXPERIMENTS.flatMap(({ id, bearsOn }) => bearsOn.map((claim) => `${claim} ${id}`));
    expect(new Set(lines.map(({ claim, experiment }) => `${claim} ${experiment}`))).toEqual(new Set(pairs));
    for (const line of lines) {
      expect(line.command).toMatch(new RegExp(`^npx crossover sweep ${line.experiment}`));
      expect(line.parts.length).toBeGreaterThan(0);
      for (const { criterion } of line.parts) expect(criterion).not.toBe('');
      expect(['not run', 'reproduced', 'not reproduced at this scale', 'inconclusive']).toContain(line.status);
    }
  });

  it('is the table of the README', async () => {
    const { code, stdout } = await run('claims', '--markdown');
    expect(code).toBe(0);
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table] = readme.match(/<!-- npx crossover claims --markdown -->\n([\s\S]*?)<!-- end of claims -->/)!;
    expect(table).toBe(stdout);
  });

  it('judges sweeps of one’s own beside them, and keeps them as evidence on request', async () => {
    const mine = { ...MINE, bearsOn: ['crossover'] };
    const out = join(folder, 'sweep');
    await run('sweep', '--file', await file(mine), '--out', out, '--seeds', '1', ...CPU);
    const record = join(folder, 'evidence');
    const { code, stdout, stderr } = await run('claims', '--from', out, '--record', record);
    expect(code).toBe(0);
    expect(stdout).toMatch(/mine \(minutes\): /);
    expect(stderr).toContain(join(record, 'mine-minutes.json'));

    const evidence = (await readJson(join(record, 'mine-minutes.json'))) as Evidence;
    const verdict = await readJson(join(out, 'verdict.json'));
    expect(evidence.verdict).toEqual(verdict);
    expect(await readJson(join(record, 'index.json'))).toEqual([
      { file: 'mine-minutes.json', recorded: evidence.recorded, verdict },
    ]);
    const again = judge(evidence.experiment as Experiment, 'minutes', resultsOf(evidence), { seeds: [1] });
    expect(again.status).toBe(verdict.status);
    const [raw] = resultsOf(evidence);
    const kept = (await readJson(join(out, 'cells', `${raw.id}.json`))) as CellResult;
    for (const [i, { windows: _, ...record }] of kept.results.diffusion!.records.entries()) {
      const { value, se, seconds, ...rest } = raw.results.diffusion!.records[i];
      expect(record).toMatchObject(rest);
      expect(value).toBeCloseTo(record.value, 4);
      expect(se).toBeCloseTo(record.se!, 3);
      expect(seconds).toBeCloseTo(record.seconds, 2);
    }
  });

  it('takes no sweep as evidence that lacks cells', async () => {
    const out = await copied('sweep');
    const [name] = await cellNames(out);
    await rm(join(out, 'cells', name));
    const { code, stderr } = await run('claims', '--from', out, '--record', join(folder, 'evidence'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('lacks 1 of 4 cells') });
    await expect(stat(join(folder, 'evidence'))).rejects.toThrow('ENOENT');
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
