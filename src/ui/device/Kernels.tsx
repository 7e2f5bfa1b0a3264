import { type ReactNode, useState } from 'react';
import type { ExecutorInfo, TuningRow } from '../../lab/protocol.ts';
import { usePage } from '../store.ts';
import { words } from '../words.ts';
import { formatMs, formatRateOf, variantRows } from './report.ts';

const text = words.device.kernels;
const NO_VARIANTS = {};

/** Which kernels a race uses, and how those it could use compare. */
export function Kernels({ executor }: { executor: ExecutorInfo }) {
  const variants = usePage((state) => state.race?.plan.variants ?? NO_VARIANTS);
  const tuning = usePage((state) => state.device.tuning);
  const used = variantRows(variants);
  if (executor.kind !== 'gpu')
    return (
      <section aria-labelledby="device-kernels">
        <h2 id="device-kernels">{text.title}</h2>
        <p className="hint">{text.one}</p>
      </section>
    );
  return (
    <section aria-labelledby="device-kernels">
      <h2 id="device-kernels">{text.title}</h2>
      {used.length > 0 && (
        <Fold title={text.used} count={used.length}>
          <UsedTable rows={used} />
        </Fold>
      )}
      {tuning.length > 0 ? (
        <Fold title={text.timed} count={tuning.length}>
          <TuningTable rows={tuning} />
        </Fold>
      ) : (
        <p className="hint">{text.untimed}</p>
      )}
    </section>
  );
}

/** Draws its contents only while it is open: a table may be long. */
function Fold({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title} <small>{count}</small>
      </summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="scroll tall" tabIndex={0} aria-label={title}>
          {children}
        </section>
      )}
    </details>
  );
}

function UsedTable({ rows }: { rows: ReturnType<typeof variantRows> }) {
  const { op, shape, variant } = text.columns;
  return (
    <table className="kernels">
      <caption>{text.usedCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{op}</th>
          <th scope="col">{shape}</th>
          <th scope="col">{variant}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.op} ${row.shape}`}>
            <th scope="row">{row.op}</th>
            <td>{row.shape}</td>
            <td>{row.variant}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TuningTable({ rows }: { rows: readonly TuningRow[] }) {
  const { op, shape, variant, ms, rate, chosen } = text.columns;
  return (
    <table className="kernels">
      <caption>{text.timedCaption}</caption>
      <thead>
        <tr>
          {[op, shape, variant, ms, rate, chosen].map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.op} ${row.shape} ${row.variant}`} className={row.chosen ? 'chosen' : undefined}>
            <th scope="row">{row.op}</th>
            <td>{row.shape}</td>
            <td>{row.variant}</td>
            <td>{row.ms === null ? text.refused : formatMs(row.ms)}</td>
            <td>{formatRateOf(row.gflops)}</td>
            <td>{row.chosen ? text.chosen : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
