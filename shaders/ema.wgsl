// The exponential moving average of the weights, in place (src/ops/ema.ts): ema ← d·ema + (1 − d)·params.
override WG: u32 = 64;
// Vec4s of parameters.
override size: u32;

@group(0) @binding(0) var<storage, read_write> ema_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> params_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> guard: array<f32>;
@group(0) @binding(3) var<uniform> step: StepState;

@compute @workgroup_size(WG)
fn ema(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= size || guard[0] != 0.0) { return; }
  ema_vec4[i] = step.ema_decay * ema_vec4[i] + (1.0 - step.ema_decay) * params_vec4[i];
}
