import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CellResult } from '../../src/experiments/cell.ts';
import { type Evidence, type EvidenceEntry, resultsOf } from '../../src/experiments/evidence.ts';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { EXPERIMENTS, experimentOf, judge } from '../../src/experiments/index.ts';
import type { Verdict } from '../../src/experiments/verdict.ts';
import { escapeText } from '../../src/figure/svg.ts';
import { claimLines, claimTable } from '../../src/hosts/cli/claims.ts';
import { verdictLines } from '../../src/hosts/cli/verdictText.ts';
import { CPU, cellNames, MINE, readJson, sweepFolders } from '../support/sweep.ts';
import { run } from '../support/terminal.ts';

const at = sweepFolders();

const unfinished = judge(experimentOf('model-size'), 'minutes', []);
const inconclusive: Verdict = {
  ...unfinished,
  words: 'It is open.',
  toDecide: {
    words: '12 seeds, if they are like these',
    command: 'npx crossover sweep model-size --scale minutes --seeds 12',
    scale: 'minutes',
    seeds: 12,
    effort: { flops: 4.3e13, seconds: 1841 },
  },
};
const decided: Verdict = { ...unfinished, status: 'reproduced', words: 'It holds.' };
delete decided.toDecide;

const lineOf = (verdict: Verdict, figures: string[] = []) =>
  claimLines([{ verdict, from: 'public/evidence/model-size-minutes.json', recorded: '2026-01-31', figures }]).find(
    ({ experiment }) => experiment === 'model-size',
  )!;
const rowOf = (verdict: Verdict, figures: string[] = []) => claimTable([lineOf(verdict, figures)])[2];

describe('a claim that is inconclusive', () => {
  it('says what would decide it, with FLOPs, time and command', () => {
    expect(lineOf(inconclusive).toDecide).toEqual(inconclusive.toDecide);
    expect(rowOf(inconclusive)).toContain(
      '*To decide it:* 12 seeds, if they are like these (4.3×10¹³ FLOPs of training, at most 30:41 where these ran): `sweep model-size --scale minutes --seeds 12`.',
    );
  });

  it('says so in the terminal’s report of a sweep, too', () => {
    const text = verdictLines(inconclusive, (_, words) => words).join('\n');
    expect(text).toContain('To decide it: 12 seeds, if they are like these (4.3×10¹³ FLOPs of training, at most 30:41');
    expect(text).toContain('npx crossover sweep model-size --scale minutes --seeds 12');
  });

  it('is told from one that is decided', () => {
    expect(lineOf(decided).toDecide).toBeNull();
    expect(rowOf(decided)).not.toContain('To decide it');
  });
});

describe('the table of claims', () => {
  it('links the verdict to what it was computed from, and to its figures', () => {
    expect(
      rowOf(decided, ['docs/figures/model-size-minutes.svg', 'docs/figures/model-size-minutes-laws.svg']),
    ).toContain(
      '[**reproduced**](public/evidence/model-size-minutes.json) ([figure](docs/figures/model-size-minutes.svg), [laws](docs/figures/model-size-minutes-laws.svg)): It holds.',
    );
    expect(rowOf(decided)).toContain('[**reproduced**](public/evidence/model-size-minutes.json): It holds.');
  });

  it('says of an experiment that nobody ran that it was not run', () => {
    const [line] = claimLines([]);
    expect(line).toMatchObject({ status: 'not run', from: null, figures: [], recorded: null });
    expect(claimTable([line])[2]).toContain('not run yet');
  });
});

describe('the figures of the README', () => {
  it('are those of the verdicts that are recorded', async () => {
    const root = new URL('../../', import.meta.url);
    const read = (path: string) => readFile(new URL(path, root), 'utf8');
    const index = JSON.parse(await read('public/evidence/index.json')) as EvidenceEntry[];
    for (const { file, verdict } of index) {
      const svg = await read(`docs/figures/${file.replace('.json', '.svg')}`);
      expect(svg, file).toContain(escapeText(verdict.words));
    }
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
    const out = join(at.folder, 'sweep');
    await run('sweep', '--file', await at.file(mine), '--out', out, '--seeds', '1', ...CPU);
    const record = join(at.folder, 'evidence');
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
    const out = await at.copied('sweep');
    const [name] = await cellNames(out);
    await rm(join(out, 'cells', name));
    const { code, stderr } = await run('claims', '--from', out, '--record', join(at.folder, 'evidence'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('lacks 1 of 4 cells') });
    await expect(stat(join(at.folder, 'evidence'))).rejects.toThrow('ENOENT');
  });
});
