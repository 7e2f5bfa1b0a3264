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

/** The share of characters that are slips in the language that `slipLoss` is about. */
export const SLIP = 0.01;

/** Every arc of the language by its character: what `slipLoss` walks along. */
let arcs: Map<number, { from: number; to: number; p: number }[]> | undefined;

function arcsByCharacter(): NonNullable<typeof arcs> {
  if (arcs) return arcs;
  arcs = new Map();
  for (const [from, ways] of language().edges.entries()) {
    for (const { code, p, to } of ways.values()) {
      const alike = arcs.get(code) ?? [];
      alike.push({ from, to, p });
      arcs.set(code, alike);
    }
  }
  return arcs;
}

/**
 * How likely the language is to write a text that may hold mistakes: the exact −ln p(text) per character, in nats, under
 * the language *with slips*. At each character, with probability 1 %, the pen slips: the character is then any of the 30
 * alike, and the text goes on anywhere in a sentence, by the stationary law. Where it begins and where it slipped are
 * summed out. A flawless text has at most `trueLoss` + 0.0101; a mistake costs about 8 nats and what it takes to find
 * out where the text goes on. Refuses a character that the language does not have.
 */
export function slipLoss(text: string): number {
  const { stationary } = language();
  const walks = arcsByCharacter();
  let belief = stationary;
  let loss = 0;
  const points = codePoints(text);
  points.forEach((point, i) => {
    const ways = walks.get(point);
    if (!ways) {
      const symbol = JSON.stringify(String.fromCodePoint(point));
      throw badInput(`character ${i} of a text, ${symbol}, is none of the ${walks.size} of the synthetic language`);
    }
    const slipped = SLIP / walks.size;
    const next = stationary.map((share) => slipped * share);
    for (const { from, to, p } of ways) next[to] += (1 - SLIP) * belief[from] * p;
    const total = next.reduce((sum, each) => sum + each, 0);
    belief = next.map((each) => each / total);
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
