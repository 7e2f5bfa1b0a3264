// Rows stand where they come in their sequence.
fn position_of(row: u32, is_query: bool) -> u32 {
  return row % T;
}
