import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { formatPower } from '../../analysis/format.ts';
import { badInput } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { loadCorpus } from '../../data/corpora.ts';
import type { Corpus } from '../../data/dataset.ts';
import type { Cell, CellResult } from '../../experiments/cell.ts';
import { type Experiment, SCALES, type Scale, type Settings } from '../../experiments/experiment.ts';
import { cellsOf, EXPERIMENTS, judge, type SweepOptions } from '../../experiments/index.ts';
import type { Verdict } from '../../experiments/verdict.ts';
import type { SweepCost, SweepEvent } from '../../lab/protocol.ts';
import { Sweep } from '../../lab/sweep.ts';
import { cellWords, flopsOf, jobsOf, type LoadCorpus, type Shard, shardOf } from '../../lab/sweepPlan.ts';
import { fieldAt, valueAt } from '../../spec/fields.ts';
import { whyPointless } from '../../spec/pointless.ts';
import { type CorpusId, FAMILY_NAMES } from '../../spec/schema.ts';
import { checkWritable } from '../node/fileStore.ts';
import { hostWords, writeAtomically } from '../node/files.ts';
import {
  joinedAbout,
  optionsOf,
  readSweepFolder,
  SWEEP_FILES,
  SWEEP_VERSION,
  type SweepAbout,
  SweepFolderStore,
  writeAbout,
} from '../node/sweepFolder.ts';
import { lockSweep } from '../node/sweepLock.ts';
import { type Device, openExecutor } from './device.ts';
import { INTERRUPTED, loadText } from './race.ts';
import { FIGURE_FORMATS, writeFigure } from './sweepFigure.ts';
import { costWords, SweepView } from './sweepView.ts';
import { styleFor, type Terminal, table, wrapped } from './terminal.ts';
import { verdictLines } from './verdictText.ts';

export interface SweepCommand extends Device {
  experiment: Experiment;
  scale: Scale;
  options: SweepOptions;
  shard?: Shard;
  /** The sweep's own folder. */
  out: string;
  /** Only say what would be run. */
  dryRun: boolean;
  /** One event a line on stdout; the last is the verdict. */
  json: boolean;
}

/**
 * Runs the cells of an experiment that its folder does not hold yet, then judges all that it holds. Resolves to the exit
 * code: 0, whatever the verdict; 130 after an interrupt.
 */
export async function runSweep(command: SweepCommand, terminal: Terminal): Promise<number> {
  const { experiment, scale, options, shard, out, json } = command;
  const cells = cellsOf(experiment, scale, options);
  const about: SweepAbout = {
    version: SWEEP_VERSION,
    crossover: terminal.version,
    scale,
    seeds: options.seeds ?? experiment.plans[scale].seeds,
    settings: options.settings ?? {},
    experiment,
  };
  await joinedAbout(out, about);
  for (const line of idleLines(experiment, scale, cells, about.settings)) terminal.stderr.write(`${line}\n`);
  if (command.dryRun) return runCells(command, { cells, about }, terminal);
  await checkWritable(out);
  const taken = new AbortController();
  const ids = cells.map(({ id }) => id);
  const lock = await lockSweep(out, {
    cells: ids,
    shard,
    lost: (error) => taken.abort(error),
    waiting: (words) => terminal.stderr.write(`${words}\n`),
  });
  try {
    const code = await runCells(command, { cells, about, taken: taken.signal }, terminal);
    if (code === 0) await conclude(out, { shard, json }, terminal);
    return code;
  } finally {
    await lock.release();
  }
}

/**
 * A line for each setting of a person (`--set`, or an experiment of one's own) that changes nothing beside the others, in
 * any cell that has it.
 */
function idleLines(experiment: Experiment, scale: Scale, cells: readonly Cell[], set: Settings): string[] {
  const { settings, axes } = experiment.plans[scale];
  const levels = axes.flatMap((axis) => axis.levels.map((level) => level.settings));
  const shipped = EXPERIMENTS.some(({ id }) => id === experiment.id);
  const paths = new Set((shipped ? [set] : [set, settings, ...levels]).flatMap((some) => Object.keys(some)));
  return [...paths].flatMap((path) => {
    const changed = cells.filter(({ spec }) => valueAt(spec, path) !== fieldAt(path)?.default);
    const reasons = changed.map(({ spec, families }) => whyPointless(spec, path, families));
    const [why] = reasons;
    return why === undefined || reasons.includes(undefined) ? [] : [`${path} has no effect here: ${why}`];
  });
}

