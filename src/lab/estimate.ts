import { loadCorpus } from '../data/corpora.ts';
import type { Cell } from '../experiments/cell.ts';
import type { Executor } from '../graph/executor.ts';
import { FAMILIES, type RaceSpec } from '../spec/schema.ts';
import { measurePace, wallSecondsOf } from './sweepPace.ts';
import { jobsOf } from './sweepPlan.ts';

interface Means {
  executor: Executor;
  /** The text of a prepared corpus by its path under `public/`. */
  loadText(path: string): Promise<string>;
  now(): number;
}

/**
 * Wall seconds that a race on a prepared text would take on an executor if it used its whole budget, from some steps and one
 * evaluation of each family, of which nothing is kept. Throws what the race itself would be refused with.
 */
export async function estimateRace(spec: RaceSpec, { executor, loadText, now }: Means): Promise<number> {
  const cell: Cell = { id: '', experiment: '', levels: {}, seed: spec.seed, spec, families: FAMILIES };
  const corpora = (id: RaceSpec['data']['corpus']) => loadCorpus(id, loadText);
  const jobs = await jobsOf([cell], corpora);
  const pace = await measurePace(jobs, { executor, loadCorpus: corpora, now });
  return wallSecondsOf(jobs, pace, executor.lanes?.length ?? 1);
}
