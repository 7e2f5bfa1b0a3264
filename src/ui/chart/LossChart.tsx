import { useLayoutEffect, useMemo, useRef } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { ticksOf } from '../../figure/scale.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { getRace, usePage } from '../store.ts';
import { type Domain, logTicks, xDomain, yDomain } from './axis.ts';
import { alikeDecimals, axisFormat } from './axisFormat.ts';
import { Marks } from './Marks.tsx';
import { drawingOf, FIRST_END } from './view.ts';

const COLOURS: Record<FamilyId, string> = { ar: 'var(--ar)', diffusion: 'var(--diffusion)' };
const DASHES: Record<FamilyId, string> = { ar: 'none', diffusion: '7 4' };
const HEIGHT_OF_X_AXIS = 44;
const WIDTH_OF_Y_AXIS = 40;

/**
 * The losses of both families. `version` is what to draw; the series themselves are read from the race log.
 * `drawn` is told how long the commit took.
 */
export default function LossChart(props: { version: number; narrow: boolean; drawn: (milliseconds: number) => void }) {
  const { version, narrow, drawn } = props;
  const view = usePage((state) => state.chart);
  const trueLoss = usePage((state) => state.race?.plan.dataset.trueLoss?.validation);
  const started = performance.now();

  const race = getRace();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the race log changes with the version
  const drawing = useMemo(() => drawingOf(race, view), [race, view, version]);
  const held = useRef<{ log: boolean; training: boolean; domain: Domain } | null>(null);
  const previous =
    held.current?.log === view.logY && held.current.training === view.training ? held.current.domain : null;
  const low = Math.min(drawing.y.low, trueLoss ?? Number.POSITIVE_INFINITY);
  const y = yDomain(low, drawing.y.high, view.logY, previous);
  const x = xDomain(drawing.x.smallestPositive, drawing.x.largest, FIRST_END[view.axis], view.logX);

  useLayoutEffect(() => {
    held.current = drawing.y.low <= drawing.y.high ? { log: view.logY, training: view.training, domain: y } : null;
    drawn(performance.now() - started);
  });

  const format = axisFormat(view.axis);
  const count = narrow ? 4 : 8;
  const yTicks = view.logY ? logTicks(y, 6) : ticksOf(y, 6);
  const common = { dot: false, activeDot: false, isAnimationActive: false, type: 'linear', dataKey: 'y' } as const;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart margin={{ top: 16, right: narrow ? 72 : 128, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" syncWithTicks />
        <XAxis
          dataKey="x"
          type="number"
          scale={view.logX ? 'log' : 'linear'}
          domain={[...x]}
          ticks={view.logX ? logTicks(x, count) : ticksOf(x, count)}
          tickFormatter={format}
          interval={0}
          allowDataOverflow
          height={HEIGHT_OF_X_AXIS}
          tickLine={false}
          tickMargin={8}
          axisLine={{ stroke: 'var(--axis)' }}
        />
        <YAxis
          type="number"
          scale={view.logY ? 'log' : 'linear'}
          domain={[...y]}
          ticks={yTicks}
          tickFormatter={alikeDecimals(yTicks)}
          interval={0}
          allowDataOverflow
          width={WIDTH_OF_Y_AXIS}
          tickLine={false}
          tickMargin={8}
          axisLine={false}
        />
        {trueLoss !== undefined && (
          <ReferenceLine y={trueLoss} stroke="var(--muted)" strokeDasharray="2 5" ifOverflow="hidden" />
        )}
        {FAMILIES.map((family) => (
          <Area
            key={`band-${family}`}
            data={drawing.lines[family].evaluations}
            dataKey="band"
            type="linear"
            stroke="none"
            fill={COLOURS[family]}
            fillOpacity={0.14}
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        ))}
        {FAMILIES.map((family) => (
          <Line
            key={`training-${family}`}
            {...common}
            data={drawing.lines[family].training}
            stroke={COLOURS[family]}
            strokeOpacity={0.4}
            strokeWidth={1}
          />
        ))}
        {FAMILIES.map((family) => (
          <Line
            key={`best-${family}`}
            {...common}
            data={drawing.lines[family].best}
            stroke={COLOURS[family]}
            strokeWidth={1.25}
            strokeDasharray="1 4"
            strokeLinecap="round"
          />
        ))}
        {FAMILIES.map((family) => (
          <Line
            key={family}
            {...common}
            data={drawing.lines[family].evaluations}
            stroke={COLOURS[family]}
            strokeWidth={2.25}
            strokeDasharray={DASHES[family]}
            strokeLinejoin="round"
          />
        ))}
        <Marks drawing={drawing} trueLoss={trueLoss} narrow={narrow} />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
