import { type PointerEvent, useRef, useState } from 'react';
import { useXAxisInverseScale } from 'recharts';
import { formatLoss, formatLossWithError } from '../../analysis/format.ts';
import type { Axis } from '../../analysis/record.ts';
import { spread } from '../../figure/labels.ts';
import { logTicks, ticksOf } from '../../figure/scale.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import type { RaceLog } from '../race.ts';
import { placeBet } from '../shown/bet.ts';
import { lossAtStep, placeOfStep, stepAtPlace } from '../shown/moment.ts';
import { useOnChart } from '../shown/onChart.ts';
import { epochAtPlace } from '../shown/places.ts';
import { showStep } from '../shown/play.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { axisFormat } from './axisFormat.ts';
import type { Picture } from './picture.ts';
import type { Plot } from './plot.ts';
import { readingAt } from './view.ts';

/** Room that the values beside the cursor take. */
const VALUES_WIDTH = 150;
const VALUE_GAP = 18;
const HALF_OF_PLACE = 44;

/** A point of a line under the cursor. */
interface Head {
  family: FamilyId;
  x: number;
  y: number;
  text: string;
}

/**
 * The moment that is shown, and what was measured there; what came later lies under a veil. A pointer reads the lines as
 * it moves, and takes the moment with it where it is pressed; while a bet is placed, a click places it.
 */
export function Cursor({ plot, picture }: { plot: Plot; picture: Picture }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const pressed = useRef(false);
  const invert = useXAxisInverseScale();
  const { axis } = picture.view;
  const shownStep = usePage((state) => state.shownStep);
  const playing = usePage((state) => state.playing);
  const betting = usePage((state) => state.betting);
  const shown = useOnChart();
  const log = shownLog();

  const placeUnder = (event: PointerEvent<SVGRectElement>): number | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    const value = invert?.(plot.left + event.clientX - box.left);
    return typeof value === 'number' ? value : undefined;
  };
  const move = (event: PointerEvent<SVGRectElement>) => {
    const place = placeUnder(event);
    if (place === undefined) return;
    if (pressed.current) scrubTo(log, place, axis);
    else setPointed(place);
  };
  const press = (event: PointerEvent<SVGRectElement>) => {
    const place = placeUnder(event);
    if (place === undefined || event.button !== 0) return;
    if (betting) {
      const epoch = shown && epochAtPlace(shown, log, place, axis);
      if (epoch) placeBet(Number(epoch.toPrecision(3)));
      return;
    }
    pressed.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    setPointed(null);
    scrubTo(log, place, axis);
  };
  const release = () => {
    pressed.current = false;
  };

  const moment = shownStep === null ? undefined : placeOfStep(log, shownStep, axis);
  const line = pointed ?? moment;
  const heads = pointed === null ? headsAt(log, shownStep, axis, plot) : headsNear(log, pointed, axis, plot);
  const width = Math.max(0, plot.right - plot.left);
  return (
    <>
      {moment !== undefined && <Veil plot={plot} picture={picture} from={plot.x(moment)} dense={playing} />}
      {line !== undefined && (
        <Reading
          plot={plot}
          at={plot.x(line)}
          place={betting ? null : axisFormat(axis)(line)}
          axis={axis}
          heads={betting ? [] : heads}
        />
      )}
      <rect
        className={betting ? 'chart-surface is-betting' : 'chart-surface'}
        x={plot.left}
        y={plot.top}
        width={width}
        height={Math.max(0, plot.bottom - plot.top)}
        onPointerMove={move}
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={() => setPointed(null)}
      />
    </>
  );
}

function scrubTo(log: RaceLog, place: number, axis: Axis): void {
  const step = stepAtPlace(log, place, axis);
  if (step !== undefined) showStep(step);
}

/** Where the lines stand at a step, between evaluations straight; the value that is told is the last measured one. */
function headsAt(log: RaceLog, step: number | null, axis: Axis, plot: Plot): Head[] {
  if (step === null) return [];
  const x = plot.x(placeOfStep(log, step, axis) ?? Number.NaN);
  return FAMILIES.flatMap((family) => {
    const value = lossAtStep(log, family, step);
    const measured = log.validation[family].findLast((record) => record.step <= step);
    return value === undefined || !measured ? [] : [headOf(family, x, plot.y(value), measured, plot)];
  });
}

/** The evaluations nearest to a place. */
function headsNear(log: RaceLog, place: number, axis: Axis, plot: Plot): Head[] {
  return FAMILIES.flatMap((family) => {
    const reading = readingAt(log, family, axis, place);
    return reading ? [headOf(family, plot.x(reading.x), plot.y(reading.value), reading, plot)] : [];
  });
}

function headOf(
  family: FamilyId,
  x: number,
  y: number,
  measured: { value: number; se: number | null },
  plot: Plot,
): Head {
  const { name } = words.families[family];
  const text =
    y < plot.top
      ? `${name} ↑ ${formatLoss(measured.value)}`
      : `${name} ${formatLossWithError(measured.value, measured.se)}`;
  return { family, x, y, text };
}

/** What had not happened yet: paper over the lines, with the rules of the grid on it. */
function Veil(props: { plot: Plot; picture: Picture; from: number; dense: boolean }) {
  const { plot, picture, from, dense } = props;
  if (!Number.isFinite(from)) return null;
  const ticks = picture.view.logY ? logTicks(picture.y, 6) : ticksOf(picture.y, 6);
  return (
    <g className={dense ? 'veil is-dense' : 'veil'}>
      <rect x={from} y={0} width="100%" height={plot.bottom - 1} />
      {ticks.map((tick) => (
        <line key={tick} x1={from} x2={plot.right} y1={plot.y(tick)} y2={plot.y(tick)} />
      ))}
    </g>
  );
}

function Reading(props: { plot: Plot; at: number; place: string | null; axis: Axis; heads: readonly Head[] }) {
  const { plot, at, place, axis, heads } = props;
  if (!Number.isFinite(at)) return null;
  const toLeft = at + VALUES_WIDTH > plot.right + 40;
  const rows = spread(
    heads.map(({ y }) => Math.min(Math.max(Number.isFinite(y) ? y : plot.top, plot.top), plot.bottom)),
    VALUE_GAP,
    [plot.top + 8, plot.bottom - 10],
  );
  const middle = Math.min(Math.max(at, plot.left + HALF_OF_PLACE), plot.right - HALF_OF_PLACE);
  return (
    <g className="reading">
      <line x1={at} x2={at} y1={plot.top} y2={plot.bottom} />
      {heads.map(({ family, x, y, text }, index) => (
        <g key={family} className={`name-${family}`}>
          {y >= plot.top && <circle cx={x} cy={y} r={4.5} />}
          <text x={at + (toLeft ? -12 : 12)} y={rows[index] + 5} textAnchor={toLeft ? 'end' : 'start'}>
            {text}
          </text>
        </g>
      ))}
      {place && (
        <g className="reading-place">
          <rect x={middle - HALF_OF_PLACE - 6} y={plot.bottom + 4} width={2 * HALF_OF_PLACE + 12} height={24} rx={6} />
          <text x={middle} y={plot.bottom + 20} textAnchor="middle">
            {`${place} ${words.chart.axes[axis]}`}
          </text>
        </g>
      )}
    </g>
  );
}
