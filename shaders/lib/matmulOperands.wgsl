// The operands of matmul.tile.wgsl and matmul.lanes.wgsl, and how they are read: four neighbours along the contiguous
// axis, zero beyond the edges. A matrix is lines of `width` numbers, of which those before `lines` are read; where the
// width is no multiple of 4 a line begins inside a vec4, and its numbers are cut out of two.
override M: u32;
override K: u32;
override P: u32;
// Whether the contraction runs along the lines of an operand (x of NT and NN, w of NT) or across them.
override X_ALONG_K: bool = false;
override W_ALONG_K: bool = false;
// x times this power of two is what is multiplied; the products are divided by it again.
override X_SCALE: f32 = 1.0;

@group(0) @binding(0) var<storage, read> x_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> w_vec4: array<vec4<f32>>;

// Numbers shift … shift + 3 of the eight in a and b, 0 beyond `left`.
fn cut(a: vec4<f32>, b: vec4<f32>, shift: u32, left: u32) -> vec4<f32> {
  let odd = (shift & 1) == 1;
  let p = select(a, vec4(a.yzw, b.x), odd);
  let q = select(vec4(a.zw, b.xy), vec4(a.w, b.xyz), odd);
  let v = select(p, q, shift > 1);
  return select(vec4<f32>(), v, vec4(0u, 1u, 2u, 3u) < vec4(left));
}

fn x_at(line: u32, position: u32, lines: u32) -> vec4<f32> {
  let width = select(M, K, X_ALONG_K);
  if (line >= lines || position >= width) { return vec4<f32>(); }
  let at = line * width + position;
  if (width % 4 == 0) { return x_vec4[at / 4]; }
  return cut(x_vec4[at / 4], x_vec4[at / 4 + 1], at % 4, width - position);
}

fn w_at(line: u32, position: u32, lines: u32) -> vec4<f32> {
  let width = select(P, K, W_ALONG_K);
  if (line >= lines || position >= width) { return vec4<f32>(); }
  let at = line * width + position;
  if (width % 4 == 0) { return w_vec4[at / 4]; }
  return cut(w_vec4[at / 4], w_vec4[at / 4 + 1], at % 4, width - position);
}
