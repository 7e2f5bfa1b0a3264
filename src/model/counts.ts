import { elements } from '../core/shape.ts';
import { activeExperts, allExperts, expertRows, isRouted } from '../spec/experts.ts';
import { feedForwardOf } from '../spec/schema.ts';
import { type ModelSpec, parameterShapes } from './parameters.ts';

/** Parameters, the embedding and the untied head included. */
export function parameterCount(model: ModelSpec, V: number): number {
  return [...parameterShapes(model, V).values()].reduce((n, shape) => n + elements(shape), 0);
}

/** Those that one token passes through: all but the experts that it does not use (on average, where experts choose). */
export function activeParameterCount(model: ModelSpec, V: number): number {
  const idle = allExperts(model) - activeExperts(model);
  return parameterCount(model, V) - model.layers * idle * 3 * feedForwardOf(model) * model.channels;
}

/**
 * FLOPs of one forward pass over B sequences of T tokens: 2 per multiply–add of every matrix product, and
 * 4·D per head for every pair (query, key) that attends (QKᵀ and PV). Norms, activations and softmax are left out,
 * as is usual. Causal attention has T(T + 1)/2 pairs a sequence, bidirectional T². Of experts, those that are used, and
 * the router; `limited`: with their capacity, as in training.
 */
export function forwardFlops(model: ModelSpec, V: number, B: number, causal: boolean, limited = false): number {
  const { layers, channels: C, context: T, experts } = model;
  const N = B * T;
  const mlp = 3 * feedForwardOf(model) * C;
  const rows = experts === 0 ? N : expertRows(model, B, limited) + (model.sharedExpert ? N : 0);
  const router = isRouted(model) ? N * experts * C : 0;
  const matrices = layers * (N * (3 * C * C + C * C) + rows * mlp + router) + N * V * C;
  const pairs = causal ? (T * (T + 1)) / 2 : T * T;
  return 2 * matrices + layers * B * 4 * C * pairs;
}

/** FLOPs of one training step: the backward pass costs twice the forward. Recomputation is not counted. */
export function trainingFlops(model: ModelSpec, V: number, B: number, causal: boolean): number {
  return 3 * forwardFlops(model, V, B, causal, true);
}

/**
 * What writing T tokens in N steps without a cache costs, over what AR with a KV cache spends on them: in FLOPs
 * N·(2P + 4·L·C·T) / (2P + 2·L·C·T), P parameters that a token uses (Ni et al. 2025). AR computes each token once and looks
 * back at half of them on average; diffusion computes all of them at every step, each looking at all.
 */
export function samplingRatio(
  { parameters, layers, channels }: { parameters: number; layers: number; channels: number },
  steps: number,
  tokens: number,
): number {
  const attention = 2 * layers * channels * tokens;
  return (steps * (2 * parameters + 2 * attention)) / (2 * parameters + attention);
}
