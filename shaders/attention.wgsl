// Scaled dot-product attention per head with an online softmax (Milakov & Gimelshein 2018) and a backward pass that
// recomputes the probabilities (FlashAttention, Dao et al. 2022): no T × T matrix is ever stored. Without barriers, a
// thread for a few positions, for devices where a barrier is dear; attention.tile.wgsl is for the others. Buffers come
// from lib/attention.wgsl; `Head`, its arithmetic and its loads and stores from lib/head16.wgsl, head32.wgsl or
// headAny.wgsl, by D.

override WG: u32 = 32;
// Neighbouring positions that a thread works on: 1, 2 or 4 queries in `forward`, 1 or 2 positions elsewhere.
override SHARE: u32 = 1;

// What a thread works on: SHARE neighbouring positions of one head of one sequence, so that whatever it loads of the
// other side of the scores serves them all. At the end of a sequence the last position stands in for those that are
// missing: it is done twice, to the same end. Neighbouring threads have neighbouring positions: they read the same keys.
struct Place { head: u32, position: u32, first: u32 }

fn blocks() -> u32 { return (T + SHARE - 1) / SHARE; }

fn place(index: u32) -> Place {
  return Place(index / blocks() % H, index % blocks() * SHARE, index / (blocks() * H) * T);
}

// The last of its positions.
fn last(here: Place) -> u32 { return min(here.position + SHARE, T) - 1; }

fn scaled_query(row: u32, head: u32) -> Head {
  return scaled(load_qkv(query_at(row, head)), inverseSqrt(f32(D)));
}

fn seen(score: f32, key: u32, query: u32) -> f32 { return select(score, HIDDEN, CAUSAL && key > query); }

// Σ e^(score − largest) · value over the keys so far, and the same sum without the values.
struct Online { sum: Head, largest: f32, total: f32 }

fn attend(past: Online, score: f32, value: Head) -> Online {
  let largest = max(past.largest, score);
  let shrink = exp(past.largest - largest);
  let p = exp(score - largest);
  return Online(fma_head(value, p, scaled(past.sum, shrink)), largest, past.total * shrink + p);
}

fn store_query(row: u32, head: u32, done: Online) {
  store_o((row * H + head) * (D / 4), scaled(done.sum, 1 / done.total));
  lse[row * H + head] = done.largest + log(done.total);
}

// One thread per SHARE queries.
@compute @workgroup_size(WG)
fn forward(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * H * blocks()) { return; }
  let here = place(index);
  let position = min(here.position + vec4(0u, 1u, 2u, 3u), vec4(last(here)));
  let row = here.first + position;
  let query1 = scaled_query(row.x, here.head);
  var query2 = Head();
  var query3 = Head();
  var query4 = Head();
  if (SHARE > 1) { query2 = scaled_query(row.y, here.head); }
  if (SHARE > 2) {
    query3 = scaled_query(row.z, here.head);
    query4 = scaled_query(row.w, here.head);
  }
  var past1 = Online(Head(), HIDDEN, 0);
  var past2 = past1;
  var past3 = past1;
  var past4 = past1;
  let to_next = H * D / 4;
  var k = query_at(here.first, here.head) + to_next;
  let keys = select(T, position.w + 1, CAUSAL);
  for (var j = 0u; j < keys; j++) {
    let key = load_qkv(k);
    let value = load_qkv(k + to_next);
    let hidden = vec4<bool>(CAUSAL) & (vec4(j) > position);
    past1 = attend(past1, select(dot_head(query1, key), HIDDEN, hidden.x), value);
    past2 = attend(past2, select(dot_head(query2, key), HIDDEN, hidden.y), value);
    past3 = attend(past3, select(dot_head(query3, key), HIDDEN, hidden.z), value);
    past4 = attend(past4, select(dot_head(query4, key), HIDDEN, hidden.w), value);
    k += 3 * to_next;
  }
  store_query(row.x, here.head, past1);
  if (SHARE > 1) { store_query(row.y, here.head, past2); }
  if (SHARE > 2) {
    store_query(row.z, here.head, past3);
    store_query(row.w, here.head, past4);
  }
}

