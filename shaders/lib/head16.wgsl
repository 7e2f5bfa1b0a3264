// The D numbers of one head of one position, D ≤ 16, as named vectors: on a software adapter an array inside a
// function lives in memory, and attention runs at a fifth of the speed. Part of attention.wgsl, which declares the
// buffers; head32.wgsl and headAny.wgsl are the same for larger heads. Lanes beyond D are zero.
struct Head { a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32> }

fn scaled(x: Head, s: f32) -> Head {
  return Head(x.a * s, x.b * s, x.c * s, x.d * s);
}

// x · s + y
fn fma_head(x: Head, s: f32, y: Head) -> Head {
  return Head(x.a * s + y.a, x.b * s + y.b, x.c * s + y.c, x.d * s + y.d);
}

fn dot_head(x: Head, y: Head) -> f32 {
  let s = x.a * y.a + x.b * y.b + x.c * y.c + x.d * y.d;
  return s.x + s.y + s.z + s.w;
}

fn load_qkv(at: u32) -> Head {
  var x = Head();
  x.a = qkv_vec4[at];
  if (D > 4) { x.b = qkv_vec4[at + 1]; }
  if (D > 8) { x.c = qkv_vec4[at + 2]; }
  if (D > 12) { x.d = qkv_vec4[at + 3]; }
  return x;
}

fn load_out(at: u32) -> Head {
  var x = Head();
  x.a = out_vec4[at];
  if (D > 4) { x.b = out_vec4[at + 1]; }
  if (D > 8) { x.c = out_vec4[at + 2]; }
  if (D > 12) { x.d = out_vec4[at + 3]; }
  return x;
}

fn load_dout(at: u32) -> Head {
  var x = Head();
  x.a = dout_vec4[at];
  if (D > 4) { x.b = dout_vec4[at + 1]; }
  if (D > 8) { x.c = dout_vec4[at + 2]; }
  if (D > 12) { x.d = dout_vec4[at + 3]; }
  return x;
}

fn store_o(at: u32, x: Head) {
  o_vec4[at] = x.a;
  if (D > 4) { o_vec4[at + 1] = x.b; }
  if (D > 8) { o_vec4[at + 2] = x.c; }
  if (D > 12) { o_vec4[at + 3] = x.d; }
}

fn store_dqkv(at: u32, x: Head) {
  dqkv_vec4[at] = x.a;
  if (D > 4) { dqkv_vec4[at + 1] = x.b; }
  if (D > 8) { dqkv_vec4[at + 2] = x.c; }
  if (D > 12) { dqkv_vec4[at + 3] = x.d; }
}
