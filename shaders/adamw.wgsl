// AdamW over the whole arena of parameters, with the gradient clipped by its global norm (src/ops/adamw.ts).
override WG: u32 = 64;
// Vec4s of parameters.
override size: u32;
// Elements below this index are decayed.
override decayEnd: u32;
override beta1: f32;
override beta2: f32;
// 1 − β in the host's precision: in f32 it would lose digits that the bias correction keeps.
override rest1: f32;
override rest2: f32;
override epsilon: f32;
override weightDecay: f32;

@group(0) @binding(0) var<storage, read_write> params_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> m_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> v_vec4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> grads_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> norm: array<f32>;
@group(0) @binding(5) var<storage, read> guard: array<f32>;
@group(0) @binding(6) var<uniform> step: StepState;

@compute @workgroup_size(WG)
fn adamw(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= size || guard[0] != 0.0) { return; }
  var clip = 1.0;
  if (step.clip_norm > 0.0) { clip = min(1.0, step.clip_norm / (norm[0] + 1e-6)); }
  let g = clip * grads_vec4[i];
  let m = beta1 * m_vec4[i] + rest1 * g;
  let v = beta2 * v_vec4[i] + rest2 * g * g;
  m_vec4[i] = m;
  v_vec4[i] = v;
  let index = 4u * i + vec4<u32>(0u, 1u, 2u, 3u);
  let decay = select(vec4(0.0), vec4(step.learning_rate * weightDecay), index < vec4(decayEnd));
  let change = (m / step.correction1) / (sqrt(v / step.correction2) + epsilon);
  params_vec4[i] = params_vec4[i] * (1.0 - decay) - step.learning_rate * change;
}
