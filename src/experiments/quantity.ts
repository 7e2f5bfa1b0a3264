import { badInput } from '../core/errors.ts';
import { meanAndError } from '../core/statistics.ts';
import type { LossBound } from '../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../spec/schema.ts';
import type { Cell } from './cell.ts';
import type { Plan, Quantity, Where } from './experiment.ts';
import { type Measurement, measure, measureInfo } from './measures.ts';
import { type Contest, matches, standingOf } from './pairing.ts';

/** What a sweep's criterion is judged on. */
export interface Evidence {
  plan: Plan;
  contests: readonly Contest[];
}

/** A quantity on every seed. */
export interface Found {
  bySeed: ReadonlyMap<number, Measurement>;
  /** Why a seed has no number, each reason once; a criterion with problems is not decided. */
  problems: readonly string[];
  /** What diffusion's losses in these cells are, where they play a part. */
  bound?: LossBound;
  /** The levels of the cell that was picked, where there were several. */
  chosen?: Cell['levels'];
}

/**
 * A quantity on every seed of the plan. Throws a CrossoverError when the criterion names an axis or a level that the plan
 * does not have, or leaves several cells without saying which.
 */
export function find(quantity: Quantity, { plan, contests }: Evidence): Found {
  checkWhere(quantity.where, plan);
  const needed = neededBy(quantity);
  const candidates = candidatesOf(quantity, needed, contests);
  if (candidates.length === 0) return { bySeed: new Map(), problems: ['no cell of the plan measures it'] };
  if (candidates.length > 1 && !quantity.over) {
    throw badInput(
      `the criterion leaves ${candidates.length} cells for ${quantity.measure}; it must name one level on each axis, or say over: min or max`,
    );
  }
  const missing = candidates.flat().filter((contest) => stands(contest, needed, 'missing')).length;
  if (missing > 0)
    return { bySeed: new Map(), problems: [`${missing === 1 ? 'a cell is' : `${missing} cells are`} missing`] };
  // In a search a setting that diverges is a bad setting; alone it leaves nothing to judge.
  const sound = candidates.filter((cells) => !cells.some((contest) => stands(contest, needed, 'diverged')));
  if (sound.length === 0) return { bySeed: new Map(), problems: ['training diverged'] };
  const picked = candidates.length > 1 ? pick(quantity, sound) : sound[0];
  if (!picked)
    return { bySeed: new Map(), problems: [`${measureInfo(quantity.by ?? quantity.measure).label} was not measured`] };
  const bySeed = new Map<number, Measurement>();
  const bound = needed.includes('diffusion') && boundOf(picked);
  const problems: string[] = [];
  for (const { cell, pair } of picked) {
    const value = measure(quantity.measure, pair, quantity.family);
    if (value) bySeed.set(cell.seed, value);
    else problems.push(`${measureInfo(quantity.measure).label} could not be measured on seed ${cell.seed}`);
  }
  return { bySeed, problems, ...(bound && { bound }), ...(candidates.length > 1 && { chosen: picked[0].cell.levels }) };
}

function boundOf(contests: readonly Contest[]): LossBound {
  const records = contests.flatMap(({ pair: { diffusion } }) => diffusion?.records ?? []);
  return records.some(({ metric, split, bound }) => metric === 'loss' && split !== 'train' && bound === 'upper')
    ? 'upper'
    : 'exact';
}

export function neededBy({ measure: id, family }: Pick<Quantity, 'measure' | 'family'>): readonly FamilyId[] {
  if (measureInfo(id).of === 'pair') return FAMILIES;
  if (family) return [family];
  throw badInput(`the criterion must say of which family ${id} is meant`);
}

/** The cells that are left, those of equal levels together (one a seed); a shared reference counts once. */
function candidatesOf(quantity: Quantity, needed: readonly FamilyId[], contests: readonly Contest[]): Contest[][] {
  const seen = new Set<string>();
  const groups = new Map<string, Contest[]>();
  for (const contest of contests) {
    if (!matches(contest.cell, quantity.where) || stands(contest, needed, 'not planned')) continue;
    const sources = needed.map((family) => contest.from[family]).join();
    if (seen.has(sources)) continue;
    seen.add(sources);
    const key = JSON.stringify(contest.cell.levels);
    groups.set(key, [...(groups.get(key) ?? []), contest]);
  }
  return [...groups.values()];
}

/** The candidate of smallest or largest `by` on average over the seeds; undefined where it was measured in none. */
function pick(
  { measure: id, by = id, over, family }: Quantity,
  candidates: readonly Contest[][],
): Contest[] | undefined {
  const rated = candidates.flatMap((cells) => {
    const values = cells.map(({ pair }) => measure(by, pair, family)?.lo ?? Number.NaN);
    const { mean } = meanAndError(values);
    return Number.isNaN(mean) ? [] : [{ cells, rank: over === 'max' ? -mean : mean }];
  });
  return rated.sort((a, b) => a.rank - b.rank)[0]?.cells;
}

function stands(contest: Contest, needed: readonly FamilyId[], standing: ReturnType<typeof standingOf>): boolean {
  return needed.some((family) => standingOf(contest, family) === standing);
}

function checkWhere(where: Where, { axes }: Plan): void {
  for (const [id, wanted] of Object.entries(where)) {
    const axis = axes.find((each) => each.id === id);
    if (!axis)
      throw badInput(`the criterion names the axis ${id}; the plan has ${axes.map((each) => each.id).join(', ')}`);
    const labels = axis.levels.map(({ label }) => label);
    const unknown = [wanted].flat().find((label) => !labels.includes(label));
    if (unknown !== undefined)
      throw badInput(`the criterion names “${unknown}” on the axis ${id}; the plan has ${labels.join(', ')}`);
  }
}
