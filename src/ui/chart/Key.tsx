import { clearGhosts } from '../shown/ghosts.ts';
import { useOnChart } from '../shown/onChart.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';

const text = words.chart;

/** What the marks mean: of those that are there. */
export function Key() {
  const training = usePage((state) => state.chart.training);
  const ghosts = usePage((state) => state.ghosts.length);
  const { live, strict } = useOnChart()?.crossings ?? {};
  return (
    <ul className="key">
      <li>
        <svg viewBox="0 0 24 8" aria-hidden="true">
          <path d="M1 4H23" strokeDasharray="1 4" strokeLinecap="round" />
        </svg>
        {text.key.best}
      </li>
      <li>
        <svg viewBox="0 0 24 8" aria-hidden="true">
          <path className="key-band" d="M1 0H23V8H1Z" />
        </svg>
        {text.key.band}
      </li>
      {training && (
        <li>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path className="key-training" d="M1 4H23" />
          </svg>
          {text.key.training}
        </li>
      )}
      {live?.at && <li>◆ {text.key.live}</li>}
      {strict?.at && <li>◇ {text.key.strict}</li>}
      {ghosts > 0 && (
        <li>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path className="key-ghost" d="M1 4H23" />
          </svg>
          {words.ghosts.key(ghosts)}
          <button type="button" className="link" aria-label={words.ghosts.clearLong} onClick={clearGhosts}>
            {words.ghosts.clear}
          </button>
        </li>
      )}
    </ul>
  );
}
