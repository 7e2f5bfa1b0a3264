import { usePage } from '../store.ts';
import { words } from '../words.ts';

/** Before anything is trained: the axes, and in three lines what will be seen on them. */
export function EmptyChart() {
  const axis = usePage((state) => state.chart.axis);
  return (
    <div className="empty-chart">
      <div className="empty-frame" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <span className="empty-y">{words.chart.emptyY}</span>
        <span className="empty-x">{words.chart.axisLong[axis]}</span>
      </div>
      <div className="empty-words">
        <p className="lead">{words.chart.emptyTitle}</p>
        <ol>
          {words.chart.empty.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      </div>
    </div>
  );
}
