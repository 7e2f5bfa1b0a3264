import { useEffect, useMemo, useState } from 'react';
import type { CellResult } from '../../experiments/cell.ts';
import type { Fits } from '../../experiments/fits.ts';
import { groupsOf } from '../../figure/beside.ts';
import type { Plate, PlateGroup } from '../../figure/plate.ts';
import { Table } from '../panels/Table.tsx';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { fitInBackground } from './fitting.ts';
import { drawn, PAGE } from './markup.tsx';
import { saveBeside } from './save.ts';
import type { Shown } from './shown.ts';
import { useWidth } from './width.ts';

const text = words.figure.beside;

/** What can be drawn of a sweep beside its grid, each kind with what has to be said of it. */
export function Beside({ shown }: { shown: Shown }) {
  const { results, verdict } = shown;
  // Cells under way have no size and no end yet.
  const complete = verdict.cells.missing.length === 0 ? results : NONE;
  const fits = useFits(complete);
  const language = usePage((state) => state.language);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the plates say is in the language of the page
  const groups = useMemo(() => groupsOf(complete, fits), [complete, fits, language]);
  return groups.map((group) => <Group key={group.id} group={group} shown={shown} />);
}

const NONE: readonly CellResult[] = [];

/** The laws of a sweep, when they are fitted; where they cannot be, there are none to show. */
function useFits(results: readonly CellResult[]): Fits | undefined {
  const [fitted, setFitted] = useState<{ of: readonly CellResult[]; fits: Fits | undefined }>();
  useEffect(() => {
    if (results.length === 0) return;
    let wanted = true;
    const take = (fits: Fits | undefined) => wanted && setFitted({ of: results, fits });
    fitInBackground(results).then(take, () => take(undefined));
    return () => {
      wanted = false;
    };
  }, [results]);
  return fitted?.of === results ? fitted.fits : undefined;
}

function Group({ group, shown }: { group: PlateGroup; shown: Shown }) {
  const { id, note, plates } = group;
  const [problem, setProblem] = useState(false);
  return (
    <section className="plates" aria-labelledby={`${id}-title`}>
      <div>
        <h2 id={`${id}-title`}>{text.titles[id]}</h2>
        <p className="hint plates-note">{note}</p>
      </div>
      <PlateList plates={plates} most={3} />
      <p className="actions">
        {(['svg', 'png'] as const).map((format) => (
          <button
            key={format}
            type="button"
            onClick={() =>
              saveBeside(group, shown.verdict, format).then(
                () => setProblem(false),
                () => setProblem(true),
              )
            }
          >
            {words.figure.grid.save} {words.figure.grid.formats[format]}
          </button>
        ))}
        {problem && <span className="issue">{words.figure.grid.noPng}</span>}
      </p>
      <details className="fold">
        <summary>{words.figure.grid.summary}</summary>
        {plates.map((plate) => (
          <PlateTable key={plate.id} plate={plate} />
        ))}
      </details>
    </section>
  );
}

const LEAST_WIDTH = 290;
const GAP = 28;

/** Plates side by side, as many as there is room for. */
export function PlateList({ plates, most }: { plates: readonly Plate[]; most: number }) {
  const [frame, width] = useWidth();
  const across = Math.max(1, Math.min(most, plates.length, Math.floor((width + GAP) / (LEAST_WIDTH + GAP))));
  const own = Math.floor((width - (across - 1) * GAP) / across);
  return (
    <div
      ref={frame}
      className="plate-grid"
      style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))`, columnGap: GAP }}
    >
      {width > 0 && plates.map((plate) => <PlateFigure key={plate.id} plate={plate} width={own} />)}
    </div>
  );
}

export function PlateFigure({ plate, width }: { plate: Plate; width: number }) {
  const height = plate.height(width);
  return (
    <figure>
      <figcaption>
        <strong>{plate.title}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={plate.about}>
        {drawn(plate.draw({ width, height }, PAGE, `plate-${plate.id}`))}
      </svg>
    </figure>
  );
}

export function PlateTable({ plate: { title, table } }: { plate: Plate }) {
  return (
    <Table label={title} caption columns={table.columns} tall>
      <tbody>
        {table.rows.map(([first, ...rest], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows do not move, and two may be alike
          <tr key={i}>
            <th scope="row">{first}</th>
            {rest.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
