import { badInput } from '../core/errors.ts';
import { stream } from '../core/rng.ts';
import { elements } from '../core/shape.ts';
import { type Measured, measuredMean } from '../core/statistics.ts';
import type { Dataset } from '../data/dataset.ts';
import { probabilities } from '../families/choose.ts';
import type { Family } from '../families/family.ts';
import { checkMasks, type Given, givenOf, oneByOne, readingOf, truthInHoles, wholeText } from '../families/looking.ts';
import { hidden, type Reading } from '../families/scoring.ts';
import type { Executor, State } from '../graph/executor.ts';
import { forwardFlops } from '../model/counts.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { LossBound } from '../spec/bound.ts';
import type { RaceSpec } from '../spec/schema.ts';
import { Forwards, negativeLogLikelihoods } from './forwards.ts';
import { samplingGraph } from './graphs.ts';
import { samplingOptions } from './sampling.ts';

/** A family to look into, on the averaged weights: those that are evaluated. */
export interface InsightOptions {
  executor: Executor;
  spec: RaceSpec;
  family: Family;
  dataset: Pick<Dataset, 'tokenizer' | 'extra' | 'vocabulary'>;
  /** Has the arena. */
  state: State;
  /** The averaged weights as they are now, or as they were at their best evaluation. */
  arena: 'ema' | 'best';
  /** Kernel variants of the race; nothing is added to them. */
  variants: Readonly<Record<string, string>>;
}

/** Model FLOPs that a question may take of a family: some seconds on two CPU cores. */
export const MOST_FLOPS = 1e11;
/** Holes that are filled at once, at most: one forward each. */
export const MOST_HOLES = 128;
/** Predictions that are told of a position. */
const TOLD = 5;
/** Draws of the loss of a whole text. */
const DRAWS = 64;

/** The most probable tokens of some positions, the best first: `ids` and `p` are [positions, k]. */
export interface Predictions {
  k: number;
  ids: Uint32Array;
  p: Float32Array;
}

export interface TokenScores {
  given: Given;
  /** The first position that was scored. */
  from: number;
  /** −ln p, in nats, of each token from there on: as many as the cost allows. */
  nll: Float64Array;
  /** What the model expected at each of them. */
  top: Predictions;
  /** Of the text as it is evaluated, nats per token; null where it would cost too much. `se` is over its draws. */
  whole: { value: number; se: number | null; bound: LossBound; draws: number } | null;
}

/**
 * How surprising each token of a text is where it stands, and the loss of the whole.
 *
 * @param tokens u32 [T], of which the first `length` are the text
 */
export async function scoreTokens(
  options: InsightOptions,
  tokens: Uint32Array,
  { length, from = 0 }: { length: number; from?: number },
): Promise<TokenScores> {
  const { spec, family, dataset } = options;
  const { extra, vocabulary } = dataset;
  const { context: T } = spec.model;
  const affordable = Math.max(1, Math.floor(MOST_FLOPS / forwardFlops(spec.model, vocabulary, 1, family.causal)));
  const given = givenOf(family);
  const count = Math.min(length - from, given === 'before' ? length : affordable);
  const places = Array.from({ length: count }, (_, i) => from + i);
  const top = noPredictions(count, vocabulary);
  const nll = new Float64Array(count);
  const readings = oneByOne(family, tokens, places, extra);
  return withForwards(options, spec.train.batch, async (forwards) => {
    await eachReading(forwards, readings, ({ terms }, logits) => {
      const losses = negativeLogLikelihoods(logits, forwards.shape, terms);
      for (const [i, { position }] of terms.entries()) {
        nll[position - from] = losses[i];
        predict(top, position - from, rowOf(logits, position, T), extra);
      }
    });
    const noise = stream(spec.seed, 'insight');
    const draws = family.evaluationDraws(DRAWS);
    if (draws > affordable) return { given, from, nll, top, whole: null };
    const whole = await wholeLoss(forwards, wholeText(family, tokens.slice(0, length), { T, extra, noise, draws }));
    return { given, from, nll, top, whole: { ...whole, bound: family.bound, draws } };
  });
}

