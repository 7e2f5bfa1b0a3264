// RMSNorm of rows of C channels, alone or after a residual addition, and its gradients (src/ops/rmsNorm.ts).
//
//   n  = x · s · gain               s = 1 / √(mean(x²) + ε), one number a row
//   dx = s·dn·gain − x · s³/C · Σ_c dn·gain·x
//   dgain = Σ_rows dn·x·s           summed over chunks of rows first, then over the chunks
//
// Who shares a row, one invocation or a workgroup, is for lib/rowAlone.wgsl or lib/rowTogether.wgsl to say.
override WG: u32 = 64;
override N: u32;
override C: u32;
override epsilon: f32;
override chunkRows: u32;
override chunks: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(0) var<storage, read> x_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> r: array<f32>;
@group(0) @binding(1) var<storage, read> r_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> gain: array<f32>;
@group(0) @binding(2) var<storage, read> gain_vec4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> h: array<f32>;
@group(0) @binding(3) var<storage, read_write> h_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> n: array<f32>;
@group(0) @binding(4) var<storage, read_write> n_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> dn: array<f32>;
@group(0) @binding(5) var<storage, read> dn_vec4: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read> dh: array<f32>;
@group(0) @binding(6) var<storage, read> dh_vec4: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx_vec4: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> inverseRms: array<f32>;
@group(0) @binding(9) var<storage, read_write> partials: array<f32>;
@group(0) @binding(9) var<storage, read_write> partials_vec4: array<vec4<f32>>;
@group(0) @binding(10) var<storage, read_write> dgain: array<f32>;

fn inverse_rms(sum_of_squares: f32) -> f32 {
  return inverseSqrt(sum_of_squares / f32(C) + epsilon);
}

@compute @workgroup_size(WG)
fn rms_norm(at: Place) {
  let row = row_of(at, N);
  let start = row * C;
  var squares = 0.0;
  for (var c = lane_of(at); c < C; c += lanes()) {
    let value = x[start + c];
    squares += value * value;
  }
  let s = inverse_rms(sum_of(squares, at));
  for (var c = lane_of(at); c < C; c += lanes()) { n[start + c] = x[start + c] * s * gain[c]; }
}

@compute @workgroup_size(WG)
fn rms_norm_vec4(at: Place) {
  let row = row_of(at, N);
  let width = C / 4u;
  let start = row * width;
  var squares = 0.0;
  for (var c = lane_of(at); c < width; c += lanes()) {
    let value = x_vec4[start + c];
    squares += dot(value, value);
  }
  let s = inverse_rms(sum_of(squares, at));
  for (var c = lane_of(at); c < width; c += lanes()) { n_vec4[start + c] = x_vec4[start + c] * s * gain_vec4[c]; }
}

@compute @workgroup_size(WG)
fn residual_norm(at: Place) {
  let row = row_of(at, N);
  let start = row * C;
  var squares = 0.0;
  for (var c = lane_of(at); c < C; c += lanes()) {
    let sum = x[start + c] + r[start + c];
    h[start + c] = sum;
    squares += sum * sum;
  }
  let s = inverse_rms(sum_of(squares, at));
  for (var c = lane_of(at); c < C; c += lanes()) { n[start + c] = h[start + c] * s * gain[c]; }
}

@compute @workgroup_size(WG)
fn residual_norm_vec4(at: Place) {
  let row = row_of(at, N);
  let width = C / 4u;
  let start = row * width;
  var squares = 0.0;
  for (var c = lane_of(at); c < width; c += lanes()) {
    let sum = x_vec4[start + c] + r_vec4[start + c];
    h_vec4[start + c] = sum;
    squares += dot(sum, sum);
  }
  let s = inverse_rms(sum_of(squares, at));
  for (var c = lane_of(at); c < width; c += lanes()) { n_vec4[start + c] = h_vec4[start + c] * s * gain_vec4[c]; }
}

// What a row of dx needs of the whole row: dx = scale·dn·gain − pull·x.
struct RowGradient {
  scale: f32,
  pull: f32,
}

fn row_gradient(squares: f32, projection: f32) -> RowGradient {
  let s = inverse_rms(squares);
  return RowGradient(s, s * s * s * projection / f32(C));
}

