import { badInput, CrossoverError } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import { buildDataset } from '../data/buildDataset.ts';
import type { Corpus } from '../data/dataset.ts';
import type { Cell } from '../experiments/cell.ts';
import { familyOf } from '../families/index.ts';
import type { Executor } from '../graph/executor.ts';
import { forwardFlops, parameterCount, trainingFlops } from '../model/counts.ts';
import type { CorpusId, FamilyId, RaceSpec } from '../spec/schema.ts';
import { checkCapacity, raceFootprint } from '../train/capacity.ts';
import { evaluatesAt } from '../train/schedule.ts';

/** One family of a cell: what a sweep trains at a time. */
export interface Job {
  cell: Cell;
  family: FamilyId;
  /** V. */
  vocabulary: number;
  parameters: number;
  flopsPerStep: number;
  /** Evaluations of the validation split in a whole budget, and how many of them the test is worth, by its windows. */
  evaluations: number;
  testEvaluations: number;
  /** Model FLOPs of all training steps, of all evaluations and the test, and of writing samples; questions are left out. */
  trainingFlops: number;
  evaluationFlops: number;
  samplingFlops: number;
}

export const flopsOf = (jobs: readonly Job[]): number =>
  jobs.reduce((n, job) => n + job.trainingFlops + job.evaluationFlops + job.samplingFlops, 0);

/** The text of a corpus; loaded once for all cells. */
export type LoadCorpus = (id: CorpusId) => Promise<Corpus>;

/**
 * What the cells cost, family by family, in the order of the cells. The data of every cell is built on the way (equal
 * ones once), so that what a race would refuse is refused before any is run: a CrossoverError that names the cell.
 */
export async function jobsOf(cells: readonly Cell[], loadCorpus: LoadCorpus): Promise<Job[]> {
  const known = new Map<string, DataSizes>();
  const jobs: Job[] = [];
  for (const cell of cells) {
    const key = dataKey(cell.spec);
    let sizes = known.get(key);
    if (!sizes) {
      const corpus = await loadCorpus(cell.spec.data.corpus);
      sizes = naming(cell, () => dataSizes(cell.spec, corpus));
      known.set(key, sizes);
    }
    for (const family of cell.families) jobs.push(jobOf(cell, family, sizes));
  }
  return jobs;
}

interface DataSizes {
  vocabulary: number;
  validation: number;
  test: number;
}

/** What the sizes of the data depend on: the seed is not among it. */
function dataKey({ data, model, train, evaluation }: RaceSpec): string {
  return canonicalJson({ data, context: model.context, batch: train.batch, evaluation });
}

function dataSizes(spec: RaceSpec, corpus: Corpus): DataSizes {
  const { vocabulary, report } = buildDataset(corpus, spec);
  return { vocabulary, validation: report.validation.windows, test: report.test.windows };
}

function jobOf(cell: Cell, id: FamilyId, { vocabulary, validation, test }: DataSizes): Job {
  const { model, train, evaluation } = cell.spec;
  const family = familyOf(id, cell.spec);
  const flopsPerStep = trainingFlops(model, vocabulary, train.batch, family.causal);
  const evaluations = evaluationsIn(cell.spec);
  const testEvaluations = test / validation;
  const pass = forwardFlops(model, vocabulary, 1, family.causal);
  const passes = (evaluations * validation + test) * family.evaluationDraws(evaluation.draws);
  return {
    cell,
    family: id,
    vocabulary,
    parameters: parameterCount(model, vocabulary),
    flopsPerStep,
    evaluations,
    testEvaluations,
    trainingFlops: train.steps * flopsPerStep,
    evaluationFlops: passes * pass,
    samplingFlops: writtenPasses(cell, id) * pass,
  };
}

/** Forward passes of the texts of a cell's plan: AR writes a token each, once whatever the numbers of steps. */
function writtenPasses({ samples, spec }: Cell, family: FamilyId): number {
  if (!samples) return 0;
  const steps = family === 'ar' ? [spec.model.context] : samples.steps;
  return samples.count * steps.reduce((n, each) => n + each, 0);
}

function evaluationsIn({ evaluation, train }: RaceSpec): number {
  let count = 0;
  for (let step = 0; step <= train.steps; step++) if (evaluatesAt(evaluation, train.steps, step)) count++;
  return count;
}

/**
 * The most device memory that a job takes up, in bytes; each has a lane of its own. Throws a CrossoverError
 * 'device-limit' that names the cell for one that does not fit.
 */
export function checkFit(jobs: readonly Job[], executor: Executor): number {
  const lane = executor.lanes?.[0] ?? executor;
  const checked = new Map<string, number>();
  for (const { cell, family: id, vocabulary } of jobs) {
    const { spec } = cell;
    const key = canonicalJson({ ...spec, seed: 0, id, vocabulary });
    if (checked.has(key)) continue;
    const families = [familyOf(id, spec)];
    naming(cell, () => checkCapacity(lane, spec, vocabulary, families));
    checked.set(key, raceFootprint(lane, spec, vocabulary, families).bytes);
  }
  return Math.max(0, ...checked.values());
}

function naming<T>(cell: Cell, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof CrossoverError)) throw error;
    throw new CrossoverError(error.code, `${cellWords(cell)}: ${error.message}`, error.hint);
  }
}

/** A cell for people: `dropout 0.3, seed 2`. */
export function cellWords({ levels, seed }: Pick<Cell, 'levels' | 'seed'>): string {
  return [...Object.values(levels), `seed ${seed}`].join(', ');
}

/** A share of a sweep: `index` of `count`, from 1. */
export interface Shard {
  index: number;
  count: number;
}

/** More shares than any cluster has places for; each share computes the loads of all. */
const MOST_SHARES = 10_000;

/** Reads `i/n`. Throws a CrossoverError unless 1 ≤ i ≤ n ≤ 10,000. */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (count > MOST_SHARES) throw badInput(`--shard takes at most ${MOST_SHARES} shares; got ${JSON.stringify(text)}`);
  if (index >= 1 && index <= count) return { index, count };
  throw badInput(`--shard must be i/n with 1 ≤ i ≤ n, such as 2/8; got ${JSON.stringify(text)}`);
}

/**
 * The jobs of a shard, in their order. Cells stay whole. In order of falling FLOPs (equal ones by id) each cell goes to
 * the shard that has the fewest FLOPs so far (the first of equals): the same cells give the same shares on every
 * machine, and shares of about equal length. What is finished already plays no part.
 */
export function shardOf(jobs: readonly Job[], { index, count }: Shard): Job[] {
  const cells = new Map<string, Job[]>();
  for (const job of jobs) cells.set(job.cell.id, [...(cells.get(job.cell.id) ?? []), job]);
  const byCost = [...cells]
    .map(([id, own]) => ({ id, flops: flopsOf(own) }))
    .sort((a, b) => b.flops - a.flops || (a.id < b.id ? -1 : 1));
  const loads = new Array<number>(count).fill(0);
  const mine = new Set<string>();
  for (const { id, flops } of byCost) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest] += flops;
    if (lightest === index - 1) mine.add(id);
  }
  return jobs.filter(({ cell }) => mine.has(cell.id));
}
