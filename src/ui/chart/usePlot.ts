import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { Plot } from './plot.ts';

/** The plot of the chart around; null before it has a size. Apart from its type: recharts is loaded with the chart only. */
export function usePlot(): Plot | null {
  const area = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!area || !x || !y) return null;
  return {
    left: area.x,
    right: area.x + area.width,
    top: area.y,
    bottom: area.y + area.height,
    x: (value) => x(value) ?? Number.NaN,
    y: (value) => y(value) ?? Number.NaN,
  };
}
