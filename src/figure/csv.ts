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
  return [header, ...lines].map((line) => `${line.map(field).join(',')}\n`).join('');
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
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
