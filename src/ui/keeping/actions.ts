import type { Offer } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { changeDraft, chooseExecutor, sendCommand, train } from '../actions.ts';
import { draftOf } from '../settings.ts';
import { showLive } from '../shown/show.ts';
import { getPage, isBusy, setPage } from '../store.ts';
import { type KeepingState, writeLater } from './state.ts';

/** What a person can do about what went wrong. */

export function changeKeeping(part: Partial<KeepingState>): void {
  setPage(({ keeping }) => ({ keeping: { ...keeping, ...part } }));
}

/** Does what an error has offered. */
export function take(offer: Offer): void {
  if (isBusy(getPage())) return;
  setPage({ error: null });
  switch (offer.type) {
    case 'continue':
      showLive();
      sendCommand({ type: 'continueRace', id: offer.id });
      break;
    case 'branch':
      showLive();
      changeDraft(draftOf(offer.spec));
      sendCommand({ type: 'branchRace', id: offer.id, spec: offer.spec });
      break;
    case 'start':
      changeDraft(draftOf(offer.spec));
      train();
      break;
    case 'use':
      changeDraft(draftOf(offer.spec));
      break;
  }
}

/** Takes a change of the setup back. */
export function undo(good: RaceSpec): void {
  if (isBusy(getPage())) return;
  setPage({ error: null });
  changeDraft(draftOf(good));
}

export function computeOnCpu(): void {
  chooseExecutor('cpu');
}

export function watch(): void {
  sendCommand({ type: 'watch' });
}

/** Leaves an interrupted race alone. */
export function leave(id: string): void {
  writeLater(id);
  changeKeeping({ later: id });
}
