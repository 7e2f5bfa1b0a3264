// The D numbers of one head of one position, D ≤ 32; see head16.wgsl.
struct Head { a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32>, e: vec4<f32>, f: vec4<f32>, g: vec4<f32>, h: vec4<f32> }

fn scaled(x: Head, s: f32) -> Head {
  return Head(x.a * s, x.b * s, x.c * s, x.d * s, x.e * s, x.f * s, x.g * s, x.h * s);
}

// x · s + y
fn fma_head(x: Head, s: f32, y: Head) -> Head {
  return Head(x.a * s + y.a, x.b * s + y.b, x.c * s + y.c, x.d * s + y.d, x.e * s + y.e, x.f * s + y.f, x.g * s + y.g, x.h * s + y.h);
}

fn dot_head(x: Head, y: Head) -> f32 {
  let s = x.a * y.a + x.b * y.b + x.c * y.c + x.d * y.d + x.e * y.e + x.f * y.f + x.g * y.g + x.h * y.h;
  return s.x + s.y + s.z + s.w;
}

fn load_qkv(at: u32) -> Head {
  var x = Head();
  x.a = qkv_vec4[at];
  if (D > 4) { x.b = qkv_vec4[at + 1]; }
  if (D > 8) { x.c = qkv_vec4[at + 2]; }
  if (D > 12) { x.d = qkv_vec4[at + 3]; }
  if (D > 16) { x.e = qkv_vec4[at + 4]; }
  if (D > 20) { x.f = qkv_vec4[at + 5]; }
  if (D > 24) { x.g = qkv_vec4[at + 6]; }
  if (D > 28) { x.h = qkv_vec4[at + 7]; }
  return x;
}

fn load_out(at: u32) -> Head {
  var x = Head();
  x.a = out_vec4[at];
  if (D > 4) { x.b = out_vec4[at + 1]; }
  if (D > 8) { x.c = out_vec4[at + 2]; }
  if (D > 12) { x.d = out_vec4[at + 3]; }
  if (D > 16) { x.e = out_vec4[at + 4]; }
  if (D > 20) { x.f = out_vec4[at + 5]; }
  if (D > 24) { x.g = out_vec4[at + 6]; }
  if (D > 28) { x.h = out_vec4[at + 7]; }
  return x;
}

fn load_dout(at: u32) -> Head {
  var x = Head();
  x.a = dout_vec4[at];
  if (D > 4) { x.b = dout_vec4[at + 1]; }
  if (D > 8) { x.c = dout_vec4[at + 2]; }
  if (D > 12) { x.d = dout_vec4[at + 3]; }
  if (D > 16) { x.e = dout_vec4[at + 4]; }
  if (D > 20) { x.f = dout_vec4[at + 5]; }
  if (D > 24) { x.g = dout_vec4[at + 6]; }
  if (D > 28) { x.h = dout_vec4[at + 7]; }
  return x;
}

fn store_o(at: u32, x: Head) {
  o_vec4[at] = x.a;
  if (D > 4) { o_vec4[at + 1] = x.b; }
  if (D > 8) { o_vec4[at + 2] = x.c; }
  if (D > 12) { o_vec4[at + 3] = x.d; }
  if (D > 16) { o_vec4[at + 4] = x.e; }
  if (D > 20) { o_vec4[at + 5] = x.f; }
  if (D > 24) { o_vec4[at + 6] = x.g; }
  if (D > 28) { o_vec4[at + 7] = x.h; }
}

fn store_dqkv(at: u32, x: Head) {
  dqkv_vec4[at] = x.a;
  if (D > 4) { dqkv_vec4[at + 1] = x.b; }
  if (D > 8) { dqkv_vec4[at + 2] = x.c; }
  if (D > 12) { dqkv_vec4[at + 3] = x.d; }
  if (D > 16) { dqkv_vec4[at + 4] = x.e; }
  if (D > 20) { dqkv_vec4[at + 5] = x.f; }
  if (D > 24) { dqkv_vec4[at + 6] = x.g; }
  if (D > 28) { dqkv_vec4[at + 7] = x.h; }
}
