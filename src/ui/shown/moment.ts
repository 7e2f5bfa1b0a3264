import type { Axis } from '../../analysis/record.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { writtenSteps } from '../player.ts';
import type { RaceLog, Track } from '../race.ts';

/** Moments of a training: steps, where they lie on an axis, and what was known by then. */

/** The steps at which something can be seen: evaluations and texts, ascending. */
export function momentsOf(log: RaceLog): number[] {
  const evaluated = FAMILIES.flatMap((family) => log.validation[family].map(({ step }) => step));
  const steps = new Set([...evaluated, ...writtenSteps(log.samples.ar, log.samples.diffusion)]);
  return [...steps].sort((a, b) => a - b);
}

/** The step of the last evaluation that was made by `step`; undefined before the first. */
export function evaluatedBy(log: RaceLog, step: number): number | undefined {
  let last: number | undefined;
  for (const family of FAMILIES) {
    const own = log.validation[family].findLast((record) => record.step <= step)?.step;
    if (own !== undefined && !(last !== undefined && last >= own)) last = own;
  }
  return last;
}

/** The family that has come furthest: its evaluations span the whole race. */
function longest(log: RaceLog): Track | undefined {
  return FAMILIES.flatMap((family) => log.track(family, 'validation') ?? []).reduce<Track | undefined>(
    (best, track) => (best && lastStep(best) >= lastStep(track) ? best : track),
    undefined,
  );
}

const lastStep = ({ axes }: Track): number => (axes.step.length > 0 ? axes.step.at(axes.step.length - 1) : -1);

/** Where a step lies on an axis: linear between the evaluations around it, of the family that has come furthest. */
export function placeOfStep(log: RaceLog, step: number, axis: Axis): number | undefined {
  const track = longest(log);
  return track && between(track.axes.step.values(), track.axes[axis].values(), step);
}

/** The step that lies at a place of an axis, rounded; the first or the last one beyond the ends. */
export function stepAtPlace(log: RaceLog, place: number, axis: Axis): number | undefined {
  const track = longest(log);
  if (!track || track.length === 0) return undefined;
  const [places, steps] = [track.axes[axis].values(), track.axes.step.values()];
  const within = Math.min(Math.max(place, places[0]), places[places.length - 1]);
  const step = between(places, steps, within);
  return step === undefined ? undefined : Math.round(step);
}

/** The loss of a family at a step, linear between the evaluations around it; undefined outside of them. */
export function lossAtStep(log: RaceLog, family: FamilyId, step: number): number | undefined {
  const track = log.track(family, 'validation');
  const value = track && between(track.axes.step.values(), track.value.values(), step);
  return Number.isFinite(value) ? value : undefined;
}

/** y at x of a line through points of ascending xs; undefined outside. */
function between(xs: Float64Array, ys: Float64Array, x: number): number | undefined {
  let [low, high] = [0, xs.length - 1];
  if (high < 0 || !(x >= xs[0]) || x > xs[high]) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  if (x === xs[high]) return ys[high];
  if (x === xs[low] || high === low) return ys[low];
  return ys[low] + ((x - xs[low]) / (xs[high] - xs[low])) * (ys[high] - ys[low]);
}
