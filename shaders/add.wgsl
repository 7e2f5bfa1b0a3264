// Elementwise addition of two tensors of one shape (src/ops/add.ts).
override WG: u32 = 64;
// Elements, or vec4s of elements.
override size: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(0) var<storage, read> a_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(1) var<storage, read> b_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> y_vec4: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn add(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= size) { return; }
  y[i] = a[i] + b[i];
}

@compute @workgroup_size(WG)
fn add_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= size) { return; }
  y_vec4[i] = a_vec4[i] + b_vec4[i];
}
