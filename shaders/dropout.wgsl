// Dropout with a counter-based mask: nothing is stored, the gradient draws the same mask again (src/ops/dropout.ts).
//   y = x / (1 − rate) where threefry((seed, site), (step, index)) ≥ rate·2³², else 0
override WG: u32 = 64;
override size: u32;
override site: u32;
override threshold: u32;
override scale: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> step: StepState;

@compute @workgroup_size(WG)
fn dropout(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= size) { return; }
  let bits = threefry(vec2<u32>(step.seed, site), vec2<u32>(step.step, i)).x;
  y[i] = select(0.0, x[i] * scale, bits >= threshold);
}
