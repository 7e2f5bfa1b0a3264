import { type ChoiceOptions, chooseToken } from '../choose.ts';
import type { Sampler, SamplerOptions } from '../sampling.ts';

/** A way to write, as a program: every `yield` is a forward, and gives its logits f32 [T, V]. */
export type Writing = Generator<void, void, Float32Array>;

/** A token drawn for a position, which is not yet written there. */
export interface Drawn {
  position: number;
  token: number;
  /** The model's own, at temperature 1 and unfiltered. */
  probability: number;
}

/** Draws a token for each of some positions. */
export type Propose = (logits: Float32Array, positions: readonly number[]) => Drawn[];

/** The text being written, and the bookkeeping that all ways to write share. */
export class Canvas {
  readonly tokens: Uint32Array;
  readonly order: Int32Array;
  readonly confidence: Float64Array;
  forwards = 0;
  readonly #options: Pick<SamplerOptions, 'extra' | 'noise' | 'sample'>;

  constructor(options: Pick<SamplerOptions, 'start' | 'extra' | 'noise' | 'sample'>) {
    this.#options = options;
    this.tokens = options.start.slice();
    this.order = new Int32Array(this.tokens.length).fill(-1);
    this.confidence = Float64Array.from(this.tokens, (token) => (token === options.extra ? 0 : 1));
  }

  isOpen(position: number): boolean {
    return this.tokens[position] === this.#options.extra;
  }

  /** Positions that are still to be filled, from left to right. */
  open(): number[] {
    return Array.from(this.tokens.keys()).filter((position) => this.isOpen(position));
  }

  /** The logits [V] of a position. */
  row(logits: Float32Array, position: number): Float32Array {
    const V = logits.length / this.tokens.length;
    return logits.subarray(position * V, (position + 1) * V);
  }

  /** A token for a position from its row of the logits; counters (2·sample + 1, forward·T + position). */
  draw(logits: Float32Array, position: number, choice: ChoiceOptions): Drawn {
    const { noise, sample, extra } = this.#options;
    const u = noise.uniform(2 * sample + 1, this.forwards * this.tokens.length + position);
    return { position, ...chooseToken(this.row(logits, position), extra, choice, u) };
  }

  commit({ position, token, probability }: Drawn): void {
    this.tokens[position] = token;
    this.order[position] = this.forwards;
    this.confidence[position] = probability;
  }

  /** Opens a position again. */
  clear(position: number): void {
    this.tokens[position] = this.#options.extra;
    this.order[position] = -1;
    this.confidence[position] = 0;
  }
}

/** The sampler that a way of writing on a canvas makes; `inputs` is what the model reads of it. */
export function samplerOn(canvas: Canvas, inputs: () => Uint32Array, writing: Writing): Sampler {
  let done = writing.next().done === true;
  return {
    tokens: canvas.tokens,
    order: canvas.order,
    confidence: canvas.confidence,
    get inputs() {
      return inputs();
    },
    get forwards() {
      return canvas.forwards;
    },
    get done() {
      return done;
    },
    next(logits) {
      if (done) throw new Error('the sampler is done; there is nothing left to fill');
      if (logits.length % canvas.tokens.length !== 0) {
        throw new Error(`logits must be [T, V] with T = ${canvas.tokens.length}; got ${logits.length} values`);
      }
      done = writing.next(logits).done === true;
      canvas.forwards++;
      return { done };
    },
  };
}
