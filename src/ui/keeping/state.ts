import type { LabEvent } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';

type EventOf<T extends LabEvent['type']> = Omit<Extract<LabEvent, { type: T }>, 'type'>;

/** What the page knows about how its race is kept, and about what has come in its way. */
export interface KeepingState {
  /** Null until it is known whether other tabs train. */
  elsewhere: EventOf<'elsewhere'> | null;
  recovered: EventOf<'recovered'> | null;
  /** Whether it was another tab that has paused the race. */
  pausedByOther: boolean;
  /** The lab's worker has ended; the race that was on goes on from this id. */
  dead: { race: string | null } | null;
  /** The setup that last worked: of the last race that came to its end, at first that of the page. */
  good: RaceSpec | null;
  /** The interrupted race that is not to be asked about any more. */
  later: string | null;
  /** What the page was told about storage and has been read: the message. */
  read: string | null;
}

export const keepingState = (): KeepingState => ({
  elsewhere: null,
  recovered: null,
  pausedByOther: false,
  dead: null,
  good: null,
  later: readLater(),
  read: null,
});

const LATER_KEY = 'crossover.notNow';

function readLater(): string | null {
  try {
    return localStorage.getItem(LATER_KEY);
  } catch {
    return null;
  }
}

/** Remembers beyond this visit that a race is not to be asked about. */
export function writeLater(id: string): void {
  try {
    localStorage.setItem(LATER_KEY, id);
  } catch {
    // A browser that stores nothing has kept no race to ask about.
  }
}
