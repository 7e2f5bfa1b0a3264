import type { Rng } from '../core/rng.ts';
import type { FamilyId, RaceSpec } from '../spec/schema.ts';
import { chooseToken } from './choose.ts';

/**
 * How a family writes, without the model: the driver runs the model on `inputs` and hands the logits to `next`,
 * until `done`. A position that was given is never edited; the extra token is never chosen.
 */
export interface Sampler {
  /** u32 [T], what the model must read for the next forward. */
  readonly inputs: Uint32Array;
  /** u32 [T], what stands so far; the extra token where nothing does yet. */
  readonly tokens: Uint32Array;
  /** [T], the 0-based forward that filled each position; −1 where it was given or is still open. */
  readonly order: Int32Array;
  /** [T], the model's own probability of the token it chose (temperature 1, unfiltered); 1 where it was given. */
  readonly confidence: Float64Array;
  /** Forward passes consumed (NFE). */
  readonly forwards: number;
  readonly done: boolean;
  /** Takes the logits f32 [T, V] of `inputs` and fills at least one position. */
  next(logits: Float32Array): { done: boolean };
}

export interface SamplerOptions {
  /** u32 [T]: tokens that are given, and the extra token at every position to be filled. */
  start: Uint32Array;
  /** Id of BOS (AR) or [MASK] (diffusion). */
  extra: number;
  settings: Pick<RaceSpec['sampling'], 'temperature' | 'topK' | 'topP' | 'reveal' | 'revealSteps'>;
  /** A stream of its own, and the number of this sample in it: equal pairs give equal samples. */
  noise: Rng;
  sample: number;
}

/**
 * A sampler of one text. AR fills the open positions from left to right, one a forward, seeing only what is to their
 * left. Diffusion fills them in the order that `settings.reveal` names, in at most `settings.revealSteps` forwards.
 */
export function samplerOf(family: FamilyId, options: SamplerOptions): Sampler {
  return family === 'ar' ? autoregressive(options) : unmasking(options);
}

function autoregressive(options: SamplerOptions): Sampler {
  const { settings, extra } = options;
  const canvas = new Canvas(options);
  const open = canvas.open();
  return canvas.sampler({
    // Position i predicts token i from BOS and the tokens before it.
    inputs: () => Uint32Array.from(canvas.tokens, (_, i) => (i === 0 ? extra : canvas.tokens[i - 1])),
    fill: (logits, forward) => canvas.commit(open[forward], canvas.draw(logits, open[forward], settings)),
  });
}

function unmasking(options: SamplerOptions): Sampler {
  const { reveal, revealSteps, temperature } = options.settings;
  const canvas = new Canvas(options);
  const choice = { temperature, topK: 0, topP: 1 };
  const draw = (logits: Float32Array, position: number) => ({ position, ...canvas.draw(logits, position, choice) });

  if (reveal === 'confidence') {
    const counts = revealCounts(canvas.open().length, revealSteps);
    return canvas.sampler({
      inputs: () => canvas.tokens,
      fill: (logits, forward) => {
        const drawn = canvas.open().map((position) => draw(logits, position));
        drawn.sort((a, b) => b.probability - a.probability || a.position - b.position);
        for (const each of drawn.slice(0, counts[forward])) canvas.commit(each.position, each);
      },
    });
  }
  const rounds = (reveal === 'random' ? randomRounds : ancestralRounds)(canvas.open(), revealSteps, options);
  return canvas.sampler({
    inputs: () => canvas.tokens,
    fill: (logits, forward) => {
      for (const position of rounds[forward]) canvas.commit(position, draw(logits, position));
    },
  });
}

/**
 * How many of `masked` positions each of `steps` forwards reveals: as even as possible, the larger ones first, as in
 * LLaDA. A forward that would reveal nothing is not made, so there are min(masked, steps) of them; they sum to `masked`.
 */
export function revealCounts(masked: number, steps: number): number[] {
  const forwards = Math.min(masked, steps);
  return Array.from({ length: forwards }, (_, i) => Math.ceil((masked - i) / forwards));
}

/** Positions in uniformly random order, in rounds of revealCounts. */
function randomRounds(masked: readonly number[], steps: number, { noise, sample }: SamplerOptions): number[][] {
  const order = [...noise.permutation(masked.length, 2 * sample)].map((i) => masked[i]);
  let taken = 0;
  return revealCounts(masked.length, steps).map((count) => {
    taken += count;
    return order.slice(taken - count, taken);
  });
}

/**
 * The reverse process on the grid t = 1, 1 − 1/S, … 0: from t to s a masked position stays masked with probability
 * s/t. These probabilities telescope, so the step that reveals a position is uniform on {0 … S − 1} and depends on
 * nothing else; it is drawn beforehand. A step that reveals nothing would repeat the forward before it and is
 * skipped, and the last one (s = 0) reveals what is left.
 */
function ancestralRounds(masked: readonly number[], steps: number, { noise, sample }: SamplerOptions): number[][] {
  const rounds = new Map<number, number[]>();
  for (const position of masked) {
    const step = noise.below(steps, 2 * sample, position);
    rounds.set(step, [...(rounds.get(step) ?? []), position]);
  }
  return [...rounds].sort(([a], [b]) => a - b).map(([, positions]) => positions);
}

interface Drawn {
  token: number;
  probability: number;
}

/** The text being written, and the bookkeeping that both families share. */
class Canvas {
  readonly tokens: Uint32Array;
  readonly order: Int32Array;
  readonly confidence: Float64Array;
  forwards = 0;
  readonly #options: SamplerOptions;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.tokens = options.start.slice();
    this.order = new Int32Array(this.tokens.length).fill(-1);
    this.confidence = Float64Array.from(this.tokens, (token) => (token === options.extra ? 0 : 1));
  }

  /** Positions that are still to be filled, from left to right. */
  open(): number[] {
    return [...this.tokens.keys()].filter((position) => this.tokens[position] === this.#options.extra);
  }

  /** A token for a position from its row of the logits; counters (2·sample + 1, forward·T + position). */
  draw(logits: Float32Array, position: number, choice: Parameters<typeof chooseToken>[2]): Drawn {
    const { noise, sample, extra } = this.#options;
    const T = this.tokens.length;
    const V = logits.length / T;
    const u = noise.uniform(2 * sample + 1, this.forwards * T + position);
    return chooseToken(logits.subarray(position * V, (position + 1) * V), extra, choice, u);
  }

  commit(position: number, { token, probability }: Drawn): void {
    this.tokens[position] = token;
    this.order[position] = this.forwards;
    this.confidence[position] = probability;
  }

  sampler(rule: { inputs(): Uint32Array; fill(logits: Float32Array, forward: number): void }): Sampler {
    const canvas = this;
    return {
      tokens: canvas.tokens,
      order: canvas.order,
      confidence: canvas.confidence,
      get inputs() {
        return rule.inputs();
      },
      get forwards() {
        return canvas.forwards;
      },
      get done() {
        return canvas.open().length === 0;
      },
      next(logits) {
        if (canvas.open().length === 0) throw new Error('the sampler is done; there is nothing left to fill');
        if (logits.length % canvas.tokens.length !== 0) {
          throw new Error(`logits must be [T, V] with T = ${canvas.tokens.length}; got ${logits.length} values`);
        }
        rule.fill(logits, canvas.forwards);
        canvas.forwards++;
        return { done: canvas.open().length === 0 };
      },
    };
  }
}
