import { f32 } from '../graph/op.ts';
import type { Tape, Value } from '../graph/tape.ts';
import { attention } from '../ops/attention.ts';
import { dropout } from '../ops/dropout.ts';
import { embedding } from '../ops/embedding.ts';
import { linear } from '../ops/matmul.ts';
import { qkRope, qkRopeAt, ropeTable } from '../ops/qkRope.ts';
import { residualNorm, rmsNorm } from '../ops/rmsNorm.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { feedForward, type Routing } from './feedForward.ts';
import { type ModelSpec, type ParameterLayout, parameterLayout } from './parameters.ts';

export interface TransformerOptions {
  model: ModelSpec;
  /** V, with the extra token. */
  vocabulary: number;
  causal: boolean;
  /** Which arena holds the weights: params while training, ema for evaluation. */
  arena: string;
  /** Share that is dropped, and where; absent outside of training. */
  dropout?: Pick<RaceSpec['train'], 'dropout' | 'dropoutOn'>;
  /** Whether experts have their capacity: while training only, so that what is evaluated never depends on it. */
  limited?: boolean;
  /** u32 [N, 2], each of {0 … T}: where RoPE turns the query and the key of each row. Absent: row i stands at i % T. */
  positions?: Value;
}

/** Dropout at a place of the model. Each has a number of its own, and so its own masks. */
type Drop = (x: Value, on: 'attention' | 'mlp' | 'residual', site: number) => Value;

function dropper({ dropout: rate, dropoutOn }: NonNullable<TransformerOptions['dropout']>): Drop {
  return (x, on, site) => (rate > 0 && (dropoutOn === on || dropoutOn === 'all') ? dropout(x, rate, site) : x);
}

/** The parameters of a layout as values on a tape. */
function bindParameters(tape: Tape, layout: ParameterLayout, arena: string): Map<string, Value> {
  return new Map(
    layout.slices.map(({ name, shape, offset }) => [name, tape.state(name, f32(...shape), arena, offset)]),
  );
}

/**
 * The paper's transformer: pre-norm RMSNorm, per-head QK-norm, RoPE, SwiGLU, no biases (the architecture of
 * Hugging Face's Qwen3), its feed-forward layers dense or of experts. ids [N] → logits [N, V], N = B·T; `attended` has
 * the rows that each layer's attention reads, [N, 3C], queries and keys rotated; `routings` what each layer's router
 * did, where there are routers.
 */
export function transformer(
  ids: Value,
  { model, vocabulary, causal, arena, dropout: dropped, limited = false, positions }: TransformerOptions,
): { logits: Value; parameters: Map<string, Value>; attended: Value[]; routings: Routing[] } {
  const { tape } = ids;
  const { layers, channels: C, heads: H, context: T, normEpsilon } = model;
  const parameters = bindParameters(tape, parameterLayout(model, vocabulary), arena);
  const weight = (name: string): Value => parameters.get(name)!;
  const D = C / H;
  const places = positions ? T + 1 : T;
  const rope = tape.constant('rope', f32(places, D), ropeTable(places, D, model.ropeTheta));
  const drop: Drop = dropped ? dropper(dropped) : (x) => x;

  // Sites of dropout: 0 … 2L on the residual stream, 2L + 1 … 4L within the blocks, and then those of shared experts.
  const inner = 2 * layers;

  // The residual stream is `h`; each block's output `x` is added to it by the next norm.
  let h = drop(embedding(ids, weight('embed')), 'residual', 0);
  let x: Value | undefined;
  const attended: Value[] = [];
  const routings: Routing[] = [];
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
      const gains = [weight(`${layer}.qNorm`), weight(`${layer}.kNorm`)] as const;
      const rotated = positions
        ? qkRopeAt(qkv, ...gains, rope, positions, { H, epsilon: normEpsilon })
        : qkRope(qkv, ...gains, rope, { T, H, epsilon: normEpsilon });
      attended.push(rotated);
      const [mixing, feeding] = [2 * i + 1, 2 * i + 2];
      const mixed = drop(attention(rotated, { T, H, causal: causal ? 1 : 0 }), 'attention', inner + mixing);
      x = drop(linear(mixed, weight(`${layer}.proj`)), 'residual', mixing);
      const { y, routing } = feedForward(normed(`${layer}.norm2`), {
        model,
        causal,
        limited,
        weight: (name) => weight(`${layer}.${name}`),
        drop: (hidden, shared) => drop(hidden, 'mlp', shared ? 2 * inner + 1 + i : inner + feeding),
      });
      if (routing) routings.push(routing);
      x = drop(y, 'residual', feeding);
    });
  }
  const logits = tape.scope('head', () => linear(normed('norm'), weight(model.tiedHead ? 'embed' : 'head')));
  return { logits, parameters, attended, routings };
}
