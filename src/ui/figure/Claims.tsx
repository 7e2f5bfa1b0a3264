import { formatDate, formatDuration, formatPower } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { EvidenceEntry } from '../../experiments/evidence.ts';
import { CLAIMS, type ClaimId } from '../../experiments/experiment.ts';
import { EXPERIMENTS } from '../../experiments/index.ts';
import { Table } from '../panels/Table.tsx';
import { getPage, usePage } from '../store.ts';
import { words } from '../words.ts';
import { choose } from './actions.ts';
import { Badge } from './Badge.tsx';
import { effectWords } from './VerdictCard.tsx';

const text = words.figure.claims;

/** Every line of the table of claims, with the experiments that bear on it and what was recorded of them. */
export function Claims() {
  const evidence = usePage(({ figure }) => figure.evidence);
  const entries = Array.isArray(evidence) ? evidence : [];
  const machines = [...new Set(entries.map(machineOf))];
  const everywhere = machines.length === 1 ? machines[0] : null;
  return (
    <section className="claims">
      <h2 id="claims-title">{text.title}</h2>
      <p className="hint">{evidence !== null && entries.length === 0 ? text.missing : text.note(everywhere)}</p>
      <Table label={text.title} columns={text.columns}>
        {(Object.keys(CLAIMS) as ClaimId[]).map((claim) => (
          <tbody key={claim}>
            <Lines claim={claim} entries={entries} machines={everywhere === null} />
          </tbody>
        ))}
      </Table>
    </section>
  );
}

const machineOf = ({ verdict }: EvidenceEntry) => told(verdict.ranOn.join('; '));

/** @param machines whether each line names its machine */
function Lines(props: { claim: ClaimId; entries: readonly EvidenceEntry[]; machines: boolean }) {
  const { claim, entries, machines } = props;
  const lines = EXPERIMENTS.filter(({ bearsOn }) => bearsOn.includes(claim)).flatMap(({ id, title }) => {
    const own: (EvidenceEntry | undefined)[] = entries.filter(({ verdict }) => verdict.experiment === id);
    return (own.length > 0 ? own : [undefined]).map((entry) => ({ id, title, entry }));
  });
  return lines.map(({ id, title, entry }, i) => (
    <tr key={id + (entry?.file ?? '')}>
      {i === 0 && (
        <th scope="rowgroup" rowSpan={lines.length}>
          {told(CLAIMS[claim])}
        </th>
      )}
      <td>
        <button type="button" className="link" onClick={() => show(id, entry)}>
          {told(title)}
        </button>
      </td>
      {entry ? <Recorded entry={entry} machine={machines} /> : <td colSpan={4}>{text.notRecorded}</td>}
    </tr>
  ));
}

function Recorded({ entry, machine }: { entry: EvidenceEntry; machine: boolean }) {
  const { status, effect, scale, seeds, toDecide } = entry.verdict;
  return (
    <>
      <td>
        <Badge status={status} />
        {toDecide && (
          <small>
            {words.figure.verdict.toDecide} {told(toDecide.words)}
            {toDecide.effort &&
              ` (${formatPower(toDecide.effort.flops)} FLOPs, ${formatDuration(toDecide.effort.seconds)})`}
          </small>
        )}
      </td>
      <td>{effect ? effectWords(effect) : '–'}</td>
      <td>{text.size(scale, seeds.length)}</td>
      <td>
        {formatDate(entry.recorded)}
        {machine && <small>{machineOf(entry)}</small>}
      </td>
    </>
  );
}

function show(experiment: string, entry: EvidenceEntry | undefined): void {
  choose({ experiment, scale: entry?.verdict.scale ?? getPage().figure.choice.scale });
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  window.scrollTo({ top: 0, behavior: calm ? 'auto' : 'smooth' });
}
