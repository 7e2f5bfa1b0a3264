import { read, write } from './lanes';

/** src/ops/embedding.ts: row i of x[N,C] is row ids[i] of table[V,C]; an id beyond the table reads its last row. */
export function embedding(ids: usize, table: usize, x: usize, N: i32, V: i32, C: i32): void {
  const row = <usize>C << 2;
  for (let i = 0; i < N; i++, ids += 4, x += row)
    memory.copy(x, table + <usize>min(load<u32>(ids), <u32>(V - 1)) * row, row);
}

/** dtable[V,C]: row v is the sum of the rows of dx[N,C] whose id is v, added in order. */
export function embeddingGrad(ids: usize, dx: usize, dtable: usize, N: i32, V: i32, C: i32): void {
  const row = <usize>C << 2;
  memory.fill(dtable, 0, <usize>V * row);
  for (let i = 0; i < N; i++, ids += 4, dx += row) {
    const sums = dtable + <usize>min(load<u32>(ids), <u32>(V - 1)) * row;
    for (let c = 0; c < C; c += 4) {
      const at = <usize>c << 2;
      write(sums + at, f32x4.add(read(sums + at, C - c), read(dx + at, C - c)), C - c);
    }
  }
}
