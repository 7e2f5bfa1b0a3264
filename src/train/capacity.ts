import { inBytes } from '../core/bytes.ts';
import { CrossoverError } from '../core/errors.ts';
import type { ModelTraits } from '../families/family.ts';
import type { Executor, Footprint } from '../graph/executor.ts';
import { shortage, together } from '../graph/footprint.ts';
import { parameterLayout } from '../model/parameters.ts';
import { impossibleCombination } from '../spec/combinations.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { evaluationOptions } from './evaluation.ts';
import { arenaSizes, evaluationGraph, samplingGraph, trainingGraph } from './graphs.ts';
import { samplingOptions } from './sampling.ts';
import { TRAINING_OPTIONS } from './trainer.ts';

/** The part of an executor that an estimate needs. */
export type Measuring = Pick<Executor, 'capacity' | 'stateFootprint' | 'programFootprint'>;

/**
 * What a family of a race takes up on an executor: the arenas, and the programs that train, evaluate, write and answer. Equals
 * what is allocated, as it is counted by the same plans; allocates nothing.
 */
export function familyFootprint(
  executor: Measuring,
  spec: RaceSpec,
  vocabulary: number,
  traits: ModelTraits,
): Footprint {
  const training = trainingGraph(spec, vocabulary, traits);
  const sampling = samplingGraph(spec, vocabulary, traits, 'ema');
  const asking = samplingGraph(spec, vocabulary, traits, 'ema', spec.train.batch);
  return together([
    executor.stateFootprint(arenaSizes(parameterLayout(spec.model, vocabulary))),
    executor.programFootprint(training.tape, TRAINING_OPTIONS),
    evaluatorFootprint(executor, spec, vocabulary, traits),
    executor.programFootprint(sampling.tape, samplingOptions(sampling)),
    ...(spec.evaluation.questions > 0 ? [executor.programFootprint(asking.tape, samplingOptions(asking))] : []),
  ]);
}

function evaluatorFootprint(executor: Measuring, spec: RaceSpec, vocabulary: number, traits: ModelTraits): Footprint {
  const graph = evaluationGraph(spec, vocabulary, traits, 'ema');
  return executor.programFootprint(graph.tape, evaluationOptions(graph));
}

/** The most that a race ever takes up: all its families, and at its end the evaluators of their best weights. */
export function raceFootprint(
  executor: Measuring,
  spec: RaceSpec,
  vocabulary: number,
  families: readonly ModelTraits[],
): Footprint {
  return together(
    families.flatMap((family) => [
      familyFootprint(executor, spec, vocabulary, family),
      evaluatorFootprint(executor, spec, vocabulary, family),
    ]),
  );
}

/** Of a race that a device cannot hold: what is needed, what is allowed, and what fits. */
export class DoesNotFit extends CrossoverError {
  constructor(
    message: string,
    /** The nearest races that fit, each by itself; none where nothing does. */
    readonly fits: readonly RaceSpec[],
  ) {
    super('device-limit', message, 'Choose a smaller model, batch or context.');
  }
}

/**
 * Refuses a race that the executor cannot hold, before anything is allocated.
 * @throws DoesNotFit with what is needed, what is allowed and the nearest sizes that fit.
 */
export function checkCapacity(
  executor: Measuring,
  spec: RaceSpec,
  vocabulary: number,
  families: readonly ModelTraits[],
): void {
  const { capacity } = executor;
  if (capacity.buffer === undefined && capacity.total === undefined) return;
  const needs = (changed: RaceSpec) => raceFootprint(executor, changed, vocabulary, families);
  const problem = shortage(needs(spec), capacity);
  if (problem === undefined) return;
  const { fits, words } = nearest(spec, (changed) => shortage(needs(changed), capacity) === undefined);
  throw new DoesNotFit(`This race ${problem}; ${words}.`, fits);
}

/**
 * Of a race that was refused memory which nobody could have known to be missing: that error, with the nearest sizes
 * that need half as much.
 */
