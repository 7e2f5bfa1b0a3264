import { memo, useLayoutEffect } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { logTicks, ticksOf } from '../../figure/scale.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { usePage } from '../store.ts';
import { alikeDecimals, axisFormat } from './axisFormat.ts';
import { Marks } from './Marks.tsx';
import type { Picture } from './picture.ts';
import { BESIDE } from './plot.ts';

const COLOURS: Record<FamilyId, string> = { ar: 'var(--ar)', diffusion: 'var(--diffusion)' };
const DASHES: Record<FamilyId, string> = { ar: 'none', diffusion: '7 4' };
const HEIGHT_OF_X_AXIS = 44;
/** Pixels left of the plot: the time slider below keeps to them, see chart.css. */
const LEFT = 40;

/**
 * The losses of both families. `drawn` is told how long the commit took. Drawn anew only for another picture: whoever
 * measures commits must not count what changed nothing.
 */
export default memo(function LossChart(props: {
  picture: Picture;
  narrow: boolean;
  drawn: (milliseconds: number) => void;
}) {
  const { picture, narrow, drawn } = props;
  usePage((state) => state.language);
  const { view, drawing, x, y, trueLoss } = picture;
  const started = performance.now();
  useLayoutEffect(() => drawn(performance.now() - started));

  const format = axisFormat(view.axis);
  const count = narrow ? 4 : 8;
  const yTicks = view.logY ? logTicks(y, 6) : ticksOf(y, 6);
  const common = { dot: false, activeDot: false, isAnimationActive: false, type: 'linear', dataKey: 'y' } as const;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        margin={{ top: 16, right: narrow ? BESIDE.narrow : BESIDE.wide, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
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
          width={LEFT}
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
            className="loss"
            {...common}
            data={drawing.lines[family].evaluations}
            stroke={COLOURS[family]}
            strokeWidth={2.25}
            strokeDasharray={DASHES[family]}
            strokeLinejoin="round"
          />
        ))}
        <Marks picture={picture} narrow={narrow} />
      </ComposedChart>
    </ResponsiveContainer>
  );
});
