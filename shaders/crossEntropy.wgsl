// Weighted softmax cross-entropy and its gradient, in one pass or the loss alone (src/ops/crossEntropy.ts).
//   rowLoss = w·(ln Σ_v e^logit_v − logit_target)        dlogits = w·(softmax(logits) − onehot(target))
// One invocation a row. A suppressed column takes no part: probability and gradient are exactly zero. So are the
// loss and the gradient of a row of weight zero, whatever its logits.
override WG: u32 = 64;
override N: u32;
override V: u32;
// The suppressed column; -1: none.
override suppressed: i32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> rowLoss: array<f32>;
@group(0) @binding(4) var<storage, read_write> dlogits: array<f32>;

// Σ_v e^logit_v = scaled · e^top, top being the largest logit.
struct Partition {
  top: f32,
  scaled: f32,
}

fn partition_of(row: u32) -> Partition {
  let start = row * V;
  var top = -3.4e38;
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) { top = max(top, logits[start + v]); }
  }
  var scaled = 0.0;
  for (var v = 0u; v < V; v++) {
    if (i32(v) != suppressed) { scaled += exp(logits[start + v] - top); }
  }
  return Partition(top, scaled);
}

fn cross_entropy_of(row: u32, p: Partition) -> f32 {
  return log(p.scaled) + (p.top - logits[row * V + targets[row]]);
}

@compute @workgroup_size(WG)
fn cross_entropy(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  let start = row * V;
  let weight = weights[row];
  if (weight == 0.0) {
    rowLoss[row] = 0.0;
    for (var v = 0u; v < V; v++) { dlogits[start + v] = 0.0; }
    return;
  }
  let p = partition_of(row);
  rowLoss[row] = weight * cross_entropy_of(row, p);
  let scale = weight / p.scaled;
  for (var v = 0u; v < V; v++) {
    if (i32(v) == suppressed) {
      dlogits[start + v] = 0.0;
    } else {
      dlogits[start + v] = scale * exp(logits[start + v] - p.top) - select(0.0, weight, v == targets[row]);
    }
  }
}

@compute @workgroup_size(WG)
fn cross_entropy_loss(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  let weight = weights[row];
  if (weight == 0.0) {
    rowLoss[row] = 0.0;
    return;
  }
  rowLoss[row] = weight * cross_entropy_of(row, partition_of(row));
}
