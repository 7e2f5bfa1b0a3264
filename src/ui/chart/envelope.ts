import { smooth } from '../../analysis/series.ts';
import type { Stretch } from '../columns.ts';
import type { Track } from '../race.ts';
import type { ChartView } from '../store.ts';
import type { Point } from './view.ts';

/** Long tracks as few points: what was measured, and its average. */

type View = Pick<ChartView, 'axis' | 'smoothing'>;

/** Where a stretch lies: in the middle of the steps that it holds. */
const middleOf = ({ first, count }: Stretch): number => first + ((count - 1) >> 1);

/**
 * The values averaged over a share of the steps so far (`smooth`: debiased, by distance in steps); a share of 0 gives
 * their means over a stretch. Where nothing was finite there is no point.
 */
export function smoothedPoints(track: Track, { axis, smoothing }: View): Point[] {
  const { stretches } = track.envelope;
  const steps = Float64Array.from(stretches, (stretch) => track.axes.step.at(middleOf(stretch)));
  const means = Float64Array.from(stretches, ({ sum, finite }) => (finite > 0 ? sum / finite : Number.NaN));
  const span = steps.length > 0 ? steps[steps.length - 1] - steps[0] : 0;
  const values = smooth(steps, means, smoothing === 0 ? 0 : Math.max(1, span * smoothing));
  return stretches.flatMap((stretch, index) => {
    const y = values[index];
    return Number.isFinite(y) ? [{ x: track.axes[axis].at(middleOf(stretch)), y }] : [];
  });
}

/** What was measured, down and up through the extremes of each stretch; gaps (NaN) where nothing was finite. */
export function rawPoints(track: Track, { axis }: Pick<View, 'axis'>): Point[] {
  return track.envelope.stretches.flatMap((stretch, index) => {
    const x = track.axes[axis].at(middleOf(stretch));
    if (stretch.finite === 0) return [{ x, y: Number.NaN }];
    if (stretch.low === stretch.high) return [{ x, y: stretch.low }];
    const [a, b] = index % 2 === 0 ? [stretch.low, stretch.high] : [stretch.high, stretch.low];
    return [
      { x, y: a },
      { x, y: b },
    ];
  });
}
