// Where a product goes: one of several matrices that are still to be added up; P % 4 = 0.
@group(0) @binding(2) var<storage, read_write> slices_vec4: array<vec4<f32>>;

fn put(slice: u32, row: u32, column: u32, value: vec4<f32>) {
  if (column < P) { slices_vec4[((slice * M + row) * P + column) / 4] = value; }
}