// What a query brings to its gradient, δ = Σ_d do·o among it.
struct Query { scaled: Head, gradient: Head, along: f32, normal: f32 }

fn query_of(row: u32, head: u32) -> Query {
  let at = row * H + head;
  let gradient = load_dout(at * (D / 4));
  let along = dot_head(gradient, load_out(at * (D / 4)));
  delta[at] = along;
  return Query(scaled_query(row, head), gradient, along, logsum[at]);
}

// p (do·v − δ), the cotangent of the score of key j for query i.
fn slope(query: Query, key: Head, value: Head, j: u32, i: u32) -> f32 {
  let p = exp(seen(dot_head(query.scaled, key), j, i) - query.normal);
  return p * (dot_head(query.gradient, value) - query.along);
}

// One thread per SHARE queries: dq = Σ_j p (do·v − δ) k / √D.
@compute @workgroup_size(WG)
fn grad_query(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * H * blocks()) { return; }
  let here = place(index);
  let position = min(here.position + vec2(0u, 1u), vec2(last(here)));
  let row = here.first + position;
  let to_next = H * D / 4;
  let query1 = query_of(row.x, here.head);
  var query2 = Query();
  if (SHARE > 1) { query2 = query_of(row.y, here.head); }
  var sum1 = Head();
  var sum2 = Head();
  var k = query_at(here.first, here.head) + to_next;
  let keys = select(T, position.y + 1, CAUSAL);
  for (var j = 0u; j < keys; j++) {
    let key = load_qkv(k);
    let value = load_qkv(k + to_next);
    sum1 = fma_head(key, slope(query1, key, value, j, position.x), sum1);
    if (SHARE > 1) { sum2 = fma_head(key, slope(query2, key, value, j, position.y), sum2); }
    k += 3 * to_next;
  }
  let scale = inverseSqrt(f32(D));
  store_dqkv(query_at(row.x, here.head), scaled(sum1, scale));
  if (SHARE > 1) { store_dqkv(query_at(row.y, here.head), scaled(sum2, scale)); }
}

// One thread per SHARE keys: dv = Σ_i p do, dk = Σ_i p (do·v − δ) q / √D. Runs after grad_query, which wrote δ.
@compute @workgroup_size(WG)
fn grad_key_value(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = flat_index(id, groups, WG);
  if (index >= B * H * blocks()) { return; }
  let here = place(index);
  let position = min(here.position + vec2(0u, 1u), vec2(last(here)));
  let to_next = H * D / 4;
  let scale = inverseSqrt(f32(D));
  let k1 = query_at(here.first + position.x, here.head) + to_next;
  let k2 = query_at(here.first + position.y, here.head) + to_next;
  let key1 = scaled(load_qkv(k1), scale);
  let value1 = load_qkv(k1 + to_next);
  var key2 = Head();
  var value2 = Head();
  if (SHARE > 1) {
    key2 = scaled(load_qkv(k2), scale);
    value2 = load_qkv(k2 + to_next);
  }
  var dkey1 = Head();
  var dkey2 = Head();
  var dvalue1 = Head();
  var dvalue2 = Head();
  for (var i = select(0u, position.x, CAUSAL); i < T; i++) {
    let row = here.first + i;
    let at = row * H + here.head;
    let query = load_qkv(query_at(row, here.head));
    let gradient = load_dout(at * (D / 4));
    let normal = logsum[at];
    let along = delta[at];
    let p1 = exp(seen(dot_head(key1, query), position.x, i) - normal);
    dvalue1 = fma_head(gradient, p1, dvalue1);
    dkey1 = fma_head(query, p1 * (dot_head(value1, gradient) - along), dkey1);
    if (SHARE > 1) {
      let p2 = exp(seen(dot_head(key2, query), position.y, i) - normal);
      dvalue2 = fma_head(gradient, p2, dvalue2);
      dkey2 = fma_head(query, p2 * (dot_head(value2, gradient) - along), dkey2);
    }
  }
  store_dqkv(k1, scaled(dkey1, scale));
  store_dqkv(k1 + to_next, dvalue1);
  if (SHARE > 1) {
    store_dqkv(k2, scaled(dkey2, scale));
    store_dqkv(k2 + to_next, dvalue2);
  }
}
