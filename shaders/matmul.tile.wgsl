// Matrix products with tiles of both operands in workgroup memory, for GPUs, in all three layouts of matmul.wgsl.
// A workgroup computes ROWS × COLUMNS outputs, 16 values of K at a time: a turn of the loop begins to read a pair of
// tiles, multiplies the pair of the turn before, and puts the new pair in its place. Composed with matmulOperands, one
// of matmulOne and matmulExperts, one of matmulY, matmulY4 and matmulSlice, and one of single and half.

override ROWS: u32;
override COLUMNS: u32;
override THREADS: u32;
// Values of K that a workgroup adds up, a multiple of 16; the workgroups along x are repeated for each such slice.
override SLICE: u32;

const DEPTH = 16u;

// Element (k, four rows) of x is at k · (ROWS/4 + 1) + rows/4, and w likewise: the operands are transposed on the way
// in so that a thread reads its rows as vectors, and the odd stride keeps the banks apart.
var<workgroup> x_tile: array<Kept, DEPTH * (ROWS / 4 + 1)>;
var<workgroup> w_tile: array<Kept, DEPTH * (COLUMNS / 4 + 1)>;

struct Block { a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32> }

fn transposed(m: Block) -> Block {
  return Block(
    vec4(m.a.x, m.b.x, m.c.x, m.d.x),
    vec4(m.a.y, m.b.y, m.c.y, m.d.y),
    vec4(m.a.z, m.b.z, m.c.z, m.d.z),
    vec4(m.a.w, m.b.w, m.c.w, m.d.w)
  );
}

// Slices lie beside each other along x.
fn across() -> u32 { return (P + COLUMNS - 1) / COLUMNS; }
fn slice_of(group: vec3<u32>) -> u32 { return group.x / across(); }
fn column_of(group: vec3<u32>) -> u32 { return group.x % across() * COLUMNS; }

// Both tiles consist of blocks of 4 × 4 that one thread moves: first those of x, then those of w. Neighbouring
// threads read neighbouring vectors of a line, whichever way the lines run.
const ALONG = DEPTH / 4;

fn block_k(index: u32, size: u32, along_k: bool) -> u32 {
  return 4 * select(index / (size / 4), index % ALONG, along_k);
}

fn block_line(index: u32, size: u32, along_k: bool) -> u32 {
  return 4 * select(index % (size / 4), index / ALONG, along_k);
}

fn fetch(index: u32, at: Part, column0: u32, k0: u32) -> Block {
  if (index < ROWS) {
    let k = k0 + block_k(index, ROWS, X_ALONG_K);
    let row = at.row + block_line(index, ROWS, X_ALONG_K);
    let line = select(k, row, X_ALONG_K);
    let position = select(row, k, X_ALONG_K);
    let lines = select(at.end, at.rows, X_ALONG_K);
    let found = Block(
      x_at(line, position, lines),
      x_at(line + 1, position, lines),
      x_at(line + 2, position, lines),
      x_at(line + 3, position, lines)
    );
    if (X_ALONG_K) { return transposed(found); }
    return found;
  }
  let i = index - ROWS;
  if (i >= COLUMNS) { return Block(); }
  let k = k0 + block_k(i, COLUMNS, W_ALONG_K);
  let column = column0 + block_line(i, COLUMNS, W_ALONG_K);
  let line = at.w + select(k, column, W_ALONG_K);
  let position = select(column, k, W_ALONG_K);
  let lines = at.w + select(at.end, P, W_ALONG_K);
  let found = Block(
    w_at(line, position, lines),
    w_at(line + 1, position, lines),
    w_at(line + 2, position, lines),
    w_at(line + 3, position, lines)
  );
  if (W_ALONG_K) { return transposed(found); }
  return found;
}

fn stow(index: u32, moved: Block) {
  if (index < ROWS) {
    let stride = ROWS / 4 + 1;
    let at = block_k(index, ROWS, X_ALONG_K) * stride + block_line(index, ROWS, X_ALONG_K) / 4;
    x_tile[at] = keep(moved.a * X_SCALE);
    x_tile[at + stride] = keep(moved.b * X_SCALE);
    x_tile[at + 2 * stride] = keep(moved.c * X_SCALE);
    x_tile[at + 3 * stride] = keep(moved.d * X_SCALE);
    return;
  }
  let i = index - ROWS;
  if (i >= COLUMNS) { return; }
  let stride = COLUMNS / 4 + 1;
  let at = block_k(i, COLUMNS, W_ALONG_K) * stride + block_line(i, COLUMNS, W_ALONG_K) / 4;
  w_tile[at] = keep(moved.a);
  w_tile[at + stride] = keep(moved.b);
  w_tile[at + 2 * stride] = keep(moved.c);
  w_tile[at + 3 * stride] = keep(moved.d);
}

fn store_line(at: Part, group: vec3<u32>, row: u32, column: u32, value: vec4<f32>) {
  if (row < at.rows) { put(slice_of(group), at.y + row, column, value / X_SCALE); }
}

// 4 × 4 outputs.
fn store(at: Part, group: vec3<u32>, row: u32, column: u32, y: Block) {
  store_line(at, group, row, column, y.a);
  store_line(at, group, row + 1, column, y.b);
  store_line(at, group, row + 2, column, y.c);
  store_line(at, group, row + 3, column, y.d);
}

