// The global gradient norm, √Σ g², over the whole arena of gradients (src/ops/gradNorm.ts): strided partial sums,
// then their sum, each by whom lib/rowAlone.wgsl or lib/rowTogether.wgsl says.
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
fn square_partials(at: Place) {
  let first = row_of(at, count);
  var sum = 0.0;
  for (var i = first * lanes() + lane_of(at); i < size; i += count * lanes()) {
    let g = grads_vec4[i];
    sum += dot(g, g);
  }
  sum = sum_of(sum, at);
  if (lane_of(at) == 0u) { partials[first] = sum; }
}

@compute @workgroup_size(WG)
fn norm_of_partials(at: Place) {
  var sum = vec4<f32>();
  for (var i = lane_of(at); i < count / 4u; i += lanes()) { sum += partials_vec4[i]; }
  let whole = sum_of(dot(sum, vec4(1.0)), at);
  if (lane_of(at) == 0u) { norm[0] = sqrt(whole); }
}
