import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { EvidenceEntry } from '../../src/experiments/evidence.ts';
import { experimentOf, judge } from '../../src/experiments/index.ts';
import type { Verdict } from '../../src/experiments/verdict.ts';
import { escapeText } from '../../src/figure/svg.ts';
import { claimLines, claimTable } from '../../src/hosts/cli/claims.ts';
import { verdictLines } from '../../src/hosts/cli/verdictText.ts';

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
