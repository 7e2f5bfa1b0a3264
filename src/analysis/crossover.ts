import type { LossBound } from '../spec/bound.ts';
import {
  bestOf,
  evaluationsOf,
  gapOf,
  improvementsOf,
  isClear,
  leadOf,
  type Pair,
  pairsAtEqualStep,
  placeOf,
} from './compare.ts';
import type { Crossing, CrossingKind } from './crossing.ts';
import type { MetricRecord } from './record.ts';

/** A crossing of which it is not yet said what diffusion's values are. */
type Found = Omit<Crossing, 'bound'>;

export interface CrossingOptions {
  /** Evaluations in a row that confirm a crossing. */
  needed?: number;
}

const NEEDED = 3;

/**
 * Crossings of the validation loss, from raw evaluations only. The functions are pure: given the records so far
 * they say what can be said so far, and a later call with more records may confirm it or take it back.
 *
 * **Live** compares evaluations at equal step.
 * - It needs AR to have been clearly ahead (by more than two standard errors) at an earlier evaluation of trained
 *   weights: in the first steps both families know nothing, and who leads is an accident of the initialisation. Diffusion ahead from the very first one is no
 *   crossing: status none, with `held` counting its lead.
 * - possible: diffusion is ahead, after AR was. confirmed: `needed` evaluations in a row, and at one of them, the
 *   needed-th or later, a gap above two standard errors. An unconfirmed lead that ends leaves no trace.
 * - reverted: after a confirmed crossing AR was ahead at `needed` evaluations in a row. That needs no clear gap: a
 *   claim should be easier to withdraw than to make. Afterwards a new crossing may begin.
 * - A tie, or an evaluation that is not finite, is evidence for neither and ends both kinds of row.
 * - It can be judged only where both have evaluations: once one family has ended, it stays as it was.
 *
 * **Strict** compares bests: diffusion's best so far against the best of all of AR's evaluations.
 * - While AR still trains, that is its best so far; a better one later moves `at`, or takes the crossing back
 *   (reverted, when it had been confirmed).
 * - A best so far stays once reached, so "in a row" counts diffusion's own evaluations below AR's best. confirmed:
 *   `needed` of them in a row, and a gap of the two bests above two standard errors.
 * - As above, there is nothing to pass before AR has been clearly ahead, and already below AR's best at the first
 *   evaluation is no crossing: status none, with `held` counting the evaluations below AR's best.
 *
 * `at` is where diffusion stands (FLOPs and seconds are its own), `held` the longest row of evaluations so far for
 * which the crossing held, `gap` the latest one.
 */
export function findCrossings(
  ar: readonly MetricRecord[],
  diffusion: readonly MetricRecord[],
  { needed = NEEDED }: CrossingOptions = {},
): { live: Crossing; strict: Crossing } {
  const [a, d] = [evaluationsOf(ar), evaluationsOf(diffusion)];
  return {
    live: { ...liveCrossing(pairsAtEqualStep(a, d), needed), bound: boundOf(d) },
    strict: { ...strictCrossing(a, d, needed), bound: boundOf(d) },
  };
}

function boundOf(diffusion: readonly MetricRecord[]): LossBound {
  return diffusion.some(({ bound }) => bound === 'upper') ? 'upper' : 'exact';
}

function liveCrossing(pairs: readonly Pair[], needed: number): Found {
  let arWasAhead = false;
  let arRow = 0;
  let row = 0;
  let first: Pair | undefined;
  /** The last crossing that was ever confirmed, and whether it still stands. */
  let settled: { first: Pair; held: number; status: 'confirmed' | 'reverted' } | undefined;

  for (const pair of pairs) {
    const lead = leadOf(pair);
    arRow = lead < 0 ? arRow + 1 : 0;
    row = lead > 0 ? row + 1 : 0;
    if (row === 1) first = pair;
    arWasAhead ||= arIsClearlyAhead(pair);
    if (settled?.status === 'confirmed') {
      settled.held = Math.max(settled.held, row);
      if (arRow >= needed) settled.status = 'reverted';
    } else if (first && arWasAhead && row >= needed && isClear(gapOf(pair))) {
      settled = { first, held: row, status: 'confirmed' };
    }
  }

  const gap = pairs.length > 0 ? gapOf(pairs[pairs.length - 1]) : undefined;
  const begun = row > 0 && arWasAhead;
  if (settled && (settled.status === 'confirmed' || !begun)) {
    return crossing('live', settled.status, needed, settled.held, gap, settled.first);
  }
  return begun ? crossing('live', 'possible', needed, row, gap, first) : crossing('live', 'none', needed, row, gap);
}

function strictCrossing(ar: readonly MetricRecord[], diffusion: readonly MetricRecord[], needed: number): Found {
  const begins = pairsAtEqualStep(ar, diffusion).find(arIsClearlyAhead)?.diffusion.step ?? Number.POSITIVE_INFINITY;
  const bests = improvementsOf(ar);
  let result = crossing('strict', 'none', needed, 0);
  let confirmed: Found | undefined;
  bests.forEach((best, i) => {
    const until = bests[i + 1]?.step ?? Number.POSITIVE_INFINITY;
    result = strictAgainst(
      best,
      diffusion.filter((record) => record.step < until),
      needed,
      begins,
    );
    if (result.status === 'confirmed') confirmed = result;
    else if (result.status === 'none' && confirmed) {
      result = withGap({ ...confirmed, status: 'reverted' }, result.gap);
    }
  });
  return result;
}

/** Where the standard error is not known, any lead counts. */
function arIsClearlyAhead(pair: Pair): boolean {
  const { value, se } = gapOf(pair);
  if (pair.diffusion.step === 0) return false;
  return isClear({ value: -value, se: Number.isNaN(se) ? 0 : se });
}

/** The strict crossing of one best of AR, which was first clearly ahead at step `begins`. */
function strictAgainst(best: MetricRecord, diffusion: readonly MetricRecord[], needed: number, begins: number): Found {
  const own = bestOf(diffusion);
  if (!own) return crossing('strict', 'none', needed, 0);
  const gap = gapOf({ ar: best, diffusion: own });
  const below = diffusion.map((record) => leadOf({ ar: best, diffusion: record }) > 0);
  const first = below.indexOf(true);
  const held = longestRow(below);
  if (first <= 0 || diffusion[diffusion.length - 1].step < begins) return crossing('strict', 'none', needed, held, gap);
  const status = held >= needed && isClear(gap) ? 'confirmed' : 'possible';
  return crossing('strict', status, needed, held, gap, { ar: best, diffusion: diffusion[first] });
}

function crossing(
  kind: CrossingKind,
  status: Found['status'],
  needed: number,
  held: number,
  gap?: Found['gap'],
  first?: Pair,
): Found {
  const bare: Found = { kind, metric: 'loss', status, held, needed };
  const placed: Found = first
    ? { ...bare, at: placeOf(first.diffusion), value: { diffusion: first.diffusion.value, ar: first.ar.value } }
    : bare;
  return withGap(placed, gap);
}

function withGap(of: Found, gap: Found['gap']): Found {
  return gap ? { ...of, gap } : of;
}

function longestRow(holds: readonly boolean[]): number {
  let row = 0;
  return holds.reduce((longest, each) => {
    row = each ? row + 1 : 0;
    return Math.max(longest, row);
  }, 0);
}
