import { z } from 'zod';

// The page's content policy refuses code made from text, which zod would try for speed.
z.config({ jitless: true });

/**
 * The one schema of a race: what the form shows, what `--set a.b=c` accepts, what `run.json` holds.
 * Every field has a default, a label, a unit where it has one, and its range. An unknown key is an error.
 *
 * A race trains both families from the same spec; a run is one family of it. Whatever is here is the same for
 * both, except the sections `ar` and `diffusion`, which state each family's own objective.
 */
export const SCHEMA_VERSION = 1;

export const FAMILIES = ['ar', 'diffusion'] as const;
export type FamilyId = (typeof FAMILIES)[number];

/** What a family is called in a sentence. */
export const FAMILY_NAMES: Readonly<Record<FamilyId, string>> = { ar: 'AR', diffusion: 'diffusion' };

/** Corpora whose sequences are the items of a task, with questions of its own; T is the length of an item. */
export const TASK_CORPORA = ['brackets', 'world', 'reversal', 'sudoku'] as const;
export type TaskCorpusId = (typeof TASK_CORPORA)[number];

export const CORPORA = ['moby-dick', 'sotu', 'python', 'synthetic', 'own', ...TASK_CORPORA] as const;
export type CorpusId = (typeof CORPORA)[number];

export interface FieldMeta {
  label: string;
  unit?: string;
  help?: string;
}

const integer = (min: number, max: number, byDefault: number, meta: FieldMeta) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ ...meta });
const real = (min: number, max: number, byDefault: number, meta: FieldMeta) =>
  z
    .number()
    .min(min)
    .max(max)
    .default(byDefault)
    .meta({ ...meta });
const flag = (byDefault: boolean, meta: FieldMeta) =>
  z
    .boolean()
    .default(byDefault)
    .meta({ ...meta });
const choice = <const T extends readonly [string, ...string[]]>(values: T, byDefault: T[number], meta: FieldMeta) =>
  z
    .enum(values)
    .default(byDefault as never)
    .meta({ ...meta });

const data = z.strictObject({
  corpus: choice(CORPORA, 'moby-dick', {
    label: 'Corpus',
    help: '“own” is a text that you paste, drop or pass by --text',
  }),
  uniqueTokens: integer(64, 50_000_000, 5000, {
    label: 'Unique tokens U',
    unit: 'tokens',
    help: 'the first U tokens of the training split; one epoch is U tokens seen',
  }),
  windows: choice(['packed', 'random'], 'packed', {
    label: 'Windows',
    help: 'packed: fixed, disjoint, reshuffled each epoch (as in the paper); random: at random offsets',
  }),
  lowercase: flag(true, { label: 'Lower-case the text' }),
  corruption: choice(['none', 'characters', 'words', 'duplicates'], 'none', {
    label: 'Spoil the training text',
    help: 'characters: replaced at random; words: shuffled within a sentence; duplicates: passages repeated. Held-out text stays as it is',
  }),
  corruptionRate: real(0, 1, 0, { label: 'Share of the training text that is spoilt' }),
  wordings: integer(1, 4, 2, {
    label: 'Wordings in which a fact is taught (world)',
    help: 'of 4; asked in the others',
  }),
  bothWays: real(0, 1, 0, { label: 'Share of the pairs taught both ways (reversal)' }),
});

const model = z.strictObject({
  layers: integer(1, 64, 2, { label: 'Layers L' }),
  channels: integer(4, 4096, 64, { label: 'Channels C' }),
  heads: integer(1, 64, 4, { label: 'Heads H' }),
  feedForward: integer(0, 16384, 0, { label: 'Feed-forward F', help: '0: 8/3 · C, rounded up to a multiple of 16' }),
  context: integer(4, 2048, 64, { label: 'Context T', unit: 'tokens' }),
  tiedHead: flag(false, { label: 'Tie the output head to the embedding' }),
  ropeTheta: real(10, 1e7, 10_000, { label: 'RoPE θ' }),
  normEpsilon: real(1e-9, 1e-3, 1e-6, { label: 'RMSNorm ε' }),
  initStd: real(1e-4, 1, 0.02, { label: 'Initial standard deviation' }),
  scaledResidualInit: flag(true, { label: 'Scale residual projections by 1/√(2L) at initialisation' }),
  experts: integer(0, 256, 0, {
    label: 'Experts E',
    help: '0: dense; else every MLP is a mixture of E experts of size F',
  }),
  expertsPerToken: integer(1, 16, 2, { label: 'Experts a token, k' }),
  routing: choice(['token', 'expert'], 'token', {
    label: 'Who chooses',
    help: 'token: each token its k best experts; expert: each expert its best tokens, which leaks the future in AR and is for diffusion only',
  }),
  expertCapacity: real(0, 64, 0, {
    label: 'Capacity of an expert',
    help: 'slots in a sequence / (T·k/E), while training; later tokens are dropped and counted; 0: no limit',
  }),
  sharedExpert: flag(false, { label: 'One more expert that every token uses' }),
});

