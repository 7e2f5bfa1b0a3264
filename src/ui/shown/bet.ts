import { formatNumber } from '../../analysis/format.ts';
import type { LabState } from '../../lab/protocol.ts';
import { getPage, type PageState, setPage } from '../store.ts';
import { words } from '../words.ts';
import type { ShownRace } from './source.ts';

/** A person's guess at where the live crossing will be. */
export interface Bet {
  epoch: number;
  /** The race that it is on; null: the next one. */
  race: string | null;
}

type Standing = Pick<PageState, 'crossings' | 'lab' | 'race'>;

/** Whether there is a race on which a bet is placed now; else it is on the next one. */
export const isRacing = ({ lab, race }: Pick<Standing, 'lab' | 'race'>): boolean =>
  race !== null && (lab === 'running' || lab === 'paused');

/** A crossing that was seen only once may still be none: it gives nothing away that is sure. */
const isCrossed = ({ live }: ShownRace['crossings']): boolean => live?.at !== undefined && live.status !== 'possible';

/** Whether a bet can still be placed: until the curves have crossed; after a race it is on the next one. */
export const canBet = (state: Standing): boolean => !(isRacing(state) && isCrossed(state.crossings));

export function placeBet(epoch: number): void {
  const state = getPage();
  if (!(epoch > 0) || !Number.isFinite(epoch) || !canBet(state)) return;
  setPage({ bet: { epoch, race: isRacing(state) ? state.race!.id : null }, betting: false });
}

export const dropBet = (): void => setPage({ bet: null, betting: false });

/** The bet when a race begins: one on the next race is on this one now; one on an earlier race is over. */
export function betOn(bet: Bet | null, race: string): Bet | null {
  if (!bet || (bet.race !== null && bet.race !== race)) return null;
  return { ...bet, race };
}

/** How good the bet was, in a sentence; null while that is open, and where there is none on this race. */
export function betInWords(
  bet: Bet | null,
  { id, crossings, lab }: { id: string; crossings: ShownRace['crossings']; lab: LabState },
): string | null {
  if (!bet || bet.race !== id) return null;
  const placed = formatNumber(bet.epoch);
  if (isCrossed(crossings)) {
    const { epoch } = crossings.live!.at!;
    const error = bet.epoch - epoch;
    return words.bet.judged(placed, formatNumber(epoch), formatNumber(Math.abs(error)), Math.sign(error));
  }
  return lab === 'finished' ? words.bet.never(placed) : null;
}
