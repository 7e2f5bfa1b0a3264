// Writes the loss and the gradient norm of a step into the metrics ring, and trips the guard when either is not
// finite (src/ops/metrics.ts): strided partial sums of the loss, then their sum,
// by whom lib/rowAlone.wgsl or lib/rowTogether.wgsl says.
override WG: u32 = 64;
override N: u32;
override count: u32;

@group(0) @binding(0) var<storage, read> rowLoss: array<f32>;
@group(0) @binding(1) var<storage, read> norm: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<f32>;
@group(0) @binding(3) var<storage, read_write> ring_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> guard: array<f32>;
@group(0) @binding(5) var<uniform> step: StepState;

// By its bits: a compiler may assume that floats are finite and drop a comparison.
fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(WG)
fn loss_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = flat_index(id, groups, WG);
  if (first >= count) { return; }
  var sum = 0.0;
  for (var row = first; row < N; row += count) { sum += rowLoss[row]; }
  partials[first] = sum;
}

@compute @workgroup_size(WG)
fn write_metrics(at: Place) {
  var part = 0.0;
  for (var i = lane_of(at); i < count; i += lanes()) { part += partials[i]; }
  let loss = sum_of(part, at);
  if (lane_of(at) > 0u) { return; }
  ring_vec4[step.slot] = vec4(loss, norm[0], 0.0, 0.0);
  if (guard[0] == 0.0 && !(is_finite(loss) && is_finite(norm[0]))) {
    guard[0] = 1.0;
    guard[1] = f32(step.step);
  }
}
