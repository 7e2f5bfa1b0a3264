// The k best experts of each token and what they count (src/ops/route.ts), a token for each invocation.
override WG: u32 = 64;
override N: u32;
override E: u32;
override k: u32;

@group(0) @binding(0) var<storage, read> p: array<f32>;
@group(0) @binding(1) var<storage, read_write> choice: array<u32>;
@group(0) @binding(2) var<storage, read_write> gates: array<f32>;
@group(0) @binding(3) var<storage, read> chosen: array<u32>;
@group(0) @binding(4) var<storage, read> dgates: array<f32>;
@group(0) @binding(5) var<storage, read_write> dp: array<f32>;

// The best expert of those that come after (value, e), the best first, ties by index.
fn next(row: u32, value: f32, after: u32, any: bool) -> u32 {
  var best = 0u;
  var found = false;
  for (var e = 0u; e < E; e++) {
    let candidate = p[row * E + e];
    let later = any || candidate < value || (candidate == value && e > after);
    if (later && (!found || candidate > p[row * E + best])) {
      best = e;
      found = true;
    }
  }
  return best;
}

@compute @workgroup_size(WG)
fn route(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  var last = 0u;
  var sum = 0.0;
  for (var j = 0u; j < k; j++) {
    last = next(row, p[row * E + last], last, j == 0u);
    choice[row * k + j] = last;
    gates[row * k + j] = p[row * E + last];
    sum += p[row * E + last];
  }
  if (k == 1u) { return; }
  for (var j = 0u; j < k; j++) { gates[row * k + j] /= sum; }
}

@compute @workgroup_size(WG)
fn route_grad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = flat_index(id, groups, WG);
  if (row >= N) { return; }
  for (var e = 0u; e < E; e++) { dp[row * E + e] = 0.0; }
  if (k == 1u) {
    dp[row * E + chosen[row]] = dgates[row];
    return;
  }
  var sum = 0.0;
  var mean = 0.0;
  for (var j = row * k; j < (row + 1u) * k; j++) {
    let value = p[row * E + chosen[j]];
    sum += value;
    mean += value * dgates[j];
  }
  mean /= sum;
  for (var j = row * k; j < (row + 1u) * k; j++) { dp[row * E + chosen[j]] = (dgates[j] - mean) / sum; }
}
