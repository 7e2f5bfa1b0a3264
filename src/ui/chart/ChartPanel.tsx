import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { Boundary } from '../panels/Boundary.tsx';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { crossingsInWords, standingOf } from '../summary.ts';
import { words } from '../words.ts';
import { Bet } from './Bet.tsx';
import { Controls } from './Controls.tsx';
import { useCalmVersion } from './calm.ts';
import { EmptyChart } from './EmptyChart.tsx';
import { ghostLabel } from './Ghosts.tsx';
import { Key } from './Key.tsx';
import { Provenance } from './Provenance.tsx';
import { usePicture } from './picture.ts';
import { SmallCharts } from './SmallCharts.tsx';
import { TimeSlider } from './TimeSlider.tsx';

const LossChart = lazy(() => import('./LossChart.tsx'));

const text = words.chart;
const NARROW = 560;

/** The hero of the page: both losses, what else was measured beside them, and the slider that moves through the training. */
export function ChartPanel() {
  const something = useOnChart() !== null;
  return (
    <section className="chart" aria-labelledby="chart-title">
      <Provenance />
      <div className="chart-head">
        <h2 id="chart-title">
          {text.title} <small>{text.unit}</small>
        </h2>
        {something && <Controls />}
      </div>
      <Boundary>{something ? <Plots /> : <EmptyChart />}</Boundary>
      <div className="chart-foot" data-learn="bet">
        {something && <Key />}
        <Bet />
      </div>
    </section>
  );
}

function Plots() {
  const frame = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  const { version, drawn } = useCalmVersion(frame);
  const picture = usePicture(version);
  const betting = usePage((state) => state.betting);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setNarrow(entry.contentRect.width < NARROW));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  if (!picture) return null;
  const measured = picture.drawing.y.low <= picture.drawing.y.high;
  return (
    <div className={narrow ? 'plots is-narrow' : 'plots'}>
      <figure data-learn="chart">
        <div className={betting ? 'plot is-betting' : 'plot'} ref={frame} aria-hidden="true">
          <Suspense fallback={<p className="loading">{words.loading}</p>}>
            <LossChart picture={picture} narrow={narrow} drawn={drawn} />
          </Suspense>
          {!measured && <p className="loading">{text.preparing}</p>}
        </div>
        <TimeSlider picture={picture} />
        <figcaption className="hidden">
          <Summary />
        </figcaption>
      </figure>
      <SmallCharts picture={picture} />
    </div>
  );
}

/** The chart as text; to be seen, the same stands in the verdict. */
function Summary() {
  usePage((state) => state.version);
  const shown = useOnChart();
  const ghosts = usePage((state) => state.ghosts);
  if (!shown) return words.verdict.waiting;
  const behind = ghosts
    .filter(({ id }) => id !== shown.id)
    .map((ghost) =>
      words.ghosts.one(ghostLabel(ghost, shown.spec), ghost.live?.at ? formatNumber(ghost.live.at.epoch) : null),
    );
  return (
    <>
      {standingOf(shownLog(), shown.spec)} {crossingsInWords(shown.crossings)}{' '}
      {behind.length > 0 && words.ghosts.spoken(behind.join(', '))}
    </>
  );
}
