import { Fragment, useId, useState } from 'react';
import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { ExecutorInfo, NodeTime, OpTime, StepProfile } from '../../lab/protocol.ts';
import { askProfile } from '../actions.ts';
import { Table } from '../panels/Table.tsx';
import { isBusy, usePage } from '../store.ts';
import { words } from '../words.ts';
import { clockOf, formatMs, formatRateOf, formatShare, HOST_PARTS, hostCost, rateOf, sumOf } from './report.ts';

const text = words.device.profile;
/** A deep model has hundreds of nodes of an op: these are drawn, the diagnostics have them all. */
const ROWS = 60;

/** Where the time of a training step goes, op by op, in both models. */
export function Profile({ executor }: { executor: ExecutorInfo }) {
  const steps = usePage((state) => state.device.profile);
  return (
    <section aria-labelledby="device-profile">
      <h2 id="device-profile">{text.title}</h2>
      <Ask />
      {steps && (
        <>
          <div className="profiles">
            {steps.map((step) => (
              <Step key={step.family} step={step} />
            ))}
          </div>
          <p className="hint">
            {clockOf(executor)} {text.once}
          </p>
        </>
      )}
    </section>
  );
}

function Ask() {
  const busy = usePage(isBusy);
  const paused = usePage((state) => state.lab === 'paused');
  const compiled = usePage((state) => state.race !== null);
  const asked = usePage((state) => state.device.asked);
  const refusal = usePage((state) => state.device.refusal);
  const reason = useId();
  const waiting = busy && asked;
  const idle = compiled ? (refusal === null ? text.over : told(refusal)) : text.before;
  const why = busy ? (waiting && paused ? text.paused : text.what) : idle;
  return (
    <div className="ask">
      <button type="button" onClick={askProfile} disabled={!busy || waiting} aria-describedby={reason}>
        {waiting ? text.asked : text.ask}
      </button>
      <p id={reason} className="hint" role="status">
        {why}
      </p>
    </div>
  );
}

function Step({ step }: { step: StepProfile }) {
  const { family, ops } = step;
  const total = sumOf(step);
  const name = words.families[family].name;
  const number = formatNumber(step.step, 9);
  const { columns } = text;
  return (
    <section className={`profile name-${family}`} aria-label={name}>
      <h3>
        <span className={`name-${family}`}>{name}</span> <small>{text.step(number)}</small>
      </h3>
      <p className="profile-sum">{text.sum(formatNumber(total.ms), formatRateOf(rateOf(total)))}</p>
      <Table
        label={text.caption(name, number)}
        columns={[columns.op, columns.nodes, columns.ms, columns.share, columns.rate]}
      >
        <tbody>
          {ops.map((op) => (
            <Op key={op.op} op={op} total={total.ms} />
          ))}
        </tbody>
      </Table>
      <Host step={step} />
    </section>
  );
}

function Op({ op, total }: { op: OpTime; total: number }) {
  const [open, setOpen] = useState(false);
  const shown = open ? op.nodes.slice(0, ROWS) : [];
  const rest = open ? op.nodes.length - shown.length : 0;
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" className="quiet opener" aria-expanded={open} onClick={() => setOpen(!open)}>
            {op.op}
          </button>
        </th>
        <td>{op.nodes.length}</td>
        <Measures time={op} total={total} />
      </tr>
      {shown.map((node, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a measured step never change places
        <Fragment key={index}>
          <Node node={node} total={total} />
        </Fragment>
      ))}
      {rest > 0 && (
        <tr className="node">
          <td colSpan={5} className="rest">
            {text.rest(formatNumber(rest, 9))}
          </td>
        </tr>
      )}
    </>
  );
}

function Node({ node, total }: { node: NodeTime; total: number }) {
  return (
    <tr className="node">
      <th scope="row" colSpan={2}>
        {told(node.scope.trim()) || text.outside}
        <small>{[node.shapes, node.variant].filter(Boolean).join(' · ')}</small>
      </th>
      <Measures time={node} total={total} />
    </tr>
  );
}

function Measures({ time, total }: { time: { ms: number; flops: number }; total: number }) {
  const share = total > 0 ? time.ms / total : 0;
  return (
    <>
      <td>{formatMs(time.ms)}</td>
      <td className="share">
        <span className="bar" style={{ width: `${100 * share}%` }} aria-hidden="true" />
        <span>{formatShare(share)}</span>
      </td>
      <td>{formatRateOf(rateOf(time))}</td>
    </>
  );
}

function Host({ step }: { step: StepProfile }) {
  const host = hostCost(step);
  if (!host) return <p className="hint">{text.hostNone}</p>;
  const parts = HOST_PARTS.filter((part) => host.parts[part] > 0);
  return (
    <p className="hint">
      {text.host(formatNumber(host.sum))} (
      {parts.map((part) => `${text.hostParts[part]} ${formatNumber(host.parts[part])}`).join(' + ')}),{' '}
      {text.together(formatNumber(host.together))}.
    </p>
  );
}
