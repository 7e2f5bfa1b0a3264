import { useState } from 'react';
import { formatLoss, formatLossWithError, formatNumber } from '../../analysis/format.ts';
import { FAMILIES } from '../../spec/schema.ts';
import { download } from '../files.ts';
import { useOnChart } from '../shown/onChart.ts';
import { shownLog } from '../shown/show.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { Measures } from './Measures.tsx';
import { Table } from './Table.tsx';

const text = words.evaluations;
/** A table of thousands of rows helps nobody; the file has them all. */
const ROWS = 200;

/** The chart as a table, and as a file. */
export function Evaluations() {
  const [open, setOpen] = useState(false);
  const something = useOnChart() !== null;
  if (!something) return null;
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text.title}</summary>
      {open && <Rows />}
    </details>
  );
}

function Rows() {
  // Between two evaluations nothing here changes, however much is told.
  usePage(() => FAMILIES.map((family) => shownLog().validation[family].length).join());
  useOnChart();
  const rows = shownLog().evaluations();
  if (rows.length === 0) return <p className="hint">{text.none}</p>;
  return (
    <>
      <p className="actions">
        <button type="button" onClick={() => download(text.file, new Blob([shownLog().toCsv()], { type: 'text/csv' }))}>
          {text.csv}
        </button>
        <span className="hint">{text.csvNote}</span>
      </p>
      <Table
        label={text.caption}
        caption
        columns={[
          text.step,
          text.epoch,
          ...FAMILIES.map((family) => (
            <span key={family} className={`name-${family}`}>
              {words.families[family].name}
            </span>
          )),
          text.gap,
        ]}
        tall
      >
        <tbody>
          {rows.slice(0, ROWS).map(({ step, epoch, values: { ar, diffusion } }) => (
            <tr key={step}>
              <th scope="row">{formatNumber(step, 9)}</th>
              <td>{formatNumber(epoch)}</td>
              <td>{ar ? formatLossWithError(ar.value, ar.se) : '–'}</td>
              <td>{diffusion ? formatLossWithError(diffusion.value, diffusion.se) : '–'}</td>
              <td>{ar && diffusion ? formatLoss(ar.value - diffusion.value) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Measures log={shownLog()} rows={rows.slice(0, ROWS)} />
      {rows.length > ROWS && <p className="hint">{text.rest(formatNumber(rows.length - ROWS, 9))}</p>}
    </>
  );
}
