import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type TaskResult, taskResults } from '../../analysis/accuracy.ts';
import { formatDuration } from '../../analysis/format.ts';
import { CrossoverError, EXIT_CODES } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { Lab } from '../../lab/lab.ts';
import type { LabEvent, RacePlan, RaceSummary } from '../../lab/protocol.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { checkWritable, FileStore } from '../node/fileStore.ts';
import { ioError, makeFolder, removeTemporaries, writeAtomically } from '../node/files.ts';
import { readRunFolder } from '../node/runFolder.ts';
import { type Device, openExecutor } from './device.ts';
import { raceFile } from './figure.ts';
import { ProgressView } from './progress.ts';
import { figureData, type RaceReport, reportHtml } from './report.ts';
import {
  CROSSING_COLUMNS,
  crossingRows,
  LOSS_COLUMNS,
  lossRows,
  TASK_COLUMNS,
  taskRows,
  taskVerdicts,
  verdict,
} from './results.ts';
import { styleFor, type Terminal, table } from './terminal.ts';

export interface RaceOptions extends Device {
  spec: RaceSpec;
  /** Folder of the run folders. */
  out: string;
  resume: boolean;
  /** One event a line on stdout. */
  json: boolean;
  ownText?: { name: string; text: string };
  /** Run folders that are to go on, wherever they are; others are looked for in `out` by their name. */
  existing?: Partial<Record<FamilyId, string>>;
}

export const INTERRUPTED = 130;

/** The text of a corpus that was prepared when the command line was built. */
export async function loadText(root: string, path: string): Promise<string> {
  const file = join(root, 'public', path);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { message } = ioError('read the corpus', file, error);
    throw new CrossoverError('io', message, 'Delete the folder dist and start again, which prepares it.');
  }
}

/**
 * Trains both families, shows how it goes, and writes the run folders and the report. Resolves to the exit code; errors
 * of the race itself have been told by then.
 */
export async function runRace(options: RaceOptions, terminal: Terminal): Promise<number> {
  const { spec, json, ownText } = options;
  const store = await openStore(options, terminal);
  const view = new ProgressView(terminal, () => performance.now());
  const tell = (event: LabEvent) => {
    if (json) terminal.stdout.write(`${toJson(withoutTables(event))}\n`);
    view.hear(event);
  };
  let failure: Extract<LabEvent, { type: 'error' }> | undefined;
  let plan: RacePlan | undefined;
  const lab: Lab = new Lab({
    openExecutor: (choice) => openExecutor({ ...options, executor: choice }),
    loadText: (path) => loadText(terminal.root, path),
    store,
    now: () => performance.now(),
    breathe: () => setImmediate(),
    emit: (event) => {
      if (event.type === 'error') failure = event;
      if (event.type === 'plan') {
        plan = event.plan;
        lab.send({ type: 'deviceReport' });
      }
      // The summary is told last, when the report that it names has been written.
      if (event.type !== 'summary') tell(event);
      if (event.type === 'state' && event.state === 'running') tellAnew(store, tell);
    },
  });

  let interrupted = 0;
  const release = terminal.onInterrupt(() => {
    interrupted++;
    if (interrupted > 1) process.exit(INTERRUPTED);
    view.print('Interrupted: saving a checkpoint … (Ctrl-C again: stop at once)');
    lab.send({ type: 'stop' });
  });
  try {
    lab.send({ type: 'inspect', executor: options.executor });
    lab.send({ type: 'start', spec, ...(ownText && { ownText }) });
    const summary = await lab.race();
    view.end();
    if (!summary || !plan) return tellFailure(failure, terminal);
    const { path: report, tasks } = await writeReport(options, { summary, plan, store, terminal });
    if (json) terminal.stdout.write(`${toJson(summaryLine(summary, { store, report, tasks }))}\n`);
    else printResults(summary, { spec, store, report, tasks, terminal });
    if (interrupted === 0) return 0;
    terminal.stderr.write(`Checkpointed. Go on with: crossover resume ${runFolders(store).join(' ')}\n`);
    return INTERRUPTED;
  } finally {
    release();
    await lab.close();
    await store.close();
  }
}

/** Where the runs of a race go; refused at once where nothing can be written. */
export async function openStore(
  { out, resume, ownText, existing = {} }: RaceOptions,
  { version, stderr }: Terminal,
): Promise<FileStore> {
  await checkWritable(out);
  const lock = { waiting: (words: string) => stderr.write(`${words}\n`) };
  return new FileStore({ out, resume, existing, version, lock, ...(ownText && { ownText }) });
}

