import { badInput } from '../core/errors.ts';
import { stableHash } from '../core/hash.ts';
import { fieldAt, withValue } from '../spec/fields.ts';
import { parseRaceSpec } from '../spec/parse.ts';
import { presetOf } from '../spec/presets.ts';
import { FAMILIES, type FamilyId, type RaceSpec } from '../spec/schema.ts';
import { CELL_VERSION, type Cell } from './cell.ts';
import type { Axis, Experiment, Level, Plan, Scale, Settings } from './experiment.ts';

/** What a person changes about a plan without changing the experiment. */
export interface SweepOptions {
  /** Instead of the plan's. */
  seeds?: readonly number[];
  /** Beside the plan's settings; a setting that an axis of the experiment varies is refused. */
  settings?: Settings;
}

/** The plan of a scale with a person's changes. Throws a CrossoverError for a setting that an axis varies. */
export function planOf(experiment: Experiment, scale: Scale, { seeds, settings = {} }: SweepOptions = {}): Plan {
  const plan = experiment.plans[scale];
  for (const path of Object.keys(settings)) {
    const axis = plan.axes.find(({ levels }) => levels.some((level) => path in level.settings));
    if (axis) throw badInput(`${path} cannot be set: it is varied by the axis ${axis.id} of ${experiment.id}`);
    if (path === 'seed') throw badInput('seed cannot be set: the seeds of a sweep are an axis of their own');
  }
  return { ...plan, settings: { ...plan.settings, ...settings }, seeds: seeds ?? plan.seeds };
}

/**
 * Every cell of an experiment: the product of its axes and its seeds, seeds outermost, so that a sweep that is cut short
 * has whole seeds. A combination of levels that leaves no family to train is no cell. Throws a CrossoverError that names
 * the cell for a spec that is not valid.
 */
export function cellsOf(experiment: Experiment, scale: Scale, options: SweepOptions = {}): Cell[] {
  const plan = planOf(experiment, scale, options);
  const base = withSettings(presetOf(plan.preset).spec, plan.settings);
  const combinations = product(plan.axes);
  return plan.seeds.flatMap((seed) =>
    combinations.flatMap((levels) => {
      const families = FAMILIES.filter((family) => levels.every((level) => trains(level, family)));
      if (families.length === 0) return [];
      const labels = Object.fromEntries(plan.axes.map(({ id }, i) => [id, levels[i].label]));
      const spec = specOf(experiment, labels, families, withSettings(base, { ...settingsOf(levels), seed }));
      const about = { spec, families, ...(plan.samples && { samples: plan.samples }) };
      const id = stableHash({ version: CELL_VERSION, ...about });
      return [{ id, experiment: experiment.id, levels: labels, seed, ...about }];
    }),
  );
}

function trains({ families = FAMILIES }: Level, family: FamilyId): boolean {
  return families.includes(family);
}

function specOf(
  experiment: Experiment,
  labels: Readonly<Record<string, string>>,
  families: readonly FamilyId[],
  spec: RaceSpec,
): RaceSpec {
  try {
    return parseRaceSpec(spec, families);
  } catch (error) {
    const where = Object.entries(labels).map(([axis, label]) => `${axis} “${label}”`);
    throw badInput(`${experiment.id}, ${where.join(', ')}: ${(error as Error).message}`);
  }
}

function settingsOf(levels: readonly Level[]): Settings {
  return Object.assign({}, ...levels.map(({ settings }) => settings));
}

function withSettings(spec: RaceSpec, settings: Settings): RaceSpec {
  return Object.entries(settings).reduce((result, [path, value]) => {
    if (!fieldAt(path)) throw badInput(`${path} is not a field of a race`);
    return withValue(result, path, value);
  }, spec);
}

/** One level of each axis, in every combination; the last axis varies fastest. */
function product(axes: readonly Axis[]): Level[][] {
  return axes.reduce<Level[][]>(
    (combinations, { levels }) => combinations.flatMap((some) => levels.map((level) => [...some, level])),
    [[]],
  );
}
