import { feedForwardOf, type RaceSpec } from './schema.ts';

type ModelSpec = RaceSpec['model'];

/** Whether there is a router: with one expert there is nothing to choose, and the model is the dense one. */
export function isRouted(model: ModelSpec): boolean {
  return model.experts > 1;
}

/** Matrices of feed-forward layers that a token passes through: one if dense, else k of E and the shared one. */
export function activeExperts(model: ModelSpec): number {
  return model.experts === 0 ? 1 : model.expertsPerToken + (model.sharedExpert ? 1 : 0);
}

/** Feed-forward layers that there are in a block. */
export function allExperts(model: ModelSpec): number {
  return model.experts === 0 ? 1 : model.experts + (model.sharedExpert ? 1 : 0);
}

/** Tokens of a sequence that an expert gets if all get equally many: T·k/E, and of it a share. Rounded up. */
function fairShare({ context: T, experts, expertsPerToken: k }: ModelSpec, times = 1): number {
  return Math.min(T, Math.ceil((times * T * k) / experts));
}

/** Tokens that each expert takes of a sequence, where the experts choose. */
export function tokensTaken(model: ModelSpec): number {
  return fairShare(model);
}

/** Tokens of a sequence that an expert takes at most while training, where the tokens choose; 0: no limit. */
export function slotsOfSequence(model: ModelSpec): number {
  return model.expertCapacity === 0 ? 0 : fairShare(model, model.expertCapacity);
}

/**
 * Rows that the experts of a layer compute for B sequences: a token's k each, fewer where a capacity drops some. The
 * capacity holds while training only.
 */
export function expertRows(model: ModelSpec, B: number, limited: boolean): number {
  const { context: T, experts: E, expertsPerToken: k, routing } = model;
  if (isRouted(model) && routing === 'expert') return B * E * tokensTaken(model);
  const slots = limited ? slotsOfSequence(model) : 0;
  return B * (slots === 0 ? T * k : Math.min(T * k, E * slots));
}

/**
 * The dense model beside a mixture of experts: of equal FLOPs a token, F·(k + shared), or of equally many parameters,
 * F·(E + shared); the router, E·C a layer, is left out of both.
 */
export function denseLike(model: ModelSpec, matched: 'flops' | 'parameters'): ModelSpec {
  const times = matched === 'flops' ? activeExperts(model) : allExperts(model);
  const none = { experts: 0, sharedExpert: false, routing: 'token', expertCapacity: 0 } as const;
  return { ...model, ...none, feedForward: times * feedForwardOf(model) };
}