const train = z.strictObject({
  steps: integer(1, 10_000_000, 1000, { label: 'Steps', unit: 'steps' }),
  batch: integer(1, 1024, 16, { label: 'Batch B', unit: 'sequences' }),
  learningRate: real(1e-6, 1, 2e-3, { label: 'Learning rate' }),
  schedule: choice(['constant', 'wsd'], 'constant', {
    label: 'Schedule',
    help: 'wsd: warm-up, stable, exponential decay over the last steps',
  }),
  warmupSteps: integer(0, 1_000_000, 100, { label: 'Warm-up', unit: 'steps' }),
  decayFraction: real(0, 1, 0.1, { label: 'Share of the steps that decays (wsd)' }),
  decayTo: real(1e-4, 1, 0.1, { label: 'Final rate / peak rate (wsd)' }),
  beta1: real(0, 0.9999, 0.9, { label: 'AdamW β₁' }),
  beta2: real(0, 0.99999, 0.95, { label: 'AdamW β₂' }),
  epsilon: real(1e-12, 1e-3, 1e-8, { label: 'AdamW ε' }),
  weightDecay: real(0, 10, 0.1, { label: 'Weight decay', help: 'decoupled, on matrices only' }),
  clipNorm: real(0, 1000, 1, { label: 'Gradient clip (global norm)', help: '0: off' }),
  emaDecay: real(0, 0.99999, 0.998, {
    label: 'EMA decay of the evaluated weights',
    help: 'min(decay, (1 + s) / (10 + s)) at step s; 0: evaluate the raw weights',
  }),
  dropout: real(0, 0.95, 0, { label: 'Dropout' }),
  dropoutOn: choice(['all', 'attention', 'mlp', 'residual'], 'residual', {
    label: 'Where dropout acts',
    help: 'residual: the embedding and what each block adds; attention: the mixed values before their projection; mlp: the hidden layer; all: everywhere',
  }),
  balanceLoss: real(0, 1, 1e-2, { label: 'Load-balancing loss of the experts' }),
  routerZLoss: real(0, 1, 1e-3, { label: 'z-loss of the router' }),
  patience: integer(0, 10_000_000, 0, {
    label: 'Patience',
    unit: 'steps',
    help: 'a family stops once its best validation loss is older than this; 0: never. The same rule for both.',
  }),
});

const ar = z.strictObject({
  inputMasking: real(0, 0.95, 0, {
    label: 'Input masking',
    help: 'share of the tokens that AR reads as BOS while it trains',
  }),
  orders: integer(0, 4096, 0, {
    label: 'Fixed orders K',
    help: 'AR is trained in K fixed orders, the first from left to right, the others random; 0: ordinary AR. It is evaluated from left to right',
  }),
});

