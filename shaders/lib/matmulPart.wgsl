// What a thread or a workgroup has to do of a product, as lib/matmulOne.wgsl or lib/matmulExperts.wgsl says.
struct Part {
  // First row of x and of the outputs, and where the rows end.
  row: u32,
  rows: u32,
  // What is contracted: begin … end − 1.
  begin: u32,
  end: u32,
  // First line of w, and first row of y.
  w: u32,
  y: u32,
}
