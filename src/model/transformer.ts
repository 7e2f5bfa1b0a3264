import { f32 } from '../graph/op.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { attention } from '../ops/attention.ts';
import { dropout } from '../ops/dropout.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/matmul.ts';
import { qkRope, ropeTable } from '../ops/qkRope.ts';
import { residualNorm, rmsNorm } from '../ops/rmsNorm.ts';
import { swiglu } from '../ops/swiglu.ts';
import { type ModelSpec, type ParameterLayout, parameterLayout } from './parameters.ts';

export interface TransformerOptions {
  model: ModelSpec;
  /** V, with the extra token. */
  vocabulary: number;
  causal: boolean;
  /** Which arena holds the weights: params while training, ema for evaluation. */
  arena: string;
  /** Dropout rate; 0 outside of training. */
  dropout: number;
}

/** The parameters of a layout as values on a tape. */
function bindParameters(tape: Tape, layout: ParameterLayout, arena: string): Map<string, Value> {
  return new Map(
    layout.slices.map(({ name, shape, offset }) => [name, tape.state(name, f32(...shape), arena, offset)]),
  );
}

/**
 * The paper's transformer: pre-norm RMSNorm, per-head QK-norm, RoPE, SwiGLU, no biases (the architecture of
 * Hugging Face's Qwen3). ids [N] → logits [N, V], N = B·T.
 */
export function transformer(
  ids: Value,
  { model, vocabulary, causal, arena, dropout: rate }: TransformerOptions,
): { logits: Value; parameters: Map<string, Value> } {
  const { tape } = ids;
  const { layers, channels: C, heads: H, context: T, normEpsilon } = model;
  const parameters = bindParameters(tape, parameterLayout(model, vocabulary), arena);
  const weight = (name: string): Value => parameters.get(name)!;
  const D = C / H;
  const rope = tape.constant('rope', f32(T, D), ropeTable(T, D, model.ropeTheta));
  let site = 0;
  const drop = (x: Value): Value => (rate > 0 ? dropout(x, rate, site++) : x);

  // The residual stream is `h`; each block's output `x` is added to it by the next norm.
  let h = drop(embedding(ids, weight('embed')));
  let x: Value | undefined;
  const normed = (gain: string): Value => {
    if (!x) return rmsNorm(h, weight(gain), normEpsilon);
    const both = residualNorm(x, h, weight(gain), normEpsilon);
    h = both.h;
    return both.n;
  };
  for (let i = 0; i < layers; i++) {
    const layer = `layers.${i}`;
    tape.scope(`layer ${i}`, () => {
      const qkv = linear(normed(`${layer}.norm1`), weight(`${layer}.qkv`));
      const rotated = qkRope(qkv, weight(`${layer}.qNorm`), weight(`${layer}.kNorm`), rope, {
        T,
        H,
        epsilon: normEpsilon,
      });
      x = drop(linear(attention(rotated, { T, H, causal: causal ? 1 : 0 }), weight(`${layer}.proj`)));
      const gateUp = linear(normed(`${layer}.norm2`), weight(`${layer}.gateUp`));
      x = drop(linear(swiglu(gateUp), weight(`${layer}.down`)));
    });
  }
  const logits = tape.scope('head', () => linear(normed('norm'), weight(model.tiedHead ? 'embed' : 'head')));
  return { logits, parameters };
}
