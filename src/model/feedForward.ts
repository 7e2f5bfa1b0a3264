import { badInput } from '../core/errors.ts';
import { f32, u32 } from '../graph/op.ts';
import type { Value } from '../graph/tape.ts';
import { add } from '../ops/add.ts';
import { assign } from '../ops/assign.ts';
import { chooseTokens } from '../ops/chooseTokens.ts';
import { combine } from '../ops/combine.ts';
import { expertsLinear } from '../ops/experts.ts';
import { gatherRows } from '../ops/gatherRows.ts';
import { linear } from '../ops/matmul.ts';
import { route } from '../ops/route.ts';
import { softmax } from '../ops/softmax.ts';
import { swiglu } from '../ops/swiglu.ts';
import { isRouted, slotsOfSequence, tokensTaken } from '../spec/experts.ts';
import type { ModelSpec } from './parameters.ts';

/** What a layer's router did: what its losses and the metrics need. */
export interface Routing {
  /** Of the router, [N, E]. */
  logits: Value;
  /** u32 [E]: how many pairs chose each expert. */
  asked: Value;
  /** u32 [E + 1], as `assign` says. */
  starts: Value;
  /** (token, expert) pairs. */
  pairs: number;
  /** u32 [N, k]: the experts that each token uses, the best first; where the tokens choose. */
  choice?: Value;
}

/** Where the (token, expert) pairs go, and what each counts. */
interface Choice {
  pairs: Record<'slot' | 'source' | 'starts', Value>;
  gates: Value;
  routing?: Routing;
}

export interface FeedForwardOptions {
  model: ModelSpec;
  causal: boolean;
  /** Whether experts take so many tokens at most (`model.expertCapacity`), as in training. */
  limited: boolean;
  /** A parameter of this layer. */
  weight: (name: string) => Value;
  /** Dropout of a hidden layer; `shared` is that of the expert that every token uses. */
  drop: (hidden: Value, shared: boolean) => Value;
}

/** The feed-forward layer of a block, dense or of experts: n[N, C] → [N, C]. */
export function feedForward(n: Value, options: FeedForwardOptions): { y: Value; routing?: Routing } {
  const { model, weight, drop } = options;
  const mlp = (prefix: string) => {
    const hidden = drop(swiglu(linear(n, weight(`${prefix}gateUp`))), prefix !== '');
    return linear(hidden, weight(`${prefix}down`));
  };
  if (model.experts === 0) return { y: mlp('') };
  const { pairs, gates, routing } = choose(n, options);
  const prefix = isRouted(model) ? 'experts.' : '';
  const rows = gatherRows(n, pairs);
  const hidden = drop(swiglu(expertsLinear(rows, weight(`${prefix}gateUp`), pairs.starts)), false);
  const mixed = combine(expertsLinear(hidden, weight(`${prefix}down`), pairs.starts), gates, pairs);
  return { y: model.sharedExpert ? add(mixed, mlp('shared.')) : mixed, ...(routing && { routing }) };
}

function choose(n: Value, { model, causal, limited, weight }: FeedForwardOptions): Choice {
  const { experts: E, expertsPerToken: k, context: T } = model;
  const [N] = n.shape;
  const { tape } = n;
  if (!isRouted(model)) {
    const choice = tape.constant('the only expert', u32(N, 1), new Uint32Array(N));
    const gates = tape.constant('its gates', f32(N, 1), new Float32Array(N).fill(1));
    return { pairs: assign(choice, { E, T, capacity: 0 }), gates };
  }
  const logits = linear(n, weight('router'));
  const p = softmax(logits);
  if (model.routing === 'expert') {
    if (causal)
      throw badInput(
        'model.routing expert cannot be used by a causal model: which tokens an expert takes depends on the whole sequence, and so tells earlier positions of later ones',
      );
    const c = tokensTaken(model);
    const pairs = chooseTokens(p, { T, c });
    // All experts take equally many.
    const asked = tape.constant('asked', u32(E), new Uint32Array(E).fill((N / T) * c));
    return { pairs, gates: p, routing: { logits, asked, starts: pairs.starts, pairs: pairs.source.shape[0] } };
  }
  const { choice, gates } = route(p, k);
  const { asked, ...pairs } = assign(choice, { E, T, capacity: limited ? slotsOfSequence(model) : 0 });
  return { pairs, gates, routing: { logits, asked, starts: pairs.starts, pairs: N * k, choice } };
}
