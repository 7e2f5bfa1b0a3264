import { type CorpusId, type RaceSpec, raceSchema, TASK_CORPORA, type TaskCorpusId } from './schema.ts';

/** T of an item of each task: `model.context` must be exactly this. */
export const ITEM_TOKENS: Readonly<Record<TaskCorpusId, number>> = { brackets: 20, world: 5, reversal: 5, sudoku: 16 };

/** In how many wordings each relation of the world can be stated, half of them forwards. */
export const WORDINGS = 4;

export function isTask(corpus: CorpusId): corpus is TaskCorpusId {
  return (TASK_CORPORA as readonly CorpusId[]).includes(corpus);
}

/** A budget of unique tokens at which the task shows something: of the last three all, or nearly all, that there is. */
const BUDGETS: Readonly<Record<TaskCorpusId, number>> = { brackets: 10_000, world: 1200, reversal: 1000, sudoku: 2304 };

/** `spec` with another corpus, and with whatever has to change with it between tasks and texts; nothing else. */
export function withCorpus(spec: RaceSpec, corpus: CorpusId): RaceSpec {
  const data = { ...spec.data, corpus, bothWays: corpus === 'reversal' ? spec.data.bothWays : 0 };
  if (isTask(corpus)) {
    return {
      ...spec,
      data: { ...data, uniqueTokens: BUDGETS[corpus], windows: 'packed', corruption: 'none', corruptionRate: 0 },
      model: { ...spec.model, context: ITEM_TOKENS[corpus] },
      evaluation: { ...spec.evaluation, questions: spec.evaluation.questions || 240 },
    };
  }
  if (!isTask(spec.data.corpus)) return { ...spec, data };
  const defaults = raceSchema.parse({});
  return {
    ...spec,
    data: { ...data, uniqueTokens: defaults.data.uniqueTokens },
    model: { ...spec.model, context: defaults.model.context },
    evaluation: { ...spec.evaluation, questions: defaults.evaluation.questions },
  };
}
