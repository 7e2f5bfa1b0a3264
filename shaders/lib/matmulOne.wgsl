// One product. The run-th of the runs of `rows` rows:
fn part_of(run: u32, rows: u32) -> Part { return Part(run * rows, M, 0, K, 0, 0); }
