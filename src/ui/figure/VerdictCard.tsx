import { formatNumber, formatPower } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { CrossingLine, Effect, Spread, Verdict } from '../../experiments/verdict.ts';
import { Heard } from '../panels/Heard.tsx';
import { Table } from '../panels/Table.tsx';
import { words } from '../words.ts';
import { Badge } from './Badge.tsx';
import { ToDecide } from './ToDecide.tsx';

const text = words.figure.verdict;

/** What came out, and what that rests on, in a sentence or two. */
export function VerdictHead({ verdict }: { verdict: Verdict }) {
  const { status, words: said, cells } = verdict;
  const complete = cells.missing.length === 0;
  return (
    <section className="outcome" aria-labelledby="outcome-title">
      <h2 id="outcome-title">
        {text.title} <Badge status={status} />
      </h2>
      <p className="lead">
        <Heard text={said} />
      </p>
      {!complete && <p className="hint">{text.unfinished(formatNumber(cells.done), formatNumber(cells.planned))}</p>}
      {cells.diverged.length > 0 && <p className="issue">{text.diverged(cells.diverged.length)}</p>}
      <ToDecide verdict={verdict} />
    </section>
  );
}

/** The verdict part by part, the effect with its interval, where it was run, and every crossing. */
export function VerdictDetails({ verdict }: { verdict: Verdict }) {
  const { parts, effect, seeds, ranOn, crossings, command } = verdict;
  return (
    <section className="outcome" aria-labelledby="parts-title">
      <h2 id="parts-title">{text.parts}</h2>
      <ul className="parts">
        {parts.map((part) => (
          <li key={part.says}>
            <Badge status={part.status} />
            <p>
              <Heard text={part.says} />
              {!part.counts && <small> ({text.beside})</small>}
            </p>
            <p className="hint">
              {text.criterion(told(part.criterion))} {text.found(told(part.words))}
            </p>
          </li>
        ))}
      </ul>
      <dl className="facts">
        {effect && <Fact name={text.effect}>{effectWords(effect)}</Fact>}
        <Fact name={text.seeds}>{seeds.join(', ')}</Fact>
        {ranOn.length > 0 && <Fact name={text.ranOn}>{told(ranOn.join('; '))}</Fact>}
        <Fact name={text.again}>
          <code>{command}</code>
        </Fact>
      </dl>
      {crossings.length > 0 && <Crossings lines={crossings} />}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `0.21 nats per token (95 % interval 0.15 … 0.27)` */
export function effectWords({ value, lo, hi, unit }: Effect): string {
  const interval = lo === null || hi === null ? '' : ` (${text.interval(signed(lo), signed(hi))})`;
  return `${[signed(value), told(unit)].filter(Boolean).join(' ')}${interval}`;
}

function signed(value: number): string {
  return formatNumber(value).replace('-', '−');
}

function Crossings({ lines }: { lines: readonly CrossingLine[] }) {
  return (
    <details className="fold">
      <summary>{text.crossings}</summary>
      <Table label={text.crossings} columns={text.crossingColumns} tall>
        <tbody>
          {lines.map(({ levels, metric, which, confirmed, seeds, epoch, step, flops }) => {
            const where = Object.values(levels)
              .map((level) => told(level))
              .join(', ');
            return (
              <tr key={where + metric + which}>
                <th scope="row">{where}</th>
                <td>{text.metrics[metric]}</td>
                <td>
                  <span aria-hidden="true">{which === 'live' ? '◆' : '◇'}</span> {words.crossing.kinds[which]}
                </td>
                <td>{text.of(confirmed, seeds)}</td>
                <td>{spread(epoch, (value) => formatNumber(value))}</td>
                <td>{spread(step, (value) => formatNumber(value, 9))}</td>
                <td>{spread(flops, formatPower)}</td>
              </tr>
            );
          })}
        </tbody>
      </Table>
    </details>
  );
}

function spread(of: Spread | null, format: (value: number) => string): string {
  if (!of) return '–';
  const { median, least, most } = of;
  return least === most ? format(median) : `${format(median)} (${format(least)}–${format(most)})`;
}
