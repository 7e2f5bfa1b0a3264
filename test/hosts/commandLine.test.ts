import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareCorpora } from '../../src/hosts/build/corpora.ts';
import { COMMANDS, EXAMPLES } from '../../src/hosts/cli/commands.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { checkOptions, specFrom } from '../../src/hosts/cli/options.ts';
import { ROOT, run, terminal } from '../support/terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('help', () => {
  it('lists every command, and each command its options and examples', async () => {
    const overview = await run('--help');
    expect(overview.code).toBe(0);
    for (const name of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
      expect(overview.stdout).toContain(name);
      const { code, stdout } = await run(name, '--help');
      expect(code).toBe(0);
      for (const option of Object.keys(COMMANDS[name].args ?? {})) expect(stdout.toLowerCase()).toContain(option);
      expect(stdout).toContain(EXAMPLES[name][0][0]);
    }
  });

  it('names every setting of a race with its range, without colours where there is no terminal', async () => {
    const { stdout } = await run('race', '--help');
    expect(stdout).toMatch(/data\.uniqueTokens=5000 .*from 64 to 50000000/);
    expect(stdout).not.toContain('\x1b');
  });

  it('has only examples that its own options accept', () => {
    for (const [name, examples] of Object.entries(EXAMPLES)) {
      for (const [line] of examples) {
        const [program, command, ...rest] = line.split(/ > /)[0].split(' ');
        expect([program, command]).toEqual(['crossover', name]);
        checkOptions(rest, COMMANDS[name as keyof typeof COMMANDS].args as never);
      }
    }
  });

  it('says its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['rase'], '"rase" is not a command; there are race, train, resume'],
    [['race', '--presett', 'quick'], '--presett is not an option of this command; there are --preset'],
    [['race', '--preset', 'huge'], '--preset must be one of default, quick, large, brackets, world; got huge'],
    [['race', '--seed'], '--seed needs a value'],
    [['race', '--seed', 'one'], 'seed must be a whole number from 0 to 4294967295; got "one"'],
    [['race', '--resume=yes'], '--resume takes no value; got yes'],
    [['race', 'moby-dick'], 'this command takes options only; got "moby-dick"'],
    [['race', '--set', 'data.uniqueTokns=9'], 'did you mean data.uniqueTokens?'],
    [['race', '--set', 'model.heads=3'], 'model.channels must be divisible by model.heads'],
    [['race', '--set', 'data.corpus=own'], 'data.corpus is "own", but no text was given'],
    [['race', '--text', 'nowhere.txt'], '--text: cannot read nowhere.txt: there is no such file or folder'],
    [['resume'], 'RUN is missing'],
    [['resume', 'nowhere'], 'nowhere is not a run folder: it has no run.json'],
    [['claims', '--record', 'nowhere'], '--record keeps the sweeps of --from, and none was given'],
    [['bench', '--steps', '0'], '--steps must be a whole number from 1 to 100000; got "0"'],
    [['start', '--port', '99999'], '--port must be a whole number from 1 to 65535'],
  ])('%j ends with exit code 2 and one sentence', async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect(stderr.split('\n')[0]).toMatch(/^crossover: /);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('writes nothing where the output folder cannot be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, stderr } = await run('race', '--out', join(file, 'runs'));
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write to the output folder');
  });

  it('refuses a text that is not UTF-8, and a text beside another corpus', async () => {
    const path = join(folder, 'text');
    await writeFile(path, Buffer.from([0x66, 0xff, 0xfe]));
    expect((await run('race', '--text', path)).stderr).toContain(`${path} is not a text in UTF-8`);
    const both = { preset: 'default', settings: ['data.corpus=sotu'], ownText: true };
    expect(() => specFrom(both)).toThrow('--text and data.corpus=sotu cannot go together');
  });
});

describe('the spec of a race', () => {
  it('is the preset, changed by the seed and by every --set in order', () => {
    const settings = ['data.uniqueTokens=4000', 'train.steps=5', 'data.uniqueTokens=6000'];
    const spec = specFrom({ preset: 'quick', settings, seed: '7', ownText: false });
    expect(spec).toMatchObject({ seed: 7, data: { uniqueTokens: 6000 }, train: { steps: 5 }, model: { channels: 48 } });
  });
});

describe('a race on the interpreter', () => {
  beforeAll(() => prepareCorpora(ROOT));
  const tiny = [
    ...['model.layers=1', 'model.channels=8', 'model.heads=2', 'model.context=8', 'train.batch=2'],
    ...['data.uniqueTokens=64', 'evaluation.windows=2', 'evaluation.testWindows=2', 'evaluation.every=2'],
    ...['evaluation.denseUntil=0', 'sampling.every=4', 'sampling.revealSteps=2'],
  ].flatMap((setting) => ['--set', setting]);
  const race = (steps: number, ...more: string[]) => [
    ...['race', '--executor', 'interpret', '--out', folder, '--set', `train.steps=${steps}`],
    ...tiny,
    ...more,
  ];

  it('can be interrupted before anything was trained', async () => {
    const { value, written, interrupt } = terminal();
    value.stderr.write = (text) => {
      written.stderr += text;
      if (text.startsWith('compiling kernels, model 1')) interrupt();
    };
    expect(await main(race(4), value)).toBe(130);
    expect(written.stderr).toContain('Checkpointed. Go on with: crossover resume');
  });

  it('writes JSON lines, the run folders and the report, and can be interrupted and resumed', async () => {
    const { value, written, interrupt } = terminal();
    const stopAtTwo = value.stdout.write;
    value.stdout.write = (text) => {
      stopAtTwo(text);
      if (/"step":2,.*"family":"diffusion","split":"validation"/.test(text)) interrupt();
    };
    expect(await main(race(4, '--json'), value)).toBe(130);
    const lines = written.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const summary = lines.at(-1);
    expect(summary).toMatchObject({
      type: 'summary',
      crossings: { live: { status: 'none' }, strict: { status: 'none' } },
      best: { ar: { step: expect.any(Number) }, diffusion: { step: expect.any(Number) } },
      families: { ar: { ended: 'stopped' } },
      wallSeconds: expect.any(Number),
      adapter: expect.any(String),
    });
    const types = lines.map(({ type }) => type);
    for (const type of ['device', 'state', 'plan', 'deviceReport', 'progress', 'records', 'crossing'])
      expect(types).toContain(type);
    expect(written.stderr).toContain(`Go on with: crossover resume ${summary.runs.ar} ${summary.runs.diffusion}`);

    expect((await run(...race(4))).stderr).toContain('holds this very run already');
    const resumed = await run('resume', summary.runs.ar, '--executor', 'interpret');
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('report') });
    const races = await readdir(join(folder, `${summary.id}-race`));
    expect(races.sort()).toEqual(['figure.svg', 'race.json', 'report.html']);
    const report = await readFile(join(folder, `${summary.id}-race`, 'report.html'), 'utf8');
    expect(report).toContain('Moby Dick');

    const evaluated = await run('evaluate', summary.runs.diffusion, '--executor', 'interpret', '--json');
    const [validation] = evaluated.stdout.split('\n').map((line) => line && JSON.parse(line));
    const { summary: whole } = JSON.parse(await readFile(join(folder, `${summary.id}-race`, 'race.json'), 'utf8'));
    expect(validation.value).toBeCloseTo(whole.families.diffusion.best.value, 4);
  });
});
