// Weighted softmax cross-entropy and its gradient, in one pass or the loss alone (src/ops/crossEntropy.ts).
//   rowLoss = w·(ln Σ_v e^logit_v − logit_target)        dlogits = w·(softmax(logits) − onehot(target))
// A suppressed column takes no part: probability and gradient are exactly zero. So are the loss and the gradient of a
// row of weight zero, whatever its logits. Composed with lib/partition.wgsl and lib/rowAlone.wgsl or lib/rowTogether.wgsl.
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> rowLoss: array<f32>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>;

fn store_loss(row: u32, weight: f32, p: Partition, at: Place) {
  let loss = weight * (log(p.scaled) + (p.top - logits[row * V + targets[row]]));
  if (lane_of(at) == 0u) { rowLoss[row] = select(loss, 0.0, weight == 0.0); }
}

@compute @workgroup_size(WG)
fn cross_entropy(at: Place) {
  let row = row_of(at, N);
  let start = row * V;
  let weight = weights[row];
  let columns = columns_of(weight);
  let p = partition_of(row, columns, at);
  store_loss(row, weight, p, at);
  let scale = weight / p.scaled;
  for (var v = columns + lane_of(at); v < V; v += lanes()) { dlogits[start + v] = 0.0; }
  for (var v = lane_of(at); v < columns; v += lanes()) {
    if (i32(v) == suppressed) {
      dlogits[start + v] = 0.0;
    } else {
      dlogits[start + v] = scale * exp(logits[start + v] - p.top) - select(0.0, weight, v == targets[row]);
    }
  }
}

@compute @workgroup_size(WG)
fn cross_entropy_loss(at: Place) {
  let row = row_of(at, N);
  let weight = weights[row];
  store_loss(row, weight, partition_of(row, columns_of(weight), at), at);
}
