// Per-head RMSNorm of queries and keys and their rotary position embedding, and the gradient (src/ops/qkRope.ts).
//
// A row of qkv is q(H,D) | k(H,D) | v(H,D), that is 3H slots of D numbers: slots below H are queries, the next H
// keys, the rest values, which are copied. With y = x · s · gain, s = 1/√(mean(x²) + ε), and half = D/2:
//   out[i]        = y[i] · cos − y[i + half] · sin
//   out[i + half] = y[i + half] · cos + y[i] · sin
// The gradient rotates back, then is that of RMSNorm; the gains' are summed over chunks of rows, then over chunks.
//
// Where a row stands is for `position_of` to say: lib/ownPosition.wgsl, or lib/givenPosition.wgsl for qkRopeAt.
//
// One invocation a slot; who adds up the chunks is for lib/rowAlone.wgsl or lib/rowTogether.wgsl to say. The `_vec4`
// entry points need D to be a multiple of 8, so that a half is whole vec4s.
override WG: u32 = 64;
override N: u32;
override T: u32;
override H: u32;
override D: u32;
override epsilon: f32;
override chunkRows: u32;
override chunks: u32;

@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(0) var<storage, read> qkv_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> qGain: array<f32>;
@group(0) @binding(1) var<storage, read> qGain_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> kGain: array<f32>;
@group(0) @binding(2) var<storage, read> kGain_vec4: array<vec4<f32>>;
// Row p: cos(p·θ_i) for i < half, then sin(p·θ_i).
@group(0) @binding(3) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> table_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> rotated: array<f32>;
@group(0) @binding(4) var<storage, read_write> rotated_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> drotated: array<f32>;
@group(0) @binding(5) var<storage, read> drotated_vec4: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> dqkv: array<f32>;
@group(0) @binding(6) var<storage, read_write> dqkv_vec4: array<vec4<f32>>;
// [N, 2H]: s of every query, then of every key.
@group(0) @binding(7) var<storage, read_write> inverseRms: array<f32>;
// [chunks, 2, D]: the gradients of the queries' and the keys' gain.
@group(0) @binding(8) var<storage, read_write> partials: array<f32>;
@group(0) @binding(8) var<storage, read_write> partials_vec4: array<vec4<f32>>;
@group(0) @binding(9) var<storage, read_write> dqGain: array<f32>;
@group(0) @binding(10) var<storage, read_write> dkGain: array<f32>;

fn inverse_rms(sum_of_squares: f32) -> f32 {
  return inverseSqrt(sum_of_squares / f32(D) + epsilon);
}

fn gain_of(is_query: bool, i: u32) -> f32 {
  return select(kGain[i], qGain[i], is_query);
}

fn gain_of_vec4(is_query: bool, i: u32) -> vec4<f32> {
  return select(kGain_vec4[i], qGain_vec4[i], is_query);
}

@compute @workgroup_size(WG)
fn qk_rope(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * 3u * H) { return; }
  let start = i * D;
  let slot = i % (3u * H);
  if (slot >= 2u * H) {
    for (var d = 0u; d < D; d++) { rotated[start + d] = qkv[start + d]; }
    return;
  }
  var squares = 0.0;
  for (var d = 0u; d < D; d++) {
    let value = qkv[start + d];
    squares += value * value;
  }
  let s = inverse_rms(squares);
  let half = D / 2u;
  let angles = position_of(i / (3u * H), slot < H) * D;
  for (var d = 0u; d < half; d++) {
    let a = qkv[start + d] * s * gain_of(slot < H, d);
    let b = qkv[start + half + d] * s * gain_of(slot < H, half + d);
    let cosine = table[angles + d];
    let sine = table[angles + half + d];
    rotated[start + d] = a * cosine - b * sine;
    rotated[start + half + d] = b * cosine + a * sine;
  }
}

@compute @workgroup_size(WG)
fn qk_rope_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * 3u * H) { return; }
  let width = D / 4u;
  let start = i * width;
  let slot = i % (3u * H);
  if (slot >= 2u * H) {
    for (var d = 0u; d < width; d++) { rotated_vec4[start + d] = qkv_vec4[start + d]; }
    return;
  }
  var squares = 0.0;
  for (var d = 0u; d < width; d++) {
    let value = qkv_vec4[start + d];
    squares += dot(value, value);
  }
  let s = inverse_rms(squares);
  let half = width / 2u;
  let angles = position_of(i / (3u * H), slot < H) * width;
  for (var d = 0u; d < half; d++) {
    let a = qkv_vec4[start + d] * s * gain_of_vec4(slot < H, d);
    let b = qkv_vec4[start + half + d] * s * gain_of_vec4(slot < H, half + d);
    let cosine = table_vec4[angles + d];
    let sine = table_vec4[angles + half + d];
    rotated_vec4[start + d] = a * cosine - b * sine;
    rotated_vec4[start + half + d] = b * cosine + a * sine;
  }
}