fn gradient_of(row: u32, at: Place) -> RowGradient {
  let start = row * C;
  var squares = 0.0;
  var projection = 0.0;
  for (var c = lane_of(at); c < C; c += lanes()) {
    let value = x[start + c];
    squares += value * value;
    projection += dn[start + c] * gain[c] * value;
  }
  return row_gradient(sum_of(squares, at), sum_of(projection, at));
}

fn gradient_of_vec4(row: u32, at: Place) -> RowGradient {
  let width = C / 4u;
  let start = row * width;
  var squares = 0.0;
  var projection = 0.0;
  for (var c = lane_of(at); c < width; c += lanes()) {
    let value = x_vec4[start + c];
    squares += dot(value, value);
    projection += dot(dn_vec4[start + c] * gain_vec4[c], value);
  }
  return row_gradient(sum_of(squares, at), sum_of(projection, at));
}

@compute @workgroup_size(WG)
fn rms_norm_grad(at: Place) {
  let row = row_of(at, N);
  let g = gradient_of(row, at);
  if (lane_of(at) == 0u) { inverseRms[row] = g.scale; }
  let start = row * C;
  for (var c = lane_of(at); c < C; c += lanes()) {
    dx[start + c] = g.scale * dn[start + c] * gain[c] - g.pull * x[start + c];
  }
}

@compute @workgroup_size(WG)
fn rms_norm_grad_vec4(at: Place) {
  let row = row_of(at, N);
  let g = gradient_of_vec4(row, at);
  if (lane_of(at) == 0u) { inverseRms[row] = g.scale; }
  let width = C / 4u;
  let start = row * width;
  for (var c = lane_of(at); c < width; c += lanes()) {
    dx_vec4[start + c] = g.scale * dn_vec4[start + c] * gain_vec4[c] - g.pull * x_vec4[start + c];
  }
}

@compute @workgroup_size(WG)
fn residual_norm_grad(at: Place) {
  let row = row_of(at, N);
  let g = gradient_of(row, at);
  if (lane_of(at) == 0u) { inverseRms[row] = g.scale; }
  let start = row * C;
  for (var c = lane_of(at); c < C; c += lanes()) {
    dx[start + c] = dh[start + c] + g.scale * dn[start + c] * gain[c] - g.pull * x[start + c];
  }
}

@compute @workgroup_size(WG)
fn residual_norm_grad_vec4(at: Place) {
  let row = row_of(at, N);
  let g = gradient_of_vec4(row, at);
  if (lane_of(at) == 0u) { inverseRms[row] = g.scale; }
  let width = C / 4u;
  let start = row * width;
  for (var c = lane_of(at); c < width; c += lanes()) {
    dx_vec4[start + c] = dh_vec4[start + c] + g.scale * dn_vec4[start + c] * gain_vec4[c] - g.pull * x_vec4[start + c];
  }
}

// One invocation for a chunk of rows and a channel, or four channels.
@compute @workgroup_size(WG)
fn gain_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= chunks * C) { return; }
  let first = (i / C) * chunkRows;
  let c = i % C;
  var sum = 0.0;
  for (var row = first; row < min(first + chunkRows, N); row++) {
    sum += dn[row * C + c] * x[row * C + c] * inverseRms[row];
  }
  partials[i] = sum;
}

@compute @workgroup_size(WG)
fn gain_partials_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = C / 4u;
  if (i >= chunks * width) { return; }
  let first = (i / width) * chunkRows;
  let c = i % width;
  var sum = vec4<f32>();
  for (var row = first; row < min(first + chunkRows, N); row++) {
    sum += dn_vec4[row * width + c] * x_vec4[row * width + c] * inverseRms[row];
  }
  partials_vec4[i] = sum;
}

@compute @workgroup_size(WG)
fn gain_sum(at: Place) {
  let c = row_of(at, C);
  var sum = 0.0;
  for (var chunk = lane_of(at); chunk < chunks; chunk += lanes()) { sum += partials[chunk * C + c]; }
  sum = sum_of(sum, at);
  if (lane_of(at) == 0u) { dgain[c] = sum; }
}
