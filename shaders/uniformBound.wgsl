// The bound of uniform-noise diffusion, weighted, and its gradient, in one pass or the loss alone
// (src/ops/uniformBound.ts). With p = softmax(logits) without the suppressed column, n the number of columns it is
// over, α = 1 − share, q = α·onehot(target) + share/n, q̂ = α·p + share/n, z = noised[row] and ρ = q_z/q̂_z:
//   rowLoss = w/(α·n·q_z) · (ρ − 1 − ln ρ + Σ_v q_v·ln(q_v/q̂_v))
//   dlogits = w/(n·q_z) · p·(g − Σ_v p_v·g_v),   g_v = −q_v/q̂_v + [v = z]·(1 − ρ)/q̂_z
// A suppressed column takes no part: its gradient is zero. So are loss and gradient of a row of weight zero, whatever
// its logits. Composed with lib/partition.wgsl and lib/rowAlone.wgsl or lib/rowTogether.wgsl.
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> noised: array<u32>;
@group(0) @binding(3) var<storage, read> shares: array<f32>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> rowLoss: array<f32>;
@group(0) @binding(6) var<storage, read_write> dlogits: array<f32>;

struct Row {
  start: u32,
  columns: u32,
  weight: f32,
  sum: Partition,
  alpha: f32,
  // share/n, what noise alone gives to every token.
  floor: f32,
  target_column: u32,
  // q and q̂ of the token that was read.
  q_read: f32,
  model_read: f32,
}

// n, the columns that are tokens.
fn tokens() -> f32 {
  return f32(V) - select(0.0, 1.0, suppressed >= 0);
}

fn probability(row: Row, v: u32) -> f32 {
  return exp(logits[row.start + v] - row.sum.top) / row.sum.scaled;
}

fn truth(row: Row, v: u32) -> f32 {
  return row.floor + select(0.0, row.alpha, v == row.target_column);
}

fn model(row: Row, p: f32) -> f32 {
  return row.floor + row.alpha * p;
}

fn read_row(i: u32, at: Place) -> Row {
  var row: Row;
  row.start = i * V;
  row.weight = weights[i];
  row.columns = columns_of(row.weight);
  row.sum = partition_of(i, row.columns, at);
  row.alpha = 1.0 - shares[i];
  row.floor = shares[i] / tokens();
  row.target_column = targets[i];
  row.q_read = truth(row, noised[i]);
  row.model_read = model(row, probability(row, noised[i]));
  return row;
}

fn store_loss(i: u32, row: Row, at: Place) {
  var divergence = 0.0;
  for (var v = lane_of(at); v < row.columns; v += lanes()) {
    if (i32(v) != suppressed) {
      let q = truth(row, v);
      divergence += q * log(q / model(row, probability(row, v)));
    }
  }
  divergence = sum_of(divergence, at);
  let ratio = row.q_read / row.model_read;
  let loss = row.weight / (row.alpha * tokens() * row.q_read) * (ratio - 1.0 - log(ratio) + divergence);
  if (lane_of(at) == 0u) { rowLoss[i] = select(loss, 0.0, row.weight == 0.0); }
}

@compute @workgroup_size(WG)
fn uniform_bound(at: Place) {
  let i = row_of(at, N);
  let row = read_row(i, at);
  store_loss(i, row, at);
  let z = noised[i];
  let pull = (1.0 - row.q_read / row.model_read) / row.model_read;
  var mean = 0.0;
  for (var v = lane_of(at); v < row.columns; v += lanes()) {
    if (i32(v) != suppressed) {
      let p = probability(row, v);
      mean -= p * truth(row, v) / model(row, p);
    }
  }
  mean = pull * probability(row, z) + sum_of(mean, at);
  let scale = row.weight / (tokens() * row.q_read);
  for (var v = row.columns + lane_of(at); v < V; v += lanes()) { dlogits[row.start + v] = 0.0; }
  for (var v = lane_of(at); v < row.columns; v += lanes()) {
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
fn uniform_bound_loss(at: Place) {
  let i = row_of(at, N);
  store_loss(i, read_row(i, at), at);
}
