// Softmax of short rows and its gradient (src/ops/softmax.ts), a row for each invocation.
//   p = e^(x − max) / Σ e^(x − max)        dx = p·(dp − Σ p·dp)
override WG: u32 = 64;
override N: u32;
override E: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> p: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WG)
fn softmax(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  let first = row * E;
  var top = x[first];
  for (var e = 1u; e < E; e++) { top = max(top, x[first + e]); }
  var sum = 0.0;
  for (var e = 0u; e < E; e++) { sum += exp(x[first + e] - top); }
  for (var e = 0u; e < E; e++) { p[first + e] = exp(x[first + e] - top) / sum; }
}

@compute @workgroup_size(WG)
fn softmax_grad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  let first = row * E;
  var mean = 0.0;
  for (var e = 0u; e < E; e++) { mean += y[first + e] * dy[first + e]; }
  for (var e = 0u; e < E; e++) { dx[first + e] = y[first + e] * (dy[first + e] - mean); }
}
