// [N, 2]: where each row's query and key stand.
@group(0) @binding(11) var<storage, read> positions: array<u32>;

fn position_of(row: u32, is_query: bool) -> u32 {
  return positions[2u * row + select(1u, 0u, is_query)];
}
