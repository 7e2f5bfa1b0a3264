import type { CrossingKind } from '../../analysis/crossing.ts';
import { formatNumber } from '../../analysis/format.ts';
import { told } from '../../analysis/language.ts';
import type { KeptRace } from '../../lab/protocol.ts';
import { sizeOf } from '../../spec/presets.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../../spec/schema.ts';
import { words } from '../words.ts';

/** The list of races: what is in it, in which order, and what each line says. Names are anyone's: shown as text, shortened. */

export const SORT_KEYS = [
  'begun',
  'name',
  'text',
  'size',
  'steps',
  'ar',
  'diffusion',
  'live',
  'strict',
  'bytes',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  by: SortKey;
  descending: boolean;
}

export const MOST_IN_NAME = 80;

/** A name as it is shown: of one line, and no longer than a name may be. */
export function shownName(name: string): string {
  const given = name.replace(/\s+/g, ' ').trim();
  // The name that the lab gives a race is a sentence; one of a person's own, or of a file, is none.
  const line = /, seed \d+(, from step \d+)?$/.test(given) ? told(given) : given;
  const characters = [...line];
  return characters.length > MOST_IN_NAME ? `${characters.slice(0, MOST_IN_NAME - 1).join('')}…` : line;
}

/** What is wrong with a name, in words; null where nothing is. */
export function nameIssue(name: string): string | null {
  const { nameEmpty, nameLong } = words.runs.row;
  if (name.trim() === '') return nameEmpty;
  return [...name.trim()].length > MOST_IN_NAME ? nameLong(MOST_IN_NAME) : null;
}

/** Moby Dick, 5,000 tokens. */
export function textWords({ spec, ownText }: Pick<KeptRace, 'spec' | 'ownText'>): string {
  const { corpus, uniqueTokens } = spec.data;
  const text = corpus === 'own' && ownText ? shownName(ownText) : words.setup.corpora[corpus];
  return words.runs.row.text(text, formatNumber(uniqueTokens, 9));
}

/** S: 2 layers, 64 channels, 4 heads. */
export function sizeWords(spec: RaceSpec): string {
  const { layers, channels, heads, experts } = spec.model;
  const shape = words.setup.describeSize(layers, channels, heads);
  const all = experts > 0 ? `${shape}, ${words.runs.row.experts(formatNumber(experts))}` : shape;
  const size = sizeOf(spec);
  return size ? words.runs.row.size(size, all) : all;
}

/** A setting as it is read: 20,000, yes, moby-dick. */
export function valueWords(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value, 9);
  return typeof value === 'boolean' ? words.runs.row.flag[`${value}`] : String(value);
}

/** Steps that the family which has come furthest has behind it. */
export function stepsOf({ steps }: Pick<KeptRace, 'steps'>): number {
  return Math.max(0, ...FAMILIES.map((family) => steps[family] ?? 0));
}

/** The last checkpoint that every family which began has; null where one has none. */
export function checkpointOf({ steps, checkpoints }: Pick<KeptRace, 'steps' | 'checkpoints'>): number | null {
  const begun = FAMILIES.filter((family) => steps[family] !== undefined || checkpoints[family] !== undefined);
  const found = begun.map((family) => checkpoints[family] ?? 0);
  const least = Math.min(...found);
  return found.length > 0 && least > 0 ? least : null;
}

/** Whether a race can go on from where it stands. */
export const canGoOn = (race: KeptRace): boolean => race.state !== 'finished' && checkpointOf(race) !== null;

export function bestOf({ summary, bests }: Pick<KeptRace, 'summary' | 'bests'>, family: FamilyId): number | null {
  const value = summary ? summary.families[family].best.value : bests?.[family];
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** The epoch of a crossing that is confirmed; null where there is none, or where the race has not ended. */
export function crossingEpoch({ summary }: Pick<KeptRace, 'summary'>, kind: CrossingKind): number | null {
  const crossing = summary?.crossings[kind];
  return crossing?.status === 'confirmed' && crossing.at ? crossing.at.epoch : null;
}

/** All that a filter looks at. */
function searched(race: KeptRace): string {
  const { name, state, origin, executor, spec, parent } = race;
  const { row } = words.runs;
  const text = [name, textWords(race), sizeWords(spec), row.state[state], row.origin[origin], row.seed(`${spec.seed}`)];
  return [...text, executor.kind, executor.adapter, spec.data.corpus, parent?.name ?? ''].join(' ').toLowerCase();
}

/** The races that have every word of the filter somewhere, in order. */
export function listed(races: readonly KeptRace[], filter: string, sort: Sort): KeptRace[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = races.filter((race) => {
    const text = searched(race);
    return wanted.every((word) => text.includes(word));
  });
  return sorted(found, sort);
}

/** Races without the value that is sorted by come last, whichever way it goes. */
function sorted(races: readonly KeptRace[], { by, descending }: Sort): KeptRace[] {
  const sign = descending ? -1 : 1;
  const valued = races.map((race) => ({ race, value: VALUES[by](race) }));
  valued.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    if (typeof a.value === 'string' && typeof b.value === 'string')
      return sign * a.value.localeCompare(b.value, undefined, { numeric: true, sensitivity: 'base' });
    return sign * (a.value < b.value ? -1 : Number(a.value > b.value));
  });
  return valued.map(({ race }) => race);
}

const VALUES: Readonly<Record<SortKey, (race: KeptRace) => string | number | null>> = {
  begun: ({ begun }) => Date.parse(begun),
  name: ({ name }) => name,
  text: textWords,
  size: ({ spec: { model } }) => model.layers * model.channels ** 2 * Math.max(1, model.experts),
  steps: stepsOf,
  ar: (race) => bestOf(race, 'ar'),
  diffusion: (race) => bestOf(race, 'diffusion'),
  live: (race) => crossingEpoch(race, 'live'),
  strict: (race) => crossingEpoch(race, 'strict'),
  bytes: ({ bytes }) => bytes,
};
