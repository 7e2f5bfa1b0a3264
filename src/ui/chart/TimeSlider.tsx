import type { CSSProperties, KeyboardEvent } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { Icon } from '../panels/Icons.tsx';
import { momentsOf, placeOfStep, stepAtPlace } from '../shown/moment.ts';
import { useOnChart } from '../shown/onChart.ts';
import { epochsOfStep } from '../shown/places.ts';
import { holdPlay, play, showStep, toEnd } from '../shown/play.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { type Picture, shareOf, valueAt } from './picture.ts';

const text = words.time;
/** Positions of the slider: finer than a pixel. */
const POSITIONS = 2000;
/** Moments that Page Up and Page Down skip. */
const PAGE = 10;

/**
 * Moves through the training: chart, verdict and texts follow. It lies on the chart's own axis, linear or logarithmic, so
 * that its thumb stands under the cursor; by keyboard it goes from one moment at which something was measured to the next.
 */
export function TimeSlider({ picture }: { picture: Picture }) {
  const shownStep = usePage((state) => state.shownStep);
  const playing = usePage((state) => state.playing);
  const spec = useOnChart()?.spec;
  const log = shownLog();
  const { axis, logX } = picture.view;
  const newest = log.lastEvaluated;
  const step = shownStep ?? newest;
  const place = placeOfStep(log, step, axis) ?? picture.drawing.x.largest;
  const position = Math.round(POSITIONS * Math.min(1, Math.max(0, shareOf(place, picture.x, logX))));
  const where = spec
    ? text.at(formatNumber(Math.round(step), 9), formatNumber(epochsOfStep(spec, Math.round(step))))
    : text.nothing;

  const change = (value: number) => {
    const chosen = stepAtPlace(log, valueAt(value / POSITIONS, picture.x, logX), axis);
    if (chosen !== undefined) showStep(chosen);
  };
  const onKey = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const moments = momentsOf(log);
    if (moments.length === 0) return;
    const here = way < 0 ? moments.findIndex((each) => each >= step) : moments.findLastIndex((each) => each <= step);
    const from = here < 0 ? (way < 0 ? moments.length : -1) : here;
    showStep(moments[Math.min(moments.length - 1, Math.max(0, from + way))]);
  };

  return (
    <div className="time">
      <button
        type="button"
        className="quiet square"
        aria-label={playing ? text.hold : shownStep === null ? text.again : text.play}
        title={playing ? text.hold : shownStep === null ? text.again : text.play}
        disabled={newest === 0}
        onClick={playing ? holdPlay : play}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <input
        type="range"
        aria-label={text.label}
        aria-valuetext={where}
        min={0}
        max={POSITIONS}
        step={1}
        value={position}
        style={{ '--done': `${(100 * position) / POSITIONS}%` } as CSSProperties}
        disabled={newest === 0}
        onKeyDown={onKey}
        onChange={(event) => change(Number(event.target.value))}
      />
      <p className="time-at">
        {shownStep === null ? (
          text.step(formatNumber(newest, 9))
        ) : (
          <button type="button" className="link" aria-label={playing ? text.skipLong : text.newestLong} onClick={toEnd}>
            {playing ? text.skip : text.newest}
          </button>
        )}
      </p>
    </div>
  );
}

const WAYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -PAGE,
  PageUp: PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
