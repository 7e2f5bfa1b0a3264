import type { Crossing, CrossingKind } from '../analysis/crossing.ts';
import type { Axis as RecordAxis } from '../analysis/record.ts';
import { CrossoverError } from '../core/errors.ts';
import { median } from '../core/statistics.ts';
import { EXPERIMENTS } from './catalogue/index.ts';
import type { Cell, CellResult } from './cell.ts';
import { cellsOf, planOf, type SweepOptions } from './cells.ts';
import { judgeCriterion } from './criteria.ts';
import { effortOf } from './effort.ts';
import { type Experiment, type Part, SCALES, type Scale } from './experiment.ts';
import { crossingOf } from './measures.ts';
import { type Contest, contestsOf } from './pairing.ts';
import type { CrossingLine, PartVerdict, Spread, Status, Verdict } from './verdict.ts';
import { criterionWords, listWords } from './words.ts';

/**
 * The verdict of an experiment at a scale: from its criterion and the results alone, so that whoever has the same cells
 * finds the same. Results of other cells than the plan's are left aside; cells without a result are named as missing, and
 * whatever rests on them is inconclusive.
 *
 * A verdict is `reproduced` when every part that counts is, `not reproduced at this scale` when at least one of them
 * clearly is not, else `inconclusive`. Throws a CrossoverError for a criterion that does not fit the plan.
 */
export function judge(
  experiment: Experiment,
  scale: Scale,
  results: readonly CellResult[],
  options: SweepOptions = {},
): Verdict {
  const plan = planOf(experiment, scale, options);
  const cells = cellsOf(experiment, scale, options);
  const planned = new Set(cells.map(({ id }) => id));
  const own = results.filter(({ id }) => planned.has(id));
  const contests = contestsOf(cells, own);
  const done = new Set(own.map(({ id }) => id));
  const parts = partsOf(experiment).map((part): PartVerdict => {
    const judgement = judgeCriterion(part.criterion, { plan, contests });
    return {
      says: part.says,
      criterion: criterionWords(part.criterion, plan.axes),
      counts: !part.beside,
      ...judgement,
    };
  });
  const status = statusOf(parts);
  return {
    experiment: experiment.id,
    title: experiment.title,
    scale,
    claim: experiment.claim,
    source: experiment.source,
    bearsOn: experiment.bearsOn,
    status,
    words: wordsOf(parts),
    parts,
    effect: parts.find(({ counts, effect }) => counts && effect)?.effect ?? null,
    crossings: crossingLines(contests),
    seeds: plan.seeds,
    cells: {
      planned: cells.length,
      done: done.size,
      missing: cells.filter(({ id }) => !done.has(id)).map(({ id }) => id),
      diverged: own
        .filter(({ results }) => Object.values(results).some(({ ended }) => ended === 'diverged'))
        .map(({ id }) => id),
    },
    ranOn: [
      ...new Set(
        own.map(({ ranOn: { executor, adapter, host, lab } }) => `${executor} on ${adapter} (${host}, ${lab})`),
      ),
    ],
    command: commandOf(experiment, scale, options),
    ...(status === 'inconclusive' && toDecide(experiment, scale, parts, own, options)),
  };
}

/** What would decide an inconclusive verdict with these parts, on these results of its sweep; nothing beyond the largest scale. */
export function toDecide(
  experiment: Experiment,
  scale: Scale,
  parts: readonly PartVerdict[],
  results: readonly CellResult[],
  options: SweepOptions = {},
): Pick<Verdict, 'toDecide'> {
  const says = (words: string, at: Scale, changed: SweepOptions) => {
    const effort = effortOf(cellsOf(experiment, at, changed), results);
    const seeds = planOf(experiment, at, changed).seeds.length;
    const command = commandOf(experiment, at, changed);
    return { toDecide: { words, command, scale: at, seeds, ...(effort && { effort }) } };
  };
  const missing = cellsOf(experiment, scale, options).length - results.length;
  if (missing > 0) return says('the cells that are missing', scale, options);
  const undecided = parts.filter(({ counts, status }) => counts && status === 'inconclusive');
  const wanted = undecided.map(({ decidingSeeds }) => decidingSeeds ?? Number.POSITIVE_INFINITY);
  const seeds = Math.max(...wanted);
  if (Number.isFinite(seeds)) {
    const more = { ...options, seeds: Array.from({ length: seeds }, (_, i) => i + 1) };
    return says(`${seeds} seeds, if they are like these`, scale, more);
  }
  const next = SCALES[SCALES.indexOf(scale) + 1];
  return next && allows(experiment, next, options) ? says(`the scale ${next}`, next, options) : {};
}

