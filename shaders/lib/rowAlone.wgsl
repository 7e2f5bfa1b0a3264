// A row for each invocation, which reduces it alone: for devices where a barrier is dear. lib/rowTogether.wgsl is the
// same for a workgroup to a row. A kernel takes a `Place`, walks its row from lane_of in steps of lanes(), and reduces
// what it found with sum_of and max_of.
struct Place {
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
}

// Of `count` rows; beyond them the last is done once more, to the same end.
fn row_of(at: Place, count: u32) -> u32 { return min(flat_index(at.id, at.groups, WG), count - 1u); }

fn lane_of(at: Place) -> u32 { return 0u; }

fn lanes() -> u32 { return 1u; }

fn sum_of(mine: f32, at: Place) -> f32 { return mine; }

fn max_of(mine: f32, at: Place) -> f32 { return mine; }
