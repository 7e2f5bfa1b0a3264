import { memo, useMemo } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { pathThrough } from '../../figure/svg.ts';
import { placeOfStep } from '../shown/moment.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { type Picture, shareOf } from './picture.ts';
import { type SmallChart, type SmallLine, smallCharts, valueOn } from './small.ts';
import type { Point } from './view.ts';

const text = words.small;
/** Units of a small chart, stretched to its size. */
const SIZE = 1000;

/** Task accuracy, ΔNLL, training loss and gradient norm: small, on the large chart's horizontal axis. */
export function SmallCharts({ picture }: { picture: Picture }) {
  const charts = useMemo(() => smallCharts(shownLog(), picture.view), [picture]);
  if (charts.length === 0) return null;
  return (
    <section className="smalls" aria-label={text.label}>
      {charts.map((chart) => (
        <Small key={chart.id} chart={chart} picture={picture} />
      ))}
    </section>
  );
}

function Small({ chart, picture }: { chart: SmallChart; picture: Picture }) {
  const place = useMoment(picture);
  const share = place === undefined ? undefined : shareOf(place, picture.x, picture.view.logX);
  return (
    <figure className="small">
      <figcaption>
        <h3 title={text.units[chart.id]}>{text.titles[chart.id]}</h3>
        <p className="small-values" aria-hidden="true">
          {chart.lines.map(({ family, line }) => {
            const value = valueOn(line, place);
            return (
              value !== undefined && (
                <span key={family} className={`name-${family}`}>
                  {formatNumber(value)}
                </span>
              )
            );
          })}
        </p>
        <p className="hidden">{summaryOf(chart)}</p>
      </figcaption>
      <div className="small-plot" aria-hidden="true">
        <Lines chart={chart} picture={picture} />
        <span className="small-high">{formatNumber(chart.y[1], 2)}</span>
        <span className="small-low">{formatNumber(chart.y[0], 2)}</span>
        {share !== undefined && share <= 1 && (
          <>
            <i className="small-veil" style={{ left: `${100 * share}%` }} />
            <i className="small-cursor" style={{ left: `${100 * share}%` }} />
          </>
        )}
      </div>
    </figure>
  );
}

function useMoment({ view }: Picture): number | undefined {
  const step = usePage((state) => state.shownStep);
  return step === null ? undefined : placeOfStep(shownLog(), step, view.axis);
}

const Lines = memo(function Lines({ chart, picture }: { chart: SmallChart; picture: Picture }) {
  const x = (value: number) => SIZE * shareOf(value, picture.x, picture.view.logX);
  const y = (value: number) => SIZE * (1 - shareOf(value, chart.y, chart.log));
  const path = (points: readonly Point[]) =>
    runsOf(points)
      .map((run) => pathThrough(run.map((point) => [x(point.x), y(point.y)])))
      .join('');
  return (
    <svg viewBox={`0 0 ${SIZE} ${SIZE}`} preserveAspectRatio="none" aria-hidden="true">
      {chart.reference !== undefined && (
        <path className="small-reference" d={`M0 ${y(chart.reference)}H${SIZE}`} vectorEffect="non-scaling-stroke" />
      )}
      {chart.lines.map(({ family, raw }) => (
        <path
          key={`raw-${family}`}
          className={`small-raw stroke-${family}`}
          d={path(raw)}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {chart.lines.map(({ family, line }) => (
        <path key={family} className={`small-line stroke-${family}`} d={path(line)} vectorEffect="non-scaling-stroke" />
      ))}
      {chart.lines.flatMap(({ family, broken }) =>
        broken.map((place) => (
          <path
            key={`${family} ${place}`}
            className={`small-broken stroke-${family}`}
            d={`M${x(place)} 0V${SIZE}`}
            vectorEffect="non-scaling-stroke"
          />
        )),
      )}
    </svg>
  );
});

/** The points without gaps between them: nothing is drawn over what was not finite. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.y)) runs[runs.length - 1].push(point);
    else if (runs[runs.length - 1].length > 0) runs.push([]);
  }
  return runs;
}

function summaryOf({ id, lines }: SmallChart): string {
  const parts = lines.map(({ family, line }: SmallLine) => {
    const values = line.map(({ y }) => y).filter(Number.isFinite);
    if (values.length === 0) return text.none;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const last = values[values.length - 1];
    return text.part(words.families[family].inText, formatNumber(last), formatNumber(low), formatNumber(high));
  });
  return text.summary(`${text.titles[id]} (${text.units[id]})`, parts);
}
