// A workgroup for each row, reduced by subgroups of whatever size they have here; WG is a multiple of it. The first
// invocation of a subgroup hands its result to all; nothing is assumed of which invocations make up a subgroup.
// Needs lib/subgroups.wgsl; lib/rowAlone.wgsl says how kernels use it.
struct Place {
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
}

var<workgroup> of_subgroups: array<f32, WG>;

// No early return: every invocation must reach the barriers.
fn row_of(at: Place, count: u32) -> u32 { return min(at.group.x + at.group.y * at.groups.x, count - 1u); }

fn lane_of(at: Place) -> u32 { return at.local; }

fn lanes() -> u32 { return WG; }

fn sum_of(mine: f32, at: Place) -> f32 {
  share(subgroupAdd(mine), 0.0, at);
  var sum = 0.0;
  for (var i = at.lane; i < WG; i += at.size) { sum += of_subgroups[i]; }
  return subgroupAdd(sum);
}

fn max_of(mine: f32, at: Place) -> f32 {
  share(subgroupMax(mine), mine, at);
  var largest = mine;
  for (var i = at.lane; i < WG; i += at.size) { largest = max(largest, of_subgroups[i]); }
  return subgroupMax(largest);
}

fn share(result: f32, neutral: f32, at: Place) {
  workgroupBarrier();
  of_subgroups[at.local] = select(neutral, result, at.lane == 0u);
  workgroupBarrier();
}
