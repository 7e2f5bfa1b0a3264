// Where a product goes: y, four numbers at a time; P % 4 = 0.
@group(0) @binding(2) var<storage, read_write> y_vec4: array<vec4<f32>>;

fn put(slice: u32, row: u32, column: u32, value: vec4<f32>) {
  if (column < P) { y_vec4[(row * P + column) / 4] = value; }
}
