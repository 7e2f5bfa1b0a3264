// The kernels of attention.wgsl for devices that share memory in a workgroup cheaply. A workgroup has ROWS positions of
// one head as its own (queries, or keys for their gradients) and walks over the other side in blocks of COLUMNS. The
// scores of a pair of blocks go through workgroup memory, in tiles of 2 × 4 a thread; what is summed over them (o, dq,
// dk, dv) stays in registers, 4 rows of one vec4 column a thread. Blocks that a causal mask hides whole are skipped.
// Every sum has one order: no atomics.

// Multiples of 4, and WG = ROWS / 4 · D / 4.
override ROWS: u32;
override COLUMNS: u32;
override WG: u32;
// Owned matrices: 1 in `forward` (q), 2 elsewhere (q and do, or k and v).
override OWNED: u32;

// Rows of D numbers: the owned matrices, then the block of the other side. An odd number of vec4s apart, so that
// neighbouring threads, which read neighbouring rows, hit different banks.
var<workgroup> numbers: array<vec4<f32>, (OWNED * ROWS + COLUMNS) * ((D / 4) | 1)>;
// A score, or what was made of it, for each own row and four positions of the other side.
var<workgroup> scores: array<vec4<f32>, ROWS * ((COLUMNS / 4) | 1)>;
// By own row, of `forward`: the largest score so far, Σ e^(score − largest), and what a larger one scales them by.
var<workgroup> largest: array<f32, ROWS>;
var<workgroup> total: array<f32, ROWS>;
var<workgroup> shrink: array<f32, ROWS>;
// By own row, of `grad_query`: δ.
var<workgroup> along: array<f32, ROWS>;

// One head of one sequence, from its row `first`, and the first of the own positions.
struct Block { head: u32, first: u32, start: u32 }

fn blocks() -> u32 { return (T + ROWS - 1) / ROWS; }

// A causal query sees more keys the later it is: the longest work comes first.
fn block_of(group: vec3<u32>, groups: vec3<u32>, late_first: bool) -> Block {
  let index = group.x + group.y * groups.x;
  let nth = index % blocks();
  let start = select(nth, blocks() - 1 - nth, late_first) * ROWS;
  return Block(index / blocks() % H, index / (blocks() * H) * T, start);
}

// Where row `row` of a matrix of `rows` rows is: a fourth of the rows lies between rows that one thread reads together,
// so that neighbouring threads read neighbouring rows.
fn row_at(matrix: u32, row: u32, rows: u32) -> u32 {
  return (matrix * ROWS + row % 4 * (rows / 4) + row / 4) * ((D / 4) | 1);
}

fn own_at(matrix: u32, row: u32) -> u32 { return row_at(matrix, row, ROWS); }

fn other_at(row: u32) -> u32 { return row_at(OWNED, row, COLUMNS); }

// Copies `rows` positions from `start` of the queries (part 0), keys (1) or values (2); zeros beyond the sequence.
fn stage_qkv(matrix: u32, rows: u32, part: u32, here: Block, start: u32, local: u32) {
  let column = local % (D / 4);
  for (var row = local / (D / 4); row < rows; row += ROWS / 4) {
    var value = vec4<f32>();
    if (start + row < T) { value = qkv_vec4[query_at(here.first + start + row, here.head) + part * H * D / 4 + column]; }
    numbers[row_at(matrix, row, rows) + column] = value;
  }
}

fn stage_dout(matrix: u32, rows: u32, here: Block, start: u32, local: u32) {
  let column = local % (D / 4);
  for (var row = local / (D / 4); row < rows; row += ROWS / 4) {
    var value = vec4<f32>();
    if (start + row < T) { value = dout_vec4[((here.first + start + row) * H + here.head) * (D / 4) + column]; }
    numbers[row_at(matrix, row, rows) + column] = value;
  }
}

// Own rows `row` and `row + 1` beside the four positions of the other side from 4 · `quad`.
struct Tile { row: u32, quad: u32 }

const TILE = 8u;

fn tile_of(index: u32) -> Tile { return Tile(index / (COLUMNS / 4) * 2, index % (COLUMNS / 4)); }

fn score_at(row: u32, quad: u32) -> u32 { return row * ((COLUMNS / 4) | 1) + quad; }

// The products of a tile of an owned matrix with the other side's.
fn products(matrix: u32, tile: Tile) -> mat2x4<f32> {
  let one = own_at(matrix, tile.row);
  let two = own_at(matrix, tile.row + 1);
  let other = other_at(4 * tile.quad);
  let next = other_at(1) - other_at(0);
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  for (var c = 0u; c < D / 4; c++) {
    let a = numbers[one + c];
    let b = numbers[two + c];
    let w = numbers[other + c];
    let x = numbers[other + next + c];
    let y = numbers[other + 2 * next + c];
    let z = numbers[other + 3 * next + c];
    sum1 += vec4(dot(a, w), dot(a, x), dot(a, y), dot(a, z));
    sum2 += vec4(dot(b, w), dot(b, x), dot(b, y), dot(b, z));
  }
  return mat2x4(sum1, sum2);
}