/** One forward of a filling. */
export interface FillStep {
  /** Holes that the model was asked about: all that are open, or only the next one where it reads from left to right. */
  open: number[];
  top: Predictions;
  /** What was written, and how probable it was. */
  filled: { position: number; token: number; p: number };
}

export interface Filling {
  given: Given;
  steps: FillStep[];
  /** Of the truth in the holes: −ln p of each, given what the family may see and the truth in the holes before it. */
  truth: { position: number; nll: number }[];
  /**
   * Where only what stands before is seen: −ln p from the first hole to the end of the text, the rest that was given
   * included, with the truth in the holes and with what the model wrote.
   */
  toTheEnd?: { truth: number; own: number };
}

/**
 * Lets a family write into holes, one token a forward and always the most probable: AR from left to right, seeing what is
 * to the left; diffusion where it is surest, of equals the first. What is given stays as it is.
 *
 * @param tokens u32 [T] with the truth in the holes; the first `length` are the text
 * @param holes in rising order, at least one
 * @throws CrossoverError 'bad-input' where there are too many of them for this model
 */
export async function fillHoles(
  options: InsightOptions,
  tokens: Uint32Array,
  { length, holes }: { length: number; holes: readonly number[] },
): Promise<Filling> {
  const { spec, family, dataset } = options;
  const { extra, vocabulary } = dataset;
  const { context: T } = spec.model;
  checkMasks(family);
  const flops = 2 * holes.length * forwardFlops(spec.model, vocabulary, 1, family.causal);
  if (holes.length > MOST_HOLES || flops > MOST_FLOPS)
    throw badInput(`${holes.length} tokens are too many to fill at once with this model`, 'Hide fewer of them.');
  const given = givenOf(family);
  return withForwards(options, 1, async (forwards) => {
    const steps: FillStep[] = [];
    const own = hidden(tokens, holes, extra);
    for (let still = holes; still.length > 0; still = still.filter((position) => own[position] === extra)) {
      const open = given === 'before' ? still.slice(0, 1) : [...still];
      const top = noPredictions(open.length, vocabulary);
      await forwards.run([readingOf(family, own, extra)], (_, logits) => {
        for (const [i, position] of open.entries()) predict(top, i, rowOf(logits, position, T), extra);
      });
      const surest = open.reduce((best, _, i) => (top.p[i * top.k] > top.p[best * top.k] ? i : best), 0);
      const filled = { position: open[surest], token: top.ids[surest * top.k], p: top.p[surest * top.k] };
      own[filled.position] = filled.token;
      steps.push({ open, top, filled });
    }
    const truth: Filling['truth'] = [];
    await eachReading(forwards, truthInHoles(family, tokens, holes, extra), ({ terms }, logits) => {
      const losses = negativeLogLikelihoods(logits, forwards.shape, terms);
      for (const [i, { position }] of terms.entries()) truth.push({ position, nll: losses[i] });
    });
    truth.sort((a, b) => a.position - b.position);
    if (given === 'rest') return { given, steps, truth };
    const rest = Array.from({ length: length - holes[0] }, (_, i) => holes[0] + i);
    const sums = [0, 0];
    for (const [which, text] of [tokens, own].entries())
      await eachReading(forwards, oneByOne(family, text, rest, extra), ({ terms }, logits) => {
        for (const nll of negativeLogLikelihoods(logits, forwards.shape, terms)) sums[which] += nll;
      });
    return { given, steps, truth, toTheEnd: { truth: sums[0], own: sums[1] } };
  });
}

/** Cosines are told of all pairs up to so many symbols. */
const MOST_PAIRED = 160;
const NEIGHBOURS = 8;

/** How alike the symbols of the vocabulary are to a model that reads them: the cosine of their embeddings. */
export interface Likeness {
  symbols: number;
  /** Of each symbol the most alike others: [symbols, k], the most alike first. */
  k: number;
  nearest: Uint32Array;
  cosine: Float32Array;
  /** Of all pairs, [symbols, symbols]; null where they are too many to be looked at. */
  all: Float32Array | null;
}

