import { bootstrapInterval, meanAndError, median, type Unit } from '../core/statistics.ts';
import { type Field, type FieldValue, fieldList, valueAt } from '../spec/fields.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../spec/schema.ts';
import { bestOf, evaluationsOf } from './compare.ts';
import type { Crossing, CrossingKind } from './crossing.ts';
import { findCrossings } from './crossover.ts';
import type { MetricRecord } from './record.ts';

/** A race that is compared with others. */
export interface ComparedRace {
  id: string;
  name: string;
  spec: RaceSpec;
  /** Name of the text, where it is the person's own. */
  ownText?: string;
  /** SHA-256 of the text or the items, where it is known. */
  textHash?: string;
  /** The race that it branched off, and where. */
  parent?: { id: string; step: number };
  records: readonly MetricRecord[];
}

/** The seeds of one setup, under a letter. */
export interface RaceGroup {
  letter: string;
  /** In order of their seeds; each seed once. */
  races: readonly ComparedRace[];
}

/**
 * Races of one setup that differ in nothing but the seed, together; groups in the order of their first races. A second
 * race of the same setup and seed (on another device, say) begins a group of its own.
 */
export function groupsOf(races: readonly ComparedRace[]): RaceGroup[] {
  const groups = new Map<string, ComparedRace[]>();
  for (const race of races) {
    const setup = setupKey(race);
    for (let turn = 0; ; turn++) {
      const key = `${turn} ${setup}`;
      const group = groups.get(key) ?? [];
      if (group.some(({ spec }) => spec.seed === race.spec.seed)) continue;
      groups.set(key, [...group, race]);
      break;
    }
  }
  return [...groups.values()].map((group, i) => ({
    letter: String.fromCharCode(65 + i),
    races: group.sort((a, b) => a.spec.seed - b.spec.seed),
  }));
}

/** All that a race's result depends on but its seed. The items of a task follow from spec and seed, a person's text does not. */
function setupKey({ spec, ownText, textHash, parent }: ComparedRace): string {
  const text = spec.data.corpus === 'own' ? [ownText, textHash] : [];
  return JSON.stringify([{ ...spec, seed: null }, text, parent ?? null]);
}

/** A setting in which groups differ, with its value in each group: of several where its seeds differ in it. */
export interface SettingDifference {
  field: Field;
  values: FieldValue[][];
}

/** The settings in which groups differ, in the order of the schema. */
export function settingsThatDiffer(groups: readonly RaceGroup[]): SettingDifference[] {
  return fieldList().flatMap((field) => {
    const values = groups.map(({ races }) => [
      ...new Set(races.map(({ spec }) => valueAt(spec, field.path) as FieldValue)),
    ]);
    return new Set(values.map((each) => each.join())).size > 1 ? [{ field, values }] : [];
  });
}

/** Best: the lowest validation loss. Last: that at the end. Test: of the best weights, where it was measured. */
export const LOSSES = ['best', 'last', 'test'] as const;
export type LossKind = (typeof LOSSES)[number];

/** The record of a race that a loss is; undefined where it was not measured. */
export function lossRecord({ records }: ComparedRace, family: FamilyId, kind: LossKind): MetricRecord | undefined {
  const own = records.filter((record) => record.family === family);
  const finite = evaluationsOf(own).filter(({ value }) => Number.isFinite(value));
  if (kind === 'best') return bestOf(finite);
  if (kind === 'last') return finite.at(-1);
  return own.findLast(({ split, metric }) => split === 'test' && metric === 'loss');
}

/** Over seeds. */
export interface Spread {
  median: number;
  lo: number;
  hi: number;
  seeds: number;
  /** Standard error of the one value there is; null where there are several, or where it is not known. */
  se: number | null;
}

export function spreadOf({ races }: RaceGroup, family: FamilyId, kind: LossKind): Spread | null {
  const found = races.flatMap((race) => lossRecord(race, family, kind) ?? []);
  if (found.length === 0) return null;
  const values = found.map(({ value }) => value);
  const se = found.length === 1 ? found[0].se : null;
  return { median: median(values), lo: Math.min(...values), hi: Math.max(...values), seeds: values.length, se };
}

export function crossingsOfRace({ records }: ComparedRace): Record<CrossingKind, Crossing> {
  const [ar, diffusion] = FAMILIES.map((family) => records.filter((record) => record.family === family));
  return findCrossings(ar, diffusion);
}

/** In how many of a group's races a crossing is confirmed, and the median epoch of those. */
export function crossingSpread({ races }: RaceGroup, kind: CrossingKind) {
  const places = races.flatMap((race) => {
    const { status, at } = crossingsOfRace(race)[kind];
    return status === 'confirmed' && at ? [at.epoch] : [];
  });
  return { confirmed: places.length, races: races.length, epoch: places.length > 0 ? median(places) : null };
}

/** A difference of losses in nats per token with its 95 % interval. */
export interface Difference {
  value: number;
  /** Null where nothing is known about how sure it is. */
  interval: readonly [lo: number, hi: number] | null;
  /** What the interval is over: the seeds that pair, or the windows of the one seed there is. */
  over: 'seeds' | 'windows';
  seeds: number;
}

/**
 * A loss of a group minus that of another, paired by seed (and, where both were measured on the same windows, by
 * window); null where no seed pairs or where the texts are not the same. Over several seeds the interval is
 * `bootstrapInterval`'s; of one seed it is ± 1.96 standard errors of its paired windows.
 */
export function differenceOf(of: RaceGroup, from: RaceGroup, family: FamilyId, kind: LossKind): Difference | null {
  const units = of.races.flatMap((race): Unit[] => {
    const other = from.races.find(({ spec }) => spec.seed === race.spec.seed);
    if (!other || !sameText(race, other)) return [];
    return differenceUnit(
      lossRecord(race, family, kind),
      lossRecord(other, family, kind),
      race.spec.model.context === other.spec.model.context,
    );
  });
  return intervalOf(units);
}

/** AR's loss minus diffusion's within a group, paired in the same way; both see the same windows. */
export function gapWithin({ races }: RaceGroup, kind: LossKind): Difference | null {
  return intervalOf(
    races.flatMap((race) => differenceUnit(lossRecord(race, 'ar', kind), lossRecord(race, 'diffusion', kind), true)),
  );
}

/** Whether two races are evaluated on the same text, symbol by symbol: else their losses do not compare. */
export function sameText(a: ComparedRace, b: ComparedRace): boolean {
  const [left, right] = [a.spec.data, b.spec.data];
  if (left.corpus !== right.corpus || left.lowercase !== right.lowercase) return false;
  // A person's text may be any text: it is the same only where that is known.
  return a.textHash === b.textHash && (left.corpus !== 'own' || a.textHash !== undefined);
}

function differenceUnit(a: MetricRecord | undefined, b: MetricRecord | undefined, sameWindows: boolean): Unit[] {
  if (!a || !b) return [];
  const [left, right] = [a.windows, b.windows];
  const paired = sameWindows && left && right && left.length === right.length && left.length > 1;
  return [{ value: a.value - b.value, ...(paired && { parts: left.map((loss, i) => loss - right[i]) }) }];
}

function intervalOf(units: readonly Unit[]): Difference | null {
  if (units.length === 0) return null;
  if (units.length > 1) {
    const { mean, lo, hi } = bootstrapInterval(units);
    return { value: mean, interval: [lo, hi], over: 'seeds', seeds: units.length };
  }
  const [{ value, parts }] = units;
  const reach = parts && 1.96 * meanAndError(parts).se;
  return { value, interval: reach === undefined ? null : [value - reach, value + reach], over: 'windows', seeds: 1 };
}
