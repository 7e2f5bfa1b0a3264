// Adds the share of dropped pairs to the row of the step in the metrics ring (src/ops/countDropped.ts).
override WG: u32 = 64;
override E: u32;
override pairs: u32;
override weight: f32;

@group(0) @binding(0) var<storage, read> starts: array<u32>;
@group(0) @binding(1) var<storage, read_write> ring: array<f32>;
@group(0) @binding(2) var<uniform> step: StepState;

@compute @workgroup_size(WG)
fn count_dropped(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  if (flat_index(id, groups, WG) > 0u) { return; }
  ring[4u * step.slot + 2u] += f32(pairs - starts[E]) * weight;
}