// Four rows of one vec4 column.
struct Sums { a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32> }

// Adds Σ score · number of the other side to the sums of this thread's rows.
fn gather(past: Sums, local: u32) -> Sums {
  var now = past;
  let row = 4 * (local / (D / 4));
  let next = other_at(1) - other_at(0);
  for (var quad = 0u; quad < COLUMNS / 4; quad++) {
    let at = other_at(4 * quad) + local % (D / 4);
    let four = mat4x4(numbers[at], numbers[at + next], numbers[at + 2 * next], numbers[at + 3 * next]);
    now.a += four * scores[score_at(row, quad)];
    now.b += four * scores[score_at(row + 1, quad)];
    now.c += four * scores[score_at(row + 2, quad)];
    now.d += four * scores[score_at(row + 3, quad)];
  }
  return now;
}

// Which of four keys a query sees, and the reverse.
fn sees(query: u32, key: u32) -> vec4<bool> {
  let keys = key + vec4(0u, 1u, 2u, 3u);
  return (keys < vec4(T)) & (vec4(!CAUSAL) | (keys <= vec4(query)));
}

fn seen_by(key: u32, query: u32) -> vec4<bool> {
  let queries = query + vec4(0u, 1u, 2u, 3u);
  return (queries < vec4(T)) & (vec4(!CAUSAL) | (queries >= vec4(key)));
}

// Turns the scores of an own row into e^(score − largest).
fn soften(row: u32) {
  var top = vec4(largest[row]);
  for (var quad = 0u; quad < COLUMNS / 4; quad++) { top = max(top, scores[score_at(row, quad)]); }
  let raised = max(max(top.x, top.y), max(top.z, top.w));
  var sum = vec4<f32>();
  for (var quad = 0u; quad < COLUMNS / 4; quad++) {
    let p = exp(scores[score_at(row, quad)] - raised);
    scores[score_at(row, quad)] = p;
    sum += p;
  }
  shrink[row] = exp(largest[row] - raised);
  total[row] = total[row] * shrink[row] + sum.x + sum.y + sum.z + sum.w;
  largest[row] = raised;
}

@compute @workgroup_size(WG)
fn forward(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let here = block_of(group, groups, CAUSAL);
  if (here.first >= B * T) { return; }
  let scale = inverseSqrt(f32(D));
  stage_qkv(0, ROWS, 0, here, here.start, local);
  for (var row = local; row < ROWS; row += WG) {
    largest[row] = HIDDEN;
    total[row] = 0;
  }
  let mine = 4 * (local / (D / 4));
  var sums = Sums();
  let keys = select(T, min(T, here.start + ROWS), CAUSAL);
  for (var key = 0u; key < keys; key += COLUMNS) {
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 1, here, key, local);
    workgroupBarrier();
    for (var i = local; i < ROWS * COLUMNS / TILE; i += WG) {
      let tile = tile_of(i);
      let raw = products(0, tile) * scale;
      let query = here.start + tile.row;
      scores[score_at(tile.row, tile.quad)] = select(vec4(HIDDEN), raw[0], sees(query, key + 4 * tile.quad));
      scores[score_at(tile.row + 1, tile.quad)] = select(vec4(HIDDEN), raw[1], sees(query + 1, key + 4 * tile.quad));
    }
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 2, here, key, local);
    for (var row = local; row < ROWS; row += WG) { soften(row); }
    workgroupBarrier();
    sums.a *= shrink[mine];
    sums.b *= shrink[mine + 1];
    sums.c *= shrink[mine + 2];
    sums.d *= shrink[mine + 3];
    sums = gather(sums, local);
  }
  store_o(here, mine, local, sums.a);
  store_o(here, mine + 1, local, sums.b);
  store_o(here, mine + 2, local, sums.c);
  store_o(here, mine + 3, local, sums.d);
}

fn store_o(here: Block, row: u32, local: u32, sum: vec4<f32>) {
  let position = here.start + row;
  if (position >= T) { return; }
  let at = (here.first + position) * H + here.head;
  let column = local % (D / 4);
  o_vec4[at * (D / 4) + column] = sum / total[row];
  if (column == 0) { lse[at] = largest[row] + log(total[row]); }
}

fn store_dqkv(part: u32, here: Block, local: u32, sums: Sums) {
  let row = here.start + 4 * (local / (D / 4));
  let at = query_at(here.first + row, here.head) + part * H * D / 4 + local % (D / 4);
  let next = 3 * H * D / 4;
  if (row < T) { dqkv_vec4[at] = sums.a; }
  if (row + 1 < T) { dqkv_vec4[at + next] = sums.b; }
  if (row + 2 < T) { dqkv_vec4[at + 2 * next] = sums.c; }
  if (row + 3 < T) { dqkv_vec4[at + 3 * next] = sums.d; }
}

fn scaled(x: Sums, s: f32) -> Sums { return Sums(x.a * s, x.b * s, x.c * s, x.d * s); }

