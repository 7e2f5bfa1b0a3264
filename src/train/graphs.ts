import { badInput } from '../core/errors.ts';
import type { ModelTraits } from '../families/family.ts';
import { backward } from '../graph/autograd.ts';
import { BYTES_PER_ELEMENT } from '../graph/liveness.ts';
import { f32, u32 } from '../graph/op.ts';
import { Tape, type Value } from '../graph/tape.ts';
import type { Routing } from '../model/feedForward.ts';
import { type ParameterLayout, parameterLayout } from '../model/parameters.ts';
import { transformer } from '../model/transformer.ts';
import { adamw } from '../ops/adamw.ts';
import { add } from '../ops/add.ts';
import { countDropped } from '../ops/countDropped.ts';
import { crossEntropy, crossEntropyLoss } from '../ops/crossEntropy.ts';
import { ema } from '../ops/ema.ts';
import { gradNorm } from '../ops/gradNorm.ts';
import { metrics } from '../ops/metrics.ts';
import { routerLoss } from '../ops/routerLoss.ts';
import { uniformBound, uniformBoundLoss } from '../ops/uniformBound.ts';
import type { RaceSpec } from '../spec/schema.ts';

/** Rows of the metrics ring: how many steps may pass before the host must have read them. */
export const RING_ROWS = 64;
export const RING_COLUMNS = 4;
const GUARD_SIZE = 64;

/** Arenas that the optimizer, the evaluation and a checkpoint share. Sizes in elements. */
export function arenaSizes(layout: ParameterLayout): Record<string, number> {
  const { size } = layout;
  return {
    params: size,
    grads: size,
    m: size,
    v: size,
    ema: size,
    best: size,
    ring: RING_ROWS * RING_COLUMNS,
    guard: GUARD_SIZE,
  };
}

/** Bytes of those arenas on the device. */
export function arenaBytes(layout: ParameterLayout): number {
  return Object.values(arenaSizes(layout)).reduce((bytes, size) => bytes + BYTES_PER_ELEMENT * size, 0);
}

/** What the host writes before a run: N = B·T positions. */
export interface BatchInputs {
  ids: Value;
  targets: Value;
  weights: Value;
  /** u32 [N, 2], while training a family that is trained in several orders. */
  positions?: Value;
  /** With the loss `uniform-bound`. */
  shares?: Value;
}

function batchInputs(tape: Tape, N: number, { loss }: ModelTraits): BatchInputs {
  return {
    ids: tape.input('ids', u32(N)),
    targets: tape.input('targets', u32(N)),
    weights: tape.input('weights', f32(N)),
    ...(loss === 'uniform-bound' && { shares: tape.input('shares', f32(N)) }),
  };
}

/** Where the rows of B sequences stand that are read from left to right; undefined where row i stands at i. */
function leftToRight(tape: Tape, B: number, T: number, { leftToRight: places }: ModelTraits): Value | undefined {
  if (!places) return undefined;
  const one = places(T);
  const all = new Uint32Array(B * one.length);
  for (let row = 0; row < B; row++) all.set(one, row * one.length);
  return tape.constant('positions', u32(B * T, 2), all);
}

export interface TrainingGraph {
  tape: Tape;
  inputs: BatchInputs;
  logits: Value;
  rowLoss: Value;
  /** [RING_ROWS, RING_COLUMNS]: loss, gradient norm, share of dropped pairs of recent steps. */
  ring: Value;
  /** Whether pairs of tokens and experts may be dropped. */
  drops: boolean;
  gradients: Map<string, Value>;
}

