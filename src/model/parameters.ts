import { stream } from '../core/rng.ts';
import { elements, type Shape } from '../core/shape.ts';
import { feedForwardOf, type RaceSpec } from '../spec/schema.ts';

export type ModelSpec = RaceSpec['model'];

/** One parameter in the flat arenas. `offset` in elements, a multiple of 64 (256 bytes), so that it can be bound. */
export interface ParameterSlice {
  name: string;
  shape: Shape;
  offset: number;
}

/** Where every parameter lives. Matrices come first: weight decay is the elements below `decayEnd`. */
export interface ParameterLayout {
  slices: readonly ParameterSlice[];
  size: number;
  decayEnd: number;
}

const ALIGNMENT = 64;

/** Every parameter and its shape, in the order of the forward pass. Matrices are [out, in] as in PyTorch. */
export function parameterShapes(model: ModelSpec, V: number): Map<string, Shape> {
  const { layers, channels: C, heads: H } = model;
  const D = C / H;
  const F = feedForwardOf(model);
  const shapes = new Map<string, Shape>([['embed', [V, C]]]);
  for (let i = 0; i < layers; i++) {
    const add = (name: string, shape: Shape) => shapes.set(`layers.${i}.${name}`, shape);
    add('norm1', [C]);
    add('qkv', [3 * C, C]);
    add('qNorm', [D]);
    add('kNorm', [D]);
    add('proj', [C, C]);
    add('norm2', [C]);
    add('gateUp', [2 * F, C]);
    add('down', [C, F]);
  }
  shapes.set('norm', [C]);
  if (!model.tiedHead) shapes.set('head', [V, C]);
  return shapes;
}

export function parameterLayout(model: ModelSpec, V: number): ParameterLayout {
  const shapes = [...parameterShapes(model, V)];
  const matrices = shapes.filter(([, shape]) => shape.length === 2);
  const gains = shapes.filter(([, shape]) => shape.length === 1);
  const slices: ParameterSlice[] = [];
  let size = 0;
  let decayEnd = 0;
  for (const [name, shape] of [...matrices, ...gains]) {
    slices.push({ name, shape, offset: size });
    size += Math.ceil(elements(shape) / ALIGNMENT) * ALIGNMENT;
    if (shape.length === 2) decayEnd = size;
  }
  return { slices, size, decayEnd };
}

/**
 * Initial parameters: matrices N(0, initStd), those that write to the residual stream × 1/√(2L) when
 * `scaledResidualInit` (GPT-2), gains 1. A pure function of the seed: both families start from the same numbers.
 */
export function initialParameters(model: ModelSpec, layout: ParameterLayout, seed: number): Float32Array {
  const arena = new Float32Array(layout.size);
  const residualScale = model.scaledResidualInit ? 1 / Math.sqrt(2 * model.layers) : 1;
  for (const { name, shape, offset } of layout.slices) {
    const slice = arena.subarray(offset, offset + elements(shape));
    if (shape.length === 1) {
      slice.fill(1);
      continue;
    }
    const draws = stream(seed, `init ${name}`);
    const std = model.initStd * (/\.(proj|down)$/.test(name) ? residualScale : 1);
    for (let i = 0; i < slice.length; i++) slice[i] = std * draws.normal(0, i);
  }
  return arena;
}
