import type { StepState } from './op.ts';

/** Bytes of StepState in memory: `shaders/lib/stepState.wgsl`, three u32 and five f32. */
export const STEP_STATE_BYTES = 32;

/** Lays a StepState out from word `first` of one memory, seen as u32 and as f32. */
export function writeStepState(u32: Uint32Array, f32: Float32Array, first: number, step: StepState): void {
  u32[first] = step.step;
  u32[first + 1] = step.seed;
  u32[first + 2] = step.slot;
  f32[first + 3] = step.clipNorm;
  f32[first + 4] = step.learningRate;
  f32[first + 5] = step.correction1;
  f32[first + 6] = step.correction2;
  f32[first + 7] = step.emaDecay;
}
