// Where a product goes: y, number by number, for any sizes.
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn put(slice: u32, row: u32, column: u32, value: vec4<f32>) {
  for (var c = 0u; c < 4 && column + c < P; c++) { y[row * P + column + c] = value[c]; }
}
