// y as the sum of `SLICES` matrices of its size, in their order.

override SIZE4: u32;
override SLICES: u32;
override WG: u32 = 64;

@group(0) @binding(0) var<storage, read> slices_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y_vec4: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn sum_slices(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= SIZE4) { return; }
  var sum = vec4<f32>();
  for (var slice = 0u; slice < SLICES; slice++) { sum += slices_vec4[slice * SIZE4 + i]; }
  y_vec4[i] = sum;
}
