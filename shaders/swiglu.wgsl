// SwiGLU and its gradient (src/ops/swiglu.ts). A row of gateUp is gate(F) | up(F).
//   y = g·σ(g)·up        dgate = dy·up·σ(g)·(1 + g·(1 − σ(g)))        dup = dy·g·σ(g)
override WG: u32 = 64;
override N: u32;
override F: u32;

@group(0) @binding(0) var<storage, read> gateUp: array<f32>;
@group(0) @binding(0) var<storage, read> gateUp_vec4: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> y_vec4: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> dy_vec4: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> dgateUp: array<f32>;
@group(0) @binding(3) var<storage, read_write> dgateUp_vec4: array<vec4<f32>>;

// exp(80) is still finite: beyond it the true σ is zero or one to f32 anyway.
fn sigmoid(g: vec4<f32>) -> vec4<f32> {
  return 1.0 / (1.0 + exp(-clamp(g, vec4(-80.0), vec4(80.0))));
}

fn gate_slope(g: vec4<f32>, s: vec4<f32>) -> vec4<f32> {
  return s * (1.0 + g * (1.0 - s));
}

@compute @workgroup_size(WG)
fn swiglu(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * F) { return; }
  let gate = i + (i / F) * F;
  let g = gateUp[gate];
  y[i] = g * sigmoid(vec4(g)).x * gateUp[gate + F];
}

@compute @workgroup_size(WG)
fn swiglu_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = F / 4u;
  if (i >= N * width) { return; }
  let gate = i + (i / width) * width;
  let g = gateUp_vec4[gate];
  y_vec4[i] = g * sigmoid(g) * gateUp_vec4[gate + width];
}

@compute @workgroup_size(WG)
fn swiglu_grad(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  if (i >= N * F) { return; }
  let gate = i + (i / F) * F;
  let g = vec4(gateUp[gate]);
  let s = sigmoid(g);
  dgateUp[gate] = dy[i] * gateUp[gate + F] * gate_slope(g, s).x;
  dgateUp[gate + F] = dy[i] * g.x * s.x;
}

@compute @workgroup_size(WG)
fn swiglu_grad_vec4(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(id, groups, WG);
  let width = F / 4u;
  if (i >= N * width) { return; }
  let gate = i + (i / width) * width;
  let g = gateUp_vec4[gate];
  let s = sigmoid(g);
  let upstream = dy_vec4[i];
  dgateUp_vec4[gate] = upstream * gateUp_vec4[gate + width] * gate_slope(g, s);
  dgateUp_vec4[gate + width] = upstream * g * s;
}
