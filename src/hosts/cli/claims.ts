import { join } from 'node:path';
import { CLAIMS, type ClaimId } from '../../experiments/experiment.ts';
import { EXPERIMENTS, judge } from '../../experiments/index.ts';
import type { Status, Verdict } from '../../experiments/verdict.ts';
import { readEvidence, writeEvidence } from '../node/evidenceFiles.ts';
import { toJson } from '../node/files.ts';
import { readSweepFolder, type SweepFolder } from '../node/sweepFolder.ts';
import { verdictOf } from './sweep.ts';
import { type Style, styleFor, type Terminal } from './terminal.ts';
import { COLOURS, effectWords } from './verdictText.ts';

/** What is known about a claim from one experiment. */
interface ClaimLine
  extends Pick<Verdict, 'experiment' | 'scale' | 'words' | 'effect' | 'seeds' | 'cells' | 'ranOn' | 'command'> {
  claim: ClaimId;
  says: string;
  source: string;
  /** Every part with its criterion in words, its own status and what was found. */
  parts: Verdict['parts'];
  status: Status | 'not run';
  /** The sweep folder or the file of shipped evidence that it is from, and the day it was recorded. */
  from: string | null;
  recorded: string | null;
}

interface Judged {
  verdict: Verdict;
  from: string;
  recorded: string | null;
}

export interface ClaimsOptions {
  /** Sweep folders to judge, beside the evidence that is shipped. */
  from: readonly string[];
  /** A folder to keep the sweeps of `from` in as evidence. */
  record?: string;
  json: boolean;
  /** A table in Markdown, as in the README. */
  markdown: boolean;
}

/** Prints every claim with the experiments that bear on it and what came out. Resolves to the exit code. */
export async function runClaims({ from, record, json, markdown }: ClaimsOptions, terminal: Terminal): Promise<number> {
  const { root, stdout, stderr, env } = terminal;
  const sweeps: SweepFolder[] = [];
  for (const folder of from) sweeps.push(await readSweepFolder(folder));
  const own = sweeps.map((sweep) => ({ sweep, verdict: verdictOf(sweep.about, sweep.results) }));
  if (record !== undefined) {
    const today = new Date().toISOString().slice(0, 10);
    for (const { sweep, verdict } of own) stderr.write(`${await writeEvidence(record, sweep, verdict, today)}\n`);
  }
  const shipped = await readEvidence(join(root, 'public/evidence'));
  const judged: Judged[] = [
    ...own.map(({ sweep, verdict }) => ({ verdict, from: sweep.folder, recorded: null })),
    ...shipped.map(({ file, evidence: { verdict, recorded } }) => ({
      verdict,
      from: `public/evidence/${file}`,
      recorded,
    })),
  ];
  const lines = claimLines(judged);
  if (json) for (const line of lines) stdout.write(`${toJson(line)}\n`);
  else if (markdown) stdout.write(`${claimTable(lines).join('\n')}\n`);
  else stdout.write(`${claimText(lines, styleFor(stdout, env)).join('\n')}\n`);
  return 0;
}

/** A line for each claim and verdict that bears on it; for an experiment that nobody ran, one that says so. */
export function claimLines(judged: readonly Judged[]): ClaimLine[] {
  const run = new Set(judged.map(({ verdict }) => verdict.experiment));
  const open = EXPERIMENTS.filter(({ id }) => !run.has(id)).map((experiment) => ({
    verdict: judge(experiment, 'minutes', []),
    from: null,
    recorded: null,
  }));
  const all = [...judged, ...open];
  return (Object.keys(CLAIMS) as ClaimId[]).flatMap((claim) =>
    all
      .filter(({ verdict }) => verdict.bearsOn.includes(claim))
      .map(({ verdict, from, recorded }): ClaimLine => {
        const { experiment, scale, source, words, parts, effect, seeds, cells, ranOn, command, status } = verdict;
        const about = { claim, says: CLAIMS[claim], source, experiment, scale, parts };
        const found = { status: from === null ? ('not run' as const) : status, words, effect, seeds, cells, ranOn };
        return { ...about, ...found, command, from, recorded };
      }),
  );
}

/** Claim, experiment, verdict and command, a row each; a verdict leads to what it was computed from. */
export function claimTable(lines: readonly ClaimLine[]): string[] {
  const rows = lines.map(({ says, experiment, scale, status, words, from, seeds, command }) => {
    const verdict = status === 'not run' ? 'not run yet' : `[**${status}**](${from}): ${words}`;
    const size = status === 'not run' ? scale : `${scale}, ${seeds.length} seeds`;
    return [says, `${experiment} (${size})`, verdict, `\`${command.replace('npx crossover ', '')}\``];
  });
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['claim', 'experiment', 'verdict at this scale', '`npx crossover …`']),
    row(['---', '---', '---', '---']),
    ...rows.map(row),
  ];
}

function claimText(lines: readonly ClaimLine[], style: Style): string[] {
  return (Object.keys(CLAIMS) as ClaimId[]).flatMap((claim) => [
    style('bold', CLAIMS[claim]),
    ...lines.filter((line) => line.claim === claim).flatMap((line) => lineText(line, style)),
    '',
  ]);
}

function lineText(line: ClaimLine, style: Style): string[] {
  const { experiment, scale, status, words, parts, effect, seeds, from, recorded, command } = line;
  const head = `  ${experiment} (${scale}): `;
  if (status === 'not run') return [`${head}${style('dim', 'not run')}`, `    ${style('dim', command)}`];
  return [
    `${head}${style(COLOURS[status], status)}  ${words}`,
    ...parts.map((part) => `    criterion  ${part.says}: ${part.criterion} – ${part.status}`),
    ...(effect ? [`    effect     ${effectWords(effect)}`] : []),
    `    seeds      ${seeds.join(', ')}; ${from}${recorded ? `, recorded ${recorded}` : ''}`,
    `    ${style('dim', command)}`,
  ];
}
