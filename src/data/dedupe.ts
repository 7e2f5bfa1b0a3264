/** A window is compared by its runs of this many characters (by the whole window where T is shorter). */
export const SHINGLE = 13;

/** A window counts as a near-duplicate when at least this share of its shingles occurs in the training span. */
export const SHARED = 0.5;

/**
 * Which evaluation windows nearly repeat the training data: with k = min(13, T), window w does when at least half
 * of its T − k + 1 shingles (runs of k characters, repeats counted) occur anywhere in `span`, the whole of the U
 * unique tokens. Exact: hashes only find candidates, which are then compared.
 *
 * @param windows [W, T] ids, row-major
 * @returns one flag a window. Time O(span + windows), memory O(windows).
 */
export function nearDuplicates(windows: Uint32Array, T: number, span: Uint32Array): boolean[] {
  const k = Math.min(SHINGLE, T);
  const perWindow = T - k + 1;

  // Every shingle of the windows by its number; those of equal hash form a chain of the different ones.
  const starts: number[] = [];
  const next: number[] = [];
  const first = new Map<number, number>();
  const shingleAt = new Uint32Array((windows.length / T) * perWindow);
  let seen = 0;
  for (let row = 0; row < windows.length; row += T) {
    eachShingle(windows.subarray(row, row + T), k, (start, hash) => {
      let shingle = first.get(hash);
      while (shingle !== undefined && !sameRun(windows, starts[shingle], windows, row + start, k)) {
        shingle = next[shingle] < 0 ? undefined : next[shingle];
      }
      if (shingle === undefined) {
        shingle = starts.push(row + start) - 1;
        next.push(first.get(hash) ?? -1);
        first.set(hash, shingle);
      }
      shingleAt[seen++] = shingle;
    });
  }

  const found = new Uint8Array(starts.length);
  eachShingle(span, k, (start, hash) => {
    for (let shingle = first.get(hash) ?? -1; shingle >= 0; shingle = next[shingle]) {
      if (found[shingle] === 0 && sameRun(windows, starts[shingle], span, start, k)) found[shingle] = 1;
    }
  });

  return Array.from({ length: windows.length / T }, (_, w) => {
    let shared = 0;
    for (let i = 0; i < perWindow; i++) shared += found[shingleAt[w * perWindow + i]];
    return shared >= SHARED * perWindow;
  });
}

/** Visits every run of k ids with a rolling polynomial hash modulo 2³² (Karp and Rabin, 1987). */
function eachShingle(ids: Uint32Array, k: number, visit: (start: number, hash: number) => void): void {
  const base = 0x9e3779b1;
  let leading = 1;
  for (let i = 1; i < k; i++) leading = Math.imul(leading, base);
  let hash = 0;
  for (let end = 0; end < ids.length; end++) {
    if (end >= k) hash = (hash - Math.imul(ids[end - k] + 1, leading)) | 0;
    hash = (Math.imul(hash, base) + ids[end] + 1) | 0;
    if (end >= k - 1) visit(end - k + 1, hash);
  }
}

function sameRun(a: Uint32Array, i: number, b: Uint32Array, j: number, length: number): boolean {
  for (let n = 0; n < length; n++) if (a[i + n] !== b[j + n]) return false;
  return true;
}
