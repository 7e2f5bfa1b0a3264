import type { Axis, Experiment } from '../experiment.ts';
import { ACCURACY_AND_LOSS, BRACKETS, L, LOSS_ONLY, levels, M, PAPER, plans, TEXT } from './bases.ts';

const SENTENCE = 20;

function sentences(counts: readonly number[]): Axis {
  return {
    id: 'data',
    label: 'Unique sentences',
    levels: levels(
      'data.uniqueTokens',
      counts.map((count) => count * SENTENCE),
      (tokens) => `${(tokens / SENTENCE).toLocaleString('en-US')} sentences`,
    ),
  };
}

export const dataBudget: Experiment = {
  id: 'data-budget',
  title: 'Data budget',
  claim:
    'When unique data is limited, diffusion overtakes AR by training for more epochs; the crossover comes later with more unique data.',
  source: PAPER,
  bearsOn: ['crossover', 'more-data'],
  plans: plans({
    minutes: {
      settings: { ...BRACKETS, 'train.steps': 1500, 'evaluation.every': 60, 'evaluation.questions': 300 },
      axes: [sentences([300, 500, 1000, 20_000])],
      seeds: 2,
    },
    coffee: {
      settings: { ...BRACKETS, 'train.steps': 3000, 'evaluation.questions': 400 },
      axes: [sentences([200, 300, 500, 1000, 20_000])],
      seeds: 4,
    },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 6000, 'evaluation.questions': 1000 },
      axes: [sentences([200, 300, 500, 1000, 2000, 5000, 20_000])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'on 500 sentences diffusion passes the best that AR ever answers',
        criterion: {
          kind: 'crossing',
          which: 'strict',
          metric: 'accuracy',
          where: { data: '500 sentences' },
          expected: 'confirmed',
        },
      },
      {
        says: 'on 500 sentences diffusion passes AR’s best validation loss',
        criterion: {
          kind: 'crossing',
          which: 'strict',
          metric: 'loss',
          where: { data: '500 sentences' },
          expected: 'confirmed',
        },
      },
      {
        says: 'the live crossing of the accuracy comes after more tokens the more unique sentences there are',
        criterion: { kind: 'trend', axis: 'data', measure: 'live.accuracy.tokens', where: {}, direction: 'up' },
      },
      {
        says: 'the live crossing of the validation loss comes after more tokens the more unique sentences there are',
        criterion: { kind: 'trend', axis: 'data', measure: 'live.loss.tokens', where: {}, direction: 'up' },
      },
      {
        says: 'on 20,000 sentences the validation loss does not cross',
        criterion: {
          kind: 'crossing',
          which: 'live',
          metric: 'loss',
          where: { data: '20,000 sentences' },
          expected: 'none',
        },
      },
      {
        says: 'the live crossing of the accuracy comes after more epochs the more unique sentences there are',
        criterion: { kind: 'trend', axis: 'data', measure: 'live.accuracy.epoch', where: {}, direction: 'up' },
        beside: true,
      },
    ],
  },
  figure: { rows: 'data', columns: ACCURACY_AND_LOSS },
};

function fresh(tokens: readonly [few: number, more: number, most: number]): Axis {
  const label = ['few tokens, repeated', 'four times as many', 'sixteen times as many'];
  return {
    id: 'data',
    label: 'Unique tokens',
    levels: tokens.map((at, i) => ({ label: label[i], at, settings: { 'data.uniqueTokens': at } })),
  };
}

export const repeats: Experiment = {
  id: 'repeats',
  title: 'Repeated against fresh data',
  claim: 'For diffusion repeated data is nearly as good as fresh data: its curves overlap where AR’s do not.',
  source: `${PAPER}; Prabhudesai et al. (arXiv 2507.15857)`,
  bearsOn: ['repeats'],
  plans: plans({
    minutes: {
      settings: { ...TEXT, 'train.steps': 500 },
      axes: [fresh([12_000, 48_000, 192_000])],
      seeds: 3,
    },
    coffee: {
      settings: { ...TEXT, ...M, 'train.steps': 600 },
      axes: [fresh([16_000, 64_000, 256_000])],
      seeds: 3,
    },
    night: {
      settings: { ...TEXT, ...L, 'train.steps': 2000 },
      axes: [fresh([50_000, 200_000, 800_000])],
      seeds: 5,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'after equally many steps a sixteenth of the data changes diffusion’s validation loss by less than 0.1 nats per token',
        criterion: {
          kind: 'difference',
          of: { measure: 'endLoss', family: 'diffusion', where: { data: 'few tokens, repeated' } },
          minus: { measure: 'endLoss', family: 'diffusion', where: { data: 'sixteen times as many' } },
          sign: 'neither',
          margin: 0.1,
        },
      },
      {
        says: 'after equally many steps a sixteenth of the data raises AR’s validation loss by more than 0.1 nats per token',
        criterion: {
          kind: 'difference',
          of: { measure: 'endLoss', family: 'ar', where: { data: 'few tokens, repeated' } },
          minus: { measure: 'endLoss', family: 'ar', where: { data: 'sixteen times as many' } },
          sign: 'positive',
          margin: 0.1,
        },
      },
      {
        says: 'a sixteenth of the data raises even the best validation loss of AR by more than 0.1 nats per token',
        criterion: {
          kind: 'difference',
          of: { measure: 'bestLoss', family: 'ar', where: { data: 'few tokens, repeated' } },
          minus: { measure: 'bestLoss', family: 'ar', where: { data: 'sixteen times as many' } },
          sign: 'positive',
          margin: 0.1,
        },
        beside: true,
      },
    ],
  },
  figure: { rows: 'data', columns: LOSS_ONLY },
};

