// Index of an invocation when the workgroups along x were folded into x·y (src/graph/dispatch.ts).
fn flat_index(id: vec3<u32>, groups: vec3<u32>, size: u32) -> u32 {
  return id.x + id.y * groups.x * size;
}
