import { badInput } from '../core/errors.ts';
import { type Given, givenOf, readingOf } from '../families/looking.ts';
import { samplingGraph } from './graphs.ts';
import type { InsightOptions } from './insight.ts';

/** Probabilities that are computed and handed over at once, at most: 16 MB. */
export const MOST_PROBABILITIES = 4_000_000;

export interface AttentionMaps {
  /** Which layers they are of; all of them, or the one that was asked for where all would be too many. */
  layers: number[];
  heads: number;
  /** Positions: all T, or those of the text where no later one plays a part. */
  size: number;
  /** [layers, heads, size, size]: a row is what a position looks at, and sums to 1. */
  maps: Float32Array;
  /** Position j holds token j, or, where what stands `before` is read, the extra token and then token j − 1. */
  given: Given;
  /** Where tokens choose among experts: u32 [all layers, size, k], those of each position, the best first. */
  experts?: { k: number; of: number; choice: Uint32Array };
}

/**
 * Whom each position looks at, in one forward on the averaged weights. The kernels of attention never write their
 * probabilities; they are computed here, in f64, from the queries and keys that those kernels read.
 *
 * @param tokens u32 [T], of which the first `length` are the text
 * @throws CrossoverError 'bad-input' where the maps of a single layer are too many numbers
 */
export async function attentionMaps(
  { executor, spec, family, dataset, state, arena, variants }: InsightOptions,
  tokens: Uint32Array,
  { length, layer }: { length: number; layer: number },
): Promise<AttentionMaps> {
  const { layers: L, heads: H, channels: C, experts: E, context: T } = spec.model;
  const size = family.causal ? length : T;
  const perLayer = H * size * size;
  if (perLayer > MOST_PROBABILITIES)
    throw badInput(
      `The attention of one layer is ${H} heads × ${size} × ${size} probabilities; at most ${MOST_PROBABILITIES} are shown`,
      'Look at a shorter text.',
    );
  const all = Array.from({ length: L }, (_, i) => i);
  const layers = L * perLayer <= MOST_PROBABILITIES ? all : [layer];

  const graph = samplingGraph(spec, dataset.vocabulary, family, arena);
  const attended = layers.map((i) => graph.attended[i]);
  const choices = graph.routings.flatMap(({ choice }) => choice ?? []);
  const keep = [...attended, ...choices];
  const program = await executor.compile(graph.tape, state, { keep, variants: { ...variants } });
  try {
    program.write(graph.ids, readingOf(family, tokens, dataset.extra));
    program.run();
    const maps = new Float32Array(layers.length * perLayer);
    for (const [i, value] of attended.entries()) {
      const rotated = await program.read(value);
      maps.set(attentionProbabilities(rotated, { H, size, width: 3 * C, causal: family.causal }), i * perLayer);
    }
    const made = { layers, heads: H, size, maps, given: givenOf(family) };
    if (choices.length === 0) return made;
    const k = choices[0].shape[1];
    const choice = new Uint32Array(choices.length * size * k);
    for (const [i, value] of choices.entries())
      choice.set((await program.read(value)).subarray(0, size * k), i * size * k);
    return { ...made, experts: { k, of: E, choice } };
  } finally {
    program.destroy();
  }
}

/**
 * softmax(q·kᵀ/√D) of each head, [H, size, size], of the first `size` positions.
 *
 * @param rotated f32 [at least size, width = 3·H·D], a row being q (H, D) | k (H, D) | v (H, D) with QK-norm and RoPE applied
 * @param causal whether a position sees none after it: their probability is exactly 0
 */
export function attentionProbabilities(
  rotated: Float32Array,
  { H, size, width, causal }: { H: number; size: number; width: number; causal: boolean },
): Float32Array {
  const D = width / (3 * H);
  const scale = 1 / Math.sqrt(D);
  const maps = new Float32Array(H * size * size);
  const scores = new Float64Array(size);
  for (let head = 0; head < H; head++)
    for (let i = 0; i < size; i++) {
      const seen = causal ? i + 1 : size;
      const query = i * width + head * D;
      let most = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < seen; j++) {
        const key = j * width + (H + head) * D;
        let dot = 0;
        for (let d = 0; d < D; d++) dot += rotated[query + d] * rotated[key + d];
        scores[j] = dot * scale;
        most = Math.max(most, scores[j]);
      }
      let sum = 0;
      for (let j = 0; j < seen; j++) sum += scores[j] = Math.exp(scores[j] - most);
      const row = (head * size + i) * size;
      for (let j = 0; j < seen; j++) maps[row + j] = scores[j] / sum;
    }
  return maps;
}
