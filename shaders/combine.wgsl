// What experts say of a token, added up by their gates, and its gradients (src/ops/combine.ts).
override WG: u32 = 64;
// Tokens, pairs a token, rows of the experts, vec4s in a row.
override N: u32;
override W: u32;
override S: u32;
override width: u32;

@group(0) @binding(0) var<storage, read> y_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read> slot: array<u32>;
@group(0) @binding(3) var<storage, read> source: array<u32>;
@group(0) @binding(4) var<storage, read_write> mixed_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> dmixed_vec4: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> dy_vec4: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> dgates: array<f32>;

@compute @workgroup_size(WG)
fn combine(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * width) { return; }
  let first = i / width * W;
  var sum = vec4<f32>();
  for (var j = first; j < first + W; j++) {
    if (slot[j] < S) { sum += gates[j] * y_vec4[slot[j] * width + i % width]; }
  }
  mixed_vec4[i] = sum;
}

@compute @workgroup_size(WG)
fn combine_dy(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= S * width) { return; }
  let pair = source[i / width];
  var value = vec4<f32>();
  if (pair < N * W) { value = gates[pair] * dmixed_vec4[pair / W * width + i % width]; }
  dy_vec4[i] = value;
}

@compute @workgroup_size(WG)
fn combine_dgates(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = flat_index(id, groups, WG);
  if (pair >= N * W) { return; }
  var sum = 0.0;
  if (slot[pair] < S) {
    let row = slot[pair] * width;
    let token = pair / W * width;
    for (var c = 0u; c < width; c++) { sum += dot(y_vec4[row + c], dmixed_vec4[token + c]); }
  }
  dgates[pair] = sum;
}
