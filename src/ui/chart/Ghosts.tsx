import { useId } from 'react';
import { diamondPath } from '../../figure/marks.ts';
import { pathThrough } from '../../figure/svg.ts';
import { FAMILIES, type RaceSpec } from '../../spec/schema.ts';
import { differences } from '../shown/difference.ts';
import type { Ghost } from '../shown/ghosts.ts';
import { useOnChart } from '../shown/onChart.ts';
import { usePage } from '../store.ts';
import type { DrawnGhost } from './picture.ts';
import { lineEnd, type Plot } from './plot.ts';

/** Settings that a label names at most. */
const NAMED = 2;

/** What a ghost is called beside the race on the chart: as a person named it, or by what is different. */
export function ghostLabel({ name, spec, pinned }: Ghost, current: RaceSpec): string {
  const others = pinned ? [] : differences(spec, current).slice(0, NAMED);
  return others.join(', ') || name;
}

/** Earlier races: thin and grey, AR solid, diffusion dashed, each with its own small diamond. */
export function Ghosts({ plot, ghosts }: { plot: Plot; ghosts: readonly DrawnGhost[] }) {
  const clip = useId();
  const spec = useOnChart()?.spec;
  const axis = usePage((state) => state.chart.axis);
  if (ghosts.length === 0 || !spec) return null;
  const inside = { x: plot.left, y: plot.top, width: plot.right - plot.left, height: plot.bottom - plot.top };
  return (
    <g className="ghosts">
      <clipPath id={clip}>
        <rect {...inside} />
      </clipPath>
      {ghosts.map(({ ghost, lines }) => {
        const points = lines.diffusion ?? lines.ar ?? [];
        const seen = points.filter(({ x }) => plot.x(x) <= plot.right);
        const end = lineEnd(seen, plot);
        const { at, value } = ghost.live ?? {};
        return (
          <g key={ghost.id}>
            <g clipPath={`url(#${clip})`}>
              {FAMILIES.map(
                (family) =>
                  lines[family] && (
                    <path
                      key={family}
                      className={`ghost ghost-${family}`}
                      d={pathThrough(lines[family].map(({ x, y }) => [plot.x(x), plot.y(y)]))}
                    />
                  ),
              )}
              {at && value && (
                <path className="ghost-mark" d={diamondPath([plot.x(at[axis]), plot.y(value.diffusion)], 5)} />
              )}
            </g>
            {end && !end.leaves && (
              <text x={end.x - 4} y={Math.min(end.y - 6, plot.bottom - 4)} textAnchor="end">
                {ghostLabel(ghost, spec)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
