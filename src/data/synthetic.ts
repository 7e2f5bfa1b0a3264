import { badInput } from '../core/errors.ts';
import { stream } from '../core/rng.ts';
import { type Automaton, buildAutomaton } from './language.ts';
import { codePoints } from './text.ts';

let built: Automaton | undefined;

function language(): Automaton {
  built ??= buildAutomaton();
  return built;
}

/** Entropy of the synthetic language, nats per character: Σ over nodes of its share of time · its next character's entropy. */
export function entropyRate(): number {
  const { edges, stationary } = language();
  return edges.reduce((sum, ways, node) => {
    let entropy = 0;
    for (const { p } of ways.values()) entropy -= p * Math.log(p);
    return sum + stationary[node] * entropy;
  }, 0);
}

/**
 * A text of the synthetic language, a pure function of the seed. It begins anywhere in a sentence, by the stationary
 * law, so that every window of it is a draw from one law: the one of which `trueLoss` gives −ln p.
 */
export function generate(seed: number, characters: number): string {
  const { edges, stationary } = language();
  const rng = stream(seed, 'synthetic');
  let node = draw(
    Array.from(stationary, (p, to) => ({ p, to })),
    rng.uniform(0, 1),
  ).to;
  let text = '';
  for (let i = 0; i < characters; i++) {
    const { code, to } = draw(edges[node].values(), rng.uniform(i, 0));
    text += String.fromCharCode(code);
    node = to;
  }
  return text;
}

/**
 * The exact −ln p(window) per character, in nats, when nothing before the window is known: where in a sentence it
 * begins is summed out under the stationary law. No model that sees each window by itself can do better on
 * average, so this is the floor of both families. Refuses a text that the language cannot have written.
 */
export function trueLoss(window: string): number {
  const { edges, stationary } = language();
  // The nodes in which the language may be, and how probable each is given the window so far.
  const nodes = Array.from(stationary, (_, node) => node);
  const belief = stationary.slice();
  let alive = nodes.length;
  let loss = 0;
  const points = codePoints(window);
  points.forEach((point, i) => {
    let kept = 0;
    let total = 0;
    for (let n = 0; n < alive; n++) {
      const edge = edges[nodes[n]].get(point);
      if (edge === undefined) continue;
      nodes[kept] = edge.to;
      belief[kept] = belief[n] * edge.p;
      total += belief[kept++];
    }
    if (kept === 0) {
      const symbol = JSON.stringify(String.fromCodePoint(point));
      throw badInput(
        `the text is not of the synthetic language: character ${i} of a window, ${symbol}, cannot stand there`,
      );
    }
    for (let n = 0; n < kept; n++) belief[n] /= total;
    alive = kept;
    loss -= Math.log(total);
  });
  return loss / points.length;
}

/** The outcome at u ∈ [0, 1) of the cumulative distribution; what rounding leaves over falls to the last. */
function draw<T extends { p: number }>(outcomes: Iterable<T>, u: number): T {
  let left = u;
  let chosen: T | undefined;
  for (const outcome of outcomes) {
    chosen = outcome;
    left -= outcome.p;
    if (left < 0) break;
  }
  return chosen!;
}
