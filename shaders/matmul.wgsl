// Matrix products of row-major matrices, y[M, P] with the contraction over K, in three layouts:
//   NT: x[M, K] · w[P, K]ᵀ      (a linear layer, w as [out, in])
//   NN: x[M, K] · w[K, P]       (its gradient with respect to x)
//   TN: x[K, M]ᵀ · w[K, P]      (its gradient with respect to w)
// These kernels use no workgroup memory and no barrier: a barrier costs more than it saves on a software adapter. The
// kernels for GPUs are in matmul.tile.wgsl and matmul.lanes.wgsl. Composed with lib/matmulOne.wgsl, or with
// lib/matmulExperts.wgsl, where each expert has a product of its own.

override M: u32;
override K: u32;
override P: u32;
override WG: u32 = 64;

// Element (row, k) of x is at row · X_ROW + k · X_K, element (k, column) of w at k · W_K + column · W_COLUMN; its lines
// are W_LINE numbers long.
override X_ROW: u32 = 0;
override X_K: u32 = 0;
override W_K: u32 = 0;
override W_COLUMN: u32 = 0;
override W_LINE: u32 = 0;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(0) var<storage, read> x_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> w_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> y_vec4: array<vec4<f32>>;

// How many blocks of so many columns lie side by side: blocks of outputs are numbered along the rows.
fn across(columns: u32) -> u32 { return (P + columns - 1) / columns; }

fn store_row(at: Part, row: u32, column: u32, value: vec4<f32>) {
  if (row >= at.rows) { return; }
  for (var c = 0u; c < 4 && column + c < P; c++) { y[(at.y + row) * P + column + c] = value[c]; }
}

// K % 4 = 0. A thread computes 4 × 4 outputs as dot products along K.
@compute @workgroup_size(WG)
fn register_nt(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  let at = part_of(index / across(4), 4);
  if (at.row >= at.rows) { return; }
  let column = index % across(4) * 4;
  let k4 = K / 4;
  let x0 = at.row * k4;
  let x1 = min(at.row + 1, at.rows - 1) * k4;
  let x2 = min(at.row + 2, at.rows - 1) * k4;
  let x3 = min(at.row + 3, at.rows - 1) * k4;
  let w0 = (at.w + column) * k4;
  let w1 = (at.w + min(column + 1, P - 1)) * k4;
  let w2 = (at.w + min(column + 2, P - 1)) * k4;
  let w3 = (at.w + min(column + 3, P - 1)) * k4;
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  for (var k = 0u; k < at.end / 4; k++) {
    let a = w_vec4[w0 + k];
    let b = w_vec4[w1 + k];
    let c = w_vec4[w2 + k];
    let d = w_vec4[w3 + k];
    let p = x_vec4[x0 + k];
    let q = x_vec4[x1 + k];
    let r = x_vec4[x2 + k];
    let s = x_vec4[x3 + k];
    y0 += vec4(dot(p, a), dot(p, b), dot(p, c), dot(p, d));
    y1 += vec4(dot(q, a), dot(q, b), dot(q, c), dot(q, d));
    y2 += vec4(dot(r, a), dot(r, b), dot(r, c), dot(r, d));
    y3 += vec4(dot(s, a), dot(s, b), dot(s, c), dot(s, d));
  }
  store_row(at, at.row, column, y0);
  store_row(at, at.row + 1, column, y1);
  store_row(at, at.row + 2, column, y2);
  store_row(at, at.row + 3, column, y3);
}

// K % 4 = 0 and P % 4 = 0. A thread computes 4 × 4 outputs, 4 values of K at a time.
@compute @workgroup_size(WG)
fn register_nn(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  let at = part_of(index / across(4), 4);
  if (at.row >= at.rows) { return; }
  let column = index % across(4) * 4;
  let k4 = K / 4;
  let p4 = P / 4;
  let x0 = at.row * k4;
  let x1 = min(at.row + 1, at.rows - 1) * k4;
  let x2 = min(at.row + 2, at.rows - 1) * k4;
  let x3 = min(at.row + 3, at.rows - 1) * k4;
  var w0 = at.w * p4 + column / 4;
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  for (var k = 0u; k < at.end / 4; k++) {
    let a = w_vec4[w0];
    let b = w_vec4[w0 + p4];
    let c = w_vec4[w0 + 2 * p4];
    let d = w_vec4[w0 + 3 * p4];
    w0 += 4 * p4;
    let p = x_vec4[x0 + k];
    let q = x_vec4[x1 + k];
    let r = x_vec4[x2 + k];
    let s = x_vec4[x3 + k];
    y0 += p.x * a + p.y * b + p.z * c + p.w * d;
    y1 += q.x * a + q.y * b + q.z * c + q.w * d;
    y2 += r.x * a + r.y * b + r.z * c + r.w * d;
    y3 += s.x * a + s.y * b + s.z * c + s.w * d;
  }
  let o = at.row * p4 + column / 4;
  y_vec4[o] = y0;
  if (at.row + 1 < at.rows) { y_vec4[o + p4] = y1; }
  if (at.row + 2 < at.rows) { y_vec4[o + 2 * p4] = y2; }
  if (at.row + 3 < at.rows) { y_vec4[o + 3 * p4] = y3; }
}

