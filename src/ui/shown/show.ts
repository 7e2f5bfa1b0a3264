import { findCrossings } from '../../analysis/crossover.ts';
import type { RaceContent } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { RaceLog } from '../race.ts';
import { getPage, getRace, setPage } from '../store.ts';
import type { RaceSource, ShowableRace, ShownRace } from './source.ts';

/** Which race is on the chart. What is trained goes on being written to its own log meanwhile. */

let content = new RaceLog();

/** The log of the race on the chart. */
export const shownLog = (): RaceLog => (getPage().shown ? content : getRace());

/**
 * Puts a race on the chart. Its crossings are found anew from its evaluations; a race without any has none. It stands at
 * its end, and nothing plays.
 */
export function showContent(
  source: RaceSource,
  race: ShowableRace,
  { records, samples, events, plan }: RaceContent,
): void {
  if (source.kind === 'live') {
    showLive();
    return;
  }
  const log = new RaceLog();
  log.append([...records].sort((a, b) => a.step - b.step));
  for (const sample of samples) log.appendSample(sample);
  content = log;
  const { id, name, spec, executor, summary, begun, state } = race;
  const shown: ShownRace = {
    source,
    id,
    name,
    spec,
    ...(executor && { executor }),
    ...(summary && { summary }),
    ...(begun && { begun }),
    ...(state && { state }),
    ...(plan && { plan }),
    crossings: crossingsOf(log),
    events,
    ended: endsOf(log),
  };
  setPage(({ version }) => ({ shown, version: version + 1, shownStep: null, playing: false }));
}

/** Back to the race that is, or was, trained here. */
export function showLive(): void {
  if (!getPage().shown) return;
  content = new RaceLog();
  setPage(({ version }) => ({ shown: null, version: version + 1, shownStep: null, playing: false }));
}

/** The crossings of all that a log holds, or of what it held after `step`. */
export function crossingsOf(
  { validation }: Pick<RaceLog, 'validation'>,
  step = Number.POSITIVE_INFINITY,
): ShownRace['crossings'] {
  const until = (family: FamilyId) => validation[family].filter((record) => record.step <= step);
  return findCrossings(until('ar'), until('diffusion'));
}

function endsOf(log: RaceLog): ShownRace['ended'] {
  const last = FAMILIES.map((family) => [family, log.validation[family].at(-1)?.step ?? 0] as const);
  const latest = Math.max(...last.map(([, step]) => step));
  return Object.fromEntries(last.filter(([, step]) => step < latest));
}
