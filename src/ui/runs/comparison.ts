import { formatLoss, formatNumber } from '../../analysis/format.ts';
import {
  type ComparedRace,
  crossingSpread,
  type Difference,
  differenceOf,
  gapWithin,
  groupsOf,
  type LossKind,
  type RaceGroup,
  type Spread,
  sameText,
  settingsThatDiffer,
  spreadOf,
} from '../../analysis/groups.ts';
import { told } from '../../analysis/language.ts';
import { type ComparisonText, comparisonSheet } from '../../figure/compare.ts';
import { comparisonCsv } from '../../figure/csv.ts';
import type { Panel } from '../../figure/grid.ts';
import { type LegendItem, SIGNS } from '../../figure/legend.ts';
import { lossBound } from '../../spec/bound.ts';
import { FAMILIES, type FamilyId } from '../../spec/schema.ts';
import { adapterName } from '../adapter.ts';
import { download, pngOf } from '../files.ts';
import { words } from '../words.ts';
import type { FoundRace } from './contents.ts';
import { shownName, textWords, valueWords } from './list.ts';
import type { RunsState } from './state.ts';

/** Kept races side by side: what is drawn, what the tables hold, and all of it in words. */

export interface Comparison {
  groups: RaceGroup[];
  /** The kept races behind them, by id. */
  kept: ReadonlyMap<string, FoundRace>;
}

export function comparisonOf(found: readonly FoundRace[]): Comparison {
  return { groups: groupsOf(found.map(compared)), kept: new Map(found.map((each) => [each.race.id, each])) };
}

function compared({ race, content }: FoundRace): ComparedRace {
  const { id, name, spec, ownText, parent } = race;
  const textHash = content.plan?.dataset.corpus.sha256;
  return {
    id,
    name: shownName(name),
    spec,
    ...(ownText !== undefined && { ownText }),
    ...(textHash !== undefined && { textHash }),
    ...(parent && { parent: { id: parent.id, step: parent.step } }),
    records: content.records,
  };
}

/** A race by its name, seeds by what they share. */
export function groupWords({ races }: RaceGroup): string {
  const [first] = races;
  if (races.length === 1) return first.name;
  return words.runs.compare.group(textWords(first), races.map(({ spec }) => spec.seed).join(', '));
}

/** Whether all races are about the same text: else their losses do not compare. Items of a task are new with each seed. */
export function areOfOneText({ groups }: Comparison): boolean {
  const [first, ...others] = groups.flatMap(({ races }) => races);
  const { corpus, lowercase } = first.spec.data;
  return others.every((race) => {
    if (race.spec.data.corpus !== corpus || race.spec.data.lowercase !== lowercase) return false;
    return (corpus !== 'own' && race.spec.seed !== first.spec.seed) || sameText(race, first);
  });
}

/** A line of a table: what it is about, and a cell for each group. */
export interface SettingRow {
  label: string;
  values: string[];
}

export function settingRows({ groups, kept }: Comparison): SettingRow[] {
  const text = words.runs.compare;
  const about = (label: string, wordsOf: (found: FoundRace) => string): SettingRow[] => {
    const values = groups.map(({ races }) => [...new Set(races.map(({ id }) => wordsOf(kept.get(id)!)))].join('; '));
    return new Set(values).size > 1 ? [{ label, values }] : [];
  };
  return [
    ...settingsThatDiffer(groups).map(({ field: { label }, values }) => ({
      label: told(label),
      values: values.map((each) => each.map(valueWords).join(', ')),
    })),
    ...about(text.ownText, ({ race }) => (race.ownText === undefined ? text.none : shownName(race.ownText))),
    ...about(text.parent, ({ race: { parent } }) =>
      parent ? words.runs.row.branch(shownName(parent.name), formatNumber(parent.step, 9)) : text.none,
    ),
    ...about(text.executor, ({ race: { executor } }) => adapterName(executor)),
  ];
}

/** A value and what is known of its spread: the seeds' range, or a standard error. */
export interface Cell {
  value: string;
  note?: string;
}

export interface ResultRow {
  letter: string;
  family: FamilyId;
  bound: 'exact' | 'upper';
  losses: Record<LossKind, Cell | null>;
}

export function resultRows({ groups }: Comparison): ResultRow[] {
  return groups.flatMap((group) =>
    FAMILIES.map((family): ResultRow => {
      const cell = (kind: LossKind) => spreadCell(spreadOf(group, family, kind));
      const losses = { best: cell('best'), last: cell('last'), test: cell('test') };
      return { letter: group.letter, family, bound: lossBound(family, group.races[0].spec), losses };
    }),
  );
}

function spreadCell(spread: Spread | null): Cell | null {
  if (!spread) return null;
  const value = formatLoss(spread.median);
  if (spread.seeds > 1) return { value, note: words.runs.compare.range(formatLoss(spread.lo), formatLoss(spread.hi)) };
  return spread.se === null ? { value } : { value, note: `± ${formatLoss(spread.se)}` };
}

/** The confirmed crossings of a group in a few words. */
export function crossingCell(group: RaceGroup, kind: 'live' | 'strict'): string {
  const { confirmed, races, epoch } = crossingSpread(group, kind);
  const text = words.runs.compare;
  return epoch === null ? text.notConfirmed : text.confirmed(formatNumber(epoch), confirmed, races);
}