/** Whether a scale takes a person's settings: they may be varied by an axis of it, or impossible at its sizes. */
function allows(experiment: Experiment, scale: Scale, options: SweepOptions): boolean {
  try {
    return cellsOf(experiment, scale, options).length > 0;
  } catch (error) {
    if (error instanceof CrossoverError) return false;
    throw error;
  }
}

/** The parts of a criterion; one that is not made of parts is its own. */
export function partsOf({ claim, criterion }: Pick<Experiment, 'claim' | 'criterion'>): readonly Part[] {
  return criterion.kind === 'all' ? criterion.parts : [{ says: claim, criterion }];
}

/** The command that runs the sweep, with a person's changes; an experiment of one's own is taken to lie in a file of its name. */
export function commandOf({ id }: Experiment, scale: Scale, { seeds, settings = {} }: SweepOptions = {}): string {
  const counted = seeds?.every((seed, i) => seed === i + 1);
  const wanted = seeds && ` --seeds ${counted ? seeds.length : seeds.join(',')}`;
  const set = Object.entries(settings).map(([path, value]) => ` --set ${path}=${value}`);
  const name = EXPERIMENTS.some((each) => each.id === id) ? id : `--file ${id}.json`;
  return `npx crossover sweep ${name} --scale ${scale}${wanted ?? ''}${set.join('')}`;
}

function statusOf(parts: readonly PartVerdict[]): Status {
  const counting = parts.filter(({ counts }) => counts);
  if (counting.some(({ status }) => status === 'not reproduced at this scale')) return 'not reproduced at this scale';
  return counting.every(({ status }) => status === 'reproduced') ? 'reproduced' : 'inconclusive';
}

function wordsOf(parts: readonly PartVerdict[]): string {
  const counting = parts.filter(({ counts }) => counts);
  if (counting.length === 1) return sentence(counting[0].words);
  const of = (status: Status) => counting.filter((part) => part.status === status).map(({ says }) => says);
  const lists: [string, string[]][] = [
    ['Holds', of('reproduced')],
    ['Does not hold', of('not reproduced at this scale')],
    ['Undecided', of('inconclusive')],
  ];
  return lists
    .flatMap(([label, says]) => (says.length > 0 ? [sentence(`${label}: ${listWords(says)}`)] : []))
    .join(' ');
}

function sentence(words: string): string {
  return `${words[0].toUpperCase()}${words.slice(1)}.`;
}

/** A line for every combination of levels that has both families, each kind of crossing, and each metric that was measured. */
function crossingLines(contests: readonly Contest[]): CrossingLine[] {
  const groups = new Map<string, Contest[]>();
  for (const contest of contests) {
    const key = JSON.stringify(contest.cell.levels);
    groups.set(key, [...(groups.get(key) ?? []), contest]);
  }
  return [...groups.values()].flatMap((group) =>
    (['loss', 'accuracy'] as const).flatMap((metric) =>
      (['live', 'strict'] as const).flatMap((which) => {
        const crossings = group.flatMap(({ pair: { ar, diffusion } }) => {
          const crossing = ar && diffusion && crossingOf(which, metric, ar, diffusion);
          return crossing ? [crossing] : [];
        });
        return crossings.length > 0 ? [lineOf(group[0].cell.levels, which, metric, crossings)] : [];
      }),
    ),
  );
}

function lineOf(
  levels: Cell['levels'],
  which: CrossingKind,
  metric: CrossingLine['metric'],
  crossings: readonly Crossing[],
): CrossingLine {
  const count = (status: Crossing['status']) => crossings.filter((crossing) => crossing.status === status).length;
  const spread = (axis: RecordAxis): Spread | null => {
    const places = crossings.flatMap(({ status, at }) => (status === 'confirmed' && at ? [at[axis]] : []));
    if (places.length === 0) return null;
    return { median: median(places), least: Math.min(...places), most: Math.max(...places) };
  };
  return {
    levels,
    which,
    metric,
    seeds: crossings.length,
    confirmed: count('confirmed'),
    possible: count('possible'),
    reverted: count('reverted'),
    none: count('none'),
    step: spread('step'),
    epoch: spread('epoch'),
    flops: spread('flops'),
  };
}
