import { bestOf, evaluationsOf, isClear } from '../analysis/compare.ts';
import type { Crossing } from '../analysis/crossing.ts';
import { badInput } from '../core/errors.ts';
import { bootstrapInterval, type Interval, median, studentT975 } from '../core/statistics.ts';
import type { FamilyResult } from './cell.ts';
import type { Criterion, Quantity } from './experiment.ts';
import { crossingOf, type MeasureId, type Measurement, minus as subtract } from './measures.ts';
import { matches, standingOf } from './pairing.ts';
import { type Evidence, type Found, find } from './quantity.ts';
import { trendOf } from './trend.ts';
import type { PartVerdict, Status } from './verdict.ts';
import { effectOf, intervalWords, listWords, measurementWords, seedWords, unitOf, withUnit } from './words.ts';

/**
 * How a criterion is judged. Every rule is symmetric: what would have to be seen for “reproduced” on one side is what has
 * to be seen for “not reproduced at this scale” on the other; whatever is neither is “inconclusive”, and so is every
 * criterion that rests on a cell that is missing or has diverged (where a best is searched among several cells, a diverged
 * one is only never the best).
 *
 * - difference: the mean over seeds of the paired differences with its 95 % interval (src/core/statistics.ts: a bootstrap
 *   over seeds and, where they are kept, over windows within each, with Student's t for so few). Reproduced when the whole
 *   interval lies where the criterion says, not reproduced when the whole of it lies outside. One seed decides nothing, two
 *   only what is very clear. Diffusion’s upper bound may be above its loss by any amount: that it lies above AR’s exact loss
 *   decides nothing, that it lies below does. A crossing that did not come counts as its least possible value for a lower
 *   bound, and as never for an upper one: a budget that ended too soon cannot decide in its own favour.
 * - trend: on every seed each two levels are compared; a comparison counts 1 where it goes as claimed, −1 where it goes the
 *   other way, 0 in a tie and where the budgets leave it open. The sum over seeds is held against all ways to exchange
 *   the levels within each seed (an exact permutation test): reproduced when at most 5 % of them reach it, not
 *   reproduced when at most 5 % fall as low.
 * - crossing: confirmed on every seed, at least two. Against it speaks a seed where it was taken back, or where there is
 *   none although diffusion had its best before the last tenth of its budget and AR is ahead by more than two standard
 *   errors: then more steps would not have helped. Not reproduced when every seed speaks against it; a seed where AR is ahead
 *   of an upper bound does not. That no crossing is expected, of what is measured, is reproduced when none is seen, and not
 *   reproduced when it is confirmed on every seed.
 */
export type Judgement = Pick<PartVerdict, 'status' | 'words' | 'effect' | 'decidingSeeds'>;

export function judgeCriterion(criterion: Exclude<Criterion, { kind: 'all' }>, evidence: Evidence): Judgement {
  switch (criterion.kind) {
    case 'difference':
      return judgeDifference(criterion, evidence);
    case 'trend':
      return judgeTrend(criterion, evidence);
    case 'crossing':
      return judgeCrossing(criterion, evidence);
  }
}

const LEAST_SEEDS = 2;

