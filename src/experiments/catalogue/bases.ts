import type { Axis, Experiment, Level, Plan, SamplePlan, Scale, Settings } from '../experiment.ts';

/** Nothing that no verdict reads: no texts on the way, and no early end, so that all cells have the same budget. */
const BARE: Settings = { 'sampling.every': 0, 'train.patience': 0 };

/** Moby Dick, 2 layers of 64 channels, packed windows of 64 characters: AR is best near step 100 on 5,000 characters. */
export const TEXT: Settings = { ...BARE, 'data.corpus': 'moby-dick', 'data.uniqueTokens': 5000 };

/** Sentences of 20 brackets, 500 of them: AR over-fits and forgets, diffusion learns late and well. */
export const BRACKETS: Settings = {
  ...BARE,
  'data.corpus': 'brackets',
  'data.uniqueTokens': 10_000,
  'model.context': 20,
  'train.batch': 32,
  'train.emaDecay': 0.99,
  'evaluation.denseEvery': 20,
  'evaluation.every': 50,
  'evaluation.questions': 200,
  'evaluation.testWindows': 500,
};

/** Facts in two of four wordings, asked in the others; a twentieth of the cost of a text. */
export const WORLD: Settings = {
  ...BRACKETS,
  'data.corpus': 'world',
  'data.uniqueTokens': 1200,
  'model.context': 5,
  'evaluation.questions': 240,
};

/** Sizes of a model by the names of the README, all at the rate of the plan. */
export const M: Settings = { 'model.layers': 4, 'model.channels': 128, 'train.learningRate': 1e-3 };
export const L: Settings = {
  'model.layers': 6,
  'model.channels': 256,
  'model.heads': 8,
  'train.learningRate': 6e-4,
  'evaluation.windows': 512,
};

/** Seeds 1 … n. */
export function seeds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** A level for each value of one setting. */
export function levels(
  path: string,
  values: readonly number[],
  label: (value: number) => string,
  more: Partial<Level> = {},
): Level[] {
  return values.map((value) => ({ label: label(value), at: value, settings: { [path]: value }, ...more }));
}

/** The plans of an experiment whose scales differ in settings, axes and the number of seeds. */
export function plans(
  of: Readonly<Record<Scale, { settings: Settings; axes: readonly Axis[]; seeds: number; samples?: SamplePlan }>>,
): Experiment['plans'] {
  const plan = (scale: Scale): Plan => ({ preset: 'default', ...of[scale], seeds: seeds(of[scale].seeds) });
  return { minutes: plan('minutes'), coffee: plan('coffee'), night: plan('night') };
}

export const PAPER = 'Ni et al., Diffusion Language Models are Super Data Learners (arXiv 2511.03276)';

/** Columns of a figure whose cells ask no questions. */
export const LOSS_ONLY = [{ metric: 'loss', label: 'Validation loss' }] as const;
export const ACCURACY_AND_LOSS = [{ metric: 'accuracy', label: 'Accuracy' }, ...LOSS_ONLY] as const;
