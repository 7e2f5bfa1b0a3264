// The c best tokens of each sequence for each expert (src/ops/chooseTokens.ts), a (token, expert) pair for each
// invocation: first whether it is chosen, then where it goes. A pair compares itself with its sequence: T numbers, as
// few as an attention score has products.
override WG: u32 = 64;
override N: u32;
override E: u32;
override T: u32;
override c: u32;

@group(0) @binding(0) var<storage, read> p: array<f32>;
@group(0) @binding(1) var<storage, read_write> chosen: array<u32>;
@group(0) @binding(2) var<storage, read_write> slot: array<u32>;
@group(0) @binding(3) var<storage, read_write> source: array<u32>;
@group(0) @binding(4) var<storage, read_write> starts: array<u32>;

// What of a probability counts in a comparison: its exponent and the first 11 bits after it.
fn key(at: u32) -> u32 { return bitcast<u32>(p[at]) >> 12u; }

@compute @workgroup_size(WG)
fn compare(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = flat_index(id, groups, WG);
  if (pair >= N * E) { return; }
  let first = pair / E / T * T * E + pair % E;
  let mine = key(pair);
  var better = 0u;
  for (var t = 0u; t < T; t++) {
    let other = first + t * E;
    let wins = key(other) > mine || (key(other) == mine && other < pair);
    better += select(0u, 1u, wins);
  }
  chosen[pair] = select(0u, 1u, better < c);
}

@compute @workgroup_size(WG)
fn gather_chosen(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = flat_index(id, groups, WG);
  if (pair <= E) { starts[pair] = pair * (N / T) * c; }
  if (pair >= N * E) { return; }
  let e = pair % E;
  let sequence = pair / E / T;
  let S = E * (N / T) * c;
  if (chosen[pair] == 0u) {
    slot[pair] = S;
    return;
  }
  var before = 0u;
  for (var other = sequence * T * E + e; other < pair; other += E) { before += chosen[other]; }
  let at = (e * (N / T) + sequence) * c + before;
  slot[pair] = at;
  source[at] = pair;
}
