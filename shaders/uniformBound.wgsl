// The bound of uniform-noise diffusion, weighted, and its gradient, in one pass or the loss alone
// (src/ops/uniformBound.ts). With p = softmax(logits) without the suppressed column, n the number of columns it is
// over, α = 1 − share, q = α·onehot(target) + share/n, q̂ = α·p + share/n, z = noised[row] and ρ = q_z/q̂_z:
//   rowLoss = w/(α·n·q_z) · (ρ − 1 − ln ρ + Σ_v q_v·ln(q_v/q̂_v))
//   dlogits = w/(n·q_z) · p·(g − Σ_v p_v·g_v),   g_v = −q_v/q̂_v + [v = z]·(1 − ρ)/q̂_z
// One invocation a row. A suppressed column takes no part: its gradient is zero. So are loss and gradient of a row of
// weight zero, whatever its logits.
override WG: u32 = 64;
override N: u32;
override V: u32;
// The suppressed column; -1: none.
override suppressed: i32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> noised: array<u32>;
@group(0) @binding(3) var<storage, read> shares: array<f32>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> rowLoss: array<f32>;
@group(0) @binding(6) var<storage, read_write> dlogits: array<f32>;

struct Row {
  start: u32,
  // Σ_v e^logit_v = scaled · e^top, top being the largest logit.
  top: f32,
  scaled: f32,
  alpha: f32,
  // share/n, what noise alone gives to every token.
  floor: f32,
  target_column: u32,
  // q and q̂ of the token that was read.
  q_read: f32,
  model_read: f32,
}

fn columns() -> f32 {
  return f32(V) - select(0.0, 1.0, suppressed >= 0);
}

fn probability(row: Row, v: u32) -> f32 {
  return exp(logits[row.start + v] - row.top) / row.scaled;
}

fn truth(row: Row, v: u32) -> f32 {
  return row.floor + select(0.0, row.alpha, v == row.target_column);
}

fn model(row: Row, p: f32) -> f32 {
  return row.floor + row.alpha * p;
}

fn row_of(i: u32) -> Row {
  var row: Row;
  row.start = i * V;
  row.top = -3.4e38;
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) { row.top = max(row.top, logits[row.start + v]); }
  }
  row.scaled = 0.0;
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) { row.scaled += exp(logits[row.start + v] - row.top); }
  }
  row.alpha = 1.0 - shares[i];
  row.floor = shares[i] / columns();
  row.target_column = targets[i];
  row.q_read = truth(row, noised[i]);
  row.model_read = model(row, probability(row, noised[i]));
  return row;
}

fn loss_of(row: Row, weight: f32) -> f32 {
  var divergence = 0.0;
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) {
      let q = truth(row, v);
      divergence += q * log(q / model(row, probability(row, v)));
    }
  }
  let ratio = row.q_read / row.model_read;
  return weight / (row.alpha * columns() * row.q_read) * (ratio - 1.0 - log(ratio) + divergence);
}

@compute @workgroup_size(WG)
fn uniform_bound(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N) { return; }
  let weight = weights[i];
  if (weight == 0.0) {
    rowLoss[i] = 0.0;
    for (var v = 0u; v < V; v++) { dlogits[i * V + v] = 0.0; }
    return;
  }
  let row = row_of(i);
  rowLoss[i] = loss_of(row, weight);
  let z = noised[i];
  let pull = (1.0 - row.q_read / row.model_read) / row.model_read;
  var mean = pull * probability(row, z);
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) {
      let p = probability(row, v);
      mean -= p * truth(row, v) / model(row, p);
    }
  }
  let scale = weight / (columns() * row.q_read);
  for (var v = 0u; v < V; v++) {
    if (i32(v) == suppressed) {
      dlogits[row.start + v] = 0.0;
    } else {
      let p = probability(row, v);
      let g = select(0.0, pull, v == z) - truth(row, v) / model(row, p);
      dlogits[row.start + v] = scale * p * (g - mean);
    }
  }
}

@compute @workgroup_size(WG)
fn uniform_bound_loss(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N) { return; }
  let weight = weights[i];
  if (weight == 0.0) {
    rowLoss[i] = 0.0;
    return;
  }
  rowLoss[i] = loss_of(row_of(i), weight);
}
