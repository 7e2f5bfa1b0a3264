import type { CSSProperties } from 'react';
import { formatPercent } from '../../analysis/format.ts';
import { words } from '../words.ts';
import { nameOf } from './tokens.ts';

interface Props {
  label: string;
  guesses: readonly { token: string; p: number }[];
  /** What really stands there. */
  truth: string;
}

/** What a model holds likeliest in a place, as bars. */
export function Guesses({ label, guesses, truth }: Props) {
  return (
    <ul className="guesses" aria-label={label}>
      {guesses.map(({ token, p }) => (
        <li key={token} className={token === truth ? 'is-truth' : undefined}>
          <span className="guess">{nameOf(token)}</span>
          <span className="guess-bar" style={{ '--p': p.toFixed(4) } as CSSProperties} aria-hidden="true" />
          <span className="guess-p">
            {formatPercent(p)}
            {token === truth && <small> {words.inside.surprise.truth}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
