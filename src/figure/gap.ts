import { formatLoss } from '../analysis/format.ts';
import { told } from '../analysis/language.ts';
import type { Estimate } from '../analysis/laws.ts';
import { meanAndError, studentT975 } from '../core/statistics.ts';
import type { Cell, CellResult } from '../experiments/cell.ts';
import { type MeasureId, measure } from '../experiments/measures.ts';
import { type LevelNumber, levelNumber, levelWords } from '../experiments/words.ts';
import { lossBound } from '../spec/bound.ts';
import { FAMILIES, FAMILY_NAMES, type FamilyId } from '../spec/schema.ts';
import { type EstimateRow, estimatesPlate, rangeWords } from './estimates.ts';
import { gridOf, type Panel } from './grid.ts';
import type { Plate } from './plate.ts';
import { drawPaired, type PairedOptions, type PairedRow, pairedHeight } from './settings.ts';

export type GapMetric = 'loss' | 'accuracy';

/** How a metric's best is measured, what a setting is picked by, and which end is better. */
const BESTS: Readonly<Record<GapMetric, { of: MeasureId; by: MeasureId; sign: 1 | -1; title: string }>> = {
  loss: { of: 'testLoss', by: 'bestLoss', sign: 1, title: 'test loss of the best weights, nats per token' },
  accuracy: { of: 'bestAccuracy', by: 'bestAccuracy', sign: -1, title: 'best accuracy' },
};

/** A family at one setting of the axes, or at the best of the last of them. */
export interface Setting {
  family: FamilyId;
  /** What sets it apart from the family's others; empty where it has one. */
  label: string;
  /** The same as numbers of its axes, where it is nothing else. */
  numbers?: readonly LevelNumber[];
  bySeed: readonly number[];
  /** Mean over the seeds with its 95 % interval by Student's t; without limits to tell of for one seed. */
  estimate: Estimate;
  /** The mean of what settings are picked by; less is better. */
  rank: number;
  bound: 'exact' | 'upper';
}

/** More settings of a family than this are too many to look at: the last axes are then tuned out. */
const MOST_SETTINGS = 5;

/**
 * Every setting of both families in finished cells: its mean over the seeds and the interval of that. Where a family has
 * more than five, the last axis (and the one before, and so on) shows only its best level, picked on validation.
 */
export function settingsOf(cells: readonly Cell[], results: readonly CellResult[], metric: GapMetric): Setting[] {
  return FAMILIES.flatMap((family) => {
    const axes = axesThatVary(cells, family);
    const all = allSettings(cells, results, metric, family, axes);
    for (let kept = axes.length; kept > 0; kept--) {
      const groups = new Map<string, typeof all>();
      for (const each of all) {
        const label = levelWords(Object.fromEntries(axes.slice(0, kept).map((axis) => [axis, each.levels[axis]])));
        groups.set(label, [...(groups.get(label) ?? []), each]);
      }
      if (groups.size > MOST_SETTINGS && kept > 1) continue;
      return [...groups].map(([label, own]) => {
        const best = own.reduce((a, b) => (b.rank < a.rank ? b : a));
        const numbers = axes.slice(0, kept).flatMap((axis) => levelNumber(axis, best.levels[axis]) ?? []);
        return { ...best, label, ...(numbers.length === kept && { numbers }) };
      });
    }
    return all.map((each) => ({ ...each, label: '' }));
  });
}

function axesThatVary(cells: readonly Cell[], family: FamilyId): string[] {
  const own = cells.filter(({ families }) => families.includes(family));
  const names = Object.keys(own[0]?.levels ?? {});
  return names.filter((axis) => new Set(own.map(({ levels }) => levels[axis])).size > 1);
}

function allSettings(
  cells: readonly Cell[],
  results: readonly CellResult[],
  metric: GapMetric,
  family: FamilyId,
  axes: readonly string[],
): (Omit<Setting, 'label'> & { levels: Cell['levels'] })[] {
  const { of, by, sign } = BESTS[metric];
  const byId = new Map(results.map((result) => [result.id, result]));
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    if (!cell.families.includes(family)) continue;
    const key = JSON.stringify(axes.map((axis) => cell.levels[axis]));
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()].flatMap((own) => {
    const sound = own.flatMap(({ id }) => {
      const result = byId.get(id)?.results[family];
      return result && result.ended !== 'diverged' ? [{ [family]: result }] : [];
    });
    const numbers = (id: MeasureId) => sound.flatMap((pair) => measure(id, pair, family)?.lo ?? []);
    const bySeed = numbers(of);
    if (bySeed.length === 0) return [];
    const [{ levels, spec }] = own;
    const rank = sign * meanAndError(numbers(by)).mean;
    return [{ family, levels, bySeed, estimate: estimateOf(bySeed, metric), rank, bound: lossBound(family, spec) }];
  });
}

