// What a router is taught beside the text, and its gradient (src/ops/routerLoss.ts), a token for each invocation.
//   loss = balance·(E / N)·Σ_e p_e·share_e + (z / N)·lse²
//   d loss / d logit_e = balance·(E / N)·p_e·(share_e − Σ p·share) + 2·(z / N)·lse·p_e
override WG: u32 = 64;
override N: u32;
override E: u32;
// 1 / pairs, balance·E / N and z / N.
override perPair: f32;
override balance: f32;
override z: f32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> asked: array<u32>;
@group(0) @binding(2) var<storage, read_write> rowLoss: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

@compute @workgroup_size(WG)
fn router_loss(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  let first = row * E;
  var top = logits[first];
  for (var e = 1u; e < E; e++) { top = max(top, logits[first + e]); }
  var sum = 0.0;
  var shared_out = 0.0;
  for (var e = 0u; e < E; e++) {
    let power = exp(logits[first + e] - top);
    sum += power;
    shared_out += power * f32(asked[e]) * perPair;
  }
  let lse = top + log(sum);
  let mean = shared_out / sum;
  rowLoss[row] = balance * mean + z * lse * lse;
  for (var e = 0u; e < E; e++) {
    let p = exp(logits[first + e] - top) / sum;
    dlogits[first + e] = p * (balance * (f32(asked[e]) * perPair - mean) + 2.0 * z * lse);
  }
}
