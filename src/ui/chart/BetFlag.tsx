import { formatNumber } from '../../analysis/format.ts';
import type { Edges } from '../../figure/frame.ts';
import { textWidth } from '../../figure/text.ts';
import { useLearn } from '../learn/state.ts';
import { useOnChart } from '../shown/onChart.ts';
import { placeOfEpoch } from '../shown/places.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { lowestPlace, type Point } from './labelPlace.ts';
import type { Plot } from './plot.ts';

const FLAG = { width: 12, height: 16 };

/** Where a person expects the crossing. */
export interface Flag {
  x: number;
  words: string;
  /** Whether its words stand on the left of its pole. */
  toLeft: boolean;
  /** What the flag and its words cover. */
  box: Edges;
}

/** The flag of the bet that is placed, where it covers least of the lines; null where there is none to show. */
export function useFlag(plot: Plot, lines: readonly (readonly Point[])[]): Flag | null {
  const bet = usePage((state) => state.bet);
  const axis = usePage((state) => state.chart.axis);
  const size = useLearn(({ teaching }) => (teaching ? 17 : 13));
  const shown = useOnChart();
  if (!bet || !shown) return null;
  const place = placeOfEpoch(shown, shownLog(), bet.epoch, axis);
  if (place === undefined) return null;
  // A bet beyond the axis waits at its end.
  const x = Math.min(plot.right, plot.x(place));
  if (!Number.isFinite(x) || x < plot.left) return null;
  const said = `${words.bet.flag(formatNumber(bet.epoch))}${plot.x(place) > plot.right ? ' →' : ''}`;
  const width = textWidth(said, size);
  const toLeft = x > (plot.left + plot.right) / 2;
  const sides = toLeft
    ? { left: x - 6 - width, right: x + FLAG.width }
    : { left: x, right: x + FLAG.width + 4 + width };
  const top = lowestPlace({ ...sides, height: FLAG.height }, { top: plot.top, bottom: plot.bottom - 8 }, lines);
  return { x, words: said, toLeft, box: { ...sides, top, bottom: top + FLAG.height } };
}

/** A flag on a pole. */
export function BetFlag({ plot, flag }: { plot: Plot; flag: Flag }) {
  const { x, toLeft, box } = flag;
  return (
    <g className="bet-flag">
      <line x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
      <path d={`M${x} ${box.top}l${FLAG.width} ${FLAG.height / 2}l${-FLAG.width} ${FLAG.height / 2}Z`} />
      <text x={x + (toLeft ? -6 : FLAG.width + 4)} y={box.top + 12} textAnchor={toLeft ? 'end' : 'start'}>
        {flag.words}
      </text>
    </g>
  );
}
