import type { Axis } from '../../../analysis/record.ts';
import type { LossBound } from '../../../spec/bound.ts';
import type { FamilyId } from '../../../spec/schema.ts';

/** The sentences of the chart. */
export const chart = {
  title: 'Validation loss',
  unit: 'nats per token; lower is better',
  axis: 'Horizontal axis',
  axes: { epoch: 'epochs', tokens: 'tokens', step: 'steps', flops: 'FLOPs', seconds: 'time' } satisfies Record<
    Axis,
    string
  >,
  axisLong: {
    epoch: 'epochs (tokens seen / U)',
    tokens: 'training tokens seen',
    step: 'optimizer steps',
    flops: 'training FLOPs of each model',
    seconds: 'training seconds of each model',
  } satisfies Record<Axis, string>,
  logX: 'log x',
  logY: 'log y',
  training: 'training loss',
  smoothing: 'Smoothing of the training loss',
  smooth: (percent: string) => `smooth ${percent} %`,
  raw: 'not smoothed',
  key: {
    best: 'best so far',
    band: '± standard error',
    live: 'live crossing',
    strict: 'strict crossing',
    training: 'training loss, smoothed (EMA over steps)',
  },
  /** Beside the end of a line: what its loss is, with how many draws where there is room to say it. */
  atEnd: (bound: LossBound, draws: number | null) =>
    draws === null
      ? { exact: 'exact', upper: 'upper bound' }[bound]
      : `${{ exact: 'exact chain rule', upper: 'upper bound' }[bound]}, ${draws} ${draws === 1 ? 'draw' : 'draws'}`,
  trueLoss: (value: string) => `true entropy ${value}`,
  notFinite: 'not finite',
  emptyTitle: 'Two models of one size learn the same small text.',
  empty: {
    ar: 'AR is ahead at first. Then it has seen the text too often, and its line turns up.',
    diffusion: 'Diffusion is slower, and goes on learning. A ◆ marks where it passes AR.',
  } satisfies Record<FamilyId, string>,
  emptyNote: 'Press “Train both” to begin. Nothing is trained before you do.',
  preparing: 'The first point appears after the first evaluation.',
};