interface Work {
  cells: readonly Cell[];
  about: SweepAbout;
  /** Aborted when the folder is another process's now. */
  taken?: AbortSignal;
}

/** Trains what is left of the cells, or says what that would be. */
async function runCells(command: SweepCommand, { cells, about, taken }: Work, terminal: Terminal): Promise<number> {
  const { shard, out, json, dryRun } = command;
  const { version } = terminal;
  const load = corpora(terminal);
  const view = new SweepView(terminal, () => performance.now());
  const executor = await openExecutor(command);
  view.print(`${executor.info.adapter} – ${executor.info.why}`);
  let cost: SweepCost | undefined;
  const sweep = new Sweep({
    executor,
    cells,
    ...(shard && { shard }),
    loadCorpus: load,
    store: new SweepFolderStore(out, version),
    about: { host: hostWords(), lab: version },
    emit: (event) => {
      if (event.type === 'sweepCost') cost = event.cost;
      if (json && event.type !== 'cellRace') terminal.stdout.write(`${toJson(brief(event))}\n`);
      // With --dry-run the cost is the result, and stands on stdout.
      if (!dryRun || event.type !== 'sweepCost') view.hear(event);
    },
    now: () => performance.now(),
    breathe: () => setImmediate(),
  });
  taken?.addEventListener('abort', () => sweep.stop());
  let interrupts = 0;
  const release = terminal.onInterrupt(() => {
    interrupts++;
    if (interrupts > 1) process.exit(INTERRUPTED);
    view.print('Interrupted: saving checkpoints … (Ctrl-C again: stop at once)');
    sweep.stop();
  });
  try {
    await sweep.prepare();
    if (dryRun) {
      await printPlan(cells, { shard, load, cost: cost!, json }, terminal);
      return 0;
    }
    await writeAbout(out, await joinedAbout(out, about));
    const ended = await sweep.run();
    taken?.throwIfAborted();
    if (ended === 'finished') return 0;
    view.end();
    terminal.stderr.write('Checkpointed. The same command goes on; finished cells are not run again.\n');
    return INTERRUPTED;
  } finally {
    view.end();
    release();
    executor.destroy();
  }
}

/** Judges what a sweep folder holds, and writes and shows verdict and figure; a share of a sweep waits for the others. */
export async function conclude(
  folder: string,
  { shard, json }: { shard?: Shard | undefined; json: boolean },
  terminal: Terminal,
): Promise<void> {
  const sweep = await readSweepFolder(folder);
  const verdict = verdictOf(sweep.about, sweep.results);
  const { cells } = verdict;
  const { stdout, stderr, env } = terminal;
  if (shard && cells.missing.length > 0) {
    if (json) stdout.write(`${toJson({ type: 'shard', ...shard, folder, cells })}\n`);
    stderr.write(
      `Shard ${shard.index} of ${shard.count} is done; ${folder} holds ${cells.done} of ${cells.planned} cells. When all are there, they are judged: crossover merge FOLDER… --out FOLDER\n`,
    );
    return;
  }
  const path = join(folder, SWEEP_FILES.verdict);
  await writeAtomically(path, `${toJson(verdict, 2)}\n`);
  const figures = await writeFigure(sweep, verdict, { x: 'epochs', formats: FIGURE_FORMATS, out: folder });
  if (json) stdout.write(`${toJson({ type: 'verdict', folder, figures, verdict })}\n`);
  else {
    const places = [`cells    ${folder}`, `verdict  ${path}`, ...figures.map((figure) => `figure   ${figure}`)];
    const lines = wrapped(verdictLines(verdict, styleFor(stdout, env)), stdout);
    stdout.write(`${[...lines, '', ...places].join('\n')}\n`);
  }
}

