import { join } from 'node:path';
import { toJson } from '../../core/json.ts';
import { CLAIMS, type ClaimId } from '../../experiments/experiment.ts';
import { EXPERIMENTS, judge } from '../../experiments/index.ts';
import type { Status, ToDecide, Verdict } from '../../experiments/verdict.ts';
import { effortWords, seedWords } from '../../experiments/words.ts';
import { readEvidence, writeEvidence } from '../node/evidenceFiles.ts';
import { namesIn, readSweepFolder, type SweepFolder } from '../node/sweepFolder.ts';
import { verdictOf } from './sweep.ts';
import { type Style, styleFor, type Terminal, wrapped } from './terminal.ts';
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
  /** What would decide it, with the FLOPs and the time that it takes; null where it is decided. */
  toDecide: ToDecide | null;
  /** The sweep folder or the file of shipped evidence that it is from, the day it was recorded, and its figures. */
  from: string | null;
  recorded: string | null;
  figures: string[];
}

interface Judged {
  verdict: Verdict;
  from: string;
  recorded: string | null;
  figures: string[];
}

/** Where the figures of shipped evidence lie, named like it. */
const FIGURES = 'docs/figures';

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
  const judged: Judged[] = await Promise.all(
    own.map(async ({ sweep: { folder }, verdict }) => {
      const figures = figuresOf('figure', folder, await namesIn(folder));
      return { verdict, from: folder, recorded: null, figures };
    }),
  );
  const drawn = await namesIn(join(root, FIGURES));
  for (const { file, evidence } of shipped) {
    const { verdict, recorded } = evidence;
    const figures = figuresOf(file.replace(/\.json$/, ''), FIGURES, drawn);
    judged.push({ verdict, from: `public/evidence/${file}`, recorded, figures });
  }
  const lines = claimLines(judged);
  if (json) for (const line of lines) stdout.write(`${toJson(line)}\n`);
  else if (markdown) stdout.write(`${claimTable(lines).join('\n')}\n`);
  else stdout.write(`${wrapped(claimText(lines, styleFor(stdout, env)), stdout).join('\n')}\n`);
  return 0;
}

/** The figure of a name, and what is drawn beside it. */
function figuresOf(name: string, folder: string, names: readonly string[]): string[] {
  return ['', '-laws', '-sampling']
    .map((suffix) => `${name}${suffix}.svg`)
    .filter((file) => names.includes(file))
    .map((file) => `${folder}/${file}`);
}

/** A line for each claim and verdict that bears on it; for an experiment that nobody ran, one that says so. */
export function claimLines(judged: readonly Judged[]): ClaimLine[] {
  const run = new Set(judged.map(({ verdict }) => verdict.experiment));
  const open = EXPERIMENTS.filter(({ id }) => !run.has(id)).map((experiment) => ({
    verdict: judge(experiment, 'minutes', []),
    from: null,
    recorded: null,
    figures: [],
  }));
  const all = [...judged, ...open];
  return (Object.keys(CLAIMS) as ClaimId[]).flatMap((claim) =>
    all
      .filter(({ verdict }) => verdict.bearsOn.includes(claim))
      .map(({ verdict, from, recorded, figures }): ClaimLine => {
        const { experiment, scale, source, words, parts, effect, seeds, cells, ranOn, command, status } = verdict;
        const toDecide = verdict.toDecide ?? null;
        const about = { claim, says: CLAIMS[claim], source, experiment, scale, parts };
        const found = { status: from === null ? ('not run' as const) : status, words, effect, seeds, cells, ranOn };
        return { ...about, ...found, toDecide, command, from, recorded, figures };
      }),
  );
}

/** Claim, experiment, verdict and command, a row each; a verdict leads to what it was computed from, and to its figure. */
export function claimTable(lines: readonly ClaimLine[]): string[] {
  const rows = lines.map((line) => {
    const { says, experiment, scale, status, seeds, command } = line;
    const size = status === 'not run' ? scale : `${scale}, ${seedWords(seeds.length)}`;
    return [says, `${experiment} (${size})`, verdictCell(line), `\`${shortly(command)}\``];
  });
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(['claim', 'experiment', 'verdict at this scale', '`npx crossover …`']),
    row(['---', '---', '---', '---']),
    ...rows.map(row),
  ];
}

function verdictCell({ status, words, from, figures, toDecide }: ClaimLine): string {
  if (status === 'not run') return 'not run yet';
  const links = figures.map((path) => `[${/-(laws|sampling)\.svg$/.exec(path)?.[1] ?? 'figure'}](${path})`);
  const picture = links.length > 0 ? ` (${links.join(', ')})` : '';
  return [`[**${status}**](${from})${picture}: ${words}`, ...(toDecide ? [decidingCell(toDecide)] : [])].join(' ');
}

function decidingCell({ words, effort, command }: ToDecide): string {
  const cost = effort ? ` (${effortWords(effort)})` : '';
  return `*To decide it:* ${words}${cost}: \`${shortly(command)}\`.`;
}

const shortly = (command: string): string => command.replace('npx crossover ', '');

function claimText(lines: readonly ClaimLine[], style: Style): string[] {
  const told = new Set<string>();
  return (Object.keys(CLAIMS) as ClaimId[]).flatMap((claim) => [
    style('bold', CLAIMS[claim]),
    ...lines
      .filter((line) => line.claim === claim)
      .flatMap((line) => {
        const key = `${line.experiment} ${line.scale} ${line.from}`;
        const [head, ...rest] = lineText(line, style);
        // An experiment that bears on several claims is told in full at the first.
        if (told.has(key)) return [head, style('dim', '    as above')];
        told.add(key);
        return [head, ...rest];
      }),
    '',
  ]);
}

function lineText(line: ClaimLine, style: Style): string[] {
  const { experiment, scale, status, words, parts, effect, seeds, from, recorded, figures, toDecide, command } = line;
  const head = `  ${experiment} (${scale}): `;
  if (status === 'not run') return [`${head}${style('dim', 'not run')}`, `    ${style('dim', command)}`];
  return [
    `${head}${style(COLOURS[status], status)}  ${words}`,
    ...parts.map(
      ({ says, criterion, status: own, counts }) =>
        `    criterion  ${says}: ${criterion} – ${style(COLOURS[own], own)}${counts ? '' : ' (does not count)'}`,
    ),
    ...(effect ? [`    effect     ${effectWords(effect)}`] : []),
    `    seeds      ${seeds.join(', ')}; ${from}${recorded ? `, recorded ${recorded}` : ''}`,
    ...figures.map((figure) => `    figure     ${figure}`),
    ...(toDecide
      ? [`    decided by ${toDecide.words}${toDecide.effort ? `: ${effortWords(toDecide.effort)}` : ''}`]
      : []),
    `    ${style('dim', command)}`,
    ...(toDecide ? [`    ${style('dim', toDecide.command)}`] : []),
  ];
}
