import type { Program } from '../graph/executor.ts';
import type { Value } from '../graph/tape.ts';

/** Batches whose logits may be on their way at once. */
const IN_FLIGHT = 4;

export interface ForwardShape {
  B: number;
  T: number;
  /** Id of BOS or [MASK], which is never predicted. */
  extra: number;
}

/** Any number of sequences through a program that takes B at a time. */
export class Forwards {
  constructor(
    readonly program: Program,
    private readonly graph: { ids: Value; logits: Value },
    readonly shape: ForwardShape,
  ) {}

  /** Runs sequences, u32 [T] each; hands the number of each to `visit` with its logits, f32 [T, V]. */
  async run(sequences: readonly Uint32Array[], visit: (index: number, logits: Float32Array) => void): Promise<void> {
    const { B } = this.shape;
    const pending: Promise<void>[] = [];
    for (let first = 0; first < sequences.length; first += B) {
      const rows = sequences.slice(first, first + B);
      const visited = this.#batch(rows).then((logits) => {
        const size = logits.length / B;
        for (let row = 0; row < rows.length; row++) visit(first + row, logits.subarray(row * size, (row + 1) * size));
      });
      // When the device is lost all of them fail, and only the oldest is waited for.
      visited.catch(() => {});
      pending.push(visited);
      if (pending.length >= IN_FLIGHT) await pending.shift();
    }
    await Promise.all(pending);
  }

  /** Rows that are missing from a batch read zeros, and nobody looks at them. */
  #batch(rows: readonly Uint32Array[]): Promise<Float32Array> {
    const { B, T } = this.shape;
    const ids = new Uint32Array(B * T);
    for (const [i, row] of rows.entries()) ids.set(row, i * T);
    this.program.write(this.graph.ids, ids);
    this.program.run();
    return this.program.read(this.graph.logits);
  }
}

/** −ln p, in nats, of a target at each of some positions of a sequence; logits f32 [T, V], softmax in f64. */
export function negativeLogLikelihoods(
  logits: Float32Array,
  { T, extra }: ForwardShape,
  places: readonly { position: number; target: number }[],
): number[] {
  const V = logits.length / T;
  const totals = new Map<number, number>();
  return places.map(({ position, target }) => {
    const row = logits.subarray(position * V, (position + 1) * V);
    let total = totals.get(position);
    if (total === undefined) {
      total = logSumExp(row, extra);
      totals.set(position, total);
    }
    return total - row[target];
  });
}

/** ln Σ exp of a row of logits, one of them left out. */
function logSumExp(row: Float32Array, without: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < row.length; id++) if (id !== without && row[id] > most) most = row[id];
  let sum = 0;
  for (let id = 0; id < row.length; id++) if (id !== without) sum += Math.exp(row[id] - most);
  return most + Math.log(sum);
}