@compute @workgroup_size(WG)
fn qk_rope_grad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * 3u * H) { return; }
  let start = i * D;
  let row = i / (3u * H);
  let slot = i % (3u * H);
  if (slot >= 2u * H) {
    for (var d = 0u; d < D; d++) { dqkv[start + d] = drotated[start + d]; }
    return;
  }
  let half = D / 2u;
  let angles = position_of(row, slot < H) * D;
  var squares = 0.0;
  var projection = 0.0;
  for (var d = 0u; d < half; d++) {
    let a = qkv[start + d];
    let b = qkv[start + half + d];
    let da = drotated[start + d];
    let db = drotated[start + half + d];
    let cosine = table[angles + d];
    let sine = table[angles + half + d];
    squares += a * a + b * b;
    projection += (da * cosine + db * sine) * gain_of(slot < H, d) * a
      + (db * cosine - da * sine) * gain_of(slot < H, half + d) * b;
  }
  let s = inverse_rms(squares);
  let pull = s * s * s * projection / f32(D);
  inverseRms[row * 2u * H + slot] = s;
  for (var d = 0u; d < half; d++) {
    let da = drotated[start + d];
    let db = drotated[start + half + d];
    let cosine = table[angles + d];
    let sine = table[angles + half + d];
    dqkv[start + d] = s * (da * cosine + db * sine) * gain_of(slot < H, d) - pull * qkv[start + d];
    dqkv[start + half + d] = s * (db * cosine - da * sine) * gain_of(slot < H, half + d) - pull * qkv[start + half + d];
  }
}

@compute @workgroup_size(WG)
fn qk_rope_grad_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * 3u * H) { return; }
  let width = D / 4u;
  let start = i * width;
  let row = i / (3u * H);
  let slot = i % (3u * H);
  if (slot >= 2u * H) {
    for (var d = 0u; d < width; d++) { dqkv_vec4[start + d] = drotated_vec4[start + d]; }
    return;
  }
  let half = width / 2u;
  let angles = position_of(row, slot < H) * width;
  var squares = 0.0;
  var projection = 0.0;
  for (var d = 0u; d < half; d++) {
    let a = qkv_vec4[start + d];
    let b = qkv_vec4[start + half + d];
    let da = drotated_vec4[start + d];
    let db = drotated_vec4[start + half + d];
    let cosine = table_vec4[angles + d];
    let sine = table_vec4[angles + half + d];
    squares += dot(a, a) + dot(b, b);
    projection += dot((da * cosine + db * sine) * gain_of_vec4(slot < H, d), a)
      + dot((db * cosine - da * sine) * gain_of_vec4(slot < H, half + d), b);
  }
  let s = inverse_rms(squares);
  let pull = s * s * s * projection / f32(D);
  inverseRms[row * 2u * H + slot] = s;
  for (var d = 0u; d < half; d++) {
    let da = drotated_vec4[start + d];
    let db = drotated_vec4[start + half + d];
    let cosine = table_vec4[angles + d];
    let sine = table_vec4[angles + half + d];
    dqkv_vec4[start + d] = s * (da * cosine + db * sine) * gain_of_vec4(slot < H, d) - pull * qkv_vec4[start + d];
    dqkv_vec4[start + half + d] =
      s * (db * cosine - da * sine) * gain_of_vec4(slot < H, half + d) - pull * qkv_vec4[start + half + d];
  }
}

// One invocation for a chunk of rows, queries or keys, and a rotated pair of channels (or four pairs).
@compute @workgroup_size(WG)
fn gain_partials(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= chunks * D) { return; }
  let half = D / 2u;
  let first = (i / D) * chunkRows;
  let kind = (i % D) / half;
  let d = i % half;
  var sum_a = 0.0;
  var sum_b = 0.0;
  for (var row = first; row < min(first + chunkRows, N); row++) {
    let angles = position_of(row, kind == 0u) * D;
    let cosine = table[angles + d];
    let sine = table[angles + half + d];
    for (var slot = kind * H; slot < (kind + 1u) * H; slot++) {
      let start = (row * 3u * H + slot) * D;
      let s = inverseRms[row * 2u * H + slot];
      let da = drotated[start + d];
      let db = drotated[start + half + d];
      sum_a += (da * cosine + db * sine) * qkv[start + d] * s;
      sum_b += (db * cosine - da * sine) * qkv[start + half + d] * s;
    }
  }
  let target_row = ((i / D) * 2u + kind) * D;
  partials[target_row + d] = sum_a;
  partials[target_row + half + d] = sum_b;
}

@compute @workgroup_size(WG)
fn gain_partials_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = D / 4u;
  if (i >= chunks * width) { return; }
  let half = width / 2u;
  let first = (i / width) * chunkRows;
  let kind = (i % width) / half;
  let d = i % half;
  var sum_a = vec4<f32>();
  var sum_b = vec4<f32>();
  for (var row = first; row < min(first + chunkRows, N); row++) {
    let angles = position_of(row, kind == 0u) * width;
    let cosine = table_vec4[angles + d];
    let sine = table_vec4[angles + half + d];
    for (var slot = kind * H; slot < (kind + 1u) * H; slot++) {
      let start = (row * 3u * H + slot) * width;
      let s = inverseRms[row * 2u * H + slot];
      let da = drotated_vec4[start + d];
      let db = drotated_vec4[start + half + d];
      sum_a += (da * cosine + db * sine) * qkv_vec4[start + d] * s;
      sum_b += (db * cosine - da * sine) * qkv_vec4[start + half + d] * s;
    }
  }
  let target_row = ((i / width) * 2u + kind) * width;
  partials_vec4[target_row + d] = sum_a;
  partials_vec4[target_row + half + d] = sum_b;
}

@compute @workgroup_size(WG)
fn gain_sum(at: Place) {
  let i = row_of(at, 2u * D);
  var sum = 0.0;
  for (var chunk = lane_of(at); chunk < chunks; chunk += lanes()) { sum += partials[chunk * 2u * D + i]; }
  sum = sum_of(sum, at);
  if (lane_of(at) > 0u) { return; }
  if (i < D) {
    dqGain[i] = sum;
  } else {
    dkGain[i - D] = sum;
  }
}
