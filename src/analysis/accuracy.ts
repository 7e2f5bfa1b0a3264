import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import { bestOf } from './compare.ts';
import type { Crossing } from './crossing.ts';
import { type CrossingOptions, findCrossings } from './crossover.ts';
import { type Asked, type MetricRecord, SCORINGS } from './record.ts';

/** Scorings that stand for a family's ability, as against those that are shown beside them. */
const MAIN_SCORINGS: ReadonlySet<Asked['scoring']> = new Set(SCORINGS.filter((scoring) => scoring !== 'prefix'));

/** One line of the results of a task: a family, a scoring, and the whole set of questions or a category of it. */
export interface TaskLine {
  family: FamilyId;
  asked: Asked;
  /** Of all evaluations; the first of equals. */
  best: MetricRecord;
  last: MetricRecord;
}

/** Whether options are compared, or gaps filled in. */
export type TaskWay = 'choose' | 'fill';

/** What was found on a set of questions. */
export interface TaskResult {
  task: string;
  /** On the whole set, by each family's main scoring: where options are compared, and where gaps are filled. */
  ways: { way: TaskWay; live: Crossing; strict: Crossing }[];
  lines: TaskLine[];
}

const wayOf = ({ scoring }: Asked): TaskWay => (scoring === 'exact-match' ? 'fill' : 'choose');

/** The accuracies of the whole set of a task's questions by the main scoring of a way. */
export function mainAccuracies(records: readonly MetricRecord[], task: string, way: TaskWay): MetricRecord[] {
  return accuraciesOf(records).filter(
    ({ asked }) =>
      asked.task === task && asked.category === undefined && MAIN_SCORINGS.has(asked.scoring) && wayOf(asked) === way,
  );
}

function accuraciesOf(records: readonly MetricRecord[]): (MetricRecord & { asked: Asked })[] {
  return records.filter(
    (record): record is MetricRecord & { asked: Asked } =>
      record.split === 'questions' && record.metric === 'accuracy' && record.asked !== undefined,
  );
}

/**
 * Crossings of the accuracy on a task: `findCrossings` with “higher is better”. Live: diffusion's accuracy passes AR's.
 * Strict: the best of diffusion so far passes the best that AR ever had. The standard error of a gap is that of two
 * independent shares (binomial). `gap` is diffusion − AR.
 */
export function findAccuracyCrossings(
  ar: readonly MetricRecord[],
  diffusion: readonly MetricRecord[],
  task: string,
  way: TaskWay = 'choose',
  options: CrossingOptions = {},
): { live: Crossing; strict: Crossing } {
  const errors = (records: readonly MetricRecord[]) => mainAccuracies(records, task, way).map(asError);
  const { live, strict } = findCrossings(errors(ar), errors(diffusion), options);
  return { live: asAccuracy(live), strict: asAccuracy(strict) };
}

/** The share of wrong answers, of which less is better, in the place of a loss. */
function asError({ asked: _, windows: __, ...record }: MetricRecord): MetricRecord {
  return { ...record, split: 'validation', metric: 'loss', value: 1 - record.value };
}

function asAccuracy(crossing: Crossing): Crossing {
  const { value } = crossing;
  return {
    ...crossing,
    metric: 'accuracy',
    ...(value && { value: { diffusion: 1 - value.diffusion, ar: 1 - value.ar } }),
  };
}

/** Every task that was asked, in the order in which it was first asked, with the crossings of its accuracy. */
export function taskResults(records: readonly MetricRecord[]): TaskResult[] {
  const accuracies = accuraciesOf(records);
  const of = (family: FamilyId) => accuracies.filter((record) => record.family === family);
  return [...new Set(accuracies.map(({ asked }) => asked.task))].map((task) => {
    const own = accuracies.filter(({ asked }) => asked.task === task);
    const ways = [...new Set(own.map(({ asked }) => wayOf(asked)))].map((way) => ({
      way,
      ...findAccuracyCrossings(of('ar'), of('diffusion'), task, way),
    }));
    return { task, ways, lines: FAMILIES.flatMap((family) => linesOf(own, family)) };
  });
}

/** The lines of a family: each scoring, the whole set first. */
function linesOf(records: readonly (MetricRecord & { asked: Asked })[], family: FamilyId): TaskLine[] {
  const lines = new Map<string, (MetricRecord & { asked: Asked })[]>();
  for (const record of records) {
    if (record.family !== family) continue;
    const key = `${record.asked.scoring}/${record.asked.category ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), record]);
  }
  return [...lines.values()].map((line) => {
    const inOrder = line.sort((a, b) => a.step - b.step);
    const best = bestOf(inOrder.map((record) => ({ ...record, value: -record.value })));
    const last = inOrder[inOrder.length - 1];
    return { family, asked: last.asked, best: inOrder.find(({ step }) => step === best?.step) ?? last, last };
  });
}
