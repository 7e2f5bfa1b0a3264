import { type ChoiceOptions, entropy, margin, probabilities } from '../choose.ts';
import type { SamplerOptions } from '../sampling.ts';
import type { Canvas, Drawn, Propose, Writing } from './canvas.ts';
import { remasking } from './remasking.ts';
import { blocksOf, revealCounts, stepsOfBlocks } from './steps.ts';

/**
 * How masked diffusion fills the open positions: block by block from left to right (semi-autoregressive; one block
 * unless `block` says otherwise), and within a block in the order that `reveal` names.
 *
 * - confidence, margin, entropy: at each step the positions of which the model is surest, as many as `revealCounts`
 *   says. confidence: by the probability of the token drawn there (LLaDA); margin: by the most probable token's lead over
 *   the second (Kim et al. 2025); entropy: by the least entropy. Always the model's own probabilities, at temperature 1.
 * - threshold: at each step all positions whose drawn token is more probable than `threshold`, and at least the surest
 *   (Fast-dLLM). As many forwards as that takes; `revealSteps` plays no part.
 * - random, ancestral, first-hitting: when a position is revealed depends on nothing but its draw; see `arrivals`.
 *   With `remask` above 0, ancestral becomes ReMDM.
 */
export function* unmasking(canvas: Canvas, options: SamplerOptions): Writing {
  const { block, revealSteps } = options.settings;
  const blocks = blocksOf(canvas.open(), block);
  const steps = stepsOfBlocks(
    blocks.map(({ length }) => length),
    revealSteps,
  );
  for (const [i, positions] of blocks.entries()) yield* fillBlock(canvas, positions, steps[i], options);
}

function fillBlock(canvas: Canvas, positions: readonly number[], steps: number, options: SamplerOptions): Writing {
  const { reveal, remask, temperature } = options.settings;
  const choice: ChoiceOptions = { temperature, topK: 0, topP: 1 };
  const propose: Propose = (logits, open) => open.map((position) => canvas.draw(logits, position, choice));
  const p = (logits: Float32Array, { position }: Drawn) => probabilities(canvas.row(logits, position), options.extra);
  const counts = revealCounts(positions.length, steps);
  switch (reveal) {
    case 'confidence':
      return surestFirst(canvas, positions, counts, propose, (_, { probability }) => probability);
    case 'margin':
      return surestFirst(canvas, positions, counts, propose, (logits, drawn) => margin(p(logits, drawn)));
    case 'entropy':
      return surestFirst(canvas, positions, counts, propose, (logits, drawn) => -entropy(p(logits, drawn)));
    case 'threshold':
      return aboveThreshold(canvas, positions, propose, options.settings.threshold);
    case 'random':
      return inRounds(canvas, randomRounds(arrivals(positions, options), counts), propose);
    case 'first-hitting':
      return inRounds(canvas, firstHittingRounds(arrivals(positions, options)), propose);
    case 'ancestral':
      if (remask > 0) return remasking(canvas, positions, steps, propose, options);
      return inRounds(canvas, ancestralRounds(arrivals(positions, options), steps), propose);
  }
}

function* surestFirst(
  canvas: Canvas,
  positions: readonly number[],
  counts: readonly number[],
  propose: Propose,
  sureness: (logits: Float32Array, drawn: Drawn) => number,
): Writing {
  for (const count of counts) {
    const logits = yield;
    const open = positions.filter((position) => canvas.isOpen(position));
    const ranked = propose(logits, open).map((drawn) => ({ drawn, sure: sureness(logits, drawn) }));
    ranked.sort((a, b) => b.sure - a.sure || a.drawn.position - b.drawn.position);
    for (const { drawn } of ranked.slice(0, count)) canvas.commit(drawn);
  }
}

function* aboveThreshold(canvas: Canvas, positions: readonly number[], propose: Propose, threshold: number): Writing {
  for (let open = positions; open.length > 0; open = open.filter((position) => canvas.isOpen(position))) {
    const logits = yield;
    const drawn = propose(logits, open);
    const sure = drawn.filter(({ probability }) => probability > threshold);
    const surest = drawn.reduce((best, each) => (each.probability > best.probability ? each : best));
    for (const each of sure.length > 0 ? sure : [surest]) canvas.commit(each);
  }
}

function* inRounds(canvas: Canvas, rounds: readonly (readonly number[])[], propose: Propose): Writing {
  for (const round of rounds) {
    const logits = yield;
    for (const drawn of propose(logits, round)) canvas.commit(drawn);
  }
}

/** A masked position and when it is first hit: `u` runs from 0 (t = 1, all is masked) to 1 (t = 0). */
interface Arrival {
  position: number;
  u: number;
}

/**
 * When the reverse process hits each position. With α = 1 − t it stays masked from t to s with probability s/t, which
 * telescopes: the time of the hit is uniform on [0, 1] and depends on nothing else, so it is drawn beforehand. In the order
 * of the hits; counters (2·sample, position).
 */
function arrivals(positions: readonly number[], { noise, sample }: SamplerOptions): Arrival[] {
  const hits = positions.map((position) => ({ position, u: noise.uniform(2 * sample, position) }));
  return hits.sort((a, b) => a.u - b.u || a.position - b.position);
}

/** One reveal a forward, at the very times of the continuous process: exact (Zheng et al. 2024). */
function firstHittingRounds(hits: readonly Arrival[]): number[][] {
  return hits.map(({ position }) => [position]);
}

/** The order of the hits, which is uniformly random, in rounds of given sizes. */
function randomRounds(hits: readonly Arrival[], counts: readonly number[]): number[][] {
  let taken = 0;
  return counts.map((count) => {
    taken += count;
    return hits.slice(taken - count, taken).map(({ position }) => position);
  });
}

/**
 * The process on the grid t = 1, 1 − 1/S, … 0: all that is hit between two points of it is revealed at once. A step that
 * reveals nothing would repeat the forward before it and is skipped.
 */
function ancestralRounds(hits: readonly Arrival[], steps: number): number[][] {
  const rounds = new Map<number, number[]>();
  for (const { position, u } of hits) {
    const step = Math.floor(u * steps);
    rounds.set(step, [...(rounds.get(step) ?? []), position]);
  }
  return [...rounds.values()];
}
