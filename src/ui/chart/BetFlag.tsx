import { formatNumber } from '../../analysis/format.ts';
import { useOnChart } from '../shown/onChart.ts';
import { placeOfEpoch } from '../shown/places.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import type { Plot } from './plot.ts';

const FLAG = { width: 12, height: 16 };

/** Where a person expects the crossing: a flag on a pole. A bet beyond the axis waits at its end. */
export function BetFlag({ plot }: { plot: Plot }) {
  const bet = usePage((state) => state.bet);
  const axis = usePage((state) => state.chart.axis);
  const shown = useOnChart();
  if (!bet || !shown) return null;
  const place = placeOfEpoch(shown, shownLog(), bet.epoch, axis);
  if (place === undefined) return null;
  const x = Math.min(plot.right, plot.x(place));
  if (!Number.isFinite(x) || x < plot.left) return null;
  const beyond = plot.x(place) > plot.right;
  // Above are the names of lines that leave through the top.
  const top = plot.bottom - 40;
  const toLeft = x > (plot.left + plot.right) / 2;
  return (
    <g className="bet-flag">
      <line x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
      <path d={`M${x} ${top}l${FLAG.width} ${FLAG.height / 2}l${-FLAG.width} ${FLAG.height / 2}Z`} />
      <text x={x + (toLeft ? -6 : FLAG.width + 4)} y={top + 12} textAnchor={toLeft ? 'end' : 'start'}>
        {words.bet.flag(formatNumber(bet.epoch))}
        {beyond && ' →'}
      </text>
    </g>
  );
}
