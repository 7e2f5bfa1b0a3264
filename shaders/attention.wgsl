// Scaled dot-product attention per head with an online softmax (Milakov & Gimelshein 2018) and a backward pass that
// recomputes the probabilities (FlashAttention, Dao et al. 2022): no T × T matrix is ever stored. Rows of qkv are
// q (H, D) | k (H, D) | v (H, D); D % 4 = 0. CAUSAL: position i sees only positions ≤ i. `Head`, its arithmetic and
// its loads and stores come from lib/head16.wgsl, head32.wgsl or headAny.wgsl, by D.

override B: u32;
override T: u32;
override H: u32;
override D: u32;
override CAUSAL: bool;
override WG: u32 = 32;

@group(0) @binding(0) var<storage, read> qkv_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> o_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> lse: array<f32>;
@group(0) @binding(3) var<storage, read> out_vec4: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> dout_vec4: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> logsum: array<f32>;
@group(0) @binding(6) var<storage, read_write> delta: array<f32>;
@group(0) @binding(7) var<storage, read_write> dqkv_vec4: array<vec4<f32>>;

// What a thread works on: one position of one head of one sequence. Neighbouring threads have neighbouring
// positions, so that they read the same keys.
struct Place { head: u32, position: u32, first: u32 }

fn place(index: u32) -> Place {
  return Place(index / T % H, index % T, index / (T * H) * T);
}

// vec4 index of the query of `row`; its key and value are H·D/4 and 2·H·D/4 further on.
fn query_at(row: u32, head: u32) -> u32 { return (row * 3 * H + head) * (D / 4); }

// One thread per query.
@compute @workgroup_size(WG)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * T * H) { return; }
  let here = place(index);
  let row = here.first + here.position;
  let to_next = H * D / 4;
  let query = scaled(load_qkv(query_at(row, here.head)), inverseSqrt(f32(D)));
  var sum = Head();
  var largest = -3.4e38;
  var total = 0.0;
  var key = query_at(here.first, here.head) + to_next;
  let keys = select(T, here.position + 1, CAUSAL);
  for (var j = 0u; j < keys; j++) {
    let score = dot_head(query, load_qkv(key));
    let raised = max(largest, score);
    let shrink = exp(largest - raised);
    let p = exp(score - raised);
    largest = raised;
    total = total * shrink + p;
    sum = fma_head(load_qkv(key + to_next), p, scaled(sum, shrink));
    key += 3 * to_next;
  }
  store_o((row * H + here.head) * (D / 4), scaled(sum, 1 / total));
  lse[row * H + here.head] = largest + log(total);
}

// One thread per query: δ = Σ_d do·o, then dq = Σ_j p (do·v − δ) k / √D.
@compute @workgroup_size(WG)
fn grad_query(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * T * H) { return; }
  let here = place(index);
  let row = here.first + here.position;
  let to_next = H * D / 4;
  let scale = inverseSqrt(f32(D));
  let at = row * H + here.head;
  let query = scaled(load_qkv(query_at(row, here.head)), scale);
  let gradient = load_dout(at * (D / 4));
  let along = dot_head(gradient, load_out(at * (D / 4)));
  let normal = logsum[at];
  delta[at] = along;
  var dquery = Head();
  var k = query_at(here.first, here.head) + to_next;
  let keys = select(T, here.position + 1, CAUSAL);
  for (var j = 0u; j < keys; j++) {
    let key = load_qkv(k);
    let p = exp(dot_head(query, key) - normal);
    let ds = p * (dot_head(gradient, load_qkv(k + to_next)) - along) * scale;
    dquery = fma_head(key, ds, dquery);
    k += 3 * to_next;
  }
  store_dqkv(query_at(row, here.head), dquery);
}

// One thread per key: dv = Σ_i p do, dk = Σ_i p (do·v − δ) q / √D. Runs after grad_query, which wrote δ.
@compute @workgroup_size(WG)
fn grad_key_value(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * T * H) { return; }
  let here = place(index);
  let to_next = H * D / 4;
  let scale = inverseSqrt(f32(D));
  let k = query_at(here.first + here.position, here.head) + to_next;
  let key = scaled(load_qkv(k), scale);
  let value = load_qkv(k + to_next);
  var dkey = Head();
  var dvalue = Head();
  for (var i = select(0u, here.position, CAUSAL); i < T; i++) {
    let row = here.first + i;
    let at = row * H + here.head;
    let query = load_qkv(query_at(row, here.head));
    let gradient = load_dout(at * (D / 4));
    let p = exp(dot_head(key, query) - logsum[at]);
    let ds = p * (dot_head(value, gradient) - delta[at]) * scale;
    dvalue = fma_head(gradient, p, dvalue);
    dkey = fma_head(query, ds, dkey);
  }
  store_dqkv(k, dkey);
  store_dqkv(k + to_next, dvalue);
}
