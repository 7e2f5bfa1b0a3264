/** A linear map from data to pixels (or character cells). */
export interface Scale {
  (value: number): number;
  domain: readonly [number, number];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const slope = d1 > d0 ? (r1 - r0) / (d1 - d0) : 0;
  return Object.assign((value: number) => r0 + (value - d0) * slope, { domain });
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
