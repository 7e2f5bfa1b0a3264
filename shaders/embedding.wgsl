// Rows of a table by index, and the table's gradient (src/ops/embedding.ts).
//
// The gradient is deterministic without atomics: an invocation owns four channels (or one) of a private table for
// its chunk of rows, clears them, and adds its rows in order; a second dispatch sums the private tables in order.
override WG: u32 = 64;
override N: u32;
override V: u32;
override C: u32;
override chunkRows: u32;
override chunks: u32;

@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> table: array<f32>;
@group(0) @binding(1) var<storage, read> table_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> x_vec4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> dx: array<f32>;
@group(0) @binding(3) var<storage, read> dx_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@group(0) @binding(4) var<storage, read_write> partials_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> dtable: array<f32>;
@group(0) @binding(5) var<storage, read_write> dtable_vec4: array<vec4<f32>>;

@compute @workgroup_size(WG)
fn embedding(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * C) { return; }
  x[i] = table[ids[i / C] * C + i % C];
}

@compute @workgroup_size(WG)
fn embedding_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = C / 4u;
  if (i >= N * width) { return; }
  x_vec4[i] = table_vec4[ids[i / width] * width + i % width];
}

@compute @workgroup_size(WG)
fn table_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= chunks * C) { return; }
  let first = (i / C) * chunkRows;
  let c = i % C;
  let mine = (i / C) * V * C + c;
  for (var v = 0u; v < V; v++) { partials[mine + v * C] = 0.0; }
  for (var row = first; row < min(first + chunkRows, N); row++) {
    partials[mine + ids[row] * C] += dx[row * C + c];
  }
}

@compute @workgroup_size(WG)
fn table_partials_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = C / 4u;
  if (i >= chunks * width) { return; }
  let first = (i / width) * chunkRows;
  let c = i % width;
  let mine = (i / width) * V * width + c;
  for (var v = 0u; v < V; v++) { partials_vec4[mine + v * width] = vec4<f32>(); }
  for (var row = first; row < min(first + chunkRows, N); row++) {
    partials_vec4[mine + ids[row] * width] += dx_vec4[row * width + c];
  }
}

@compute @workgroup_size(WG)
fn table_sum(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= V * C) { return; }
  var sum = 0.0;
  for (var chunk = 0u; chunk < chunks; chunk++) { sum += partials[chunk * V * C + i]; }
  dtable[i] = sum;
}

@compute @workgroup_size(WG)
fn table_sum_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let size = V * C / 4u;
  if (i >= size) { return; }
  var sum = vec4<f32>();
  for (var chunk = 0u; chunk < chunks; chunk++) { sum += partials_vec4[chunk * size + i]; }
  dtable_vec4[i] = sum;
}