const diffusion = z.strictObject({
  objective: choice(['exact-count', 'inverse-t', 'realised-share', 'unweighted'], 'exact-count', {
    label: 'Training estimator',
    help: 'exact-count: l of L masked, weight L/l; inverse-t: Bernoulli masks, weight 1/t; realised-share: as in the paper’s code, biased by (c₁ − c̄)/(L + 1); unweighted: Bernoulli masks, every masked token alike, not a likelihood',
  }),
  minT: real(1e-6, 0.5, 1e-3, { label: 'Smallest t (ε)', help: 'inverse-t and unweighted: t ← (1 − ε)·t + ε' }),
  schedule: choice(['linear', 'cosine', 'polynomial'], 'linear', {
    label: 'Noise schedule',
    help: 'which share is masked at t, with inverse-t and unweighted: linear t, cosine 1 − cos(πt/2), polynomial t²; the weight follows',
  }),
  noise: choice(['mask', 'uniform'], 'mask', {
    label: 'Noise',
    help: 'mask: absorbing state; uniform: tokens drawn at random, trained (by inverse-t) and evaluated on its own bound',
  }),
  maskPool: integer(0, 1_000_000, 0, {
    label: 'Masks a sequence ever sees',
    help: '0: fresh ones at every step; 1: frozen; K: one of K, drawn anew',
  }),
  order: choice(['any', 'left-to-right'], 'any', {
    label: 'Which tokens are masked',
    help: 'any: at random; left-to-right: the last l of T, evaluated by the exact chain rule',
  }),
  causal: flag(false, { label: 'Causal attention in the diffusion model' }),
});

const evaluation = z.strictObject({
  every: integer(1, 1_000_000, 40, { label: 'Evaluate every', unit: 'steps' }),
  denseEvery: integer(1, 1_000_000, 10, { label: 'Evaluate at first every', unit: 'steps' }),
  denseUntil: integer(0, 1_000_000, 200, { label: '… until step', unit: 'steps' }),
  windows: integer(1, 100_000, 128, { label: 'Validation windows', unit: 'windows' }),
  draws: integer(1, 1024, 4, { label: 'Mask draws K per window (diffusion)' }),
  questions: integer(0, 10_000, 0, {
    label: 'Questions of the task',
    help: 'asked at every evaluation: of the task’s own, or cloze and infilling on a text; 0: none',
  }),
  testWindows: integer(1, 100_000, 1000, {
    label: 'Test windows',
    unit: 'windows',
    help: 'of the split that nobody watched; scored once at the end on the best weights of each family',
  }),
});

const sampling = z.strictObject({
  every: integer(0, 1_000_000, 100, { label: 'Write text every', unit: 'steps', help: '0: never' }),
  temperature: real(0, 10, 0.8, { label: 'Temperature', help: '0: greedy' }),
  topK: integer(0, 100_000, 0, { label: 'Top-k (AR)', help: '0: off' }),
  topP: real(0.01, 1, 1, { label: 'Top-p (AR)' }),
  reveal: choice(
    ['confidence', 'margin', 'entropy', 'random', 'ancestral', 'first-hitting', 'threshold'],
    'confidence',
    {
      label: 'Order in which diffusion fills masks',
      help: 'threshold: all above the confidence threshold, at least one; first-hitting: one a forward, exact',
    },
  ),
  revealSteps: integer(1, 4096, 32, { label: 'Diffusion sampling steps', unit: 'forwards' }),
  threshold: real(0, 1, 0.9, { label: 'Confidence threshold' }),
  block: integer(0, 4096, 0, {
    label: 'Block size',
    unit: 'tokens',
    help: 'blocks are filled from left to right, each in the order above; 0: one block',
  }),
  remask: real(0, 1, 0, {
    label: 'Remasking η (ReMDM)',
    help: 'ancestral only: chance of masking a token again; 0: never',
  }),
});

const section = <T extends z.ZodType>(schema: T) => schema.prefault({} as never);

export const raceSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION).default(SCHEMA_VERSION),
  seed: integer(0, 0xffffffff, 1, { label: 'Seed' }),
  data: section(data),
  model: section(model),
  train: section(train),
  ar: section(ar),
  diffusion: section(diffusion),
  evaluation: section(evaluation),
  sampling: section(sampling),
});

/** Everything that two runs of a race share. */
export type RaceSpec = z.infer<typeof raceSchema>;

/** One run: a family of a race. */
export interface RunSpec extends RaceSpec {
  family: FamilyId;
}

/** F, with the default of 8/3 · C up to a multiple of 16 resolved. */
export function feedForwardOf(model: RaceSpec['model']): number {
  return model.feedForward > 0 ? model.feedForward : Math.ceil((8 * model.channels) / 3 / 16) * 16;
}
