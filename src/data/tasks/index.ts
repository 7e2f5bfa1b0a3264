import type { RaceSpec, TaskCorpusId } from '../../spec/schema.ts';
import { isTask } from '../../spec/tasks.ts';
import { brackets } from './brackets.ts';
import type { TaskMaker } from './items.ts';
import { reversal } from './reversal.ts';
import { sudoku } from './sudoku.ts';
import { world } from './world.ts';

const TASKS: Readonly<Record<TaskCorpusId, TaskMaker>> = { brackets, world, reversal, sudoku };

/** The generator of a spec's task; undefined where its corpus is a text. */
export function taskOf({ data: { corpus } }: RaceSpec): TaskMaker | undefined {
  return isTask(corpus) ? TASKS[corpus] : undefined;
}
