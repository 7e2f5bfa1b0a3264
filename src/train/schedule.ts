import type { StepState } from '../graph/op.ts';
import type { RaceSpec } from '../spec/schema.ts';

type TrainSpec = RaceSpec['train'];

/**
 * Learning rate of 0-based step s: linear warm-up, then constant; with `wsd` an exponential decay to
 * `decayTo` × the peak over the last `decayFraction` of the steps (Hu et al. 2024, MiniCPM).
 */
export function learningRate(train: TrainSpec, s: number): number {
  const warmup = train.warmupSteps > 0 ? Math.min(1, (s + 1) / train.warmupSteps) : 1;
  const peak = train.learningRate * warmup;
  if (train.schedule === 'constant') return peak;
  const decaySteps = Math.round(train.steps * train.decayFraction);
  const into = s + 1 - (train.steps - decaySteps);
  return into <= 0 ? peak : peak * train.decayTo ** (into / decaySteps);
}

/** Decay of the weights' moving average at 0-based step s: min(decay, (1 + s) / (10 + s)). */
export function emaDecay(train: TrainSpec, s: number): number {
  return Math.min(train.emaDecay, (1 + s) / (10 + s));
}

/** Every scalar that a step needs and that changes from step to step. */
export function stepState(train: TrainSpec, seed: number, s: number, ringRows: number): StepState {
  return {
    step: s,
    seed,
    slot: s % ringRows,
    clipNorm: train.clipNorm,
    learningRate: learningRate(train, s),
    correction1: 1 - train.beta1 ** (s + 1),
    correction2: 1 - train.beta2 ** (s + 1),
    emaDecay: emaDecay(train, s),
  };
}

/**
 * Whether an evaluation follows after `step` steps: the first state, every `denseEvery` steps until `denseUntil`
 * (AR's minimum is narrow and early; missing it would fake an early strict crossing), every `every` steps after
 * that, and the last.
 */
export function evaluatesAt(evaluation: RaceSpec['evaluation'], steps: number, step: number): boolean {
  if (step === 0 || step === steps) return true;
  return step % (step <= evaluation.denseUntil ? evaluation.denseEvery : evaluation.every) === 0;
}

/** The last of at most `wanted` steps after step `from`: never beyond the next evaluation or the budget. */
export function turnEnd(
  { evaluation, train }: Pick<RaceSpec, 'evaluation' | 'train'>,
  from: number,
  wanted: number,
): number {
  let until = from + 1;
  while (until < from + wanted && !evaluatesAt(evaluation, train.steps, until)) until++;
  return until;
}
