import { formatCount, formatDuration, formatNumber, formatPower } from '../analysis/format.ts';
import { FAMILY_NAMES } from '../spec/schema.ts';
import type { Axis, Criterion, Quantity, Where } from './experiment.ts';
import { type MeasureId, type Measurement, measureInfo } from './measures.ts';
import type { Effect, Effort, ToDecide } from './verdict.ts';

/** A number with its unit: 0.112 nats per token · 1,014 steps · 12 k tokens · 6.4×10¹¹ FLOPs. */
export function withUnit(value: number, unit: string): string {
  const number = unit === 'FLOPs' ? formatPower(value) : unit === 'tokens' ? formatCount(value) : rounded(value);
  return unit === '' || unit === '×' ? number + unit : `${number} ${unit}`;
}

function rounded(value: number): string {
  return formatNumber(value).replace('-', '−');
}

/** Where a measured number lies: `560`, or `later than 1,500` for a crossing that did not come. */
export function measurementWords({ lo, hi }: Measurement, unit: string): string {
  return hi === Number.POSITIVE_INFINITY ? `more than ${withUnit(lo, unit)}` : withUnit(lo, unit);
}

export function intervalWords(value: number, lo: number, hi: number, unit: string): string {
  const between = `${Number.isFinite(lo) ? rounded(lo) : '−∞'} … ${Number.isFinite(hi) ? rounded(hi) : '∞'}`;
  return `${withUnit(value, unit)} (95 % interval ${between})`;
}

/** An effect as JSON can hold it. */
export function effectOf(value: number, lo: number, hi: number, unit: string, words: string): Effect {
  const end = (x: number) => (Number.isFinite(x) ? x : null);
  return { value, lo: end(lo), hi: end(hi), unit, words };
}

export function quantityWords({ measure, family, where, over, by }: Quantity): string {
  const whose = family ? ` of ${FAMILY_NAMES[family]}` : '';
  const { label } = measureInfo(measure);
  const chosen = over
    ? `, in the cell of ${over === 'min' ? 'smallest' : 'largest'} ${measureInfo(by ?? measure).label}`
    : '';
  return `${label}${whose}${whereWords(where)}${chosen}`;
}

/** Several levels of an axis are alternatives (or) where one is picked, else all are meant (and). */
export function whereWords(where: Where, several: 'or' | 'and' = 'or'): string {
  const levels = Object.values(where).map((wanted) =>
    typeof wanted === 'string' ? wanted : wanted.map((label) => `“${label}”`).join(` ${several} `),
  );
  return levels.length > 0 ? ` (${levels.join('; ')})` : '';
}

/** What had to hold, as it was written down before the run. */
export function criterionWords(criterion: Exclude<Criterion, { kind: 'all' }>, axes: readonly Axis[]): string {
  switch (criterion.kind) {
    case 'trend': {
      const { axis, measure, family, where, direction } = criterion;
      const label = axes.find(({ id }) => id === axis)?.label ?? axis;
      const what = quantityWords({ measure, where, ...(family && { family }) });
      return `${what} ${direction === 'up' ? 'grows' : 'falls'} along “${label}”`;
    }
    case 'difference': {
      const { of, minus, sign, margin = 0 } = criterion;
      const unit = unitOf(of.measure);
      const what = minus ? `${quantityWords(of)} minus ${quantityWords(minus)}` : quantityWords(of);
      if (sign === 'neither') return `${what} is within ±${withUnit(margin, unit)}`;
      return sign === 'positive'
        ? `${what} is above ${withUnit(margin, unit)}`
        : `${what} is below ${withUnit(-margin, unit)}`;
    }
    case 'crossing': {
      const { which, metric, where, expected } = criterion;
      return expected === 'confirmed'
        ? `a ${which} crossing of the ${metric} is confirmed${whereWords(where, 'and')} on every seed`
        : `no ${which} crossing of the ${metric} comes within the budget${whereWords(where, 'and')} on any seed`;
    }
  }
}

export function unitOf(measure: MeasureId): string {
  return measureInfo(measure).unit;
}

/** `a`, `a and b`, `a, b and c` */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

export function seedWords(n: number): string {
  return n === 1 ? '1 seed' : `${n} seeds`;
}

/** Levels for people, `dropout 0.3, no masking`: one that is a bare number is told with its axis. */
export function levelWords(levels: Readonly<Record<string, string>>): string {
  const words = Object.entries(levels).map(([axis, level]) => {
    if (level === 'none') return `no ${axis}`;
    return Number.isNaN(Number(level)) ? level : `${axis} ${level}`;
  });
  return words.join(', ');
}

/** A level that is a number of its axis, `dropout 0.3` or a bare `0.3`, as both; undefined for one that is words. */
export function levelNumber(axis: string, level: string): LevelNumber | undefined {
  const number = level.startsWith(`${axis} `) ? level.slice(axis.length + 1) : level;
  return number === '' || Number.isNaN(Number(number)) ? undefined : { axis, number };
}

export interface LevelNumber {
  axis: string;
  number: string;
}

/** `4.1×10¹³ FLOPs of training, at most 14:10 where these ran` */
export function effortWords({ flops, seconds }: Effort): string {
  return `${formatPower(flops)} FLOPs of training, at most ${formatDuration(seconds)} where these ran`;
}

/** `To decide it: 9 seeds, if they are like these (…). npx crossover …` */
export function decidingWords({ words, effort, command }: ToDecide): string {
  return `To decide it: ${words}${effort ? ` (${effortWords(effort)})` : ''}. ${command}`;
}
