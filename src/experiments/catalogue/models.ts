import type { Axis, Experiment, Settings } from '../experiment.ts';
import { L, LOSS_ONLY, levels, M, PAPER, plans, TEXT } from './bases.ts';

function channels(sizes: readonly number[]): Axis {
  return { id: 'size', label: 'Size of the model', levels: levels('model.channels', sizes, (C) => `${C} channels`) };
}

export const modelSize: Experiment = {
  id: 'model-size',
  title: 'Model size',
  claim:
    'With the same unique data the crossover comes earlier for larger models: larger AR over-fits more, larger diffusion is better.',
  source: PAPER,
  bearsOn: ['larger-models'],
  plans: plans({
    minutes: {
      settings: { ...TEXT, 'train.steps': 500, 'evaluation.windows': 64, 'evaluation.testWindows': 500 },
      axes: [channels([32, 64, 128])],
      seeds: 3,
    },
    coffee: {
      settings: { ...TEXT, 'train.steps': 1000 },
      axes: [channels([32, 48, 64, 96, 128])],
      seeds: 3,
    },
    night: {
      settings: {
        ...TEXT,
        'model.layers': 4,
        'data.uniqueTokens': 10_000,
        'train.learningRate': 1e-3,
        'train.steps': 2000,
      },
      axes: [channels([48, 64, 96, 128, 192, 256])],
      seeds: 5,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'the live crossing of the validation loss comes after fewer epochs the larger the model',
        criterion: { kind: 'trend', axis: 'size', measure: 'live.loss.epoch', where: {}, direction: 'down' },
      },
      {
        says: 'AR ends at a higher validation loss the larger the model',
        criterion: { kind: 'trend', axis: 'size', measure: 'endLoss', family: 'ar', where: {}, direction: 'up' },
      },
      {
        says: 'the best validation loss of diffusion is lower the larger the model',
        criterion: {
          kind: 'trend',
          axis: 'size',
          measure: 'bestLoss',
          family: 'diffusion',
          where: {},
          direction: 'down',
        },
      },
      {
        says: 'the live crossing of the validation loss comes after fewer FLOPs the larger the model',
        criterion: { kind: 'trend', axis: 'size', measure: 'live.loss.flops', where: {}, direction: 'down' },
        beside: true,
      },
    ],
  },
  figure: { rows: 'size', columns: LOSS_ONLY },
};

const EXPERTS = 4;
const ACTIVE = 2;

/** A mixture of experts of size F between the dense models of its active and of all its parameters. */
function mixture(F: number): Axis {
  const dense = (feedForward: number): Settings => ({ 'model.feedForward': feedForward });
  return {
    id: 'model',
    label: 'Feed-forward layers',
    levels: [
      { label: 'dense, FLOPs matched', settings: dense(ACTIVE * F) },
      {
        label: 'mixture of experts',
        settings: {
          ...dense(F),
          'model.experts': EXPERTS,
          'model.expertsPerToken': ACTIVE,
          'model.routing': 'token',
        },
      },
      { label: 'dense, parameters matched', settings: dense(EXPERTS * F) },
    ],
  };
}

const ALL_MODELS = ['dense, FLOPs matched', 'mixture of experts', 'dense, parameters matched'];

export const sparse: Experiment = {
  id: 'sparse',
  title: 'Dense and sparse models',
  claim:
    'The crossover holds for dense models and mixtures of experts alike; the sparse diffusion model lies between its FLOP-matched and its parameter-matched dense model.',
  source: PAPER,
  bearsOn: ['sparse'],
  plans: plans({
    minutes: {
      settings: {
        ...TEXT,
        'data.uniqueTokens': 3000,
        'model.channels': 48,
        'train.learningRate': 3e-3,
        'train.steps': 600,
      },
      axes: [mixture(128)],
      seeds: 3,
    },
    coffee: { settings: { ...TEXT, 'train.steps': 1000 }, axes: [mixture(176)], seeds: 5 },
    night: {
      settings: { ...TEXT, ...M, 'data.uniqueTokens': 10_000, 'train.steps': 2000 },
      axes: [mixture(352)],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'diffusion passes AR as a mixture of experts and as both dense models',
        criterion: {
          kind: 'crossing',
          which: 'live',
          metric: 'loss',
          where: { model: ALL_MODELS },
          expected: 'confirmed',
        },
      },
      {
        says: 'the diffusion mixture is better on the test split than the dense diffusion model of equal FLOPs',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'diffusion', where: { model: 'dense, FLOPs matched' } },
          minus: { measure: 'testLoss', family: 'diffusion', where: { model: 'mixture of experts' } },
          sign: 'positive',
        },
      },
      {
        says: 'the dense diffusion model of equally many parameters is better on the test split than the diffusion mixture',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'diffusion', where: { model: 'mixture of experts' } },
          minus: { measure: 'testLoss', family: 'diffusion', where: { model: 'dense, parameters matched' } },
          sign: 'positive',
        },
      },
      {
        says: 'diffusion passes the best of AR as a mixture of experts and as both dense models',
        criterion: {
          kind: 'crossing',
          which: 'strict',
          metric: 'loss',
          where: { model: ALL_MODELS },
          expected: 'confirmed',
        },
        beside: true,
      },
    ],
  },
  figure: { rows: 'model', columns: LOSS_ONLY },
};

function rates(steps: number): Axis {
  return {
    id: 'rate',
    label: 'Learning rate',
    levels: [
      { label: 'constant', settings: { 'train.schedule': 'constant' } },
      { label: 'with an anneal', settings: { 'train.schedule': 'wsd', 'train.decayFraction': 0.2 } },
    ].map((level) => ({ ...level, settings: { ...level.settings, 'train.steps': steps } })),
  };
}

/** Upper and lower case mean something in code. */
const PYTHON: Settings = { ...TEXT, 'data.corpus': 'python', 'data.lowercase': false };

export const code: Experiment = {
  id: 'code',
  title: 'Code',
  claim:
    'On Python source, with the same recipe of a constant rate and an anneal, diffusion overtakes AR when unique data is limited.',
  source: PAPER,
  bearsOn: ['code'],
  plans: plans({
    minutes: { settings: PYTHON, axes: [rates(1000)], seeds: 3 },
    coffee: { settings: { ...PYTHON, ...M }, axes: [rates(1200)], seeds: 5 },
    night: {
      settings: { ...PYTHON, ...L, 'data.uniqueTokens': 20_000 },
      axes: [rates(4000)],
      seeds: 5,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'diffusion passes AR at a constant rate and with an anneal',
        criterion: {
          kind: 'crossing',
          which: 'live',
          metric: 'loss',
          where: { rate: ['constant', 'with an anneal'] },
          expected: 'confirmed',
        },
      },
      {
        says: 'the annealed diffusion model is better on the test split than the best of the annealed AR',
        criterion: {
          kind: 'difference',
          of: { measure: 'testGap', where: { rate: 'with an anneal' } },
          sign: 'positive',
        },
      },
      {
        says: 'the annealed diffusion model is better on the test split than the best of AR at a constant rate',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'ar', where: { rate: 'constant' } },
          minus: { measure: 'testLoss', family: 'diffusion', where: { rate: 'with an anneal' } },
          sign: 'positive',
        },
        beside: true,
      },
    ],
  },
  figure: { rows: 'rate', columns: LOSS_ONLY },
};
