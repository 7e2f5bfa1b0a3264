/**
 * Domains and ticks of the chart. recharts' own choices move with every point and break at 0 on a log axis;
 * these stand still until the data outgrow them.
 */

export type Domain = readonly [number, number];

const GROWTH = 1.25;
/** Float noise must not push 1.25ⁿ over to 1.25ⁿ⁺¹. */
const TOLERANCE = 1e-9;

/** The end of an x axis that holds `largest`: the smallest `start`·1.25ⁿ that is not below it. */
export function grownEnd(largest: number, start: number): number {
  if (!(largest > start)) return start;
  return start * GROWTH ** Math.ceil(Math.log(largest / start) / Math.log(GROWTH) - TOLERANCE);
}

/**
 * x axis: from 0, or, on a log axis (which has no 0), from the smallest positive value that is drawn; to an end that stays
 * while the data grow, or, where they are `whole`, to the last of them.
 */
export function xDomain(
  { smallestPositive, largest }: { smallestPositive: number; largest: number },
  start: number,
  { log, whole }: { log: boolean; whole: boolean },
): Domain {
  const end = whole && largest > 0 ? largest : grownEnd(largest, start);
  if (!log) return [0, end];
  const from = smallestPositive > 0 && Number.isFinite(smallestPositive) ? smallestPositive : end / 1000;
  return [Math.min(from, end / 2), end];
}

/** Nats above the lowest validation loss that are shown: enough to tell both lines apart where they cross. */
const VISIBLE_NATS = 1;

/**
 * The highest loss that is shown. A model that over-fits leaves through the top, and so do the first steps: else the place
 * where the curves cross would be flat. A log axis shows everything.
 */
export const visibleHigh = (high: number, lowest: number, log: boolean): number =>
  log ? high : Math.min(high, lowest + VISIBLE_NATS);

/** The largest x that is shown: what was measured, and of earlier races as much as the budget of this one would reach. */
export function visibleEnd(own: number, budget: number, ghosts: number): number {
  return Math.max(own, Math.min(ghosts, Math.max(own, budget) * GROWTH));
}

/** Share of the y axis that the data must fill for it to stay as it is. */
const ENOUGH = 0.6;
const AIR = 0.06;

/**
 * y axis: keeps `previous` while the data fit into it and fill most of it, else makes a new one with some air.
 * `low`, `high` are the smallest and largest values drawn.
 */
export function yDomain(low: number, high: number, log: boolean, previous: Domain | null): Domain {
  if (!(low <= high)) return previous ?? [0, 1];
  const scale = (value: number) => (log ? Math.log(value) : value);
  const floor = log ? Math.max(low, 1e-6) : low;
  if (previous && floor >= previous[0] && high <= previous[1]) {
    const filled = (scale(high) - scale(floor)) / (scale(previous[1]) - scale(previous[0]));
    if (filled >= ENOUGH) return previous;
  }
  const span = scale(Math.max(high, floor)) - scale(floor) || Math.abs(scale(floor)) * 0.1 || 1;
  const [from, to] = [scale(floor) - AIR * span, scale(Math.max(high, floor)) + AIR * span];
  return log ? [Math.exp(from), Math.exp(to)] : [low >= 0 ? Math.max(0, from) : from, to];
}
