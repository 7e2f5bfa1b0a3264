import type { RaceGroup } from '../analysis/groups.ts';
import { AXES, type MetricRecord } from '../analysis/record.ts';
import type { CellResult } from '../experiments/cell.ts';

const RECORD_COLUMNS = [
  'step',
  'tokens',
  'epoch',
  'flops',
  'seconds',
  'split',
  'family',
  'metric',
  'value',
  'bound',
  'se',
  'task',
  'category',
  'scoring',
  'questions',
  'chance',
] as const;

/**
 * Everything that a figure is drawn from, raw: the metric records of all cells, each with its cell, its level on every
 * axis and its seed before it. RFC 4180, lines ended by a line feed; a value that is not finite stands by its name.
 */
export function figureCsv(results: readonly CellResult[]): string {
  const axes = [...new Set(results.flatMap(({ levels }) => Object.keys(levels)))];
  const header = ['experiment', 'cell', ...axes.map((axis) => `level:${axis}`), 'seed', ...RECORD_COLUMNS];
  const lines = results.flatMap(({ experiment, id, levels, seed, results: families }) => {
    const about = [experiment, id, ...axes.map((axis) => levels[axis] ?? ''), seed];
    return Object.values(families).flatMap(({ records }) => records.map((record) => [...about, ...valuesOf(record)]));
  });
  return csvOf([header, ...lines]);
}

/** The raw records of races that are compared, each with its group's letter, its race's id and name, and its seed before it. */
export function comparisonCsv(groups: readonly RaceGroup[]): string {
  const header = ['group', 'race', 'name', 'seed', ...RECORD_COLUMNS];
  const lines = groups.flatMap(({ letter, races }) =>
    races.flatMap(({ id, name, spec: { seed }, records }) => {
      const about = [letter, id, notFormula(name), seed];
      return records.map((record) => [...about, ...valuesOf(record)]);
    }),
  );
  return csvOf([header, ...lines]);
}

function csvOf(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((line) => `${line.map(field).join(',')}\n`).join('');
}

/** A name may come from a stranger's file: a spreadsheet must not compute it. */
function notFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function valuesOf(record: MetricRecord): (string | number)[] {
  const { split, family, metric, value, bound, se, asked } = record;
  const place = AXES_IN_ORDER.map((axis) => record[axis]);
  const about = [
    asked?.task ?? '',
    asked?.category ?? '',
    asked?.scoring ?? '',
    asked?.questions ?? '',
    asked?.chance ?? '',
  ];
  return [...place, split, family, metric, value, bound, se ?? '', ...about];
}

const AXES_IN_ORDER = RECORD_COLUMNS.slice(0, AXES.length) as readonly (typeof AXES)[number][];

function field(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
