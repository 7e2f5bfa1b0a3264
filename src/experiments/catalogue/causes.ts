import type { Axis, Experiment, Level, Settings } from '../experiment.ts';
import { ACCURACY_AND_LOSS, BRACKETS, L, LOSS_ONLY, M, PAPER, plans, TEXT, WORLD } from './bases.ts';

const arInOrders = (K: number): Level => ({
  label: `AR, ${K} orders`,
  settings: { 'ar.orders': K },
  families: ['ar'],
});
const diffusion = (label: string, settings: Settings): Level => ({ label, settings, families: ['diffusion'] });

function orders(counts: readonly number[]): Axis {
  return {
    id: 'model',
    label: 'Orders that are learnt',
    levels: [
      { label: 'AR', settings: {}, families: ['ar'] },
      ...counts.map(arInOrders),
      diffusion('diffusion', {}),
      diffusion('diffusion, causal attention', { 'diffusion.causal': true }),
      diffusion('diffusion, left-to-right masks', { 'diffusion.order': 'left-to-right' }),
    ],
  };
}

export const anyOrder: Experiment = {
  id: 'any-order',
  title: 'Any-order learning',
  claim:
    'Learning every order is a cause of the advantage: AR trained in more orders moves towards diffusion, diffusion without them away from itself.',
  source: PAPER,
  bearsOn: ['any-order'],
  plans: plans({
    minutes: { settings: { ...WORLD, 'train.steps': 1000 }, axes: [orders([2, 8, 64])], seeds: 4 },
    coffee: { settings: { ...WORLD, 'train.steps': 2000 }, axes: [orders([2, 8, 64])], seeds: 8 },
    night: { settings: { ...WORLD, ...M, 'train.steps': 6000 }, axes: [orders([2, 4, 8, 64])], seeds: 12 },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'AR answers better the more orders it is trained in',
        criterion: {
          kind: 'trend',
          axis: 'model',
          measure: 'bestAccuracy',
          family: 'ar',
          where: { model: ['AR', 'AR, 2 orders', 'AR, 8 orders', 'AR, 64 orders'] },
          direction: 'up',
        },
      },
      {
        says: 'diffusion has a worse test loss with causal attention',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'diffusion', where: { model: 'diffusion, causal attention' } },
          minus: { measure: 'testLoss', family: 'diffusion', where: { model: 'diffusion' } },
          sign: 'positive',
        },
      },
      {
        says: 'diffusion has a worse test loss with left-to-right masks',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'diffusion', where: { model: 'diffusion, left-to-right masks' } },
          minus: { measure: 'testLoss', family: 'diffusion', where: { model: 'diffusion' } },
          sign: 'positive',
        },
      },
      {
        says: 'the best accuracy of diffusion is above that of AR',
        criterion: {
          kind: 'difference',
          of: { measure: 'bestAccuracy', family: 'diffusion', where: { model: 'diffusion' } },
          minus: { measure: 'bestAccuracy', family: 'ar', where: { model: 'AR' } },
          sign: 'positive',
        },
        beside: true,
      },
    ],
  },
  figure: { rows: 'model', columns: ACCURACY_AND_LOSS },
};

const FROZEN = 'frozen';
const FRESH = 'fresh at every step';

function masks(pools: readonly number[]): Axis {
  const pool = (K: number, label: string): Level => ({
    label,
    at: K,
    settings: { 'diffusion.maskPool': K },
    families: ['diffusion'],
  });
  return {
    id: 'masks',
    label: 'Masks that a sequence ever sees',
    levels: [
      pool(1, FROZEN),
      ...pools.map((K) => pool(K, `one of ${K}`)),
      { label: FRESH, settings: { 'diffusion.maskPool': 0 } },
    ],
  };
}

export const monteCarlo: Experiment = {
  id: 'monte-carlo',
  title: 'Monte Carlo augmentation',
  claim:
    'Seeing every sequence under many different masks is a cause of the advantage: with its masks frozen diffusion loses it.',
  source: PAPER,
  bearsOn: ['augmentation'],
  plans: plans({
    minutes: { settings: { ...BRACKETS, 'train.steps': 1000 }, axes: [masks([4, 16])], seeds: 3 },
    coffee: { settings: { ...BRACKETS, 'train.steps': 2000 }, axes: [masks([2, 4, 16, 64])], seeds: 5 },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 6000, 'evaluation.questions': 1000 },
      axes: [masks([2, 4, 16, 64])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'the best validation loss of diffusion falls with the number of masks',
        criterion: {
          kind: 'trend',
          axis: 'masks',
          measure: 'bestLoss',
          family: 'diffusion',
          where: {},
          direction: 'down',
        },
      },
      {
        says: 'with fresh masks diffusion is better than AR on the test split',
        criterion: { kind: 'difference', of: { measure: 'testGap', where: { masks: FRESH } }, sign: 'positive' },
      },
      {
        says: 'with frozen masks diffusion is worse than AR on the test split',
        criterion: { kind: 'difference', of: { measure: 'testGap', where: { masks: FROZEN } }, sign: 'negative' },
      },
    ],
  },
  figure: { rows: 'masks', columns: ACCURACY_AND_LOSS },
};

const ONE_MODEL: Axis = { id: 'model', label: 'Model', levels: [{ label: 'as it is', settings: {} }] };

/**
 * The synthetic language: the likelihood of what a model wrote is known. Texts are draws from the model, not its likeliest
 * ones: at temperature 1 and in random order, which with a step a token is exact.
 */
const LANGUAGE: Settings = {
  ...TEXT,
  'data.corpus': 'synthetic',
  'sampling.temperature': 1,
  'sampling.reveal': 'random',
};

export const superDense: Experiment = {
  id: 'super-dense',
  title: 'Super-dense compute',
  claim:
    'Diffusion spends many times the compute of AR: in training, to come to its best, and in sampling, where more steps give better texts.',
  source: PAPER,
  bearsOn: ['super-dense'],
  plans: plans({
    minutes: {
      settings: { ...LANGUAGE, 'train.steps': 1000 },
      axes: [ONE_MODEL],
      seeds: 3,
      samples: { steps: [4, 16, 64], count: 32 },
    },
    coffee: {
      settings: { ...LANGUAGE, ...M, 'data.uniqueTokens': 10_000, 'train.steps': 1500 },
      axes: [ONE_MODEL],
      seeds: 5,
      samples: { steps: [2, 4, 8, 16, 32, 64], count: 64 },
    },
    night: {
      settings: { ...LANGUAGE, ...L, 'data.uniqueTokens': 20_000, 'train.steps': 5000 },
      axes: [ONE_MODEL],
      seeds: 5,
      samples: { steps: [1, 2, 4, 8, 16, 32, 64], count: 256 },
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'diffusion needs more than twice AR’s training FLOPs to pass AR’s best',
        criterion: { kind: 'difference', of: { measure: 'computeRatio', where: {} }, sign: 'positive', margin: 2 },
      },
      {
        says: 'writing a text with as many steps as tokens costs diffusion more than ten times AR’s FLOPs',
        criterion: {
          kind: 'difference',
          of: { measure: 'sampleFlopsRatio@64', where: {} },
          sign: 'positive',
          margin: 10,
        },
      },
      {
        says: 'texts written with 64 steps are more likely in the language than those written with 4',
        criterion: {
          kind: 'difference',
          of: { measure: 'sampleNll@4', family: 'diffusion', where: {} },
          minus: { measure: 'sampleNll@64', family: 'diffusion', where: {} },
          sign: 'positive',
        },
      },
    ],
  },
  figure: { rows: 'model', columns: LOSS_ONLY },
};