export interface DifferenceRow {
  label: string;
  /** Null: of both, AR minus diffusion; or of neither, where no seed pairs. */
  family: FamilyId | null;
  best: Cell | null;
  test: Cell | null;
  seeds: number;
}

/** Each group minus the first, by family; then AR minus diffusion within each. */
export function differenceRows({ groups }: Comparison): DifferenceRow[] {
  const text = words.runs.compare;
  const [first, ...others] = groups;
  const row = (label: string, family: FamilyId | null, differenceIn: (kind: LossKind) => Difference | null) => {
    const [best, test] = [differenceIn('best'), differenceIn('test')];
    return { label, family, best: differenceCell(best), test: differenceCell(test), seeds: (best ?? test)?.seeds ?? 0 };
  };
  return [
    ...others.flatMap((group) => {
      const label = text.minus(group.letter, first.letter);
      const rows = FAMILIES.map((family) =>
        row(label, family, (kind) => differenceOf(group, first, family, kind)),
      ).filter(({ seeds }) => seeds > 0);
      return rows.length > 0 ? rows : [row(label, null, () => null)];
    }),
    ...groups.map((group) => row(text.gap(group.letter), null, (kind) => gapWithin(group, kind))),
  ];
}

function differenceCell(difference: Difference | null): Cell | null {
  if (!difference) return null;
  const { value, interval } = difference;
  const text = words.runs.compare;
  const note = interval ? text.interval(signed(interval[0]), signed(interval[1])) : text.noInterval;
  return { value: signed(value), note };
}

const signed = (value: number): string => (value > 0 ? `+${formatLoss(value)}` : formatLoss(value));

/** What came out, in sentences: for those who do not see the chart, and below it in a file. */
export function summarySentences(comparison: Comparison): string[] {
  const text = words.runs.compare.summary;
  const sentences = comparison.groups.flatMap((group) => {
    const [ar, diffusion] = FAMILIES.map((family) => spreadOf(group, family, 'best'));
    const { letter } = group;
    if (!ar && !diffusion) return [];
    if (!ar || !diffusion) {
      const family = words.families[ar ? 'ar' : 'diffusion'].inText;
      return [text.only(letter, family, formatLoss((ar ?? diffusion)!.median))];
    }
    return [
      `${text.best(letter, formatLoss(ar.median), formatLoss(diffusion.median), group.races.length)} ${crossingSentence(group)}`,
    ];
  });
  return areOfOneText(comparison) ? sentences : [...sentences, words.runs.compare.otherTexts];
}

function crossingSentence(group: RaceGroup): string {
  const text = words.runs.compare.summary;
  for (const kind of ['strict', 'live'] as const) {
    const { confirmed, races, epoch } = crossingSpread(group, kind);
    if (epoch !== null) return text.inSeeds(text.crossing(kind, formatNumber(epoch)), confirmed, races);
  }
  return text.noCrossing;
}

/** What the marks of the chart mean: of those that are in it. */
export function comparisonLegend({ groups }: Comparison, panel: Panel): LegendItem[] {
  const text = words.runs.compare.legend;
  const several = groups.some(({ races }) => races.length > 1);
  const single = groups.some(({ races }) => races.length === 1);
  const bounds = [...new Set(groups.map(({ races }) => lossBound('diffusion', races[0].spec)))];
  const has = (test: (diamond: Panel['diamonds'][number]) => boolean) => panel.diamonds.some(test);
  const items: (LegendItem | false)[] = [
    { label: text.ar(several), draw: SIGNS.ar },
    { label: text.diffusion(bounds, several), draw: SIGNS.diffusion },
    { label: text.band(several, single), draw: SIGNS.band },
    { label: text.dot, draw: several ? SIGNS.dotWithError : SIGNS.dot },
    groups.length < 3 && { label: text.best, draw: SIGNS.best },
    has(({ kind }) => kind === 'live') && { label: text.live, draw: SIGNS.live },
    has(({ kind }) => kind === 'strict') && { label: text.strict, draw: SIGNS.strict },
    has(({ status }) => status !== 'confirmed') && { label: text.doubtful, draw: SIGNS.doubtful },
  ];
  return items.filter((item) => item !== false);
}

export const FORMATS = ['svg', 'png', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Saves the comparison on white, or the raw records behind it. Rejects where a PNG cannot be made. */
export async function saveComparison(
  comparison: Comparison,
  panel: Panel,
  { axis }: RunsState['comparison'],
  format: Format,
): Promise<void> {
  const { file, heading } = words.runs.compare;
  const name = `${file}.${format}`;
  const { groups } = comparison;
  if (format === 'csv') return download(name, new Blob([comparisonCsv(groups)], { type: 'text/csv' }));
  const text: ComparisonText = {
    title: heading(comparison.kept.size),
    groups: groups.map((group) => ({ letter: group.letter, words: groupWords(group) })),
    legend: comparisonLegend(comparison, panel),
    found: summarySentences(comparison),
  };
  const svg = new Blob([comparisonSheet(panel, axis, text)], { type: 'image/svg+xml' });
  download(name, format === 'svg' ? svg : await pngOf(svg));
}
