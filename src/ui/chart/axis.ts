import { ticksOf } from '../../figure/scale.ts';

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

/** x axis: from 0, or, on a log axis (which has no 0), from the smallest positive value that is drawn. */
export function xDomain(smallestPositive: number, largest: number, start: number, log: boolean): Domain {
  const end = grownEnd(largest, start);
  if (!log) return [0, end];
  const from = smallestPositive > 0 && Number.isFinite(smallestPositive) ? smallestPositive : end / 1000;
  return [Math.min(from, end / 2), end];
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

/** Powers of ten within the domain, with 2 and 5 where few fit; linear ticks where the domain is narrower than that. */
export function logTicks([from, to]: Domain, count: number): number[] {
  const within = (factors: readonly number[]) => {
    const ticks: number[] = [];
    for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent++) {
      for (const factor of factors) {
        const tick = Number((factor * 10 ** exponent).toPrecision(12));
        if (tick >= from * (1 - TOLERANCE) && tick <= to * (1 + TOLERANCE)) ticks.push(tick);
      }
    }
    return ticks;
  };
  const candidates = [within([1, 2, 5]), within([1, 3]), within([1])];
  const fitting = candidates.find((ticks) => ticks.length <= count * 1.6) ?? thin(within([1]), count);
  return fitting.length >= 3 ? fitting : ticksOf([from, to], count);
}

function thin(ticks: readonly number[], count: number): number[] {
  const every = Math.ceil(ticks.length / Math.max(1, count));
  return ticks.filter((_, index) => index % every === 0);
}
