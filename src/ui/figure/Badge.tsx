import type { Status } from '../../experiments/verdict.ts';
import { words } from '../words.ts';

const SIGNS: Readonly<Record<Status, string>> = {
  reproduced: '✓',
  'not reproduced at this scale': '✗',
  inconclusive: '?',
};

/** A status by sign, word and colour. */
export function Badge({ status, short = false }: { status: Status; short?: boolean }) {
  const word = words.figure.verdict.status[status];
  return (
    <span className={`status-badge is-${status.split(' ')[0]}`} title={short ? word : undefined}>
      <span aria-hidden="true">{SIGNS[status]}</span>
      <span className={short ? 'hidden' : undefined}>{word}</span>
    </span>
  );
}
