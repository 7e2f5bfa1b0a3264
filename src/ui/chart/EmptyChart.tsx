import { FAMILIES } from '../../spec/schema.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.chart;

/** Before anything is trained or shown: the axes, and in three lines what will be seen on them. */
export function EmptyChart() {
  const axis = usePage((state) => state.chart.axis);
  const ready = usePage((state) => state.executor !== null);
  return (
    <div className="empty-chart" data-learn="chart">
      <div className="empty-frame" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <span>{text.axisLong[axis]}</span>
      </div>
      <div className="empty-words">
        <p className="lead">{text.emptyTitle}</p>
        <ul>
          {FAMILIES.map((family) => (
            <li key={family}>
              <svg viewBox="0 0 40 8" aria-hidden="true" className={`stroke-${family}`}>
                <path d="M1 4H39" />
              </svg>
              {text.empty[family]}
            </li>
          ))}
        </ul>
        {ready && <p className="hint">{text.emptyNote}</p>}
      </div>
    </div>
  );
}
