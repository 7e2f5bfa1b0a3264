import { buildDataset } from '../data/buildDataset.ts';
import { familyOf } from '../families/index.ts';
import type { Executor } from '../graph/executor.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import { Clock } from './clock.ts';
import { Contender } from './contender.ts';
import type { StoredRun } from './store.ts';
import type { Job, LoadCorpus } from './sweepPlan.ts';

/** How fast a family trains on a device, FLOPs a second, and what an evaluation with its questions takes beside a step. */
interface Rate {
  flopsPerSecond: number;
  stepsPerEvaluation: number;
}

export type Pace = Partial<Record<FamilyId, Rate>>;

/** Steps that last this long are enough; and so are so many. */
const TIMED_MS = 400;
const TIMED_STEPS = 64;

/**
 * Times a few steps and one evaluation of each family, on the job of median cost, families at once where they have lanes
 * of their own, as they will have. Nothing is kept of it.
 */
export async function measurePace(
  jobs: readonly Job[],
  { executor, loadCorpus, now }: { executor: Executor; loadCorpus: LoadCorpus; now: () => number },
): Promise<Pace> {
  const lanes = executor.lanes ?? [executor];
  const pace: Pace = {};
  const measure = async (family: FamilyId, lane: Executor) => {
    const own = jobs.filter((job) => job.family === family).sort((a, b) => a.flopsPerStep - b.flopsPerStep);
    const job = own[own.length >> 1];
    if (job) pace[family] = await rateOf(job, lane, loadCorpus, now);
  };
  if (lanes.length >= FAMILIES.length) await Promise.all(FAMILIES.map((family, i) => measure(family, lanes[i])));
  else for (const family of FAMILIES) await measure(family, lanes[0]);
  return pace;
}

async function rateOf(job: Job, executor: Executor, loadCorpus: LoadCorpus, now: () => number): Promise<Rate> {
  // At a rate of 0, which takes as long, nothing can diverge before it is the sweep's turn to say so.
  const spec = { ...job.cell.spec, train: { ...job.cell.spec.train, learningRate: 0 } };
  const contender = await Contender.create({
    executor,
    spec,
    family: familyOf(job.family, spec),
    dataset: buildDataset(await loadCorpus(spec.data.corpus), spec),
    variants: {},
    stored: NOWHERE,
    clock: new Clock(now),
  });
  try {
    // The first step also warms up what the executor puts off until it is used.
    await contender.advance(1);
    let secondsPerStep = 0;
    // Ever more steps at once, as a device with a queue is fast only at many.
    for (let steps = 1; steps <= TIMED_STEPS; steps *= 2) {
      const start = now();
      await contender.advance(contender.step + steps);
      const ms = now() - start;
      secondsPerStep = ms / 1000 / steps;
      if (ms >= TIMED_MS) break;
    }
    const begun = now();
    await contender.evaluate();
    await contender.ask();
    const seconds = (now() - begun) / 1000;
    return { flopsPerSecond: job.flopsPerStep / secondsPerStep, stepsPerEvaluation: seconds / secondsPerStep };
  } finally {
    contender.destroy();
  }
}

const NOWHERE: StoredRun = {
  appendRecords: async () => {},
  appendSample: async () => {},
  appendEvent: async () => {},
  saveCheckpoint: async () => {},
  finish: async () => {},
};

/**
 * Seconds of a job on its lane, if its whole budget is used; an evaluation costs as many steps as where it was timed.
 * `step`: of the job as far as that step, without the test and the samples.
 */
export function secondsOf(job: Job, pace: Pace, step?: number): number {
  const rate = pace[job.family];
  if (!rate) throw new Error(`the pace of ${job.family} was not measured`);
  const { evaluations, testEvaluations, flopsPerStep, cell } = job;
  const { steps } = cell.spec.train;
  const share = (step ?? steps) / steps;
  const made = evaluations * share + (step === undefined ? testEvaluations : 0);
  const written = step === undefined ? job.samplingFlops : 0;
  return ((share * steps + made * rate.stepsPerEvaluation) * flopsPerStep + written) / rate.flopsPerSecond;
}

/** Wall seconds of jobs that are taken in their order, each by the first lane that is free. */
export function wallSecondsOf(jobs: readonly Job[], pace: Pace, lanes: number): number {
  const busyUntil = new Array<number>(lanes).fill(0);
  for (const job of jobs) busyUntil[busyUntil.indexOf(Math.min(...busyUntil))] += secondsOf(job, pace);
  return Math.max(...busyUntil);
}
