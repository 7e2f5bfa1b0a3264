// A product for each of E experts: rows starts[e] … starts[e + 1] − 1 of x belong to expert e. Those after the last
// expert's belong to nobody: nothing is contracted for them, and they become zero.
override E: u32;
// Whether the rows of x are contracted (TN, where y has M rows for each expert) or kept (NT and NN, where w has LINES
// lines for each).
override CONTRACTED: bool;
override LINES: u32;

@group(0) @binding(3) var<storage, read> starts: array<u32>;

// The run-th of the runs of up to `rows` rows: none reaches from one expert into the next.
fn part_of(run: u32, rows: u32) -> Part {
  if (CONTRACTED) {
    let runs = (M + rows - 1) / rows;
    let e = run / runs;
    if (e >= E) { return Part(); }
    return Part(run % runs * rows, M, starts[e], starts[e + 1], 0, e * M);
  }
  var left = run;
  for (var e = 0u; e < E; e++) {
    let first = starts[e];
    let last = starts[e + 1];
    let runs = (last - first + rows - 1) / rows;
    if (left < runs) { return Part(first + left * rows, last, 0, K, e * LINES, 0); }
    left -= runs;
  }
  return Part(starts[E] + left * rows, M, 0, 0, 0, 0);
}
