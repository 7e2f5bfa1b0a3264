import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../src/data/synthetic.ts';
import { tokenizerOf } from '../../src/data/tokenizer.ts';
import { main } from '../../src/hosts/cli/main.ts';
import { startOf } from '../../src/hosts/cli/sample.ts';
import { initialParameters, parameterLayout } from '../../src/model/parameters.ts';
import { parseRunSpec } from '../../src/spec/parse.ts';
import type { FamilyId } from '../../src/spec/schema.ts';
import { modelFiles } from '../../src/train/modelFiles.ts';
import { tinySpec } from '../support/tiny.ts';

const tokenizer = tokenizerOf([...new Set(generate(1, 20_000))].sort());

function specOf(family: FamilyId, changes: Parameters<typeof tinySpec>[0] = {}) {
  return parseRunSpec({ ...tinySpec({ data: { corpus: 'synthetic' }, ...changes }), family });
}

let root: string;

/** A run folder of a model that was never trained. */
async function folderOf(name: string, family: FamilyId, changes: Parameters<typeof tinySpec>[0] = {}): Promise<string> {
  const spec = specOf(family, changes);
  const layout = parameterLayout(spec.model, tokenizer.size + 1);
  const folder = join(root, name);
  await mkdir(folder);
  const files = {
    ...modelFiles(spec, tokenizer, initialParameters(spec.model, layout, 3)),
    'run.json': JSON.stringify(spec),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

async function sample(options: { isTTY?: boolean }, ...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const write = (name: 'stdout' | 'stderr') => (text: string) => {
    written[name] += text;
  };
  const code = await main(['sample', ...argv, '--executor', 'cpu'], {
    root,
    version: '1.2.3',
    env: {},
    stdout: { write: write('stdout'), ...options },
    stderr: { write: write('stderr') },
    onInterrupt: () => () => {},
  });
  return { code, ...written };
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('crossover sample', () => {
  let ar: string;
  let diffusion: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'crossover-sample-'));
    ar = await folderOf('ar', 'ar');
    diffusion = await folderOf('diffusion', 'diffusion');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('shows what both families write, and a table of what it cost and how likely it is', async () => {
    const { code, stdout } = await sample({}, ar, diffusion, '--n', '2', '--steps', '5');
    expect(code).toBe(0);
    for (const title of ['AR 1', 'AR 2', 'diffusion 1', 'diffusion 2']) expect(stdout).toContain(`${title}\n`);
    expect(stdout).toMatch(/AR, left-to-right +12 +12 .* the synthetic language with 1 % slips/);
    expect(stdout).toMatch(/diffusion, confidence +5 +5 /);
  });

  it('writes the same again, another text with another seed, and tells it all as JSON', async () => {
    const json = async (...more: string[]) =>
      lines((await sample({}, diffusion, '--n', '3', '--json', '--reveal', 'threshold', ...more)).stdout);
    const [first, again, other] = [await json(), await json(), await json('--seed', '99')];
    expect(first.slice(0, 3)).toEqual(again.slice(0, 3));
    expect(other[0].text).not.toBe(first[0].text);
    expect(first[0]).toMatchObject({
      type: 'text',
      run: diffusion,
      family: 'diffusion',
      sample: 0,
      order: expect.any(Array),
    });
    expect([...first[0].text].length).toBe(12);
    expect(first[3]).toMatchObject({
      type: 'samples',
      written: { reveal: 'threshold', steps: 12, threshold: 0.9, texts: 3 },
      nll: { value: expect.any(Number), se: expect.any(Number) },
    });
    expect(first[0].nll).toBeGreaterThan(0);
  });

  it('takes the seeds that a race takes, and gives one text no standard error', async () => {
    const { code, stdout } = await sample({}, ar, '--n', '1', '--seed', '0');
    expect(code).toBe(0);
    expect(stdout).toContain('AR, left-to-right');
    expect(stdout).not.toContain('±');
  });

  it('keeps what is given and fills the holes, and what is short of T', async () => {
    const { stdout } = await sample({}, diffusion, '--n', '2', '--json', '--start', 'AB▢▢ a');
    for (const { text } of lines(stdout).slice(0, 2)) expect(text).toMatch(/^ab.. a.{6}$/s);
  });

  it('has a reference model judge in the place of the language', async () => {
    const better = await folderOf('better', 'ar', { model: { context: 16, channels: 32 } });
    const { stdout } = await sample({}, diffusion, '--n', '2', '--json', '--reference', better);
    const [{ nll }, , summary] = lines(stdout);
    expect(summary.written.judge).toBe(better);
    // It has learnt nothing.
    expect(Math.abs(nll - Math.log(tokenizer.size))).toBeLessThan(1);
  });

  it('replays the writing of the first text on a terminal', async () => {
    const { stdout } = await sample({ isTTY: true }, diffusion, '--n', '1', '--steps', '3', '--animate');
    const frames = stdout.split('\x1b[J').map((frame) => frame.split('▢').length - 1);
    expect(frames.slice(0, 4)).toEqual([12, 8, 4, 0]);
  });

  it.each([
    [['--animate'], '--animate draws on a terminal'],
    [['--n', '0'], '--n must be a whole number from 1 to 10000; got "0"'],
    [['--reveal', 'best'], '--reveal must be one of confidence, margin, entropy, random'],
    [['--seed', '-1'], '--seed must be a whole number from 0 to 4294967295; got "-1"'],
    [['--steps', '0'], 'sampling.revealSteps must be'],
    [['--set', 'train.steps=5'], '--set must change a setting of sampling; got train.steps=5'],
    [['--set', 'sampling.remask=0.1'], 'sampling.remask must be 0 with sampling.reveal confidence'],
    [['--start', 'é▢'], 'the run does not know the symbol "é"'],
    [['--start', 'a text that is longer'], '--start must have at most T = 12 tokens; got 21'],
    [['--start', 'abababababab'], '--start leaves nothing to write'],
    [['--reference', 'nowhere'], 'nowhere is not a run folder'],
  ])('refuses %j', async (argv, words) => {
    const { code, stderr } = await sample({}, diffusion, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it('refuses a model that reads no masks, and a reference that is not AR', async () => {
    const noise = { diffusion: { noise: 'uniform', objective: 'inverse-t' }, sampling: { every: 0 } };
    const uniform = await folderOf('uniform', 'diffusion', noise);
    expect((await sample({}, uniform)).stderr).toContain('was trained with diffusion.noise uniform');
    expect((await sample({}, ar, '--reference', diffusion)).stderr).toContain('must be an AR model');
  });
});

describe('a text with holes', () => {
  it('is read in words where the run knows words', () => {
    const words = tokenizerOf(['(', ')', '<open>']);
    const start = startOf('( ▢  <open>', { spec: specOf('diffusion'), tokenizer: words });
    expect([...start]).toEqual([0, 3, 2, ...new Array(9).fill(3)]);
  });
});