// M % 4 = 0 and P % 4 = 0. A thread computes 8 × 8 outputs as four blocks of 4 × 4; where only a multiple of 4 is left,
// the blocks beyond the edge repeat their neighbours and are not stored.
@compute @workgroup_size(WG)
fn register_tn(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  let at = part_of(index / across(8), 8);
  if (at.row >= at.rows) { return; }
  let column = index % across(8) * 8;
  let m4 = M / 4;
  let p4 = P / 4;
  var upper = at.begin * m4 + at.row / 4;
  var lower = at.begin * m4 + min(at.row / 4 + 1, m4 - 1);
  var left = at.begin * p4 + column / 4;
  var right = at.begin * p4 + min(column / 4 + 1, p4 - 1);
  var y0 = vec4<f32>();
  var z0 = vec4<f32>();
  var y1 = vec4<f32>();
  var z1 = vec4<f32>();
  var y2 = vec4<f32>();
  var z2 = vec4<f32>();
  var y3 = vec4<f32>();
  var z3 = vec4<f32>();
  var y4 = vec4<f32>();
  var z4 = vec4<f32>();
  var y5 = vec4<f32>();
  var z5 = vec4<f32>();
  var y6 = vec4<f32>();
  var z6 = vec4<f32>();
  var y7 = vec4<f32>();
  var z7 = vec4<f32>();
  for (var k = at.begin; k < at.end; k++) {
    let p = x_vec4[upper];
    let q = x_vec4[lower];
    let a = w_vec4[left];
    let b = w_vec4[right];
    y0 += p.x * a;
    z0 += p.x * b;
    y1 += p.y * a;
    z1 += p.y * b;
    y2 += p.z * a;
    z2 += p.z * b;
    y3 += p.w * a;
    z3 += p.w * b;
    y4 += q.x * a;
    z4 += q.x * b;
    y5 += q.y * a;
    z5 += q.y * b;
    y6 += q.z * a;
    z6 += q.z * b;
    y7 += q.w * a;
    z7 += q.w * b;
    upper += m4;
    lower += m4;
    left += p4;
    right += p4;
  }
  let o = (at.y + at.row) * p4 + column / 4;
  let wide = column + 4 < P;
  store_pair(o, y0, z0, wide);
  store_pair(o + p4, y1, z1, wide);
  store_pair(o + 2 * p4, y2, z2, wide);
  store_pair(o + 3 * p4, y3, z3, wide);
  if (at.row + 4 < M) {
    store_pair(o + 4 * p4, y4, z4, wide);
    store_pair(o + 5 * p4, y5, z5, wide);
    store_pair(o + 6 * p4, y6, z6, wide);
    store_pair(o + 7 * p4, y7, z7, wide);
  }
}

fn store_pair(at: u32, left: vec4<f32>, right: vec4<f32>, wide: bool) {
  y_vec4[at] = left;
  if (wide) { y_vec4[at + 1] = right; }
}

// Any sizes and any layout, by strides. A thread computes 4 × 4 outputs.
@compute @workgroup_size(WG)
fn register_any(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  let at = part_of(index / across(4), 4);
  if (at.row >= at.rows) { return; }
  let column = index % across(4) * 4;
  let rows = min(vec4(at.row) + vec4(0u, 1u, 2u, 3u), vec4(at.rows - 1)) * X_ROW;
  let columns = min(vec4(column) + vec4(0u, 1u, 2u, 3u), vec4(P - 1)) * W_COLUMN + vec4(at.w * W_LINE);
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  for (var k = at.begin; k < at.end; k++) {
    let kx = k * X_K;
    let kw = k * W_K;
    let a = vec4(w[columns.x + kw], w[columns.y + kw], w[columns.z + kw], w[columns.w + kw]);
    y0 += x[rows.x + kx] * a;
    y1 += x[rows.y + kx] * a;
    y2 += x[rows.z + kx] * a;
    y3 += x[rows.w + kx] * a;
  }
  store_row(at, at.row, column, y0);
  store_row(at, at.row + 1, column, y1);
  store_row(at, at.row + 2, column, y2);
  store_row(at, at.row + 3, column, y3);
}
