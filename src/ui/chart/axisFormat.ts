import type { Axis } from '../../analysis/record.ts';
import { formatCount, formatDuration, formatNumber, formatPower } from '../format.ts';

/** How a place on an axis is written, on ticks and in the reading under the pointer. */
export function axisFormat(axis: Axis): (value: number) => string {
  switch (axis) {
    case 'flops':
      return formatPower;
    case 'seconds':
      return formatDuration;
    case 'epoch':
      return formatNumber;
    default:
      return formatCount;
  }
}
