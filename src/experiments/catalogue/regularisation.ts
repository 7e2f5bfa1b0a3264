import type { Axis, Criterion, Experiment, Level, Part, Quantity, Settings } from '../experiment.ts';
import { ACCURACY_AND_LOSS, BRACKETS, LOSS_ONLY, levels, M, PAPER, plans, TEXT } from './bases.ts';

const NONE = 'none';

/** AR at each strength of a noise; both families without it, where diffusion is the reference of all. */
function noise(id: string, label: string, path: string, strengths: readonly number[], more: Settings = {}): Axis {
  const noisy: Level[] = levels(path, strengths, String, { families: ['ar'] }).map((level) => ({
    ...level,
    settings: { ...more, ...level.settings },
  }));
  return { id, label, levels: [{ label: NONE, at: 0, settings: { [path]: 0 } }, ...noisy] };
}

/** AR at the level of its best validation loss among those that are given (all without). */
function tunedAr(measure: Quantity['measure'], where: Quantity['where'] = {}): Quantity {
  return { measure, family: 'ar', where, over: 'min', by: 'bestLoss' };
}

/** That some noise helps, and that it does not close the gap, in loss and beside it in accuracy. */
function helpsButDoesNotClose(axis: string, noisy: readonly string[]): Part[] {
  const best: Quantity = { measure: 'bestAccuracy', family: 'ar', where: {}, over: 'max' };
  return [
    {
      says: 'AR’s test loss is better with some noise than with none',
      criterion: {
        kind: 'difference',
        of: { measure: 'testLoss', family: 'ar', where: { [axis]: NONE } },
        minus: tunedAr('testLoss', { [axis]: noisy }),
        sign: 'positive',
      },
    },
    {
      says: 'the test loss of AR at its best strength of noise stays above that of diffusion',
      criterion: {
        kind: 'difference',
        of: tunedAr('testLoss'),
        minus: { measure: 'testLoss', family: 'diffusion', where: { [axis]: NONE } },
        sign: 'positive',
      },
    },
    {
      says: 'the best accuracy of AR at any strength of noise stays below that of diffusion',
      criterion: {
        kind: 'difference',
        of: { measure: 'bestAccuracy', family: 'diffusion', where: { [axis]: NONE } },
        minus: best,
        sign: 'positive',
      },
    },
  ];
}

export const arInputMasking: Experiment = {
  id: 'ar-input-masking',
  title: 'Input masking in AR',
  claim:
    'Masking a part of AR’s input helps it a little near one tenth, breaks it above a third, and does not close the gap.',
  source: PAPER,
  bearsOn: ['input-noise'],
  plans: plans({
    minutes: {
      settings: { ...BRACKETS, 'train.steps': 1000 },
      axes: [noise('masking', 'Share of the input masked', 'ar.inputMasking', [0.1, 0.3, 0.7])],
      seeds: 3,
    },
    coffee: {
      settings: { ...BRACKETS, 'train.steps': 2000 },
      axes: [noise('masking', 'Share of the input masked', 'ar.inputMasking', [0.1, 0.3, 0.5, 0.7, 0.9])],
      seeds: 5,
    },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 6000, 'evaluation.questions': 1000 },
      axes: [noise('masking', 'Share of the input masked', 'ar.inputMasking', [0.1, 0.3, 0.5, 0.7, 0.9])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      ...helpsButDoesNotClose('masking', ['0.1', '0.3', '0.7']),
      {
        says: 'AR has a worse test loss with 0.7 of its input masked than with none',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'ar', where: { masking: '0.7' } },
          minus: { measure: 'testLoss', family: 'ar', where: { masking: NONE } },
          sign: 'positive',
        },
      },
    ],
  },
  figure: { rows: 'masking', columns: ACCURACY_AND_LOSS },
};

