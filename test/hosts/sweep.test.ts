import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiments/cell.ts';
import { EXPERIMENTS } from '../../src/experiments/index.ts';
import { parseExperiment } from '../../src/experiments/parse.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { CPU, cellNames, MINE, readJson, sweepFolders } from '../support/sweep.ts';
import { run, terminal } from '../support/terminal.ts';

const at = sweepFolders();

describe('crossover sweep', () => {
  it('lists the experiments', async () => {
    const { code, stdout } = await run('sweep', '--list');
    expect(code).toBe(0);
    for (const { id, claim } of EXPERIMENTS) expect(stdout).toMatch(new RegExp(`${id} +${escaped(claim)}`));
    const lines = (await run('sweep', '--list', '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(EXPERIMENTS.map(({ id }) => id));
  });

  it('says with --dry-run what it would run, and writes nothing', async () => {
    const out = join(at.folder, 'sweep');
    const args = ['sweep', '--file', await at.file(MINE), '--out', out, '--dry-run', ...CPU];
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
    expect(at.told.code).toBe(0);
    expect(at.told.stdout).toContain('Mine (minutes)');
    expect(at.told.stdout).toMatch(/REPRODUCED|NOT REPRODUCED AT THIS SCALE|INCONCLUSIVE/);
    expect(at.told.stdout).toContain(join(at.whole, 'verdict.json'));
    expect((await readdir(at.whole)).sort()).toEqual(
      ['cells', 'figure.csv', 'figure.png', 'figure.svg', 'sweep.json', 'verdict.json'].sort(),
    );
    expect(await cellNames(at.whole)).toHaveLength(4);
    const verdict = await readJson(join(at.whole, 'verdict.json'));
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
    const out = join(at.folder, 'sweep');
    const { code, stderr } = await run('sweep', '--file', await at.file(mine), '--out', out, '--executor', 'cpu');
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
    const out = await at.copied('sweep');
    const [half, ...others] = await cellNames(out);
    const path = join(out, 'cells', half);
    const before = await readFile(path, 'utf8');
    await writeFile(path, before.slice(0, 1000));
    const times = await Promise.all(others.map(async (name) => (await stat(join(out, 'cells', name))).mtimeMs));
    const { code, stderr } = await run('sweep', '--file', await at.file(MINE), '--out', out, ...CPU);
    expect(code).toBe(0);
    expect(stderr).toContain('1 cell to run; 3 are finished');
    const records = (text: string) => (JSON.parse(text) as CellResult).results.ar!.records.map(({ value }) => value);
    expect(records(await readFile(path, 'utf8'))).toEqual(records(before));
    const after = await Promise.all(others.map(async (name) => (await stat(join(out, 'cells', name))).mtimeMs));
    expect(after).toEqual(times);
  });

  it('can be interrupted, which leaves checkpoints, and goes on', async () => {
    const out = join(at.folder, 'sweep');
    const { value, written, interrupt } = terminal();
    const write = value.stdout.write;
    value.stdout.write = (text) => {
      write(text);
      if (text.includes('"cellDone"')) interrupt();
    };
    const args = ['sweep', '--file', await at.file(MINE), '--out', out, '--json', ...CPU];
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
    const out = await at.copied('sweep');
    const args = ['sweep', '--file', await at.file(MINE), '--out', out, ...CPU];
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
    const args = ['sweep', '--file', await at.file(idle), '--dry-run', '--set', 'train.dropoutOn=mlp', ...CPU];
    const { code, stderr } = await run(...args);
    expect(code).toBe(0);
    expect(stderr).toContain('train.dropoutOn has no effect here: train.dropout is 0\n');
    expect(stderr).toContain('train.decayTo has no effect here: train.schedule constant never decays; wsd does\n');
    expect(stderr.match(/has no effect/g)).toHaveLength(2);
  });

  it('writes nothing into a folder that is no sweep', async () => {
    await writeFile(join(at.folder, 'novel.txt'), 'Call me Ishmael.');
    const { code, stderr } = await run('sweep', '--file', await at.file(MINE), '--out', at.folder, ...CPU);
    expect(code).toBe(2);
    expect(stderr).toContain('holds files and no sweep.json, so it is not a sweep; nothing was written');
    expect((await readdir(at.folder)).sort()).toEqual(['mine.json', 'novel.txt']);
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
    const { code, stderr } = await run('sweep', '--file', await at.file(content), '--dry-run', ...CPU);
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

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
