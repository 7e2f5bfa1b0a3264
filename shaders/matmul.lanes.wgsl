// The TN product where it has few outputs and a long contraction (the gradient of a small weight): a workgroup computes
// 8 × 4 outputs, its threads share the values of K out among them, and what they have is added up by subgroups.
// Composed with subgroups, matmulOperands and one of matmulY and matmulY4.

const THREADS = 64u;
const OUTPUTS = 8u;

// What each subgroup has, at the index of its first thread; zero elsewhere. A subgroup may have any size.
var<workgroup> sums: array<vec4<f32>, THREADS * OUTPUTS>;

@compute @workgroup_size(THREADS)
fn lanes(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let row = group.y * 8;
  let column = group.x * 4;
  var y0 = vec4<f32>();
  var y1 = vec4<f32>();
  var y2 = vec4<f32>();
  var y3 = vec4<f32>();
  var y4 = vec4<f32>();
  var y5 = vec4<f32>();
  var y6 = vec4<f32>();
  var y7 = vec4<f32>();
  for (var k = local; k < K; k += THREADS) {
    let p = x_at(k, row, K);
    let q = x_at(k, row + 4, K);
    let a = w_at(k, column, K);
    y0 += p.x * a;
    y1 += p.y * a;
    y2 += p.z * a;
    y3 += p.w * a;
    y4 += q.x * a;
    y5 += q.y * a;
    y6 += q.z * a;
    y7 += q.w * a;
  }
  let s0 = subgroupAdd(y0);
  let s1 = subgroupAdd(y1);
  let s2 = subgroupAdd(y2);
  let s3 = subgroupAdd(y3);
  let s4 = subgroupAdd(y4);
  let s5 = subgroupAdd(y5);
  let s6 = subgroupAdd(y6);
  let s7 = subgroupAdd(y7);
  if (lane == 0) {
    let at = local * OUTPUTS;
    sums[at] = s0;
    sums[at + 1] = s1;
    sums[at + 2] = s2;
    sums[at + 3] = s3;
    sums[at + 4] = s4;
    sums[at + 5] = s5;
    sums[at + 6] = s6;
    sums[at + 7] = s7;
  }
  workgroupBarrier();
  if (local < OUTPUTS && row + local < M) {
    var sum = vec4<f32>();
    for (var i = 0u; i < THREADS; i++) { sum += sums[i * OUTPUTS + local]; }
    put(0, row + local, column, sum);
  }
}