const QUALITY = 'data.corruption';

function quality(rates: readonly number[]): Axis {
  const spoilt = rates.map((rate) => ({
    label: `${Math.round(rate * 100)} % of the characters replaced`,
    at: 1 - rate,
    settings: { [QUALITY]: 'characters', 'data.corruptionRate': rate },
  }));
  return {
    id: 'quality',
    label: 'Quality of the training text',
    levels: [...spoilt, { label: 'as it was written', at: 1, settings: { [QUALITY]: 'none' } }],
  };
}

export const dataQuality: Experiment = {
  id: 'data-quality',
  title: 'Data quality',
  claim: 'The crossover comes later when the same amount of data is of better quality.',
  source: PAPER,
  bearsOn: ['better-data'],
  plans: plans({
    minutes: { settings: { ...TEXT, 'train.steps': 500 }, axes: [quality([0.3, 0.1])], seeds: 3 },
    coffee: { settings: { ...TEXT, 'train.steps': 1000 }, axes: [quality([0.5, 0.3, 0.2, 0.1])], seeds: 5 },
    night: {
      settings: { ...TEXT, ...M, 'data.uniqueTokens': 10_000, 'train.steps': 2000 },
      axes: [quality([0.5, 0.3, 0.2, 0.1, 0.05])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'the live crossing of the validation loss comes later the fewer characters are replaced',
        criterion: { kind: 'trend', axis: 'quality', measure: 'live.loss.tokens', where: {}, direction: 'up' },
      },
      {
        says: 'the strict crossing of the validation loss comes later the fewer characters are replaced',
        criterion: { kind: 'trend', axis: 'quality', measure: 'strict.loss.tokens', where: {}, direction: 'up' },
        beside: true,
      },
    ],
  },
  figure: { rows: 'quality', columns: LOSS_ONLY },
};

const ONE_BUDGET: Axis = { id: 'data', label: 'Unique sentences', levels: [{ label: '500 sentences', settings: {} }] };

export const longRepetition: Experiment = {
  id: 'long-repetition',
  title: 'Long repetition',
  claim: 'Diffusion keeps learning to answer when a small amount of data is repeated for hundreds of epochs.',
  source: PAPER,
  bearsOn: ['long-repetition'],
  plans: plans({
    minutes: {
      settings: { ...BRACKETS, 'train.steps': 3200, 'evaluation.every': 100 },
      axes: [ONE_BUDGET],
      seeds: 3,
    },
    coffee: {
      settings: { ...BRACKETS, 'train.steps': 8000, 'evaluation.every': 200, 'evaluation.questions': 400 },
      axes: [ONE_BUDGET],
      seeds: 6,
    },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 20_000, 'evaluation.every': 400, 'evaluation.questions': 1000 },
      axes: [ONE_BUDGET],
      seeds: 10,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      {
        says: 'the accuracy of diffusion is higher in the last third of the epochs than in the third before',
        criterion: {
          kind: 'difference',
          of: { measure: 'lateAccuracyGain', family: 'diffusion', where: {} },
          sign: 'positive',
        },
      },
      {
        says: 'the validation loss of diffusion does not rise by more than 0.1 nats per token after its best',
        criterion: {
          kind: 'difference',
          of: { measure: 'rise', family: 'diffusion', where: {} },
          sign: 'neither',
          margin: 0.1,
        },
        beside: true,
      },
      {
        says: 'AR answers worse at the end than at its best',
        criterion: { kind: 'difference', of: { measure: 'accuracyFall', family: 'ar', where: {} }, sign: 'positive' },
        beside: true,
      },
    ],
  },
  figure: { rows: 'data', columns: ACCURACY_AND_LOSS },
};