export const arDropout: Experiment = {
  id: 'ar-dropout',
  title: 'Dropout in AR',
  claim: 'Dropout helps AR and saturates, but does not close the gap.',
  source: `${PAPER}; against it Gao et al. (arXiv 2510.04071), where AR with MLP dropout 0.1 beats an untuned diffusion model`,
  bearsOn: ['parameter-noise'],
  plans: plans({
    minutes: {
      settings: { ...BRACKETS, 'train.steps': 1000 },
      axes: [noise('dropout', 'Dropout', 'train.dropout', [0.1, 0.3, 0.5])],
      seeds: 3,
    },
    coffee: {
      settings: { ...BRACKETS, 'train.steps': 2000 },
      axes: [noise('dropout', 'Dropout', 'train.dropout', [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9])],
      seeds: 5,
    },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 6000, 'evaluation.questions': 1000 },
      axes: [noise('dropout', 'Dropout', 'train.dropout', [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      ...helpsButDoesNotClose('dropout', ['0.1', '0.3', '0.5']),
      {
        says: 'from dropout 0.3 to 0.5 AR’s test loss falls by less than 0.02 nats per token',
        criterion: {
          kind: 'difference',
          of: { measure: 'testLoss', family: 'ar', where: { dropout: '0.3' } },
          minus: { measure: 'testLoss', family: 'ar', where: { dropout: '0.5' } },
          sign: 'negative',
          margin: -0.02,
        },
      },
    ],
  },
  figure: { rows: 'dropout', columns: ACCURACY_AND_LOSS },
};

const USUAL_DECAY = '0.1';

function decays(strong: readonly number[]): Axis {
  return {
    id: 'decay',
    label: 'Weight decay',
    levels: levels('train.weightDecay', [0.1, ...strong], String, { families: ['ar'] }),
  };
}

export const arWeightDecay: Experiment = {
  id: 'ar-weight-decay',
  title: 'Weight decay in AR',
  claim: 'On repeated data AR wants a far stronger weight decay (0.8 to 3.2) than the usual 0.1.',
  source: 'Kim et al., Pre-training under infinite compute (arXiv 2509.14786)',
  bearsOn: ['weight-decay'],
  plans: plans({
    minutes: { settings: { ...TEXT, 'train.steps': 500 }, axes: [decays([0.8, 1.6, 3.2])], seeds: 4 },
    coffee: { settings: { ...TEXT, 'train.steps': 1000 }, axes: [decays([0.4, 0.8, 1.6, 3.2, 6.4])], seeds: 6 },
    night: {
      settings: { ...TEXT, ...M, 'data.uniqueTokens': 10_000, 'train.steps': 2000 },
      axes: [decays([0.2, 0.4, 0.8, 1.6, 3.2, 6.4])],
      seeds: 8,
    },
  }),
  criterion: {
    kind: 'difference',
    of: { measure: 'testLoss', family: 'ar', where: { decay: USUAL_DECAY } },
    minus: tunedAr('testLoss', { decay: ['0.8', '1.6', '3.2'] }),
    sign: 'positive',
  },
  figure: { rows: 'decay', columns: LOSS_ONLY },
};

/** Every combination is run for both families: the same tuning budget. */
function tuning(dropouts: readonly number[], weightDecays: readonly number[], rates: readonly number[]): Axis[] {
  return [
    { id: 'dropout', label: 'Dropout', levels: levels('train.dropout', dropouts, (value) => `dropout ${value}`) },
    {
      id: 'decay',
      label: 'Weight decay',
      levels: levels('train.weightDecay', weightDecays, (value) => `decay ${value}`),
    },
    { id: 'rate', label: 'Learning rate', levels: levels('train.learningRate', rates, (value) => `rate ${value}`) },
  ];
}

const tunedGap: Criterion & { kind: 'difference' } = {
  kind: 'difference',
  of: tunedAr('testLoss'),
  minus: { measure: 'testLoss', family: 'diffusion', where: {}, over: 'min', by: 'bestLoss' },
  sign: 'positive',
};

export const closeTheGap: Experiment = {
  id: 'close-the-gap',
  title: 'Close the gap',
  claim: 'AR with tuned weight decay, dropout and rate does not reach diffusion that was tuned as much.',
  source: `${PAPER}; doubted by Gao et al. (arXiv 2510.04071) and Kim et al. (arXiv 2509.14786)`,
  bearsOn: ['tuning'],
  plans: plans({
    minutes: {
      settings: { ...BRACKETS, 'data.uniqueTokens': 6000, 'train.steps': 600, 'evaluation.questions': 150 },
      axes: tuning([0, 0.3], [0.1, 1.6], [2e-3, 4e-3]),
      seeds: 3,
    },
    coffee: {
      settings: { ...BRACKETS, 'train.steps': 1200 },
      axes: tuning([0, 0.1, 0.3], [0.1, 0.8, 1.6], [2e-3, 4e-3]),
      seeds: 4,
    },
    night: {
      settings: { ...BRACKETS, ...M, 'train.steps': 5000, 'evaluation.questions': 1000 },
      axes: tuning([0, 0.1, 0.2, 0.3], [0.1, 0.8, 1.6, 3.2], [5e-4, 1e-3, 2e-3]),
      seeds: 5,
    },
  }),
  criterion: {
    kind: 'all',
    parts: [
      { says: 'the test loss of tuned AR stays above that of tuned diffusion', criterion: tunedGap },
      {
        says: 'the accuracy of tuned AR stays below that of tuned diffusion',
        criterion: {
          kind: 'difference',
          of: { measure: 'bestAccuracy', family: 'diffusion', where: {}, over: 'max' },
          minus: { measure: 'bestAccuracy', family: 'ar', where: {}, over: 'max' },
          sign: 'positive',
        },
      },
    ],
  },
  figure: { rows: 'dropout', columns: ACCURACY_AND_LOSS },
};