function judgeDifference(
  { of, minus, sign, margin = 0 }: Extract<Criterion, { kind: 'difference' }>,
  evidence: Evidence,
): Judgement {
  const first = find(of, evidence);
  const second = minus && find(minus, evidence);
  const undecided = openEnded([first, second]);
  if (undecided) return undecided;
  const differences = evidence.plan.seeds.flatMap((seed) => {
    const a = first.bySeed.get(seed);
    const difference = second ? subtract(a, second.bySeed.get(seed)) : a;
    return difference ? [difference] : [];
  });
  const over = (end: 'lo' | 'hi'): Interval =>
    bootstrapInterval(differences.map((each) => ({ value: each[end], ...(each.windows && { parts: each.windows }) })));
  const censored = differences.some(({ lo, hi }) => lo !== hi);
  const low = differences.every(({ lo }) => Number.isFinite(lo)) ? over('lo') : NOTHING_BELOW;
  const high = !censored ? low : differences.every(({ hi }) => Number.isFinite(hi)) ? over('hi') : NOTHING_ABOVE;
  const open = openSides(of, first, minus, second);
  const status = statusOf(open.below ? -Infinity : low.lo, open.above ? Infinity : high.hi, sign, margin);

  const unit = unitOf(of.measure);
  const value = Number.isFinite(low.mean) ? low.mean : high.mean;
  const found = censored && Number.isFinite(low.mean) ? 'at least ' : censored ? 'at most ' : '';
  const words = [
    `${found}${intervalWords(value, low.lo, high.hi, unit)} over ${seedWords(differences.length)}`,
    ...pickedWords(of, first),
    ...(minus && second ? pickedWords(minus, second) : []),
    ...boundWords(of, first, minus, second),
  ].join('; ');
  if (!Number.isFinite(value)) return { status: 'inconclusive', words: 'the budget ended before it could be measured' };
  const seeds =
    status === 'inconclusive' && !censored && seedsForInterval(low, differences.length, { sign, margin, open });
  return {
    status,
    words,
    effect: effectOf(value, low.lo, high.hi, unit, words),
    ...(seeds && { decidingSeeds: seeds }),
  };
}

const NOTHING_BELOW: Interval = { mean: -Infinity, se: Number.NaN, lo: -Infinity, hi: Infinity };
const NOTHING_ABOVE: Interval = { mean: Infinity, se: Number.NaN, lo: -Infinity, hi: Infinity };

/** Where the interval [lo, hi] lies against the margin. */
function statusOf(lo: number, hi: number, sign: Sign, margin: number): Status {
  const [from, to] = allowed(sign, margin);
  const inside = (from === Number.NEGATIVE_INFINITY || lo > from) && (to === Number.POSITIVE_INFINITY || hi < to);
  if (inside) return 'reproduced';
  return hi < from || lo > to ? 'not reproduced at this scale' : 'inconclusive';
}

type Sign = Extract<Criterion, { kind: 'difference' }>['sign'];

function allowed(sign: Sign, margin: number): [from: number, to: number] {
  if (sign === 'neither') return [-margin, margin];
  return sign === 'positive' ? [margin, Number.POSITIVE_INFINITY] : [Number.NEGATIVE_INFINITY, -margin];
}

const MOST_SEEDS = 64;

/**
 * The least number of seeds with which an interval of the same mean and scatter would leave the nearest margin out;
 * undefined where that is on a side that a bound leaves open.
 */
function seedsForInterval(
  { mean, se }: Interval,
  seeds: number,
  { sign, margin, open }: { sign: Sign; margin: number; open: OpenSides },
): number | undefined {
  const within = allowed(sign, margin).filter((end) => Number.isFinite(end) && !(mean < end ? open.above : open.below));
  if (within.length === 0) return undefined;
  const distance = Math.min(...within.map((end) => Math.abs(mean - end)));
  for (let n = seeds + 1; n <= MOST_SEEDS; n++) {
    if (studentT975(n - 1) * se * Math.sqrt(seeds / n) < distance) return n;
  }
  return undefined;
}

/** The least number of seeds, in whole repetitions of those that there are, with which the same trend would be clear. */
function seedsForTrend(rows: readonly Measurement[][], direction: 'up' | 'down'): number | undefined {
  for (let times = 2; rows.length * times <= MOST_SEEDS / 4; times++) {
    const { reached, fallen } = trendOf(Array.from({ length: times }, () => rows).flat(), direction);
    if (Math.min(reached, fallen) <= 0.05) return rows.length * times;
  }
  return undefined;
}

