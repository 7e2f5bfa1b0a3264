// What the losses over a vocabulary share: the sizes, the logits [N, V], and the sum of their powers over a row. Goes
// with lib/rowAlone.wgsl or lib/rowTogether.wgsl, which say who shares a row.
override WG: u32 = 64;
override N: u32;
override V: u32;
// The column that takes no part; -1: none.
override suppressed: i32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;

// Σ_v e^logit_v = scaled · e^top, top being the largest logit.
struct Partition {
  top: f32,
  scaled: f32,
}

// Of the first `columns` columns: all, or none.
fn partition_of(row: u32, columns: u32, at: Place) -> Partition {
  let start = row * V;
  var top = -3.4e38;
  for (var v = lane_of(at); v < columns; v += lanes()) {
    if (i32(v) != suppressed) { top = max(top, logits[start + v]); }
  }
  top = max_of(top, at);
  var scaled = 0.0;
  for (var v = lane_of(at); v < columns; v += lanes()) {
    if (i32(v) != suppressed) { scaled += exp(logits[start + v] - top); }
  }
  return Partition(top, sum_of(scaled, at));
}

// Nothing is read of a row of weight zero.
fn columns_of(weight: f32) -> u32 { return select(V, 0u, weight == 0.0); }