export async function embeddingLikeness({ spec, dataset, state, arena }: InsightOptions): Promise<Likeness> {
  const { vocabulary } = dataset;
  const { size: symbols } = dataset.tokenizer;
  const { channels: C } = spec.model;
  const { offset, shape } = parameterLayout(spec.model, vocabulary).slices.find(({ name }) => name === 'embed')!;
  const embedding = (await state.read(arena)).subarray(offset, offset + elements(shape));
  return likenessOf(embedding, symbols, C);
}

/** @param embedding f32 [at least symbols, C] */
export function likenessOf(embedding: Float32Array, symbols: number, C: number): Likeness {
  const row = (id: number) => embedding.subarray(id * C, (id + 1) * C);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const lengths = Array.from({ length: symbols }, (_, id) => Math.sqrt(dot(row(id), row(id))));
  const k = Math.min(NEIGHBOURS, symbols - 1);
  const nearest = new Uint32Array(symbols * k);
  const cosine = new Float32Array(symbols * k);
  const all = symbols <= MOST_PAIRED ? new Float32Array(symbols * symbols) : null;
  for (let id = 0; id < symbols; id++) {
    const cosines = Float32Array.from({ length: symbols }, (_, other) =>
      other === id ? 1 : dot(row(id), row(other)) / (lengths[id] * lengths[other] || 1),
    );
    all?.set(cosines, id * symbols);
    const others = Array.from(cosines.keys()).filter((other) => other !== id);
    others.sort((a, b) => cosines[b] - cosines[a] || a - b);
    nearest.set(others.slice(0, k), id * k);
    cosine.set(
      others.slice(0, k).map((other) => cosines[other]),
      id * k,
    );
  }
  return { symbols, k, nearest, cosine, all };
}

/** Compiles a forward of B sequences, lets `use` have it, and gives it up. */
async function withForwards<R>(
  { executor, spec, family, dataset, state, arena, variants }: InsightOptions,
  B: number,
  use: (forwards: Forwards) => Promise<R>,
): Promise<R> {
  const graph = samplingGraph(spec, dataset.vocabulary, family, arena, B);
  // A copy, because what is missing is added: a checkpoint holds the variants of the race alone.
  const program = await executor.compile(graph.tape, state, { ...samplingOptions(graph), variants: { ...variants } });
  try {
    return await use(new Forwards(program, graph, { B, T: spec.model.context, extra: dataset.extra }));
  } finally {
    program.destroy();
  }
}

function eachReading(
  forwards: Forwards,
  readings: readonly Reading[],
  visit: (reading: Reading, logits: Float32Array) => void,
): Promise<void> {
  return forwards.run(
    readings.map(({ inputs }) => inputs),
    (i, logits) => visit(readings[i], logits),
  );
}

/** Over the draws. */
async function wholeLoss(forwards: Forwards, draws: readonly Reading[]): Promise<Measured> {
  const sums: number[] = [];
  await eachReading(forwards, draws, ({ terms }, logits) => {
    const losses = negativeLogLikelihoods(logits, forwards.shape, terms);
    sums.push(terms.reduce((sum, { weight }, i) => sum + weight * losses[i], 0));
  });
  return measuredMean(sums);
}

function rowOf(logits: Float32Array, position: number, T: number): Float32Array {
  const V = logits.length / T;
  return logits.subarray(position * V, (position + 1) * V);
}

/** @param vocabulary with the extra token, which is never predicted */
function noPredictions(positions: number, vocabulary: number): Predictions {
  const k = Math.min(TOLD, vocabulary - 1);
  return { k, ids: new Uint32Array(positions * k), p: new Float32Array(positions * k) };
}

function predict({ k, ids, p }: Predictions, place: number, logits: Float32Array, extra: number): void {
  const all = probabilities(logits, extra);
  const best = Array.from(all.keys())
    .filter((id) => id !== extra)
    .sort((a, b) => all[b] - all[a] || a - b)
    .slice(0, k);
  ids.set(best, place * k);
  p.set(
    best.map((id) => all[id]),
    place * k,
  );
}