export function exhausted(
  executor: Measuring,
  spec: RaceSpec,
  vocabulary: number,
  families: readonly ModelTraits[],
  { message }: Error,
): DoesNotFit {
  const needs = (changed: RaceSpec) => raceFootprint(executor, changed, vocabulary, families);
  const { bytes } = needs(spec);
  const capacity = { ...executor.capacity, total: Math.min(bytes / 2, executor.capacity.total ?? bytes) };
  const { fits } = nearest(spec, (changed) => shortage(needs(changed), capacity) === undefined);
  return new DoesNotFit(`${message} This race needs ${inBytes(bytes)} in all.`, fits);
}

/** A setting that memory depends on, with the smaller values to try, in rising order. */
interface Setting {
  field: string;
  get(spec: RaceSpec): number;
  set(spec: RaceSpec, value: number): RaceSpec;
  smaller(spec: RaceSpec): number[];
}

const multiples = (of: number, below: number): number[] =>
  Array.from({ length: Math.ceil(below / of) - 1 }, (_, i) => (i + 1) * of);
const halves = (value: number, least: number): number[] => {
  const half = Math.floor(value / 2);
  return half < least ? [] : [...halves(half, least), half];
};

const SETTINGS: readonly Setting[] = [
  {
    field: 'model.channels',
    get: ({ model }) => model.channels,
    set: (spec, channels) => ({ ...spec, model: { ...spec.model, channels } }),
    // Head sizes are multiples of 4.
    smaller: ({ model }) => multiples(4 * model.heads, model.channels),
  },
  {
    field: 'model.layers',
    get: ({ model }) => model.layers,
    set: (spec, layers) => ({ ...spec, model: { ...spec.model, layers } }),
    smaller: ({ model }) => multiples(1, model.layers),
  },
  {
    field: 'train.batch',
    get: ({ train }) => train.batch,
    set: (spec, batch) => ({ ...spec, train: { ...spec.train, batch } }),
    smaller: ({ train }) => halves(train.batch, 1),
  },
  {
    field: 'model.context',
    get: ({ model }) => model.context,
    set: (spec, context) => ({ ...spec, model: { ...spec.model, context } }),
    smaller: ({ model }) => halves(model.context, 4),
  },
];

/** A smaller value than asked / FARTHEST is no neighbour any more. */
const FARTHEST = 8;

/** The settings that each alone would make it fit, in words as well; where none does, all of them halved together. */
function nearest(spec: RaceSpec, hasRoom: (changed: RaceSpec) => boolean): { fits: RaceSpec[]; words: string } {
  const fits = (changed: RaceSpec) => impossibleCombination(changed, []) === undefined && hasRoom(changed);
  const alone = SETTINGS.flatMap((setting) => {
    const value = largestThatFits(setting, spec, fits);
    return value === undefined ? [] : [{ spec: setting.set(spec, value), words: `${setting.field} ${value}` }];
  });
  if (alone.length > 0)
    return {
      fits: alone.map((each) => each.spec),
      words: `the nearest size that fits: ${alone.map(({ words }) => words).join(', or ')}`,
    };
  let changed = spec;
  for (;;) {
    const before = changed;
    for (const setting of SETTINGS) {
      const half = setting.smaller(changed).findLast((value) => value <= setting.get(changed) / 2);
      if (half !== undefined) changed = setting.set(changed, half);
    }
    if (changed === before) return { fits: [], words: 'no smaller size of it fits either' };
    if (!fits(changed)) continue;
    return {
      fits: [changed],
      words: `a size that fits: ${SETTINGS.map((s) => `${s.field} ${s.get(changed)}`).join(', ')}`,
    };
  }
}

/** Memory rises with every setting, so the values are halved like a dictionary. */
function largestThatFits(setting: Setting, spec: RaceSpec, fits: (changed: RaceSpec) => boolean): number | undefined {
  const values = setting.smaller(spec).filter((value) => value * FARTHEST >= setting.get(spec));
  let [fit, over] = [-1, values.length];
  while (over - fit > 1) {
    const middle = (fit + over) >> 1;
    if (fits(setting.set(spec, values[middle]))) fit = middle;
    else over = middle;
  }
  return values[fit];
}
