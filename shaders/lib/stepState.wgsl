// The scalars that change from step to step. Written by the host before each step; see src/graph/op.ts.
struct StepState {
  step: u32,
  seed: u32,
  slot: u32,
  clip_norm: f32,
  learning_rate: f32,
  correction1: f32,
  correction2: f32,
  ema_decay: f32,
}
