// The rows that experts read, and their gradient (src/ops/gatherRows.ts), four numbers for each invocation.
override WG: u32 = 64;
// Tokens, pairs a token, rows of the experts, vec4s in a row.
override N: u32;
override W: u32;
override S: u32;
override width: u32;

@group(0) @binding(0) var<storage, read> x_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> y_vec4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> dy_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> slot: array<u32>;
@group(0) @binding(5) var<storage, read_write> dx_vec4: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn gather_rows(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= S * width) { return; }
  let row = source[i / width] / W;
  var value = vec4<f32>();
  if (row < N) { value = x_vec4[row * width + i % width]; }
  y_vec4[i] = value;
}

@compute @workgroup_size(WG)
fn gather_rows_grad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * width) { return; }
  let first = i / width * W;
  var sum = vec4<f32>();
  for (var j = first; j < first + W; j++) {
    if (slot[j] < S) { sum += dy_vec4[slot[j] * width + i % width]; }
  }
  dx_vec4[i] = sum;
}
