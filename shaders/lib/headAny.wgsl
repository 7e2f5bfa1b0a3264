// The D numbers of one head of one position, D ≤ 128, as an array; see head16.wgsl.
struct Head { v: array<vec4<f32>, 32> }

fn scaled(x: Head, s: f32) -> Head {
  var y = Head();
  for (var d = 0u; d < D / 4; d++) { y.v[d] = x.v[d] * s; }
  return y;
}

// x · s + y
fn fma_head(x: Head, s: f32, y: Head) -> Head {
  var z = Head();
  for (var d = 0u; d < D / 4; d++) { z.v[d] = x.v[d] * s + y.v[d]; }
  return z;
}

fn dot_head(x: Head, y: Head) -> f32 {
  var s = 0.0;
  for (var d = 0u; d < D / 4; d++) { s += dot(x.v[d], y.v[d]); }
  return s;
}

fn load_qkv(at: u32) -> Head {
  var x = Head();
  for (var d = 0u; d < D / 4; d++) { x.v[d] = qkv_vec4[at + d]; }
  return x;
}

fn load_out(at: u32) -> Head {
  var x = Head();
  for (var d = 0u; d < D / 4; d++) { x.v[d] = out_vec4[at + d]; }
  return x;
}

fn load_dout(at: u32) -> Head {
  var x = Head();
  for (var d = 0u; d < D / 4; d++) { x.v[d] = dout_vec4[at + d]; }
  return x;
}

fn store_o(at: u32, x: Head) {
  for (var d = 0u; d < D / 4; d++) { o_vec4[at + d] = x.v[d]; }
}

fn store_dqkv(at: u32, x: Head) {
  for (var d = 0u; d < D / 4; d++) { dqkv_vec4[at + d] = x.v[d]; }
}
