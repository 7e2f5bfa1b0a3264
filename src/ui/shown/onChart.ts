import type { ExecutorInfo, LabState, RacePlan, RaceSummary } from '../../lab/protocol.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { type PageState, usePage } from '../store.ts';
import type { RaceSource, ShownRace } from './source.ts';

/** The race on the chart, wherever it comes from. */
export interface OnChart {
  source: RaceSource;
  id: string;
  spec: RaceSpec;
  /** Absent for a race that never came to its first step, and for one of which it was not kept. */
  plan?: RacePlan;
  executor?: ExecutorInfo;
  crossings: ShownRace['crossings'];
  summary: RaceSummary | null;
  /** As a live race would say it. */
  lab: LabState;
}

type Seen = Pick<PageState, 'shown' | 'race' | 'crossings' | 'summary' | 'lab' | 'executor'>;

const KEYS = ['shown', 'race', 'crossings', 'summary', 'lab', 'executor'] as const satisfies (keyof Seen)[];

let last: { from: Seen; found: OnChart | null } | null = null;

/** Null before anything was trained or shown. Of equal states it is the same object. */
export function onChart(state: Seen): OnChart | null {
  const relevant = state.shown ? KEYS.slice(0, 1) : KEYS;
  if (!last || relevant.some((key) => last!.from[key] !== state[key])) last = { from: state, found: found(state) };
  return last.found;
}

function found({ shown, race, crossings, summary, lab, executor }: Seen): OnChart | null {
  if (shown) {
    const { source, id, spec, plan } = shown;
    return {
      source,
      id,
      spec,
      ...(plan && { plan }),
      ...(shown.executor && { executor: shown.executor }),
      crossings: shown.crossings,
      summary: shown.summary ?? null,
      lab: standingOf(shown),
    };
  }
  if (!race) return null;
  const { id, spec, plan } = race;
  return { source: { kind: 'live' }, id, spec, plan, ...(executor && { executor }), crossings, summary, lab };
}

function standingOf({ source, state, summary }: ShownRace): LabState {
  if (source.kind === 'watched') return 'running';
  if (state === 'finished') return 'finished';
  if (state) return 'stopped';
  return summary ? 'finished' : 'stopped';
}

export const useOnChart = (): OnChart | null => usePage(onChart);
