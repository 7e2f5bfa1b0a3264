import type { Rng } from '../core/rng.ts';
import type { FamilyId } from '../spec/schema.ts';
import type { SamplingSettings, WayOfWriting } from '../spec/writing.ts';
import { Canvas, samplerOn, type Writing } from './samplers/canvas.ts';
import { unmasking } from './samplers/unmasking.ts';

/**
 * How a family writes, without the model: the driver runs the model on `inputs` and hands the logits to `next`,
 * until `done`. A position that was given is never edited; the extra token is never chosen.
 */
export interface Sampler {
  /** u32 [T], what the model must read for the next forward. */
  readonly inputs: Uint32Array;
  /** u32 [T], what stands so far; the extra token where nothing does yet. */
  readonly tokens: Uint32Array;
  /** [T], the 0-based forward that filled each position (last, where it was masked again); −1 where it was given or is open. */
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
  settings: SamplingSettings;
  /** A stream of its own, and the number of this sample in it: equal pairs give equal samples. */
  noise: Rng;
  sample: number;
}

/**
 * A sampler of one text. AR fills the open positions from left to right, one a forward, seeing only what is to their
 * left. Diffusion fills them block by block, each in the order that `settings.reveal` names (`samplers/unmasking.ts`).
 */
export function samplerOf(family: FamilyId, options: SamplerOptions): Sampler {
  const { extra } = options;
  const canvas = new Canvas(options);
  if (family !== 'ar') return samplerOn(canvas, () => canvas.tokens, unmasking(canvas, options));
  return samplerOn(canvas, () => afterBos(canvas.tokens, extra), leftToRight(canvas, options));
}

/** What AR reads to predict each of some tokens: BOS and the tokens before it. */
export function afterBos(tokens: Uint32Array, bos: number): Uint32Array {
  return Uint32Array.from(tokens, (_, i) => (i === 0 ? bos : tokens[i - 1]));
}

function* leftToRight(canvas: Canvas, { settings }: SamplerOptions): Writing {
  for (const position of canvas.open()) {
    const logits = yield;
    canvas.commit(canvas.draw(logits, position, settings));
  }
}

/** @param open how many positions are to be filled */
export function wayOfWriting(family: FamilyId, settings: SamplingSettings, open: number): WayOfWriting {
  const { temperature, topK, topP, reveal, revealSteps, block, threshold, remask } = settings;
  if (family === 'ar') {
    return {
      reveal: 'left-to-right',
      steps: open,
      temperature,
      ...(topK > 0 && { topK }),
      ...(topP < 1 && { topP }),
    };
  }
  return {
    reveal,
    steps: reveal === 'first-hitting' || reveal === 'threshold' ? open : revealSteps,
    temperature,
    ...(block > 0 && { block }),
    ...(reveal === 'threshold' && { threshold }),
    ...(reveal === 'ancestral' && remask > 0 && { remask }),
  };
}

/**
 * Whole passes over T tokens that a text costs: as many as its forwards, except that AR with a KV cache computes each
 * token once, one pass in all.
 */
export function passesOf(family: FamilyId, forwards: number): number {
  return family === 'ar' ? Math.min(1, forwards) : forwards;
}