function estimateOf(values: readonly number[], metric: GapMetric): Estimate {
  const { mean, se } = meanAndError(values);
  const reach = values.length > 1 ? studentT975(values.length - 1) * se : 0;
  // The interval of a share would end beyond all or nothing where it is nearly that.
  const [least, most] = metric === 'accuracy' ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { value: mean, lo: Math.max(least, mean - reach), hi: Math.min(most, mean + reach) };
}

/** The settings that both families have, where these are numbers of the same axes and both have several. */
function pairs(
  settings: readonly Setting[],
  rows: readonly EstimateRow[],
): Pick<PairedOptions, 'header' | 'rows'> | null {
  const header = settings[0]?.numbers?.map(({ axis }) => axis) ?? [];
  const apart = (family: FamilyId) => settings.filter((each) => each.family === family).length > 1;
  const alike = ({ numbers }: Setting) => numbers?.map(({ axis }) => axis).join() === header.join();
  if (header.length === 0 || !FAMILIES.every(apart) || !settings.every(alike)) return null;
  const paired = new Map<string, PairedRow>();
  for (const [i, { label, family, numbers }] of settings.entries()) {
    const row = paired.get(label) ?? { cells: numbers!.map(({ number }) => told(number)), estimates: {} };
    paired.set(label, { ...row, estimates: { ...row.estimates, [family]: rows[i] } });
  }
  return { header: header.map((axis) => told(axis)), rows: [...paired.values()] };
}

/** The best of each setting on one axis, those that tuning picks in bold, against diffusion's. */
export function bestsPlate(id: string, settings: readonly Setting[], metric: GapMetric): Plate {
  const title = told(BESTS[metric].title);
  const pick = (family: FamilyId) => {
    const own = settings.filter((each) => each.family === family);
    return own.length > 0 ? own.reduce((a, b) => (b.rank < a.rank ? b : a)) : undefined;
  };
  const picks = FAMILIES.map(pick);
  const [, diffusion] = picks;
  const format = metric === 'loss' ? formatLoss : share;
  const rows = settings.map(({ family, label, bySeed, estimate, bound, ...rest }): EstimateRow => {
    const of = metric === 'loss' ? ` (${told(bound === 'upper' ? 'upper bound' : 'exact')})` : '';
    const name = label ? `${FAMILY_NAMES[family]}, ${told(label)}` : `${FAMILY_NAMES[family]}${of}`;
    return {
      label: name,
      family,
      estimate,
      each: bySeed,
      strong: picks.some((each) => each?.rank === rest.rank && each.family === family),
    };
  });
  const seeds = Math.max(0, ...settings.map(({ bySeed }) => bySeed.length));
  const bests = picks.flatMap((best) =>
    best
      ? [
          `${[FAMILY_NAMES[best.family], told(best.label)].filter(Boolean).join(', ')}: ${format(best.estimate.value)} (${rangeWords(best.estimate, format)})`,
        ]
      : [],
  );
  const options = {
    title: told(seeds === 1 ? 'Best of each setting, {0} seed' : 'Best of each setting, {0} seeds', seeds),
    about: told('The {0}. The best of each family: {1}.', title, bests.join('; ')),
    rows,
    axisTitle: title,
    format,
    ...(diffusion && { against: { estimate: diffusion.estimate, family: 'diffusion' as const } }),
  };
  const plate = estimatesPlate(id, options);
  const both = pairs(settings, rows);
  if (!both) return plate;
  const paired = { ...options, ...both };
  return { ...plate, height: () => pairedHeight(paired), draw: (size, palette) => drawPaired(paired, size, palette) };
}

const share = (value: number): string => `${Math.round(100 * value)} %`;

/** All settings of a sweep as curves of one panel, without crossings: of many pairs they would hide what is compared. */
export function gapPanel(cells: readonly Cell[], results: readonly CellResult[], metric: GapMetric): Panel {
  const figure = { rows: '', columns: [{ metric, label: '' }] };
  const [[panel]] = gridOf({ figure }, cells, results, 'epoch').panels;
  return { ...panel, diamonds: [], notes: [] };
}
