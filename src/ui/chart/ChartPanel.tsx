import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { AXES } from '../../analysis/record.ts';
import { Boundary } from '../panels/Boundary.tsx';
import { Choices } from '../panels/Field.tsx';
import { getPage, getRace, setPage, usePage } from '../store.ts';
import { crossingsInWords, standingOf } from '../summary.ts';
import { words } from '../words.ts';
import { EmptyChart } from './EmptyChart.tsx';

const LossChart = lazy(() => import('./LossChart.tsx'));

const text = words.chart;
const NARROW = 560;
/** Milliseconds between two commits of the chart, and what it falls back to where a commit is slow. */
const EVERY = 250;
const EVERY_WHEN_SLOW = 1000;
const SLOW_COMMIT = 30;

export function ChartPanel() {
  const started = usePage((state) => state.race !== null);
  return (
    <section className="chart" aria-labelledby="chart-title">
      <div className="chart-head">
        <h2 id="chart-title">
          {text.title} <small>{text.unit}</small>
        </h2>
        {started && <Controls />}
      </div>
      <Boundary>{started ? <Plot /> : <EmptyChart />}</Boundary>
      <Key />
    </section>
  );
}

function Controls() {
  const view = usePage((state) => state.chart);
  const change = (part: Partial<typeof view>) => setPage({ chart: { ...getPage().chart, ...part } });
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
    </div>
  );
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="toggle">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

function Plot() {
  const frame = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  const { version, drawn } = useCalmVersion(frame);
  const measured = usePage((state) => state.version > 0) && getRace().evaluations().length > 0;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setNarrow(entry.contentRect.width < NARROW));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <figure>
      <div className="plot" ref={frame} aria-hidden="true">
        <Suspense fallback={<p className="loading">{words.loading}</p>}>
          <LossChart version={version} narrow={narrow} drawn={drawn} />
        </Suspense>
        {!measured && <p className="loading">{text.preparing}</p>}
      </div>
      <figcaption>
        <Summary />
      </figcaption>
    </figure>
  );
}

/** The chart as text. */
function Summary() {
  usePage((state) => state.version);
  const crossings = usePage((state) => state.crossings);
  const race = usePage((state) => state.race);
  return (
    <>
      {race ? standingOf(getRace(), race.spec) : words.verdict.waiting}
      {/* To be seen, the crossings stand in the verdict. */}
      <span className="hidden"> {crossingsInWords(crossings)}</span>
    </>
  );
}

/** The store's version, at most four times a second, once a second where drawing is slow, never while out of sight. */
function useCalmVersion(frame: React.RefObject<HTMLElement | null>) {
  const latest = usePage((state) => state.version);
  const [version, setVersion] = useState(latest);
  const [seen, setSeen] = useState(true);
  const last = useRef({ at: Number.NEGATIVE_INFINITY, took: 0 });
  const drawn = useCallback((took: number) => {
    last.current = { at: performance.now(), took };
  }, []);

  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setSeen(entry.isIntersecting));
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);

  useEffect(() => {
    if (!seen || latest === version) return;
    const every = last.current.took > SLOW_COMMIT ? EVERY_WHEN_SLOW : EVERY;
    const timer = setTimeout(() => setVersion(latest), Math.max(0, last.current.at + every - performance.now()));
    return () => clearTimeout(timer);
  }, [seen, latest, version]);

  return { version, drawn };
}

function Key() {
  const started = usePage((state) => state.race !== null);
  const training = usePage((state) => state.chart.training);
  const { live, strict } = usePage((state) => state.crossings);
  if (!started) return null;
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
    </ul>
  );
}
