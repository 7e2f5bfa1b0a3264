import type { Axis, Experiment, Level, Settings } from '../experiment.ts';
import { BRACKETS, LOSS_ONLY, M, PAPER, plans, TEXT } from './bases.ts';

const ONE_OVER_T = '1/t, linear schedule';
const EXACT = 'exact count';
const COSINE = '1/t, cosine schedule';
const UNIFORM = 'uniform noise';
const UNWEIGHTED = 'unweighted';

const variant = (label: string, settings: Settings): Level => ({ label, settings, families: ['diffusion'] });
const inverseT = (label: string, settings: Settings): Level =>
  variant(label, { 'diffusion.objective': 'inverse-t', ...settings });

const VARIANTS: Axis = {
  id: 'objective',
  label: 'Denoising objective',
  levels: [
    { label: ONE_OVER_T, settings: { 'diffusion.objective': 'inverse-t' } },
    variant(EXACT, { 'diffusion.objective': 'exact-count' }),
    variant('realised share', { 'diffusion.objective': 'realised-share' }),
    variant(UNWEIGHTED, { 'diffusion.objective': 'unweighted' }),
    inverseT(COSINE, { 'diffusion.schedule': 'cosine' }),
    inverseT('1/t, polynomial schedule', { 'diffusion.schedule': 'polynomial' }),
    inverseT(UNIFORM, { 'diffusion.noise': 'uniform' }),
  ],
};

/** Nobody is asked: a model of uniform noise reads no masks. */
const SILENT: Settings = { ...BRACKETS, 'evaluation.questions': 0 };

function testLossOf(objective: string) {
  return { measure: 'testLoss', family: 'diffusion', where: { objective } } as const;
}

export const objectives: Experiment = {
  id: 'objectives',
  title: 'Denoising objectives',
  claim: 'Masking with a linear schedule is the best denoising objective; other schedules and uniform noise are worse.',
  source: 'Quokka (the paper’s team); MDLM (arXiv 2406.07524)',
  bearsOn: ['objective'],
  plans: plans({
    minutes: { settings: { ...SILENT, 'train.steps': 700 }, axes: [VARIANTS], seeds: 3 },
    coffee: { settings: { ...SILENT, 'train.steps': 2000 }, axes: [VARIANTS], seeds: 6 },
    night: { settings: { ...SILENT, ...M, 'train.steps': 6000 }, axes: [VARIANTS], seeds: 8 },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'uniform noise ends at a higher bound on the test split than masks with 1/t and a linear schedule',
        criterion: { kind: 'difference', of: testLossOf(UNIFORM), minus: testLossOf(ONE_OVER_T), sign: 'positive' },
      },
      {
        says: '1/t with a cosine schedule ends at a higher bound on the test split than with a linear one',
        criterion: { kind: 'difference', of: testLossOf(COSINE), minus: testLossOf(ONE_OVER_T), sign: 'positive' },
      },
      {
        says: 'an exact count of masks is as good as 1/t on the test split, within 0.05 nats per token',
        criterion: {
          kind: 'difference',
          of: testLossOf(EXACT),
          minus: testLossOf(ONE_OVER_T),
          sign: 'neither',
          margin: 0.05,
        },
        beside: true,
      },
      {
        says: 'training without weights, which is no likelihood, ends at a higher bound on the test split than 1/t',
        criterion: { kind: 'difference', of: testLossOf(UNWEIGHTED), minus: testLossOf(ONE_OVER_T), sign: 'positive' },
        beside: true,
      },
    ],
  },
  figure: { rows: 'objective', columns: LOSS_ONLY },
};

const ONE_BUDGET: Axis = {
  id: 'data',
  label: 'Unique tokens',
  levels: [{ label: 'a small budget', settings: {}, families: ['ar'] }],
};

/** Cloze and infilling on a text are dear: few evaluations. */
const ASKED: Settings = { ...TEXT, 'evaluation.denseEvery': 20, 'evaluation.every': 100, 'evaluation.questions': 200 };

export const risingValidation: Experiment = {
  id: 'rising-validation',
  title: 'Rising validation loss',
  claim:
    'A rising validation loss does not mean worse answers: AR grows less sure of right and wrong options alike, their difference keeps widening, and its accuracy does not fall.',
  source: PAPER,
  bearsOn: ['rising-validation'],
  plans: plans({
    minutes: { settings: { ...ASKED, 'train.steps': 500 }, axes: [ONE_BUDGET], seeds: 5 },
    coffee: {
      settings: { ...ASKED, ...M, 'train.steps': 600, 'evaluation.questions': 400 },
      axes: [ONE_BUDGET],
      seeds: 6,
    },
    night: {
      settings: { ...ASKED, ...M, 'data.uniqueTokens': 10_000, 'train.steps': 2000, 'evaluation.questions': 1000 },
      axes: [ONE_BUDGET],
      seeds: 10,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'AR’s validation loss rises after its best',
        criterion: { kind: 'difference', of: { measure: 'rise', family: 'ar', where: {} }, sign: 'positive' },
      },
      {
        says: 'the NLL of the right options rises after AR’s best validation loss',
        criterion: {
          kind: 'difference',
          of: { measure: 'goldNllAfterBest', family: 'ar', where: {} },
          sign: 'positive',
        },
      },
      {
        says: 'ΔNLL, by which the right option is ahead, grows after AR’s best validation loss',
        criterion: {
          kind: 'difference',
          of: { measure: 'deltaNllAfterBest', family: 'ar', where: {} },
          sign: 'positive',
        },
      },
      {
        says: 'the accuracy of AR at the end is within 0.05 of that at its best validation loss',
        criterion: {
          kind: 'difference',
          of: { measure: 'accuracyAfterBest', family: 'ar', where: {} },
          sign: 'neither',
          margin: 0.05,
        },
      },
    ],
  },
  figure: {
    rows: 'data',
    columns: [
      { metric: 'deltaNll', label: 'ΔNLL' },
      { metric: 'accuracy', label: 'Accuracy' },
      { metric: 'loss', label: 'Validation loss' },
    ],
  },
};
