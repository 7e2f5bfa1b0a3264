// The global gradient norm, √Σ g², over the whole arena of gradients (src/ops/gradNorm.ts): strided partial sums,
// then one invocation adds them up.
override WG: u32 = 64;
// Vec4s of gradients.
override size: u32;
// Partial sums, a multiple of four.
override count: u32;

@group(0) @binding(0) var<storage, read> grads_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> partials_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;

@compute @workgroup_size(WG)
fn square_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = flat_index(id, groups, WG);
  if (first >= count) { return; }
  var sum = 0.0;
  for (var i = first; i < size; i += count) {
    let g = grads_vec4[i];
    sum += dot(g, g);
  }
  partials[first] = sum;
}

@compute @workgroup_size(WG)
fn norm_of_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  if (flat_index(id, groups, WG) > 0u) { return; }
  var sum = vec4<f32>();
  for (var i = 0u; i < count / 4u; i++) { sum += partials_vec4[i]; }
  norm[0] = sqrt(dot(sum, vec4(1.0)));
}