/** The verdict on the cells of a sweep folder. */
export function verdictOf(about: SweepAbout, results: readonly CellResult[]): Verdict {
  return judge(about.experiment, about.scale, results, optionsOf(about));
}

/** Every text is read once. */
function corpora({ root }: Terminal): LoadCorpus {
  const loaded = new Map<CorpusId, Promise<Corpus>>();
  return (id) => {
    const corpus = loaded.get(id) ?? loadCorpus(id, (path) => loadText(root, path));
    loaded.set(id, corpus);
    return corpus;
  };
}

/** Records are long and stand in the cells' files. */
function brief(event: SweepEvent): unknown {
  switch (event.type) {
    case 'cellDone': {
      const { spec: _, results, ...cell } = event.result;
      const families = Object.entries(results).map(([family, { records, ...rest }]) => [
        family,
        { ...rest, evaluations: records.filter(({ split }) => split === 'validation').length },
      ]);
      return { type: event.type, cell, results: Object.fromEntries(families) };
    }
    case 'sweepProgress':
      return {
        ...event,
        running: event.running.map(({ cell, ...rest }) => ({ cell: cell.id, ...rest })),
      };
    default:
      return event;
  }
}

/** The cells of a sweep and what they cost, without running any: a table, or a line of JSON for each. */
async function printPlan(
  cells: readonly Cell[],
  { shard, load, cost, json }: { shard: Shard | undefined; load: LoadCorpus; cost: SweepCost; json: boolean },
  { stdout }: Terminal,
): Promise<void> {
  const all = await jobsOf(cells, load);
  const flops = new Map<string, number>();
  for (const job of shard ? shardOf(all, shard) : all) {
    flops.set(job.cell.id, (flops.get(job.cell.id) ?? 0) + flopsOf([job]));
  }
  const mine = cells.filter(({ id }) => flops.has(id));
  if (json) {
    for (const { id, levels, seed, families } of mine) {
      stdout.write(`${toJson({ type: 'cell', cell: id, levels, seed, families, flops: flops.get(id) })}\n`);
    }
    return;
  }
  const rows = mine.map((cell) => [
    cellWords(cell),
    cell.id,
    cell.families.map((family) => FAMILY_NAMES[family]).join(', '),
    formatPower(flops.get(cell.id)!),
  ]);
  const lines = [...table([['cell', 'id', 'families', 'FLOPs'], ...rows]), '', ...wrapped([costWords(cost)], stdout)];
  stdout.write(`${lines.join('\n')}\n`);
}

/** Every experiment, a line each. */
export function listExperiments({ stdout }: Terminal, json: boolean): void {
  if (json) {
    for (const { id, title, claim, source, bearsOn } of EXPERIMENTS)
      stdout.write(`${toJson({ id, title, claim, source, bearsOn })}\n`);
    return;
  }
  const rows = EXPERIMENTS.map((experiment) => [
    experiment.id,
    ...SCALES.map((scale) => String(cellsOf(experiment, scale).length)),
  ]);
  const lines = table([['experiment', ...SCALES.map((scale) => `${scale}: cells`)], ...rows]);
  const width = Math.max(...EXPERIMENTS.map(({ id }) => id.length), 'experiment'.length);
  const claims = EXPERIMENTS.map(({ id, claim }) => `${id.padEnd(width)}   ${claim}`);
  stdout.write(`${[...lines, '', ...wrapped(claims, stdout)].join('\n')}\n`);
}

/** `--seeds`: how many, or which. */
export function parseSeeds(text: string): number[] {
  const numbers = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  const allowed = (min: number, max: number) => (n: number) => Number.isInteger(n) && n >= min && n <= max;
  if (!text.includes(',') && allowed(1, 10_000)(numbers[0])) {
    return Array.from({ length: numbers[0] }, (_, i) => i + 1);
  }
  const distinct = new Set(numbers).size === numbers.length;
  if (text.includes(',') && distinct && numbers.every(allowed(0, 0xffffffff))) return numbers;
  throw badInput(
    `--seeds must be how many seeds, from 1 to 10000, or distinct seeds such as 1,2,5; got ${JSON.stringify(text)}`,
  );
}
