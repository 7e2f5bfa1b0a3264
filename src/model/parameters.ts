import { stream } from '../core/rng.ts';
import { elements, type Shape } from '../core/shape.ts';
import { isRouted } from '../spec/experts.ts';
import { feedForwardOf, type RaceSpec } from '../spec/schema.ts';

export type ModelSpec = RaceSpec['model'];

/** One parameter in the flat arenas. `offset` in elements, a multiple of 64 (256 bytes), so that it can be bound. */
export interface ParameterSlice {
  name: string;
  shape: Shape;
  offset: number;
  /** The matrices of so many experts, one after the other in the rows. */
  experts?: number;
}

/** Where every parameter lives. Matrices come first: weight decay is the elements below `decayEnd`. */
export interface ParameterLayout {
  slices: readonly ParameterSlice[];
  size: number;
  decayEnd: number;
}

const ALIGNMENT = 64;

/**
 * Every parameter and its shape, in the order of the forward pass. Matrices are [out, in] as in PyTorch; those of E
 * experts lie one after the other, [E·out, in]. A single expert has the parameters of the dense layer.
 */
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
    const mlp = (prefix: string, E = 1) => {
      add(`${prefix}gateUp`, [E * 2 * F, C]);
      add(`${prefix}down`, [E * C, F]);
    };
    if (isRouted(model)) {
      add('router', [model.experts, C]);
      mlp('experts.', model.experts);
    } else mlp('');
    if (model.experts > 0 && model.sharedExpert) mlp('shared.');
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
    slices.push({ name, shape, offset: size, ...(/\bexperts\./.test(name) && { experts: model.experts }) });
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
  for (const { name, shape, offset, experts = 1 } of layout.slices) {
    const slice = arena.subarray(offset, offset + elements(shape));
    if (shape.length === 1) {
      slice.fill(1);
      continue;
    }
    const std = model.initStd * (/\b(proj|down)$/.test(name) ? residualScale : 1);
    const size = slice.length / experts;
    for (let e = 0; e < experts; e++) {
      // The first expert begins as the dense layer does, and as if there were no others.
      const draws = stream(seed, `init ${name.replace('experts.', '')}${e > 0 ? ` of expert ${e}` : ''}`);
      for (let i = 0; i < size; i++) slice[e * size + i] = std * draws.normal(0, i);
    }
  }
  return arena;
}
