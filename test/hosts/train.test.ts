import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareCorpora } from '../../src/hosts/build/corpora.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { ROOT, run, terminal } from '../support/terminal.ts';

const TINY = [
  ...['model.layers=1', 'model.channels=8', 'model.heads=2', 'model.context=8', 'train.batch=2', 'train.steps=4'],
  ...['data.uniqueTokens=64', 'evaluation.windows=2', 'evaluation.testWindows=2', 'evaluation.every=2'],
  ...['evaluation.denseUntil=0', 'evaluation.questions=2', 'sampling.every=0'],
];

let folder: string;
beforeAll(() => prepareCorpora(ROOT));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossover-train-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tiny = (...more: string[]) => [
  ...['--executor', 'interpret', '--out', folder],
  ...[...TINY, ...more].flatMap((setting) => ['--set', setting]),
];
const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
const values = async (run: string) =>
  (await readFile(join(run, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ step, split, metric, value }) => ({ step, split, metric, value }));

describe('crossover train', () => {
  it('trains one family to the numbers that it has in a race, which completes it', async () => {
    const alone = await run('train', 'diffusion', '--json', ...tiny());
    expect(alone.code).toBe(0);
    const summary = lastLine(alone.stdout);
    expect(summary).toMatchObject({
      type: 'summary',
      family: 'diffusion',
      ended: 'budget',
      steps: 4,
      tasks: [{ task: 'cloze', lines: [{ family: 'diffusion' }] }, { task: 'infilling' }],
    });
    expect(await readdir(folder)).toHaveLength(1);

    const other = await mkdtemp(join(tmpdir(), 'crossover-train-'));
    const race = await run('race', '--json', ...tiny(), '--out', other);
    const { runs } = lastLine(race.stdout);
    expect(await values(summary.run)).toEqual(await values(runs.diffusion));
    await rm(other, { recursive: true });

    const both = await run('race', '--resume', ...tiny());
    expect(both).toMatchObject({ code: 0, stderr: expect.stringContaining('Masked diffusion goes on from step 4') });
    expect((await readdir(folder)).filter((name) => /-(ar|diffusion)$/.test(name))).toHaveLength(2);
  });

  it('says what came out, in a table', async () => {
    const { code, stdout } = await run('train', 'ar', ...tiny());
    expect(code).toBe(0);
    expect(stdout).toMatch(/nats per token +best/);
    expect(stdout).toMatch(/AR, exact +\d\.\d+ ± .* the budget/);
    expect(stdout).toMatch(/cloze, AR +full-sequence/);
    expect(stdout).toContain(`run     ${folder}`);
    expect(stdout).not.toContain('diffusion');
  });

  it('leaves a checkpoint when it is interrupted, and goes on', async () => {
    const { value, written, interrupt } = terminal();
    value.stdout.write = (text) => {
      written.stdout += text;
      if (/"step":2,.*"split":"validation"/.test(text)) interrupt();
    };
    const argv = ['train', 'ar', '--json', ...tiny('train.batch=3')];
    expect(await main(argv, value)).toBe(130);
    expect(lastLine(written.stdout)).toMatchObject({ ended: 'stopped', steps: 2 });
    expect(written.stderr).toContain('Checkpointed. Go on with: crossover resume ');
    expect((await run(...argv)).stderr).toContain('holds this very run already');
    const { code, stdout } = await run(...argv, '--resume');
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({ ended: 'budget', steps: 4 });
  });

  it('is gone on with alone by resume, which adds no other family', async () => {
    const alone = lastLine((await run('train', 'ar', '--json', ...tiny())).stdout);
    const { code, stdout, stderr } = await run('resume', alone.run, '--executor', 'interpret', '--json');
    expect(code).toBe(0);
    expect(lastLine(stdout)).toMatchObject({
      type: 'summary',
      family: 'ar',
      ended: 'budget',
      steps: 4,
      run: alone.run,
    });
    expect(stderr).not.toContain('diffusion');
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('takes what only one family may have, and says which settings are the other’s', async () => {
    const experts = ['model.experts=2', 'model.routing=expert', 'ar.orders=2', 'data.wordings=3'];
    const { code, stderr } = await run('train', 'diffusion', ...tiny(...experts));
    expect(code).toBe(0);
    expect(stderr).toContain('ar.orders=2 has no effect: only AR heeds it, which is not trained\n');
    expect(stderr).toContain('data.wordings=3 has no effect: only the corpus world has wordings, not moby-dick\n');
    const refused = await run('train', 'ar', ...tiny('model.experts=2', 'model.routing=expert'));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('where AR is trained') });
  });

  it.each([
    [['train'], 'FAMILY is missing'],
    [['train', 'both'], 'train needs a family, ar or diffusion; got "both"'],
    [['train', 'ar', 'diffusion'], 'train trains one family at a time; got ar, diffusion'],
  ])('%j is refused in one sentence', async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('a race of mixtures of experts', () => {
  it('says which dense models it is to be held against', async () => {
    const mixture = ['model.experts=4', 'model.expertsPerToken=2', 'model.feedForward=16', 'train.steps=1'];
    const { stderr } = await run('race', ...tiny(...mixture));
    expect(stderr).toContain('model.feedForward=32 has equal FLOPs, model.feedForward=64 as many parameters');
  });
});
