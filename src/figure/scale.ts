/** A map from data to pixels (or character cells). */
export interface Scale {
  (value: number): number;
  domain: readonly [number, number];
  /** Round numbers inside the domain, about `count` of them. */
  ticks(count: number): number[];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const slope = d1 > d0 ? (r1 - r0) / (d1 - d0) : 0;
  const ticks = (count: number) => ticksOf(domain, count);
  return Object.assign((value: number) => r0 + (value - d0) * slope, { domain, ticks });
}

/** A logarithmic map; the domain is above 0, and a value that is not lies at its lower end. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const linear = linearScale([Math.log(low), Math.log(high)], range);
  const ticks = (count: number) => logTicks(domain, count);
  return Object.assign((value: number) => linear(Math.log(value > 0 ? value : low)), { domain, ticks });
}

/** Round numbers (1, 2 or 5 times a power of ten) inside a domain, about `count` of them. */
export function ticksOf([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.99) as number;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten within the domain, with 2 and 5 where few fit; linear ticks where the domain is narrower than that. */
export function logTicks([from, to]: readonly [number, number], count: number): number[] {
  const within = (factors: readonly number[]) => {
    const ticks: number[] = [];
    for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent++) {
      for (const factor of factors) {
        const tick = Number((factor * 10 ** exponent).toPrecision(12));
        if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick);
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

/** Nats above the best loss that a chart shows: enough for both lines to be told apart where they cross. */
const VISIBLE_NATS = 1;

/**
 * The losses that a chart shows: from the lowest up to the highest or one nat above the lowest. An over-fitted model
 * leaves through the top, which the chart has to say.
 */
export function lossDomain(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = Math.min(
    finite.reduce((a, b) => Math.max(a, b)),
    low + VISIBLE_NATS,
  );
  const pad = Math.max(0.02, 0.06 * (high - low));
  return [low - pad, high + pad];
}