/** One whole optimizer step: forward, loss, backward, gradient norm, metrics, AdamW, EMA. */
export function trainingGraph(spec: RaceSpec, vocabulary: number, traits: ModelTraits): TrainingGraph {
  const { model, train } = spec;
  const layout = parameterLayout(model, vocabulary);
  const tape = new Tape();
  const N = train.batch * model.context;
  const inputs = batchInputs(tape, N, traits);
  if (traits.leftToRight) inputs.positions = tape.input('positions', u32(N, 2));
  const { logits, parameters, routings } = transformer(inputs.ids, {
    model,
    vocabulary,
    causal: traits.causal,
    arena: 'params',
    dropout: train,
    limited: true,
    ...(inputs.positions && { positions: inputs.positions }),
  });
  const rowLoss = trainingLoss(logits, inputs, vocabulary - 1);
  // What the routers are taught beside the text is differentiated with it, and never reported as its loss.
  const roots = [rowLoss, ...tape.scope('routers', () => routerLosses(routings, train))];
  const cotangents = backward(tape, new Map(roots.map((root) => [root, 'ones' as const])), add);

  const gradients = new Map<string, Value>();
  for (const { name, offset } of layout.slices) {
    const gradient = cotangents.get(parameters.get(name)!);
    if (!gradient) throw badInput(`the loss does not depend on the parameter ${name}`);
    // The last op of a parameter's gradient writes straight into the arena that the optimizer reads.
    gradient.storage = { kind: 'state', arena: 'grads', offset };
    gradients.set(name, gradient);
  }

  const arena = (name: string): Value => tape.state(name, f32(layout.size), name, 0);
  const ring = tape.state('ring', f32(RING_ROWS, RING_COLUMNS), 'ring', 0);
  const guard = tape.state('guard', f32(4), 'guard', 0);
  const drops = model.expertCapacity > 0 && model.routing === 'token' && routings.length > 0;
  tape.scope('optimizer', () => {
    const grads = arena('grads');
    const params = arena('params');
    const norm = gradNorm(grads);
    metrics(rowLoss, norm, ring, guard);
    if (drops)
      for (const { starts, pairs } of routings)
        countDropped(starts, ring, { pairs, weight: 1 / (pairs * model.layers) });
    adamw(
      { params, m: arena('m'), v: arena('v'), grads, norm, guard },
      {
        decayEnd: layout.decayEnd,
        beta1: train.beta1,
        beta2: train.beta2,
        epsilon: train.epsilon,
        weightDecay: train.weightDecay,
      },
    );
    ema(arena('ema'), params, guard);
  });
  return { tape, inputs, logits, rowLoss, ring, drops, gradients };
}

/** [N], with its gradient: the root to differentiate from. */
function trainingLoss(logits: Value, { ids, targets, weights, shares }: BatchInputs, extra: number): Value {
  if (shares) return uniformBound(logits, { targets, noised: ids, shares, weights }, extra);
  return crossEntropy(logits, targets, weights, extra).rowLoss;
}

/** What each layer's router is taught, [N] with its gradient: further roots. */
function routerLosses(
  routings: readonly Routing[],
  { balanceLoss: balance, routerZLoss: z }: RaceSpec['train'],
): Value[] {
  if (balance === 0 && z === 0) return [];
  return routings.map(({ logits, asked, pairs }) => routerLoss(logits, asked, { balance, z, pairs }));
}

/** [N], without it. */
function evaluationLoss(logits: Value, { ids, targets, weights, shares }: BatchInputs, extra: number): Value {
  if (shares) return uniformBoundLoss(logits, { targets, noised: ids, shares, weights }, extra);
  return crossEntropyLoss(logits, targets, weights, extra);
}

export interface EvaluationGraph {
  tape: Tape;
  inputs: BatchInputs;
  /** weights · CE (or · the integrand of the bound) of every position, [N]. */
  rowLoss: Value;
}

/** Forward and loss of B sequences on the weights of `arena`. */
export function evaluationGraph(
  spec: RaceSpec,
  vocabulary: number,
  traits: ModelTraits,
  arena: string,
): EvaluationGraph {
  const { model, train } = spec;
  const tape = new Tape();
  const inputs = batchInputs(tape, train.batch * model.context, traits);
  const positions = leftToRight(tape, train.batch, model.context, traits);
  const { causal } = traits;
  const { logits } = transformer(inputs.ids, { model, vocabulary, causal, arena, ...(positions && { positions }) });
  return { tape, inputs, rowLoss: evaluationLoss(logits, inputs, vocabulary - 1) };
}

/**
 * Forward of `sequences` of T tokens, for sampling, scoring and looking inside: ids [N] → logits [N, V]; what `attended`
 * and `routings` are, `transformer` says.
 */
export function samplingGraph(spec: RaceSpec, vocabulary: number, traits: ModelTraits, arena: string, sequences = 1) {
  const { model } = spec;
  const tape = new Tape();
  const ids = tape.input('ids', u32(sequences * model.context));
  const positions = leftToRight(tape, sequences, model.context, traits);
  const { causal } = traits;
  const options = { model, vocabulary, causal, arena, ...(positions && { positions }) };
  const { logits, attended, routings } = transformer(ids, options);
  return { tape, ids, logits, attended, routings };
}
