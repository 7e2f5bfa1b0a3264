import type { Crossing, CrossingKind } from '../../analysis/crossing.ts';
import type { ExecutorInfo, KeptRace, RaceContent, RacePlan, RaceSummary } from '../../lab/protocol.ts';
import type { FamilyId, RaceSpec } from '../../spec/schema.ts';

/** Where the race on the chart comes from. */
export type RaceSource =
  /** The one that is, or was, trained in this tab. */
  | { kind: 'live' }
  /** Shipped with the page. */
  | { kind: 'recorded'; command: string }
  | { kind: 'kept'; id: string; name: string }
  | { kind: 'cell'; experiment: string; cell: string }
  /** Trained in another tab. */
  | { kind: 'watched' };

/** A race that can be shown; a `KeptRace` is one. */
export interface ShowableRace {
  id: string;
  name: string;
  spec: RaceSpec;
  executor?: ExecutorInfo;
  summary?: RaceSummary;
  /** ISO 8601. */
  begun?: string;
  /** Without it, a race with a summary is finished, and one without is not. */
  state?: KeptRace['state'];
}

/** A race that is shown instead of the live one. Its series lie in `shownLog()`. */
export interface ShownRace extends ShowableRace {
  source: Exclude<RaceSource, { kind: 'live' }>;
  plan?: RacePlan;
  crossings: Partial<Record<CrossingKind, Crossing>>;
  events: RaceContent['events'];
  /** The last step of a family that ended before the other. */
  ended: Partial<Record<FamilyId, number>>;
}
