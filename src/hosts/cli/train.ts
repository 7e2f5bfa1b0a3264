import { setImmediate } from 'node:timers/promises';
import { taskResults } from '../../analysis/accuracy.ts';
import { formatDuration, formatNumber } from '../../analysis/format.ts';
import { CrossoverError } from '../../core/errors.ts';
import { toJson } from '../../core/json.ts';
import { loadCorpus } from '../../data/corpora.ts';
import { Control } from '../../lab/control.ts';
import type { LabEvent } from '../../lab/protocol.ts';
import { Race } from '../../lab/race.ts';
import { FAMILY_NAMES, type FamilyId } from '../../spec/schema.ts';
import { openExecutor } from './device.ts';
import { ProgressView } from './progress.ts';
import { INTERRUPTED, loadText, openStore, type RaceOptions, tellAnew, withoutTables } from './race.ts';
import { LOSS_COLUMNS, lossRow, TASK_COLUMNS, taskRows } from './results.ts';
import { styleFor, type Terminal, table } from './terminal.ts';

export interface TrainOptions extends RaceOptions {
  family: FamilyId;
}

/**
 * Trains one family alone, as it would be trained in a race: the numbers and the run folder are those of the race, which
 * `race --resume` completes. Resolves to the exit code.
 */
export async function runTraining(options: TrainOptions, terminal: Terminal): Promise<number> {
  const { spec, family, json, ownText } = options;
  const { root, stdout, stderr } = terminal;
  const store = await openStore(options, terminal);
  const view = new ProgressView(terminal, () => performance.now());
  const tell = (event: LabEvent) => {
    if (json) stdout.write(`${toJson(withoutTables(event))}\n`);
    view.hear(event);
  };
  const emit = (event: LabEvent) => {
    tell(event);
    if (event.type === 'state' && event.state === 'running') tellAnew(store, tell);
  };
  const control = new Control();
  let interrupts = 0;
  const release = terminal.onInterrupt(() => {
    interrupts++;
    if (interrupts > 1) process.exit(INTERRUPTED);
    view.print('Interrupted: saving a checkpoint … (Ctrl-C again: stop at once)');
    control.stop();
  });
  const corpus = await loadCorpus(spec.data.corpus, (path) => loadText(root, path), ownText);
  const executor = await openExecutor(options, 1);
  try {
    emit({ type: 'device', executor: executor.info });
    const race = new Race({
      executor,
      spec,
      families: [family],
      corpus,
      store,
      checkpoints: 'seldom',
      control,
      emit,
      now: () => performance.now(),
      breathe: () => setImmediate(),
    });
    const [summary] = await Promise.race([race.train(), executor.lost]).catch((error) => {
      view.end();
      const step = race.checkpoints[family];
      if (step !== undefined) stderr.write(`Saved: step ${formatNumber(step)} in ${store.folders[family]}.\n`);
      throw error;
    });
    view.end();
    const run = store.folders[family]!;
    const tasks = taskResults(race.records).map(({ task, lines }) => ({ task, lines }));
    const { adapter } = executor.info;
    if (json)
      stdout.write(`${toJson({ type: 'summary', ...summary, ...(tasks.length > 0 && { tasks }), adapter, run })}\n`);
    else {
      const style = styleFor(stdout, terminal.env);
      const block = (rows: readonly (readonly string[])[]) => {
        const [head, ...body] = table(rows);
        return ['', style('dim', head), ...body];
      };
      const lines = [
        ...block([LOSS_COLUMNS, lossRow(summary, spec)]),
        ...(tasks.length > 0 ? block([TASK_COLUMNS, ...taskRows(tasks)]) : []),
        '',
        `${formatDuration(summary.seconds)} of training on ${adapter}`,
        `run     ${run}`,
      ];
      stdout.write(`${lines.join('\n')}\n`);
    }
    if (!control.stopped) return 0;
    stderr.write(`Checkpointed. Go on with: crossover resume ${run}\n`);
    return INTERRUPTED;
  } finally {
    release();
    executor.destroy();
    await store.close();
  }
}

/** The family that a word means. */
export function familyNamed(word: string): FamilyId {
  const found = (Object.keys(FAMILY_NAMES) as FamilyId[]).find((family) => family === word);
  if (found) return found;
  throw new CrossoverError(
    'bad-input',
    `train needs a family, ${Object.keys(FAMILY_NAMES).join(' or ')}; got ${JSON.stringify(word)}`,
  );
}