/** Says, once, what was to go on and had nothing to go on from. */
export function tellAnew({ anew, folders }: FileStore, tell: (event: LabEvent) => void): void {
  const families = anew.splice(0);
  if (families.length === 0) return;
  const where = families.map((family) => folders[family]).join(' and ');
  const who = families.length > 1 ? 'both models begin' : `${FAMILY_NAMES[families[0]]} begins`;
  tell({ type: 'note', text: `There is nothing to resume in ${where}: ${who} anew.` });
}

function runFolders(store: FileStore): string[] {
  return FAMILIES.flatMap((family) => store.folders[family] ?? []);
}

/** Losses by window are long and stand in `metrics.jsonl`; the times of kernels are what `doctor --tune` is for. */
export function withoutTables(event: LabEvent): LabEvent {
  if (event.type === 'deviceReport') return { ...event, tuning: [] };
  if (event.type !== 'records') return event;
  return { ...event, records: event.records.map(({ windows: _, ...record }) => record) };
}

/** One sentence for an error of the race, and its exit code. */
function tellFailure(failure: Extract<LabEvent, { type: 'error' }> | undefined, { stderr }: Terminal): number {
  if (!failure) throw new Error('the race ended without a result and without an error');
  const { code, message, hint, saved } = failure;
  stderr.write(`crossover: ${message}\n`);
  if (saved) stderr.write(`Saved: ${saved}.\n`);
  if (hint) stderr.write(`${hint}\n`);
  return code === 'internal' ? 1 : EXIT_CODES[code];
}

interface Written {
  summary: RaceSummary;
  plan: RacePlan;
  store: FileStore;
  terminal: Terminal;
}

/**
 * Writes `<id>-race/` with the report, the figure and the numbers of both together; returns the report's path, and what
 * was answered to questions.
 */
async function writeReport({ spec, out }: RaceOptions, { summary, plan, store, terminal }: Written) {
  const runs = await Promise.all(runFolders(store).map(readRunFolder));
  const report: RaceReport = {
    spec,
    plan,
    summary,
    records: runs.flatMap((run) => run.records),
    samples: runs.flatMap((run) => run.samples),
    events: runs[0].events,
    environment: [
      ['Crossover', terminal.version],
      ['Host', `Node ${process.versions.node} on ${process.platform} ${process.arch}`],
      ['Date', new Date().toISOString().slice(0, 10)],
    ],
  };
  const folder = join(out, `${summary.id}-race`);
  await makeFolder(folder);
  await removeTemporaries(folder);
  const path = join(folder, 'report.html');
  await writeAtomically(join(folder, 'figure.svg'), raceFile(figureData(report, 'epoch')));
  await writeAtomically(join(folder, 'race.json'), `${toJson({ spec, plan, summary }, 2)}\n`);
  await writeAtomically(path, reportHtml(report));
  return { path, tasks: taskResults(report.records) };
}

interface Shown {
  store: FileStore;
  report: string;
  tasks: readonly TaskResult[];
}

/** The last line of `--json`. */
function summaryLine(summary: RaceSummary, { store, report, tasks }: Shown) {
  const { id, families, crossings, wallSeconds, executor } = summary;
  return {
    type: 'summary',
    id,
    crossings,
    best: { ar: families.ar.best, diffusion: families.diffusion.best },
    families,
    ...(tasks.length > 0 && { tasks }),
    wallSeconds,
    adapter: executor.adapter,
    executor,
    runs: store.folders,
    report,
  };
}

function printResults(
  summary: RaceSummary,
  { spec, store, report, tasks, terminal }: Shown & { spec: RaceSpec; terminal: Terminal },
): void {
  const { stdout, env } = terminal;
  const style = styleFor(stdout, env);
  const [live, strict] = verdict(summary);
  const block = (rows: readonly (readonly string[])[]) => {
    const [head, ...body] = table(rows);
    return [style('dim', head), ...body];
  };
  const lines = [
    '',
    style('bold', strict),
    style('bold', live),
    '',
    ...block([CROSSING_COLUMNS, ...crossingRows(summary)]),
    '',
    ...block([LOSS_COLUMNS, ...lossRows(summary, spec)]),
    '',
    ...(tasks.length > 0 ? [...block([TASK_COLUMNS, ...taskRows(tasks)]), ...taskVerdicts(tasks), ''] : []),
    `${formatDuration(summary.wallSeconds)} on ${summary.executor.adapter}`,
    ...runFolders(store).map((folder) => `run     ${folder}`),
    `report  ${report}`,
  ];
  stdout.write(`${lines.join('\n')}\n`);
}