function judgeTrend(
  { axis, measure, family, where, direction }: Extract<Criterion, { kind: 'trend' }>,
  evidence: Evidence,
): Judgement {
  const { axes } = evidence.plan;
  const levels = axes.find(({ id }) => id === axis)?.levels;
  if (!levels)
    throw badInput(`the trend is along the axis ${axis}; the plan has ${axes.map(({ id }) => id).join(', ')}`);
  const wanted = where[axis];
  const labels = levels
    .map(({ label }) => label)
    .filter((label) => wanted === undefined || [wanted].flat().includes(label));
  const found = labels.map((label) => ({
    label,
    ...find({ measure, where: { ...where, [axis]: label }, ...(family && { family }) }, evidence),
  }));
  const undecided = openEnded(found);
  if (undecided) return undecided;
  const rows = evidence.plan.seeds.map((seed) => found.map(({ bySeed }) => bySeed.get(seed) as Measurement));
  const trend = trendOf(rows, direction);
  const { mean, lo, hi } = bootstrapInterval(trend.scores.map((value) => ({ value })));
  const unit = unitOf(measure);
  const medians = found.map(({ label, bySeed }) => `${label}: ${measurementWords(middle([...bySeed.values()]), unit)}`);
  const open = trend.open > 0 ? `, ${trend.open} left open by the budget or tied` : '';
  const chance = Math.min(trend.reached, trend.fallen);
  const words = `${medians.join(' → ')} (medians); ${trend.agree} of ${trend.comparisons} comparisons over ${seedWords(rows.length)} go as claimed${open} (p = ${withUnit(chance, '')})`;
  const effect = effectOf(mean, Math.max(-1, lo), Math.min(1, hi), 'rank correlation', words);
  const status: Status =
    rows.length < LEAST_SEEDS
      ? 'inconclusive'
      : trend.reached <= 0.05
        ? 'reproduced'
        : trend.fallen <= 0.05
          ? 'not reproduced at this scale'
          : 'inconclusive';
  const seeds = status === 'inconclusive' && seedsForTrend(rows, direction);
  return { status, words, effect, ...(seeds && { decidingSeeds: seeds }) };
}

function judgeCrossing(
  { which, metric, where, expected }: Extract<Criterion, { kind: 'crossing' }>,
  { contests }: Evidence,
): Judgement {
  const of = contests.filter(
    (contest) =>
      matches(contest.cell, where) &&
      contest.cell.families.length > 0 &&
      contest.from.ar !== undefined &&
      contest.from.diffusion !== undefined,
  );
  const stand = of.flatMap((contest) => (['ar', 'diffusion'] as const).map((family) => standingOf(contest, family)));
  if (of.length === 0) return { status: 'inconclusive', words: 'no cell of the plan has both families' };
  if (stand.includes('missing')) return { status: 'inconclusive', words: 'cells are missing' };
  if (stand.includes('diverged')) return { status: 'inconclusive', words: 'training diverged' };
  const outcomes = of.flatMap(({ pair: { ar, diffusion } }) => {
    const crossing = ar && diffusion && crossingOf(which, metric, ar, diffusion);
    return crossing ? [outcomeOf(crossing, diffusion)] : [];
  });
  if (outcomes.length < of.length) return { status: 'inconclusive', words: `the ${metric} was not measured` };
  const seeds = new Set(of.map(({ cell }) => cell.seed)).size;
  const all = (outcome: Outcome) => outcomes.every((each) => each === outcome);
  const none = outcomes.every((each) => ['none', 'against', 'bound'].includes(each));
  const status: Status =
    seeds < LEAST_SEEDS
      ? 'inconclusive'
      : expected === 'none'
        ? decide(none, all('confirmed'))
        : decide(all('confirmed'), all('against'));
  return { status, words: outcomeWords(outcomes, seeds) };
}

const decide = (holds: boolean, opposite: boolean): Status =>
  holds ? 'reproduced' : opposite ? 'not reproduced at this scale' : 'inconclusive';

/**
 * How a crossing stands at the end of the budget; `against`: there is none, and more steps would not have helped;
 * `bound`: so it seems, but it is a bound that AR is ahead of.
 */
type Outcome = 'confirmed' | 'possible' | 'against' | 'bound' | 'none' | 'nothing to pass';

function outcomeOf({ status, held, gap, metric, bound }: Crossing, diffusion: FamilyResult): Outcome {
  if (status === 'confirmed' || status === 'possible') return status;
  const against = metric === 'loss' && bound === 'upper' ? 'bound' : 'against';
  if (status === 'reverted') return against;
  if (held > 0) return 'nothing to pass';
  const behind = gap !== undefined && isClear({ value: -gap.value, se: gap.se });
  return behind && !stillImproving(diffusion, metric) ? against : 'none';
}