// δ = Σ_d do·o of an own row, do being owned matrix 1.
fn project(here: Block, row: u32) {
  let position = here.start + row;
  if (position >= T) { return; }
  let at = (here.first + position) * H + here.head;
  var sum = 0.0;
  for (var c = 0u; c < D / 4; c++) { sum += dot(numbers[own_at(1, row) + c], out_vec4[at * (D / 4) + c]); }
  along[row] = sum;
  delta[at] = sum;
}

// p (do·v − δ) of a query and four keys.
fn slopes(score: vec4<f32>, dp: vec4<f32>, here: Block, row: u32, key: u32) -> vec4<f32> {
  let query = here.start + row;
  let normal = logsum[(here.first + min(query, T - 1)) * H + here.head];
  return exp(select(vec4(HIDDEN), score - normal, sees(query, key))) * (dp - along[row]);
}

// dq = Σ_j p (do·v − δ) k / √D.
@compute @workgroup_size(WG)
fn grad_query(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let here = block_of(group, groups, CAUSAL);
  if (here.first >= B * T) { return; }
  let scale = inverseSqrt(f32(D));
  stage_qkv(0, ROWS, 0, here, here.start, local);
  stage_dout(1, ROWS, here, here.start, local);
  workgroupBarrier();
  for (var row = local; row < ROWS; row += WG) { project(here, row); }
  var sums = Sums();
  let keys = select(T, min(T, here.start + ROWS), CAUSAL);
  for (var key = 0u; key < keys; key += COLUMNS) {
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 2, here, key, local);
    workgroupBarrier();
    for (var i = local; i < ROWS * COLUMNS / TILE; i += WG) {
      let tile = tile_of(i);
      let dp = products(1, tile);
      scores[score_at(tile.row, tile.quad)] = dp[0];
      scores[score_at(tile.row + 1, tile.quad)] = dp[1];
    }
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 1, here, key, local);
    workgroupBarrier();
    for (var i = local; i < ROWS * COLUMNS / TILE; i += WG) {
      let tile = tile_of(i);
      let raw = products(0, tile) * scale;
      let one = score_at(tile.row, tile.quad);
      let two = score_at(tile.row + 1, tile.quad);
      scores[one] = slopes(raw[0], scores[one], here, tile.row, key + 4 * tile.quad);
      scores[two] = slopes(raw[1], scores[two], here, tile.row + 1, key + 4 * tile.quad);
    }
    workgroupBarrier();
    sums = gather(sums, local);
  }
  store_dqkv(0, here, local, scaled(sums, scale));
}

// A number of each of four queries, logsum or delta; that of the last query stands in beyond the sequence.
fn four_at(here: Block, query: u32) -> vec4<u32> {
  return (here.first + min(query + vec4(0u, 1u, 2u, 3u), vec4(T - 1))) * H + here.head;
}

// dv = Σ_i p do, dk = Σ_i p (do·v − δ) q / √D. Runs after grad_query, which wrote δ.
@compute @workgroup_size(WG)
fn grad_key_value(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let here = block_of(group, groups, false);
  if (here.first >= B * T) { return; }
  let scale = inverseSqrt(f32(D));
  stage_qkv(0, ROWS, 1, here, here.start, local);
  stage_qkv(1, ROWS, 2, here, here.start, local);
  var dkey = Sums();
  var dvalue = Sums();
  for (var query = select(0u, here.start, CAUSAL); query < T; query += COLUMNS) {
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 0, here, query, local);
    workgroupBarrier();
    for (var i = local; i < ROWS * COLUMNS / TILE; i += WG) {
      let tile = tile_of(i);
      let first = query + 4 * tile.quad;
      let key = here.start + tile.row;
      let raw = products(0, tile) * scale;
      let at = four_at(here, first);
      let normal = vec4(logsum[at.x], logsum[at.y], logsum[at.z], logsum[at.w]);
      scores[score_at(tile.row, tile.quad)] = exp(select(vec4(HIDDEN), raw[0] - normal, seen_by(key, first)));
      scores[score_at(tile.row + 1, tile.quad)] = exp(select(vec4(HIDDEN), raw[1] - normal, seen_by(key + 1, first)));
    }
    workgroupBarrier();
    stage_dout(OWNED, COLUMNS, here, query, local);
    workgroupBarrier();
    dvalue = gather(dvalue, local);
    workgroupBarrier();
    for (var i = local; i < ROWS * COLUMNS / TILE; i += WG) {
      let tile = tile_of(i);
      let dp = products(1, tile);
      let at = four_at(here, query + 4 * tile.quad);
      let d = vec4(delta[at.x], delta[at.y], delta[at.z], delta[at.w]);
      scores[score_at(tile.row, tile.quad)] *= dp[0] - d;
      scores[score_at(tile.row + 1, tile.quad)] *= dp[1] - d;
    }
    workgroupBarrier();
    stage_qkv(OWNED, COLUMNS, 0, here, query, local);
    workgroupBarrier();
    dkey = gather(dkey, local);
  }
  store_dqkv(1, here, local, scaled(dkey, scale));
  store_dqkv(2, here, local, dvalue);
}
