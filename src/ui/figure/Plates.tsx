import { useState } from 'react';
import { told } from '../../analysis/language.ts';
import { FIGURE_AXES } from '../../figure/curves.ts';
import { AXIS_TITLES } from '../../figure/frame.ts';
import { type Panel, rowTitle } from '../../figure/grid.ts';
import { legendOf } from '../../figure/legend.ts';
import { drawPanel, roomForNames } from '../../figure/panel.ts';
import { columnTitle } from '../../figure/sheet.ts';
import { type SummaryRow, summaryOf } from '../../figure/summary.ts';
import { Choices } from '../panels/Field.tsx';
import { Table } from '../panels/Table.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { change } from './actions.ts';
import { drawn, PAGE } from './markup.tsx';
import { PlateKey } from './PlateKey.tsx';
import { Races } from './Races.tsx';
import { FORMATS, save } from './save.ts';
import type { Shown } from './shown.ts';
import { useWidth } from './width.ts';

const text = words.figure.grid;

/** The grid of a sweep: the same drawing as the terminal's, panel by panel, so that it fits any screen. */
export function Plates({ shown }: { shown: Shown }) {
  const axis = usePage(({ figure }) => figure.axis);
  const { grid } = shown;
  return (
    <section className="plates" aria-labelledby="figure-title">
      <div className="chart-head">
        <h2 id="figure-title">{text.title}</h2>
        <div className="chart-controls">
          <Choices
            label={text.axis}
            quietLabel
            joined
            options={FIGURE_AXES.map((each) => [each, text.axes[each], told(AXIS_TITLES[each])] as const)}
            value={axis}
            onChange={(each) => change({ axis: each })}
          />
        </div>
      </div>
      <PlateKey items={legendOf(grid)} />
      <Panels shown={shown} />
      <Saving shown={shown} />
      <details className="fold">
        <summary>{text.summary}</summary>
        <Summary rows={summaryOf(grid)} />
      </details>
    </section>
  );
}

const LEAST_WIDTH = 300;
const GAP = 20;
const MOST_ACROSS = 3;

function Panels({ shown }: { shown: Shown }) {
  const { grid } = shown;
  const [frame, width] = useWidth();
  const panels = grid.panels.flat();
  const fit = Math.max(1, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
  // A row of several metrics stays together, or each of its panels has a line of its own.
  const { length: metrics } = grid.columns;
  const across = metrics > 1 ? (metrics <= fit ? metrics : 1) : Math.min(fit, panels.length, MOST_ACROSS);
  const own = Math.floor((width - (across - 1) * GAP) / across);
  // Panels below each other end alike.
  const rooms = grid.columns.map((_, column) =>
    Math.max(0, ...panels.filter((panel) => panel.column === column).map((panel) => roomForNames(panel, own))),
  );
  return (
    <div ref={frame} className="plate-grid" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
      {width > 0 &&
        panels.map((panel) => (
          <Plate
            key={`${panel.row}/${panel.column}`}
            panel={panel}
            shown={shown}
            width={own}
            room={rooms[panel.column]}
          />
        ))}
    </div>
  );
}

interface PlateProps {
  panel: Panel;
  shown: Shown;
  width: number;
  room: number;
}

function Plate({ panel, shown, width, room }: PlateProps) {
  const { grid } = shown;
  const { row, column } = panel;
  const height = Math.round(Math.max(220, Math.min(340, 0.55 * width)));
  const title = columnTitle(grid.columns[column]);
  const id = `plate-${grid.rows.indexOf(row)}-${column}`;
  const drawing = drawPanel(panel, { width, height, axis: grid.axis, palette: PAGE, id, titled: true, room });
  const ends = summaryOf({ ...grid, panels: [[panel]] }).map(({ curve, end }) => text.ends(curve, end.median));
  return (
    <figure>
      <figcaption>
        <span>
          {row && <strong>{rowTitle(grid, row)}</strong>} {title}
        </span>
        <Races shown={shown} row={row} />
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={text.about(
          [rowTitle(grid, row), title].filter(Boolean).join(', '),
          told(AXIS_TITLES[grid.axis]),
          ends.join('; '),
        )}
      >
        {drawn(drawing)}
      </svg>
    </figure>
  );
}

function Saving({ shown }: { shown: Shown }) {
  const [problem, setProblem] = useState(false);
  return (
    <p className="actions">
      {FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          onClick={() =>
            save(shown, format).then(
              () => setProblem(false),
              () => setProblem(true),
            )
          }
        >
          {text.save} {text.formats[format]}
        </button>
      ))}
      {problem && <span className="issue">{text.noPng}</span>}
    </p>
  );
}

function Summary({ rows }: { rows: readonly SummaryRow[] }) {
  return (
    <Table label={text.summary} columns={text.columns} tall>
      <tbody>
        {rows.map(({ row, column, family, curve, best, end }) => (
          <tr key={`${row}/${column}/${family}/${curve}`}>
            <th scope="row">{[row, column].filter(Boolean).join(', ')}</th>
            <td className={`name-${family}`}>{curve || words.families[family].inText}</td>
            <td>{best.median}</td>
            <td>{best.range}</td>
            <td>{end.median}</td>
            <td>{end.range}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