/** Whether the best came in the last tenth of the steps, so that the budget may have ended too soon. */
function stillImproving({ records, steps, ended }: FamilyResult, metric: Crossing['metric']): boolean {
  if (ended === 'patience') return false;
  const series =
    metric === 'loss'
      ? evaluationsOf(records)
      : records
          .filter((record) => record.metric === 'accuracy' && record.asked?.category === undefined)
          .map((record) => ({ ...record, value: -record.value }));
  const best = bestOf(series);
  return best !== undefined && best.step > 0.9 * steps;
}

function outcomeWords(outcomes: readonly Outcome[], seeds: number): string {
  const says: Record<Outcome, string> = {
    confirmed: 'confirmed',
    possible: 'possible, but not clear',
    against: 'none or taken back, with AR clearly ahead at the end',
    bound: 'none or taken back, with AR clearly ahead of diffusion’s upper bound at the end',
    none: 'none within the budget',
    'nothing to pass': 'nothing to pass: AR was not clearly ahead before',
  };
  const counted = (Object.keys(says) as Outcome[]).flatMap((outcome) => {
    const n = outcomes.filter((each) => each === outcome).length;
    return n > 0 ? [`${says[outcome]} in ${n}`] : [];
  });
  return `${listWords(counted)} of ${outcomes.length} races (${seedWords(seeds)})`;
}

/** The judgement of a criterion whose numbers are not all there. */
function openEnded(found: readonly (Found | undefined)[]): Judgement | undefined {
  const problems = [...new Set(found.flatMap((each) => each?.problems ?? []))];
  return problems.length > 0 ? { status: 'inconclusive', words: problems.join('; ') } : undefined;
}

function pickedWords({ family }: Quantity, { chosen }: Found): string[] {
  if (!chosen) return [];
  return [`best ${family === 'ar' ? 'of AR' : family ? 'of diffusion' : ''} at ${Object.values(chosen).join(', ')}`];
}

const LOSSES: readonly MeasureId[] = ['bestLoss', 'endLoss', 'testLoss'];
const GAPS: readonly MeasureId[] = ['bestGap', 'endGap', 'testGap'];

/** On which sides the true difference may lie beyond the measured one, however well that is measured. */
interface OpenSides {
  below: boolean;
  above: boolean;
}

/**
 * Diffusion’s loss is at most its bound: an exact loss minus a bound is at least what is measured, a bound minus an exact
 * loss at most. Two bounds are compared as they are.
 */
function openSides(of: Quantity, first: Found, minus: Quantity | undefined, second: Found | undefined): OpenSides {
  if (GAPS.includes(of.measure)) return { below: false, above: !minus && first.bound === 'upper' };
  if (!LOSSES.includes(of.measure) || !minus) return { below: false, above: false };
  const [a, b] = [first.bound === 'upper', second?.bound === 'upper'];
  return { below: a && !b, above: b && !a };
}

/** What a reader must know of a difference of losses that are not all exact. */
function boundWords(of: Quantity, first: Found, minus: Quantity | undefined, second: Found | undefined): string[] {
  if (GAPS.includes(of.measure)) return first.bound === 'upper' ? [DIFFUSION_BOUND] : [];
  if (!LOSSES.includes(of.measure) || !minus) return [];
  const among = [first.bound, second?.bound];
  if (!among.includes('upper')) return [];
  if (first.bound === second?.bound) return ['both losses are upper bounds'];
  if (of.family !== minus.family) return [DIFFUSION_BOUND];
  return [`the ${first.bound === 'exact' ? 'first' : 'second'} loss is exact, the other an upper bound`];
}

const DIFFUSION_BOUND = 'diffusion’s loss is an upper bound';

/** The median of measurements; more than half that never came is never. */
function middle(values: readonly Measurement[]): Measurement {
  return { lo: median(values.map(({ lo }) => lo)), hi: median(values.map(({ hi }) => hi)) };
}
