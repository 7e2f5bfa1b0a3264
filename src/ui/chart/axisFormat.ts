import { formatCount, formatDuration, formatFixed, formatNumber, formatPower } from '../../analysis/format.ts';
import type { Axis } from '../../analysis/record.ts';

/** How a place on an axis is written, on ticks and in the reading under the pointer. */
export function axisFormat(axis: Axis): (value: number) => string {
  switch (axis) {
    case 'flops':
      return formatPower;
    case 'seconds':
      return formatDuration;
    case 'epoch':
      // Ticks are called with their index as well, which must not pass for a number of digits.
      return (value) => formatNumber(value);
    default:
      return formatCount;
  }
}

/** Writes ticks with as many decimals as the finest of them needs: 2.0, 2.5, 3.0. */
export function alikeDecimals(ticks: readonly number[]): (value: number) => string {
  const places = Math.max(0, ...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  return (value) => formatFixed(value, Math.min(places, 4));
}
