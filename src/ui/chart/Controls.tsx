import { formatNumber } from '../../analysis/format.ts';
import { AXES } from '../../analysis/record.ts';
import { Choices } from '../panels/Field.tsx';
import { Toggle } from '../panels/Toggle.tsx';
import { type ChartView, getPage, SMOOTHINGS, setPage, usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.chart;

/** How the chart is drawn: its axis, logarithms, the training loss and how much that is smoothed. */
export function Controls() {
  const view = usePage((state) => state.chart);
  const change = (part: Partial<ChartView>) => setPage({ chart: { ...getPage().chart, ...part } });
  return (
    <div className="chart-controls">
      <Choices
        label={text.axis}
        quietLabel
        joined
        options={AXES.map((axis) => [axis, text.axes[axis], text.axisLong[axis]] as const)}
        value={view.axis}
        onChange={(axis) => change({ axis })}
      />
      <Toggle label={text.logX} on={view.logX} onChange={(logX) => change({ logX })} />
      <Toggle label={text.logY} on={view.logY} onChange={(logY) => change({ logY })} />
      <Toggle label={text.training} on={view.training} onChange={(training) => change({ training })} />
      <select
        className="smoothing"
        aria-label={text.smoothing}
        title={text.smoothing}
        value={view.smoothing}
        onChange={(event) => change({ smoothing: Number(event.target.value) })}
      >
        {SMOOTHINGS.map((share) => (
          <option key={share} value={share}>
            {share === 0 ? text.raw : text.smooth(formatNumber(100 * share))}
          </option>
        ))}
      </select>
    </div>
  );
}
