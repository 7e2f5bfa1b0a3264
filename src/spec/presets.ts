import type { z } from 'zod';
import { badInput } from '../core/errors.ts';
import { type RaceSpec, raceSchema } from './schema.ts';

/** Model sizes with the learning rate that suits each; XS, S and M are measured, L wants a GPU and is not. */
export const SIZES = {
  XS: { layers: 2, channels: 48, heads: 4, learningRate: 3e-3 },
  S: { layers: 2, channels: 64, heads: 4, learningRate: 2e-3 },
  M: { layers: 4, channels: 128, heads: 4, learningRate: 1e-3 },
  L: { layers: 6, channels: 256, heads: 8, learningRate: 6e-4 },
} as const;

export type SizeId = keyof typeof SIZES;

/** `spec` with the layers, channels, heads and learning rate of a size; F goes back to its default for that size. */
export function withSize(spec: RaceSpec, id: SizeId): RaceSpec {
  const { learningRate, ...shape } = SIZES[id];
  return {
    ...spec,
    model: { ...spec.model, ...shape, feedForward: 0 },
    train: { ...spec.train, learningRate },
  };
}

/** The size that a spec's model has, whatever its learning rate; undefined for a shape of one's own. */
export function sizeOf(spec: RaceSpec): SizeId | undefined {
  const { layers, channels, heads, feedForward } = spec.model;
  return (Object.keys(SIZES) as SizeId[]).find((id) => {
    const size = SIZES[id];
    return feedForward === 0 && size.layers === layers && size.channels === channels && size.heads === heads;
  });
}

export interface Preset {
  id: string;
  title: string;
  /** What it is for, in one sentence. */
  about: string;
  /** Where the crossings were measured, in words. */
  expected: string;
  spec: RaceSpec;
}

type Layer = z.input<typeof raceSchema>;

/** A size and the fields in which a preset differs from the defaults. */
function preset(about: Omit<Preset, 'spec'>, size: SizeId, layer: Layer): Preset {
  return { ...about, spec: withSize(raceSchema.parse(layer), size) };
}

/** Expected crossings: fixed packed windows; the lab's own races with its cpu executor unless said. */
export const PRESETS: readonly [Preset, ...Preset[]] = [
  preset(
    {
      id: 'default',
      title: 'Moby Dick, 5,000 tokens',
      about: 'The smallest setting in which diffusion clearly ends below the best of AR on every seed that was tried.',
      expected:
        'On seeds 1–3 AR is best at step 100 (2.53–2.57); live at steps 150–160, strict at steps 600–640 (epochs 123–131).',
    },
    'S',
    { data: { uniqueTokens: 5000 }, train: { steps: 1000, patience: 250 } },
  ),
  preset(
    {
      id: 'quick',
      title: 'Quick: 3,000 tokens',
      about: 'A smaller model on less text, for slow machines; its strict crossing is narrower.',
      expected:
        'On seed 1 AR is best at step 80 (2.67); live at step 130; the strict one, at step 680, stays within the noise.',
    },
    'XS',
    { data: { uniqueTokens: 3000 }, train: { steps: 1000, patience: 250 } },
  ),
  preset(
    {
      id: 'large',
      title: 'Large: 10,000 tokens, 0.8M parameters',
      about: 'A larger model on more text, for machines with a GPU.',
      expected:
        'Not run here yet. A PyTorch study: AR best near step 100, live near step 165, strict near step 905 (epoch 93).',
    },
    'M',
    { data: { uniqueTokens: 10_000 }, train: { steps: 1200, patience: 250 } },
  ),
  preset(
    {
      id: 'brackets',
      title: 'Brackets: 500 sentences',
      about:
        'A task: of which type is the hidden bracket? AR over-fits and forgets how; diffusion learns it late, and better.',
      expected:
        'On seed 1 AR’s accuracy is best at step 120 (0.68) and falls to 0.33, diffusion reaches 0.95; in accuracy, live at step 320, strict at step 800. In loss, live at step 240; the strict one, at step 1000, stays within the noise.',
    },
    'S',
    {
      data: { corpus: 'brackets', uniqueTokens: 10_000 },
      model: { context: 20 },
      train: { steps: 1400, batch: 32, emaDecay: 0.99 },
      evaluation: { denseEvery: 20, questions: 200 },
      sampling: { revealSteps: 20, every: 200 },
    },
  ),
  preset(
    {
      id: 'world',
      title: 'World: 120 facts in two of four wordings',
      about:
        'A task: facts are asked in wordings in which they were not taught. AR answers only in directions it was taught; diffusion answers both.',
      expected:
        'On seed 1 AR’s accuracy stops at 0.63–0.65 (0.99 in directions it was taught, below guessing in the others), diffusion reaches 0.97; in accuracy, live and strict at step 520. In loss, live at step 200, strict at step 360.',
    },
    'S',
    {
      data: { corpus: 'world', uniqueTokens: 1200 },
      model: { context: 5 },
      train: { steps: 1400, batch: 32, emaDecay: 0.99 },
      evaluation: { denseEvery: 20, questions: 240 },
      sampling: { revealSteps: 5, every: 200 },
    },
  ),
];

/** The spec that everything else is a difference from. */
export const DEFAULT_SPEC: RaceSpec = PRESETS[0].spec;

/** A preset by its id; a CrossoverError that lists them for any other. */
export function presetOf(id: string): Preset {
  const found = PRESETS.find((candidate) => candidate.id === id);
  if (found) return found;
  throw badInput(`preset must be one of ${PRESETS.map((each) => each.id).join(', ')}; got ${JSON.stringify(id)}`);
}
