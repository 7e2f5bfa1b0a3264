import type { Crossing } from '../../analysis/crossing.ts';
import { AXES, type Axis } from '../../analysis/record.ts';
import type { RaceContent } from '../../lab/protocol.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { RaceLog } from '../race.ts';
import { getPage, setPage } from '../store.ts';
import { crossingsOf } from './show.ts';

/** Earlier races that stay on the chart behind the one it shows. */

/** A race that was pinned. Its lines lie in `ghostLines`. */
export interface Ghost {
  id: string;
  name: string;
  spec: RaceSpec;
  /** Whether a person chose it; else it is a race that another one followed. */
  pinned: boolean;
  live?: Crossing;
}

/** The validation losses of a family: columns of equal length, in order of step. */
export interface GhostLine {
  axes: Readonly<Record<Axis, Float64Array>>;
  value: Float64Array;
}

/** More than these are no longer told apart: those that nobody chose go first, the oldest of them. */
export const MOST_GHOSTS = 6;

const lines = new Map<string, Partial<Record<FamilyId, GhostLine>>>();

export const ghostLines = (id: string): Partial<Record<FamilyId, GhostLine>> => lines.get(id) ?? {};

type About = Pick<Ghost, 'id' | 'name' | 'spec'>;

/** Keeps a race on the chart that somebody chose. One that was never evaluated leaves nothing to be drawn. */
export function pinGhost({ id, name, spec }: About, { records }: Pick<RaceContent, 'records'>): void {
  const log = new RaceLog();
  log.append(records.filter(({ split }) => split === 'validation').sort((a, b) => a.step - b.step));
  add({ id, name, spec, pinned: true }, log);
}

/** Keeps the race of a log on the chart, because another one takes its place. */
export function leaveGhost({ id, name, spec }: About, log: RaceLog): void {
  const enough = FAMILIES.some((family) => (log.track(family, 'validation')?.length ?? 0) > 1);
  if (enough) add({ id, name, spec, pinned: false }, log);
}

export function unpinGhost(id: string): void {
  lines.delete(id);
  setPage(({ ghosts }) => ({ ghosts: ghosts.filter((ghost) => ghost.id !== id) }));
}

export function clearGhosts(): void {
  lines.clear();
  setPage({ ghosts: [] });
}

function add(ghost: Ghost, log: RaceLog): void {
  lines.set(ghost.id, linesOf(log));
  const { live } = crossingsOf(log);
  const others = getPage().ghosts.filter(({ id }) => id !== ghost.id);
  const all = [...others, { ...ghost, ...(live?.at && live.status !== 'reverted' && { live }) }];
  while (all.length > MOST_GHOSTS) {
    const oldest = all.findIndex(({ pinned }) => !pinned);
    lines.delete(all.splice(Math.max(0, oldest), 1)[0].id);
  }
  setPage({ ghosts: all });
}

function linesOf(log: RaceLog): Partial<Record<FamilyId, GhostLine>> {
  return Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const track = log.track(family, 'validation');
      if (!track) return [];
      const axes = Object.fromEntries(AXES.map((axis) => [axis, track.axes[axis].values().slice()]));
      return [[family, { axes, value: track.value.values().slice() }]];
    }),
  );
}