// 4 × 4 outputs a thread, for products too small to fill a device otherwise.
@compute @workgroup_size(THREADS)
fn tile_4x4(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let at = part_of(group.y, ROWS);
  let column0 = column_of(group);
  let r = local / (COLUMNS / 4);
  let c = local % (COLUMNS / 4);
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  let begin = at.begin + slice_of(group) * SLICE;
  let end = min(at.end, begin + SLICE);
  for (var k0 = begin; k0 < end + DEPTH; k0 += DEPTH) {
    var next = Block();
    if (k0 < end) { next = fetch(local, at, column0, k0); }
    for (var k = 0u; k < DEPTH && k0 > begin; k++) {
      let p = vec4<f32>(x_tile[k * (ROWS / 4 + 1) + r]);
      let a = vec4<f32>(w_tile[k * (COLUMNS / 4 + 1) + c]);
      y0 += p.x * a;
      y1 += p.y * a;
      y2 += p.z * a;
      y3 += p.w * a;
    }
    workgroupBarrier();
    stow(local, next);
    workgroupBarrier();
  }
  store(at, group, at.row + 4 * r, column0 + 4 * c, Block(y0, y1, y2, y3));
}

// 8 × 4 outputs a thread: four rows in each half of the tile, so that neighbours read neighbours.
@compute @workgroup_size(THREADS)
fn tile_8x4(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let at = part_of(group.y, ROWS);
  let column0 = column_of(group);
  let r = local / (COLUMNS / 4);
  let c = local % (COLUMNS / 4);
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  var y4 = vec4<f32>();
  var y5 = vec4<f32>();
  var y6 = vec4<f32>();
  var y7 = vec4<f32>();
  let begin = at.begin + slice_of(group) * SLICE;
  let end = min(at.end, begin + SLICE);
  for (var k0 = begin; k0 < end + DEPTH; k0 += DEPTH) {
    var next = Block();
    if (k0 < end) { next = fetch(local, at, column0, k0); }
    for (var k = 0u; k < DEPTH && k0 > begin; k++) {
      let p = vec4<f32>(x_tile[k * (ROWS / 4 + 1) + r]);
      let q = vec4<f32>(x_tile[k * (ROWS / 4 + 1) + ROWS / 8 + r]);
      let a = vec4<f32>(w_tile[k * (COLUMNS / 4 + 1) + c]);
      y0 += p.x * a;
      y1 += p.y * a;
      y2 += p.z * a;
      y3 += p.w * a;
      y4 += q.x * a;
      y5 += q.y * a;
      y6 += q.z * a;
      y7 += q.w * a;
    }
    workgroupBarrier();
    stow(local, next);
    workgroupBarrier();
  }
  let column = column0 + 4 * c;
  let upper = at.row + 4 * r;
  let lower = upper + ROWS / 2;
  store(at, group, upper, column, Block(y0, y1, y2, y3));
  store(at, group, lower, column, Block(y4, y5, y6, y7));
}

// 8 × 8 outputs a thread: 4 × 4 in each quarter of the tile.
@compute @workgroup_size(THREADS)
fn tile_8x8(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let at = part_of(group.y, ROWS);
  let column0 = column_of(group);
  let r = local / (COLUMNS / 8);
  let c = local % (COLUMNS / 8);
  var y0 = vec4<f32>();
  var z0 = vec4<f32>();
  var y1 = vec4<f32>();
  var z1 = vec4<f32>();
  var y2 = vec4<f32>();
  var z2 = vec4<f32>();
  var y3 = vec4<f32>();
  var z3 = vec4<f32>();
  var y4 = vec4<f32>();
  var z4 = vec4<f32>();
  var y5 = vec4<f32>();
  var z5 = vec4<f32>();
  var y6 = vec4<f32>();
  var z6 = vec4<f32>();
  var y7 = vec4<f32>();
  var z7 = vec4<f32>();
  let begin = at.begin + slice_of(group) * SLICE;
  let end = min(at.end, begin + SLICE);
  for (var k0 = begin; k0 < end + DEPTH; k0 += DEPTH) {
    var next = Block();
    var after = Block();
    if (k0 < end) {
      next = fetch(local, at, column0, k0);
      if (THREADS < ROWS + COLUMNS) { after = fetch(local + THREADS, at, column0, k0); }
    }
    for (var k = 0u; k < DEPTH && k0 > begin; k++) {
      let p = vec4<f32>(x_tile[k * (ROWS / 4 + 1) + r]);
      let q = vec4<f32>(x_tile[k * (ROWS / 4 + 1) + ROWS / 8 + r]);
      let a = vec4<f32>(w_tile[k * (COLUMNS / 4 + 1) + c]);
      let b = vec4<f32>(w_tile[k * (COLUMNS / 4 + 1) + COLUMNS / 8 + c]);
      y0 += p.x * a;
      z0 += p.x * b;
      y1 += p.y * a;
      z1 += p.y * b;
      y2 += p.z * a;
      z2 += p.z * b;
      y3 += p.w * a;
      z3 += p.w * b;
      y4 += q.x * a;
      z4 += q.x * b;
      y5 += q.y * a;
      z5 += q.y * b;
      y6 += q.z * a;
      z6 += q.z * b;
      y7 += q.w * a;
      z7 += q.w * b;
    }
    workgroupBarrier();
    stow(local, next);
    if (THREADS < ROWS + COLUMNS) { stow(local + THREADS, after); }
    workgroupBarrier();
  }
  let upper = at.row + 4 * r;
  let lower = upper + ROWS / 2;
  let left = column0 + 4 * c;
  let right = left + COLUMNS / 2;
  store(at, group, upper, left, Block(y0, y1, y2, y3));
  store(at, group, upper, right, Block(z0, z1, z2, z3));
  store(at, group, lower, left, Block(y4, y5, y6, y7));
  store(at, group, lower, right, Block(z4, z5, z6, z7));
}
