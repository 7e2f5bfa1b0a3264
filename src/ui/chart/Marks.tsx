import { type PointerEvent, useState } from 'react';
import { usePlotArea, useXAxisInverseScale, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';
import type { Crossing } from '../../analysis/crossing.ts';
import { boundWords } from '../../analysis/describe.ts';
import { formatLoss, formatLossWithError, formatNumber } from '../../analysis/format.ts';
import type { Edges } from '../../figure/frame.ts';
import { spread } from '../../figure/labels.ts';
import { diamondPath } from '../../figure/marks.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { getRace, usePage } from '../store.ts';
import { words } from '../words.ts';
import { axisFormat } from './axisFormat.ts';
import { type Drawing, placeOfStep, readingAt } from './view.ts';

/** Above the lines and the axes. */
const ON_TOP = 700;
const LABEL_GAP = 34;
/** Half the width of a crossing's label, at most. */
const LABEL_HALF = 95;

interface Plot extends Edges {
  /** Data to pixels. */
  x: (value: number) => number;
  y: (value: number) => number;
}

/** What is drawn over the lines: their names, the crossings, what broke, and the reading under the pointer. */
export function Marks(props: { drawing: Drawing; trueLoss: number | undefined; narrow: boolean }) {
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  const plot: Plot = {
    left: area.x,
    right: area.x + area.width,
    top: area.y,
    bottom: area.y + area.height,
    x: (value) => x(value) ?? Number.NaN,
    y: (value) => y(value) ?? Number.NaN,
  };
  return (
    <ZIndexLayer zIndex={ON_TOP}>
      {props.trueLoss !== undefined && <TrueLoss plot={plot} value={props.trueLoss} />}
      <AxisTitle plot={plot} />
      <Names plot={plot} drawing={props.drawing} narrow={props.narrow} />
      <Broken plot={plot} drawing={props.drawing} />
      <Crossings plot={plot} end={plot.x(props.drawing.x.largest)} />
      <Reading plot={plot} />
    </ZIndexLayer>
  );
}

function AxisTitle({ plot }: { plot: Plot }) {
  const axis = usePage((state) => state.chart.axis);
  return (
    <text x={plot.right} y={plot.bottom + 40} textAnchor="end" className="chart-note">
      {words.chart.axisLong[axis]}
    </text>
  );
}

function TrueLoss({ plot, value }: { plot: Plot; value: number }) {
  const y = plot.y(value);
  if (!Number.isFinite(y)) return null;
  return (
    <text x={plot.left + 4} y={y - 6} className="chart-note">
      {words.chart.trueLoss(formatLoss(value))}
    </text>
  );
}

/** Each line carries its name at its end, and what its number is. */
function Names({ plot, drawing, narrow }: { plot: Plot; drawing: Drawing; narrow: boolean }) {
  const spec = usePage((state) => state.race?.spec);
  const ends = FAMILIES.flatMap((family) => {
    const last = drawing.lines[family].evaluations.findLast((point) => Number.isFinite(point.y));
    return last ? [{ family, x: plot.x(last.x), y: plot.y(last.y) }] : [];
  });
  const centres = spread(
    ends.map((end) => end.y),
    LABEL_GAP,
    [plot.top + 8, plot.bottom - 18],
  );
  return ends.map(({ family, x, y }, index) => (
    <g key={family} className={`name-${family}`}>
      <circle cx={x} cy={y} r={3.5} />
      <text x={x + 10} y={centres[index] - 2} className="chart-name">
        {words.families[family].name}
      </text>
      <text x={x + 10} y={centres[index] + 12} className="chart-note">
        {spec && (narrow ? words.bounds[lossBound(family, spec)] : boundWords(family, spec))}
      </text>
    </g>
  ));
}

function Broken({ plot, drawing }: { plot: Plot; drawing: Drawing }) {
  return FAMILIES.flatMap((family) => {
    const first = drawing.lines[family].broken[0];
    if (first === undefined) return [];
    return (
      <text key={family} x={plot.x(first)} y={plot.top + 12} className={`chart-broken name-${family}`}>
        {`✕ ${words.families[family].name} ${words.chart.notFinite}`}
      </text>
    );
  });
}

/** `end` is where the lines end: their names stand there, and no label may cover them. */
function Crossings({ plot, end }: { plot: Plot; end: number }) {
  const { live, strict } = usePage((state) => state.crossings);
  return (
    <>
      <CrossingMark plot={plot} crossing={strict} end={end} side={1} />
      <CrossingMark plot={plot} crossing={live} end={end} side={-1} />
    </>
  );
}

/** A diamond where diffusion passed, filled for the live crossing, hollow for the strict one; its label above or below. */
function CrossingMark(props: { plot: Plot; crossing: Crossing | undefined; end: number; side: -1 | 1 }) {
  const { plot, crossing, end, side } = props;
  const axis = usePage((state) => state.chart.axis);
  if (!crossing?.at || !crossing.value) return null;
  const [x, y] = [plot.x(crossing.at[axis]), plot.y(crossing.value.diffusion)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  const room = side < 0 ? y - plot.top : plot.bottom - y;
  const way = room > 60 ? side : -side;
  const foot = y + way * 40;
  const anchor = x < plot.left + LABEL_HALF ? 'start' : x > end - LABEL_HALF ? 'end' : 'middle';
  const status = crossing.status === 'confirmed' ? '' : ` (${words.crossing.status[crossing.status]})`;
  return (
    <g className={`crossing crossing-${crossing.kind} is-${crossing.status}`}>
      <line x1={x} y1={y + way * 9} x2={x} y2={foot} />
      <path d={diamondPath([x, y], 8)} />
      <text x={x} y={foot + (way > 0 ? 15 : -7)} textAnchor={anchor}>
        {words.crossing.mark(words.crossing.kinds[crossing.kind], formatNumber(crossing.at.epoch)) + status}
      </text>
    </g>
  );
}

/** The evaluations nearest to the pointer, or to the texts that are shown. */
function Reading({ plot }: { plot: Plot }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const invert = useXAxisInverseScale();
  const axis = usePage((state) => state.chart.axis);
  const shownStep = usePage((state) => state.shownStep);
  const race = getRace();

  const move = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const value = invert?.(plot.left + event.clientX - box.left);
    setPointed(typeof value === 'number' ? value : null);
  };
  const wanted = pointed ?? (shownStep === null ? null : (placeOfStep(race, shownStep, axis) ?? null));
  const readings = FAMILIES.flatMap((family) => {
    const reading = wanted === null ? undefined : readingAt(race, family, axis, wanted);
    return reading ? [{ family, ...reading }] : [];
  });
  const line = wanted === null ? Number.NaN : plot.x(wanted);
  return (
    <>
      {readings.length > 0 && Number.isFinite(line) && (
        <g className="reading">
          <line x1={line} x2={line} y1={plot.top} y2={plot.bottom} />
          {readings.map(({ family, x, value }) => {
            const y = plot.y(value);
            return (
              Number.isFinite(y) && <circle key={family} className={`name-${family}`} cx={plot.x(x)} cy={y} r={4} />
            );
          })}
          <ReadingText
            plot={plot}
            at={line}
            title={`${axisFormat(axis)(wanted!)} ${words.chart.axes[axis]}`}
            readings={readings}
          />
        </g>
      )}
      <rect
        x={plot.left}
        y={plot.top}
        width={Math.max(0, plot.right - plot.left)}
        height={Math.max(0, plot.bottom - plot.top)}
        fill="transparent"
        onPointerMove={move}
        onPointerDown={move}
        onPointerLeave={() => setPointed(null)}
      />
    </>
  );
}

function ReadingText(props: {
  plot: Plot;
  at: number;
  title: string;
  readings: readonly { family: FamilyId; step: number; value: number; se: number | null }[];
}) {
  const { plot, at, title, readings } = props;
  const width = 176;
  const left = at + width + 12 > plot.right ? at - width - 12 : at + 12;
  const top = plot.top + 4;
  return (
    <g transform={`translate(${left} ${top})`}>
      <rect width={width} height={18 + readings.length * 18 + 8} rx={6} />
      <text x={10} y={19}>
        {title}
      </text>
      {readings.map(({ family, value, se }, index) => (
        <text key={family} x={10} y={37 + index * 18} className={`name-${family}`}>
          {`${words.families[family].name} ${formatLossWithError(value, se)}`}
        </text>
      ))}
    </g>
  );
}
